"""The trade panel: one claim with its order, whose turn it is, what can be done, and what has happened (R-P8, R-P5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from claims.clocks import clock_for_seller
from claims.forms import RejectForm
from claims.grids import handling_chip, late_chip
from claims.kinds.machines import MACHINES
from claims.language import LANGUAGES, language_for, other_than
from claims.models import Claim
from claims.states import OTHER_MIN_CHARACTERS, REASONS, Fault, Kind, RejectReason, State
from messaging.models import Attachment, Message
from messaging.queries import files_of_claim
from orders.models import Order, Refund
from orders.money import Statement
from orders.panel import Clock, Fact, headed, order_facts
from orders.texts import moment_text, refund_text
from qsm.accounts.access import Actor, Party
from qsm.events.forms import ConfirmForm
from qsm.events.history import Entry, timeline
from qsm.lib.grid import Chip


@dataclass
class ClaimPanel:
    """All that the template shows of one claim to one member of the shop; a refused form stands in for a fresh one."""

    claim: Claim
    actor: Actor
    sent: ConfirmForm | None = None

    @property
    def chips(self) -> list[Chip]:
        """The handling state, and *late* (R-D1)."""
        claim = self.claim
        late = late_chip(claim.state, claim.requested_at)
        return [handling_chip(claim.kind, claim.state), *([late] if late else [])]

    @cached_property
    def refund(self) -> Refund | None:
        """What the decision started; before it there is none to look for."""
        if self.claim.state == State.REQUESTED:
            return None
        return Refund.objects.for_actor(self.actor).filter(claim_id=self.claim.pk).first()

    @property
    def clock(self) -> Clock | None:
        return clock_for_seller(self.claim, self.refund)

    @property
    def facts(self) -> list[Fact]:
        """The order's own facts, then the claim's; what the claim's kind does not have is left out."""
        number, *others = order_facts(self.claim.order)
        claim = self.claim
        return [
            replace(number, url=self.order_url),
            *others,
            Fact(_("Requested on"), moment_text(claim.requested_at)),
            Fact(_("Completed on"), moment_text(claim.ended_at)),
            Fact(_("Raised by"), claim.get_raised_by_display()),
            Fact(_("At fault"), Fault(claim.fault).label),
        ]

    @property
    def statement(self) -> list[Fact]:
        """What is refunded how, as it was frozen with the request, and how far the refund is (R-M4, R-M1)."""
        progress = Fact(_("Refund's progress"), refund_text(self.refund))
        return [*Statement.from_json(self.claim.statement).facts, progress]

    @property
    def order_url(self) -> str:
        return reverse("orders:page", args=[self.claim.order_id])

    @property
    def words(self) -> list[dict[str, str]]:
        """What the sides wrote, each under its heading: the reason, the rejection, the memo, the operator's reason."""
        claim = self.claim
        rejection = RejectReason(claim.reject_reason).label if claim.reject_reason else ""
        said = headed(
            (_("Reason"), (REASONS[claim.reason], claim.text)),
            (_("Reason for the rejection"), (rejection, claim.reject_text)),
            (_("Seller memo"), (claim.memo,)),
            (_("The operator's reason"), (claim.operator_text,)),
        )
        return [*said, *self.request]

    @property
    def request(self) -> list[dict[str, str]]:
        """The buyer's own message on which the shop's cancel for the buyer's reasons rests, and where it stands (R-C10)."""
        rows = Message.objects.for_actor(self.actor).filter(pk=self.claim.message_id or 0)
        return [
            {
                "label": _("The buyer's own request"),
                "text": message.text,
                "url": reverse("messaging:thread", args=[message.thread_id]),
            }
            for message in (rows if self.claim.message_id else ())
        ]

    @property
    def attachments(self) -> Iterable[Attachment]:
        """The files that came with the reason (R-P8)."""
        return files_of_claim(self.claim.pk, self.actor) if self.claim.files else ()

    @property
    def timeline(self) -> list[Entry]:
        return timeline(self.claim.order_id, self.actor)

    @cached_property
    def choices(self) -> dict[str, Any]:
        """What this member can do now, by action; the impossible says why."""
        machine = MACHINES[Kind(self.claim.kind)]
        return {choice.transition.action: choice for choice in machine.choices(self.claim, self.actor.party)}

    @property
    def approve(self) -> dict[str, Any] | None:
        """The form behind the button of the approval (R-C4), where it is possible."""
        if "approve" not in self.choices or not self.choices["approve"].enabled:
            return None
        form = self.sent if isinstance(self.sent, ConfirmForm) else ConfirmForm(version=self.claim.version)
        return {"form": form, "url": reverse("claims:approve", args=[self.claim.pk]), "id": "approve"}

    @property
    def reject(self) -> dict[str, Any] | None:
        """The form of the rejection with what the guides say beside it (R-C5), where this member may reject at all."""
        if "reject" not in self.choices:
            return None
        return {
            "form": self.sent if isinstance(self.sent, RejectForm) else RejectForm(version=self.claim.version),
            "url": reverse("claims:reject", args=[self.claim.pk]),
            "id": "reject",
            "other": RejectReason.OTHER.value,
            "least": OTHER_MIN_CHARACTERS,
            "hints": reject_hints(self.claim.order),
            "country": self.claim.order.country,
        }

    @property
    def inquiry(self) -> str:
        """Where an inquiry about this order begins, with order and category filled in (R-C13)."""
        return inquiry_url(self.claim.order_id)

    @property
    def actions(self) -> list[dict[str, Any]]:
        """The buttons: only what this claim allows now to this person, and the way to dispatch what must leave today."""
        order = self.claim.order
        if order.ship_today_until and order.held_by is None and self.actor.party == Party.SELLER:
            return [{"label": _("Dispatch"), "enabled": True, "url": self.order_url, "tone": "main"}]
        return [
            {
                "label": choice.transition.label,
                "enabled": choice.enabled,
                "reason": choice.refusal and choice.refusal.message,
                "form": action,
                "tone": "main" if action == "approve" else "",
            }
            for action, choice in self.choices.items()
        ]


