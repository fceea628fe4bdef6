"""Who reads the log cannot open what was sent to somebody else (R-A2, R-O10)."""

import io
import logging.config
from typing import Any

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["join", "welcome"])
def test_the_log_does_not_have_the_token_of_a_link(kind: str) -> None:
    """R-A2, R-O10: neither in the entry of the request nor in Django's own of an answer that is an error."""
    root, log = logging.getLogger(), io.StringIO()
    written = logging.StreamHandler(log)
    written.setFormatter(formatter())
    root.addHandler(written)
    try:
        Client().get(f"/{kind}/12:secret-token_A/")
    finally:
        root.removeHandler(written)
    lines = [line for line in log.getvalue().splitlines() if f"/{kind}/" in line]
    assert {"request_finished", "django.request"} <= {word for line in lines for word in line.split('"')}
    assert "secret" not in log.getvalue()


def formatter() -> logging.Formatter:
    """That of the configured log."""
    formatters: Any = settings.LOGGING["formatters"]
    how = dict(formatters["json"])
    made: logging.Formatter = logging.config.DictConfigurator({}).configure_formatter(how)
    return made
