"""Decisions on many ticked rows: cancels approved and rejected on the claims page; orders canceled, or refunded after
dispatch, from the delivery page (R-C4, R-C5, R-C9 to R-C13, R-C15)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods

from claims.forms import MemoFields, RejectFields, SellersCancelFields
from claims.kinds import cancel, returns
from claims.kinds.cancel import CANCEL
from claims.language import LANGUAGES, language_for
from claims.many import Row, Task, Ticked, Warned, decide
from claims.models import Claim, ClaimSettings
from claims.panel import language_warnings, reject_hints
from claims.states import Fault
from messaging.queries import orders_with_word_of
from orders import money
from orders.models import Order
from orders.money import Statement
from orders.states import RefundWay
from orders.texts import yen
from qsm.accounts.access import Actor, Party, seller_action
from qsm.events.forms import Confirmed
from qsm.lib.machine import why_not


def claim_rows(action: str) -> Callable[[Actor, Ticked, dict[str, Any] | None], list[Row]]:
    """Finds the ticked claims, each with the frozen statement (R-M4), or why `action` is impossible."""

    def find(actor: Actor, ticked: Ticked, _entered: dict[str, Any] | None) -> list[Row]:
        claims = Claim.objects.for_actor(actor).filter(pk__in=ticked).select_related("order").order_by("pk")
        return [
            Row(
                claim,
                ticked[claim.pk] or claim.version,
                claim.order,
                money_of(Statement.from_json(claim.statement)) if action == "approve" else [],
                why_not(CANCEL.check, claim, action, actor.party),
            )
            for claim in claims
        ]

    return find


def orders_to_cancel(actor: Actor, ticked: Ticked, entered: dict[str, Any] | None) -> list[Row]:
    """The ticked orders, and with their carts' others where the form says so; those that can't be come with the reason."""
    reason, scope = (entered["reason"], entered["scope"]) if entered else ("", SellersCancelFields.ONE)
    fault = cancel.fault_of(reason) if reason else Fault.SELLER
    rows = order_rows(actor, ticked, fault, whole_carts=scope == SellersCancelFields.CART)
    asked = orders_with_word_of(Party.BUYER, [row.order.pk for row in rows]) if reason else set()
    for row in rows:
        row.refusal = why_not(cancel.may_cancel, row.order, actor)
        if not row.refusal and reason:
            is_asked = row.order.pk in asked
            row.refusal = why_not(cancel.may_cancel_for, row.order, fault, asked=is_asked)
    return rows


def orders_to_refund(actor: Actor, ticked: Ticked, _entered: dict[str, Any] | None) -> list[Row]:
    """The ticked orders; those that can't be refunded come with the reason."""
    rows = order_rows(actor, ticked, Fault.SELLER, whole_carts=False)
    for row in rows:
        row.refusal = why_not(returns.may_refund, row.order, actor)
    return rows


def order_rows(actor: Actor, ticked: Ticked, fault: str, *, whole_carts: bool) -> list[Row]:
    """The shop's orders with what a refund gives and costs, the ticked ones first."""
    mine = Order.objects.for_actor(actor)
    orders = list(mine.filter(pk__in=ticked).order_by("pk"))
    if whole_carts:
        mates = mine.filter(cart__in={order.cart_id for order in orders}).exclude(pk__in=ticked)
        orders += mates.order_by("pk")
    table = money.fee_table()
    return [
        Row(
            order,
            ticked.get(order.pk) or order.version,
            order,
            money_of(money.statement(order, seller_at_fault=fault == Fault.SELLER, table=table)),
        )
        for order in orders
    ]


def money_of(statement: Statement) -> list[str]:
    """A statement in short, for a row among many (R-M4)."""
    if not statement.refund_yen:
        return [_("Nothing was paid")]
    words = [yen(statement.refund_yen), str(RefundWay(statement.way).label)]
    fee = _("payment fee %(yen)s, charged to the shop") % {"yen": yen(statement.fee_yen)}
    return [*words, fee] if statement.fee_yen else words


def memo_hints(rows: list[Row]) -> Iterable[str]:
    """What stands beside the memo: tell the buyer first, and write so that the buyer can read it (R-C12, R-C15)."""
    yield _(
        "Tell the buyer before you cancel or refund. Without an earlier note to the buyer about the order, "
        "it is recorded as a penalty event."
    )
    languages = sorted({language_for(row.order.country) for row in rows})
    names = ", ".join(str(LANGUAGES[language]) for language in languages)
    yield _("The buyer reads the memo. Write it in the language of the order's country: %(languages)s.") % {
        "languages": names
    }


def refund_hints(rows: list[Row]) -> Iterable[str]:
    """That a refund after dispatch has one reason only (R-C11), then what stands beside every memo."""
    yield _(
        "After dispatch the only reason is delayed shipping, at the shop's fault. "
        "For the buyer's own reasons, ask the buyer to request a return."
    )
    yield from memo_hints(rows)