def reject_hints(order: Order) -> tuple[str, ...]:
    """What the guides say beside a rejection (R-C5), and in which language to write (R-C15)."""
    return (
        _(
            "A delay of the goods, of production or of dispatch on the shop's side is no ground for a rejection. "
            "In that case talk to the buyer."
        ),
        _("Rejecting ends the buyer's request for good: the buyer cannot request a cancel of this order again."),
        language_hint(order.country),
        _("After the rejection the order has to be dispatched on its expected ship date.")
        if order.is_preorder
        else _("After the rejection the order has to be dispatched today."),
    )


def language_hint(country: str) -> str:
    """In which language the buyer reads (R-C15)."""
    language = LANGUAGES[language_for(country)]
    return _("The buyer reads this. Write it in %(language)s, and write what is true.") % {"language": language}


def language_warning(country: str, text: str) -> str:
    """That a text is plainly in another language than the buyer reads; else nothing (R-C15)."""
    if not (written := other_than(country, text)):
        return ""
    words = {"written": written, "read": LANGUAGES[language_for(country)]}
    return _("The text is in %(written)s, but the buyer reads %(read)s.") % words


def language_warnings(countries: Iterable[str], text: str) -> list[str]:
    """The same for buyers of several countries, once for each language that they read (R-C15)."""
    one_of_each = {language_for(country): country for country in sorted(countries)}
    return [warning for country in one_of_each.values() if (warning := language_warning(country, text))]


def inquiry_url(order_id: int, category: str = "cancel_refund") -> str:
    """The inquiry to the operator, with order and category filled in (R-C13, R-B8)."""
    return f"{reverse('messaging:inquire')}?order={order_id}&category={category}"
