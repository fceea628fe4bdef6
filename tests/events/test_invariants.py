"""`manage.py invariants`: what must always hold is checked over all rows."""

from io import StringIO

import pytest
from django.core.management import call_command
from structlog.testing import capture_logs

from orders.models import Order
from qsm.celery import app as celery
from qsm.events.invariants import violations
from qsm.events.tasks import check_invariants
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def test_all_invariants_hold_of_a_fresh_shop() -> None:
    """R-M2"""
    OrderFactory()
    printed = StringIO()
    call_command("invariants", stdout=printed)
    assert printed.getvalue() == "All invariants hold.\n"


def test_what_does_not_hold_is_named_and_fails_the_command() -> None:
    """R-M2: an order that says more is refunded than its refunds are."""
    order = OrderFactory()
    Order.unscoped.filter(pk=order.pk).update(refunded_yen=1)
    printed = StringIO()
    with pytest.raises(SystemExit):
        call_command("invariants", stdout=printed)
    assert printed.getvalue() == f"refunds_beyond_what_was_paid: {order.number}\n"
    assert len(violations()) == 1


def test_what_does_not_hold_is_an_error_in_the_log() -> None:
    """R-M2: checked every hour by the workers."""
    order = OrderFactory()
    every = celery.conf.beat_schedule["invariants"]
    assert (every["task"], every["schedule"]) == (check_invariants.name, 3600)
    with capture_logs() as said:
        check_invariants()
    assert said == []
    Order.unscoped.filter(pk=order.pk).update(refunded_yen=1)
    with capture_logs() as said:
        check_invariants()
    [line] = said
    assert (line["log_level"], line["what"]) == ("error", f"refunds_beyond_what_was_paid: {order.number}")
