"""Orders and their claims under everything that people, the gateway, jobs and the clock do, in any order (Hypothesis).

A model, written from the rules and not from the machines (`story.model`), says what must become of each deed
(`story.deeds`) that the rules allow (`story.allowed`), and all others are refused. After every step the database says the same
(`story.shop`); what must always hold holds (`story.holds`).
"""

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from claims import penalties
from claims.models import Claim
from claims.states import State
from orders import deadlines
from orders.gateway import Said
from orders.models import Order
from orders.money import refunds
from qsm.events.models import Event
from tests.claims.story.deeds import DEEDS
from tests.claims.story.holds import broken
from tests.claims.story.shop import Story
from tests.factories import OrderFactory, requested_cancel

pytestmark = pytest.mark.django_db
EXAMPLES, STEPS = 100, 100
FEW = 4  # of some forty things that can happen: chance leaves one out now and then


def tell(examples: int, *phases: Phase) -> None:
    quiet = list(HealthCheck)
    limits = settings(max_examples=examples, stateful_step_count=STEPS, phases=phases, suppress_health_check=quiet)
    run_state_machine_as_test(Story, settings=limits)


def test_whatever_they_do() -> None:
    """R-A2, R-A3, R-A4, R-O1 to R-O5, R-O7, R-O9, R-C1 to R-C14, R-B8, R-M1 to R-M4, R-T4: 10,000 steps at random.

    What was never done proves nothing: nearly all deeds were, and the gateway has given nearly all of its answers.
    """
    Story.done.clear()
    tell(EXAMPLES, *Phase)
    left_out = {*DEEDS, *Said, "ask_for", "pays", "refuses"} - {*Story.done}
    assert len(left_out) < FEW, left_out


BROKEN = {
    "a refund moves no money": (refunds, "_book", lambda refund: None),
    "no deadline passes": (deadlines, "apply", lambda order, seen: seen),
    "a silent cancel is no matter": (penalties, "raise_without_note", lambda claim: None),
}


@pytest.mark.parametrize("part", BROKEN)
def test_the_story_sees_a_console_that_breaks_the_rules(part: str) -> None:
    """The negative control, with one part taken away: R-M1, R-T4, R-C12."""
    with patch.object(*BROKEN[part]), pytest.raises(AssertionError):
        tell(EXAMPLES, Phase.generate)


def test_what_must_hold_is_seen_not_to_hold() -> None:
    """R-A3, R-A4, R-M2: the negative control of `holds`, with rows that were written by hand."""
    claim, order = requested_cancel(), OrderFactory()
    assert broken() == []
    Order.unscoped.filter(pk=claim.order_id).update(held_by=None, held_as="")
    Claim.unscoped.filter(pk=claim.pk).update(state=State.REFUNDING)
    Order.unscoped.filter(pk=order.pk).update(refunded_yen=1)
    event = Event.unscoped.get(claim_id=claim.pk)
    event.pk, event.seq = None, 3
    event.save(force_insert=True)
    assert broken() == [
        "an open claim that holds nothing",
        f"refunds_beyond_what_was_paid: {order.number}",
        f"{event} should be number 2",
        f"{event} comes from , but it was REQUESTED",
        f"claim_id {claim.pk} is REFUNDING, its history says REQUESTED",
    ]