def rejection_hints(rows: list[Row]) -> Iterable[str]:
    """What the guides say beside a rejection (R-C5)."""
    return reject_hints(rows[0].order) if rows else ()


def warn_of_memo(rows: list[Row], entered: dict[str, Any]) -> Iterable[Warned]:
    """Buyers who were not told (R-C12), a language that they don't read, and very many at once (R-C15)."""
    yield from warn_of_silence(rows)
    yield from warn_of_language(rows, entered["memo"])
    yield from warn_of_many(rows)


def warn_of_silence(rows: list[Row]) -> Iterable[Warned]:
    """Of orders about which the shop has not written to the buyer yet (R-C12)."""
    told = orders_with_word_of(Party.SELLER, [row.order.pk for row in rows])
    untold = [row.order for row in rows if row.order.pk not in told]
    if untold:
        text = ngettext(
            "The buyer of %(number)d order has not been told by a note. Going on is recorded as a penalty event.",
            "The buyers of %(number)d orders have not been told by a note. Going on is recorded as penalty events.",
            len(untold),
        )
        query = "&".join(f"ticked={order.pk}" for order in untold)
        url = f"{reverse('messaging:note')}?{query}"
        yield Warned(text % {"number": len(untold)}, url, _("Write the note first"))


def warn_of_language(rows: list[Row], text: str) -> Iterable[Warned]:
    """Of a text that is plainly in another language than a buyer reads (R-C15)."""
    yield from map(Warned, language_warnings({row.order.country for row in rows}, text))


def warn_of_many(rows: list[Row]) -> Iterable[Warned]:
    """Of more orders at once than the operator wants to hear of beforehand (R-C15)."""
    row = ClaimSettings.objects.filter(pk=1).first() or ClaimSettings()
    if len(rows) >= row.many_at_once:
        query = "&".join(f"ticked={row.order.pk}" for row in rows)
        url = f"{reverse('messaging:inquire')}?category=claim_management&{query}"
        text = _("These are %(number)d orders at once. Please tell the operator beforehand.")
        yield Warned(text % {"number": len(rows)}, url, _("Send an inquiry first"))


def warn_of_text(rows: list[Row], entered: dict[str, Any]) -> Iterable[Warned]:
    """The same for the text of a rejection (R-C15)."""
    return warn_of_language(rows, entered["text"])


APPROVE = Task(
    name="claims:approve_many",
    back="claims:list",
    title=gettext_lazy("Process cancel"),
    question=gettext_lazy("The orders are canceled and the buyers get the money back. Really process the cancels?"),
    say=gettext_noop("The cancel has been processed."),
    fields=Confirmed,
    find=claim_rows("approve"),
    act=lambda row, by, _entered: cancel.approve(claim=row.subject, seen=row.seen, by=by),
)
REJECT = Task(
    name="claims:reject_many",
    back="claims:list",
    title=gettext_lazy("Reject cancel"),
    question=gettext_lazy("Reject a cancel only where the order cannot be canceled any more. Really reject it?"),
    say=gettext_noop("The cancel has been rejected."),
    fields=RejectFields,
    find=claim_rows("reject"),
    act=lambda row, by, entered: cancel.reject(claim=row.subject, seen=row.seen, by=by, **entered),
    hints=rejection_hints,
    warn=warn_of_text,
)
CANCEL_ORDERS = Task(
    name="claims:cancel_orders",
    back="orders:list",
    title=gettext_lazy("Cancel orders"),
    question=gettext_lazy("The orders are canceled at once and the buyers get the money back. Really cancel them?"),
    say=gettext_noop("The cancel has been processed."),
    fields=SellersCancelFields,
    find=orders_to_cancel,
    act=lambda row, by, entered: cancel.cancel_by_seller(
        order=row.subject, seen=row.seen, by=by, reason=entered["reason"], memo=entered["memo"]
    ),
    hints=memo_hints,
    warn=warn_of_memo,
)
REFUND_ORDERS = Task(
    name="claims:refund_orders",
    back="orders:list",
    title=gettext_lazy("Refund after dispatch"),
    question=gettext_lazy(
        "For delayed shipping: the buyers get the money back at once and keep the goods. Really refund the orders?"
    ),
    say=gettext_noop("The refund has been processed."),
    fields=MemoFields,
    find=orders_to_refund,
    act=lambda row, by, entered: returns.refund_by_seller(order=row.subject, seen=row.seen, by=by, **entered),
    hints=refund_hints,
    warn=warn_of_memo,
)


def _page(task: Task) -> Callable[..., HttpResponseBase]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @seller_action
    def view(request: HttpRequest, actor: Actor) -> HttpResponse:
        return decide(request, actor, task)

    return view


# Accept (R-C4) or reject (R-C5) the ticked requests; the shop's own cancel (R-C9) and refund (R-C11) of the ticked orders.
approve_many, reject_many = _page(APPROVE), _page(REJECT)
cancel_orders, refund_orders = _page(CANCEL_ORDERS), _page(REFUND_ORDERS)
