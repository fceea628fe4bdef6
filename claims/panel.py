"""The trade panel: one claim with its order, whose turn it is, what can be done, and what has happened (R-P8, R-P5)."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from claims.forms import RejectForm
from claims.grids import handling_chip
from claims.kinds.cancel import CANCEL
from claims.models import Claim
from claims.states import OTHER_MIN_CHARACTERS, RejectReason, State
from orders.panel import Clock, Fact, order_facts, ship_today_clock
from orders.texts import day_text, moment_text
from qsm.accounts.access import Actor, Party
from qsm.events.history import Entry, timeline
from qsm.lib import clock
from qsm.lib.grid import Chip


@dataclass
class ClaimPanel:
    """All that the template shows of one claim to one member of the shop; a refused form stands in for a fresh one."""

    claim: Claim
    actor: Actor
    sent: RejectForm | None = None

    @property
    def chip(self) -> Chip:
        return handling_chip(self.claim.kind, self.claim.state)

    @property
    def clock(self) -> Clock | None:
        return clock_for_seller(self.claim)

    @property
    def facts(self) -> list[Fact]:
        number, *others = order_facts(self.claim.order)
        return [
            replace(number, url=self.order_url),
            *others,
            Fact(_("Requested on"), moment_text(self.claim.requested_at)),
            Fact(_("Completed on"), moment_text(self.claim.ended_at)),
        ]

    @property
    def order_url(self) -> str:
        return reverse("orders:page", args=[self.claim.order_id])

    @property
    def reason(self) -> dict[str, str]:
        claim = self.claim
        return {
            "label": _("Reason"),
            "text": "\n".join(filter(None, [claim.get_reason_display(), claim.text])),
        }

    @property
    def timeline(self) -> list[Entry]:
        return timeline(self.claim.order_id, self.actor)

    @cached_property
    def choices(self) -> dict[str, Any]:
        """What this member can do now, by action; the impossible says why."""
        return {choice.transition.action: choice for choice in CANCEL.choices(self.claim, self.actor.party)}

    @property
    def reject(self) -> dict[str, Any] | None:
        """The form of the rejection with what the guides say beside it (R-C5), where this member may reject at all."""
        if "reject" not in self.choices:
            return None
        return {
            "form": self.sent or RejectForm(version=self.claim.version),
            "url": reverse("claims:reject", args=[self.claim.pk]),
            "id": "reject",
            "other": RejectReason.OTHER.value,
            "least": OTHER_MIN_CHARACTERS,
            "hints": (
                _(
                    "A delay of the goods, of production or of dispatch on the shop's side is no ground for a rejection. "
                    "In that case talk to the buyer."
                ),
                _(
                    "Rejecting ends the buyer's request for good: the buyer cannot request a cancel of this order again."
                ),
                _("The buyer reads the reason. Write it in Japanese, and write what is true."),
                _("After the rejection the order has to be dispatched today."),
            ),
        }

    @property
    def actions(self) -> list[dict[str, Any]]:
        """The buttons: only what this claim allows now to this person, and the way to dispatch what must leave today."""
        if self.claim.order.ship_today_until and self.actor.party == Party.SELLER:
            return [{"label": _("Dispatch"), "enabled": True, "url": self.order_url, "tone": "main"}]
        return [
            {
                "label": choice.transition.label,
                "enabled": choice.enabled,
                "reason": choice.refusal and choice.refusal.message,
                "form": action,
                "tone": "",
            }
            for action, choice in self.choices.items()
        ]


def clock_for_seller(claim: Claim) -> Clock | None:
    """The clock of a claim as the shop sees it; None when nothing waits (R-P5)."""
    if claim.state == State.REQUESTED:
        first = clock.day_of(claim.requested_at)
        outcome = _("Nothing happens by itself: the order stays frozen, and from %(day)s the claim counts as late.")
        tone = "late" if claim.is_late else "turn"
        return Clock(
            _("It is your turn"), None, outcome % {"day": day_text(claim.late_from)}, tone, first, claim.late_from
        )
    return ship_today_clock(claim.order) if claim.state == State.REJECTED else None


def clock_for_buyer(claim: Claim) -> Clock | None:
    """The clock of a claim as the buyer sees it; None when nothing waits (R-P5)."""
    if claim.state != State.REQUESTED:
        return None
    outcome = _("The order is not shipped until the shop has decided. You can take the request back.")
    return Clock(_("It is the shop's turn"), None, outcome, "calm")
