"""The balance on My page: what came in and went out, payouts to a bank account (R-M1, R-P4)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from orders.models import Payout, Transfer
from orders.money import payouts
from orders.money.forms import PayoutForm
from orders.money.ledger import accounts_of, balance, movements
from orders.states import PayoutState, TransferReason
from orders.texts import moment_text, yen
from qsm.accounts.access import Actor, buyer_page, leads_to
from qsm.events.answers import act, ask_once
from qsm.lib.grid import Chip, is_number

SHOWN = 50
TONES = {PayoutState.REQUESTED: "turn", PayoutState.PAID: "ok", PayoutState.REFUSED: "late"}


@require_safe
@buyer_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The balance, its movements, the payouts, and the form for one."""
    return _page(request, actor, None)


@leads_to("my_balance:page")
@require_POST
@buyer_page
def ask_for_payout(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for a payout: the form, then the popup that asks once, then the request (R-M1, R-P6)."""
    form = PayoutForm(request.POST)
    to = reverse("my_balance:page")
    if form.asks:
        return ask_once(request, form, title=gettext("Request a payout"), question=_question(form), back=to)
    done = act(request, actor, form, payouts.ask_for, to=to, say=_("The payout has been requested."))
    return done or _refused(request, actor, form)


def _refused(request: HttpRequest, actor: Actor, form: PayoutForm) -> HttpResponse:
    """The form with what is wrong: alone for htmx, where the form stands; on its page for everybody else."""
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "my/payout.html", {"form": form}, status=422)
        return retarget(reswap(response, "outerHTML"), "#payout")
    return _page(request, actor, form, status=422)


def _question(form: PayoutForm) -> str:
    facts = form.cleaned_data
    question = gettext(
        "Have %(yen)s paid out to %(bank)s, %(branch)s, account %(number)s? This cannot be changed later."
    )
    return question % {**facts, "yen": yen(facts["yen"]), "number": facts["account_number"]}


def _page(request: HttpRequest, actor: Actor, form: PayoutForm | None, status: int = 200) -> HttpResponse:
    accounts = accounts_of(actor)
    available = balance(*accounts)
    rows = movements(accounts)
    if is_number(before := request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows[: SHOWN + 1])
    context = {
        "balance": yen(available),
        "payouts": [_payout(payout) for payout in Payout.objects.for_actor(actor).order_by("-pk")[:SHOWN]],
        "movements": [_movement(transfer, accounts) for transfer in found[:SHOWN]],
        "older": f"before={found[SHOWN - 1].pk}" if len(found) > SHOWN else "",
        "form": form or (PayoutForm(initial={"yen": available}) if available > 0 else None),
    }
    return render(request, "my/balance.html", context, status=status)


def _payout(payout: Payout) -> dict[str, Any]:
    """One payout; of the account number only the end, for somebody may look over the shoulder."""
    return {
        "asked": moment_text(payout.asked_at),
        "yen": yen(payout.yen),
        "account": f"{payout.bank} {payout.branch} ***{payout.account_number[-3:]}",
        "chip": Chip(str(PayoutState(payout.state).label), TONES[PayoutState(payout.state)]),
        "decided": moment_text(payout.decided_at),
        "reason": payout.reason,
    }


def _movement(transfer: Transfer, accounts: list[str]) -> dict[str, Any]:
    sign = "+" if transfer.credit in accounts else "−"
    return {
        "at": moment_text(transfer.made_at),
        "reason": TransferReason(transfer.reason).label,
        "order": transfer.refund.order if transfer.refund else None,
        "yen": f"{sign}{yen(transfer.yen)}",
    }
