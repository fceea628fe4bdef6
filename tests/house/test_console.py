"""The processes of a console as /healthz sees them."""

import pytest

from tests.servers import wait_for

pytestmark = pytest.mark.service


def test_all_parts_together_are_healthy(console):
    console.start()
    assert console.healthy()


def test_without_its_broker_the_web_still_answers_and_says_so(console, valkey):
    console.start()
    valkey.kill()
    wait_for(lambda: not console.healthy())
    assert console.answers()
    valkey.start()
    wait_for(console.healthy)


def test_a_killed_worker_is_noticed_and_a_new_one_heals(console):
    console.start()
    console.kill("worker")
    wait_for(lambda: not console.healthy())
    console.start("worker")
    wait_for(console.healthy)
