"""What a shop did against the rules: raised by what happened, judged by an operator (R-C8, R-C12)."""

from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Penalty
from claims.states import Kind, PenaltyKind, PenaltyState, State
from claims.words import required
from messaging.queries import noted
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.events.consumers import Consumer
from qsm.events.door import change, expect, lock, move, record
from qsm.events.models import Delivery
from qsm.lib import clock
from qsm.lib.machine import Machine, Transition

RAISED, OPERATOR = frozenset({PenaltyState.RAISED}), frozenset({Party.OPERATOR})
MISSED = "order.ship_today_missed"

PENALTY = Machine(
    name="penalty",
    initial=RAISED,
    transitions=(
        Transition("uphold", RAISED, PenaltyState.UPHELD, OPERATOR, "penalty.upheld", _("Uphold")),
        Transition("dismiss", RAISED, PenaltyState.DISMISSED, OPERATOR, "penalty.dismissed", _("Dismiss")),
    ),
    wrong_state=_("This penalty has been judged already. Open it again to read how."),
    wrong_party=_("Only an operator can judge a penalty."),
)


def raise_without_note(claim: Claim) -> None:
    """The shop's own cancel or refund, with no earlier note to the buyer about this order (R-C12). The order is locked."""
    if not noted(claim.order):
        _raise(claim, PenaltyKind.NO_NOTE, by=SYSTEM)


def raise_missed(delivery: Delivery) -> str:
    """What must follow from a ship-today deadline that passed (R-C8): a penalty of the rejected cancel behind it.

    Comes through the outbox, at least once, and so as often as it likes: one of a kind per claim.
    """
    rejected = Claim.objects.for_actor(SYSTEM).filter(order_id=delivery.event.order_id or 0, state=State.REJECTED)
    if claim := rejected.select_related("order").order_by("-pk").first():
        with change(SYSTEM):
            _raise(claim, PenaltyKind.NOT_SHIPPED, by=SYSTEM)
    return ""


def raise_false_dispatch(*, claim: Claim, by: Actor) -> bool:
    """An operator finds that the goods of a rejected cancel never left (R-C8); False for what is no rejected cancel."""
    if by.party is not Party.OPERATOR or (claim.kind, claim.state) != (Kind.CANCEL, State.REJECTED):
        return False
    return _raise(claim, PenaltyKind.FALSE_DISPATCH, by=by)


def uphold(*, penalty: Penalty, seen: int, by: Actor, text: str) -> Penalty:
    """The operator finds that it was against the rules. text: the reason, which the shop reads.

    Raises Conflict, and Refused: `claim.text_missing`, `claim.text_too_long`, or the machine's.
    """
    return _judge(penalty, "uphold", seen=seen, by=by, text=text)


def dismiss(*, penalty: Penalty, seen: int, by: Actor, text: str) -> Penalty:
    """The operator finds that there is nothing to it. Arguments and errors as for `uphold`."""
    return _judge(penalty, "dismiss", seen=seen, by=by, text=text)


def _judge(penalty: Penalty, action: str, *, seen: int, by: Actor, text: str) -> Penalty:
    lock(type(penalty.order), penalty.order_id)
    [penalty] = lock(Penalty, penalty.pk)
    expect(penalty, PENALTY, action, by=by, seen=seen)
    words = required(text, "text", _("Write the reason: the shop will read it."))
    move(penalty, PENALTY, action, by=by, seen=seen, judged_at=clock.now(), judgement=words)
    return penalty


def _raise(claim: Claim, kind: PenaltyKind, *, by: Actor) -> bool:
    """Whether there was none of this kind for this claim yet."""
    lock(type(claim.order), claim.order_id)
    rows = Penalty.objects.for_actor(SYSTEM)
    penalty, is_new = rows.get_or_create(
        claim=claim,
        kind=kind,
        defaults={"seller_id": claim.seller_id, "order_id": claim.order_id, "raised_at": clock.now()},
    )
    if is_new:
        record("penalty.raised", penalty, by=by, data={"kind": kind})
    return is_new


FOLLOWS_MISSED = Consumer(
    name="penalties",
    wants=lambda name: (Party.OPERATOR,) if name == MISSED else (),
    deliver=raise_missed,
    exactly_once=False,
)
