"""One decision on many ticked rows: a page with the form, a popup that asks once, a result per row.

One door per row: what is refused for one leaves the others alone, and sending the form twice does no more (R-P6).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from claims.panel import inquiry_url
from orders.models import Order
from orders.work import MOST_TICKED
from orders.work import ticked as ticks
from qsm.accounts.access import Actor
from qsm.events.answers import CHANGED, SHOWN, said
from qsm.events.batch import Outcome, each
from qsm.events.forms import KEY_FIELD, new_key, seal
from qsm.lib.machine import Refused, Text

PROSE = {"text", "memo"}  # what buyers read
LEFT_TO_OPERATORS = {"claim.blocked", "cancel.no_message"}


@dataclass
class Row:
    """One ticked row: what it is, what the decision gives and costs, why it is not possible, what became of it.

    subject: the order or the claim that the decision is about.
    """

    subject: Any
    seen: int
    order: Order
    money: list[str] = field(default_factory=list)
    refusal: Refused | None = None
    outcome: Outcome | None = None

    @property
    def value(self) -> str:
        """What a form carries of it."""
        return f"{self.subject.pk}:{self.seen}"

    @property
    def shown(self) -> str:
        """What a popup says that it gives and costs, for its OK."""
        return seal(" ".join([self.value, *self.money]))

    @property
    def is_as_seen(self) -> bool:
        """Whether it would be done; what happened to it meanwhile is told by its door."""
        return not self.refusal and bool(self.subject.version == self.seen)

    @property
    def inquiry(self) -> str:
        """Where the operator can be asked to do what is refused here, order and category filled in (R-C10, R-C13)."""
        code = self.outcome.code if self.outcome else self.refusal and self.refusal.code
        return inquiry_url(self.order.pk) if code in LEFT_TO_OPERATORS else ""


Ticked = dict[int, int]


@dataclass(frozen=True)
class Warned:
    """Something to think about before going on. `url` leads to what can be done about it instead."""

    text: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Task:
    """A decision on many rows.

    name      of its URL; `back` the name of the URL of the list that it leads back to
    say       what is said of a row that is done, an English msgid
    fields    the form of what is entered once for all rows
    find      (actor, the versions that were seen by id, entered or None): the rows, each with `refusal` where it is impossible
    act       (row, by, entered): the decision on one row, inside its door
    warn      (rows, entered): what to think about before going on
    hints     what stands beside the form, given the rows
    """

    name: str
    back: str
    title: Text
    question: Text
    say: str
    fields: type[forms.Form]
    find: Callable[[Actor, Ticked, dict[str, Any] | None], list[Row]]
    act: Callable[[Row, Actor, dict[str, Any]], object]
    hints: Callable[[list[Row]], Iterable[str]] = lambda _rows: ()
    warn: Callable[[list[Row], dict[str, Any]], Iterable[Warned]] = lambda _rows, _entered: ()


def decide(request: HttpRequest, actor: Actor, task: Task) -> HttpResponse:
    """The page of a task: the form (GET), the popup (POST), what became of each row (POST, confirmed)."""
    ticked = ticks(request.POST if request.method == "POST" else request.GET)
    # The panel of an order, which may stand above the form, has a memo too.
    form = task.fields(request.POST if request.method == "POST" else None, auto_id="many_%s")
    if not ticked:
        messages.warning(request, _("Tick the rows first."))
        return redirect(task.back)
    if not form.is_valid():
        return _asked(request, task, form, task.find(actor, ticked, None))
    confirmed = bool(request.POST.get("confirmed"))
    entered = {name: value for name, value in form.cleaned_data.items() if name != "confirmed"}
    rows = at_once(task.find(actor, ticked, entered))
    if confirmed:
        # A popup that is confirmed is about the rows that it showed, be more possible by now or not.
        rows = [row for row in rows if row.subject.pk in ticked]
    if confirmed and not have_changed(request, rows):
        return _done(request, actor, task, rows, entered)
    return _confirm(request, task, rows, entered)


def have_changed(request: HttpRequest, rows: list[Row]) -> bool:
    """Whether the popup that was confirmed showed other money of a row than there would be now: then it asks again (R-M4)."""
    shown = set(request.POST.getlist(SHOWN))
    return bool(shown) and any(row.is_as_seen and row.shown not in shown for row in rows)


def at_once(rows: list[Row]) -> list[Row]:
    """No more than MOST_TICKED of those that are possible: the others of a large cart say that their turn comes later."""
    for row in [row for row in rows if not row.refusal][MOST_TICKED:]:
        row.refusal = Refused(
            "many.too_many", _("Only %(most)d at once. Do it again for the rest.") % {"most": MOST_TICKED}
        )
    return rows


def _asked(request: HttpRequest, task: Task, form: forms.Form, rows: list[Row]) -> HttpResponse:
    """The form, with every row and why some cannot be; a fragment for htmx."""
    context = {
        "task": task,
        "form": form,
        "rows": rows,
        "hints": task.hints(rows),
        "countries": ",".join(sorted({row.order.country for row in rows})),
        "prose": [form[name] for name in form.fields if name in PROSE],
        "key": request.POST.get(KEY_FIELD) or new_key(),
        "url": reverse(task.name),
        "back": reverse(task.back),
    }
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    template = "claims/many_form.html" if is_part else "claims/many.html"
    answer = render(request, template, context, status=422 if form.errors else 200)
    # A form that was not taken stands where it stood, and not in the popup that was to come.
    return retarget(reswap(answer, "outerHTML"), "#many") if is_part and form.errors else answer


def _confirm(request: HttpRequest, task: Task, rows: list[Row], entered: dict[str, Any]) -> HttpResponse:
    """Ask once, with what each row gives and costs, and the rows that stay out (R-P6, R-M4)."""
    possible = [row for row in rows if not row.refusal]
    hidden = [(name, value) for name, value in request.POST.items() if name in task.fields.base_fields]
    hidden = [(name, value) for name, value in hidden if name != "confirmed"]
    hidden += [pair for row in possible for pair in (("ticked", row.value), (SHOWN, row.shown))]
    changed = [Warned(str(CHANGED))] if have_changed(request, rows) else []
    context = {
        "title": task.title,
        "question": task.question if possible else "",
        "rows": rows,
        "warnings": [*changed, *task.warn(possible, entered)],
        "hidden": [*hidden, (KEY_FIELD, request.POST.get(KEY_FIELD, "")), ("confirmed", "1")],
        "url": reverse(task.name),
        "cancel_url": reverse(task.back),
    }
    return render(request, "claims/many_confirm.html", context)


def _done(request: HttpRequest, actor: Actor, task: Task, rows: list[Row], entered: dict[str, Any]) -> HttpResponse:
    """Do it, one door per row, and say what became of each; sent again, it does no more and says the same (R-P6)."""
    by_subject = {row.subject.pk: row for row in rows}

    def do(subject: Any) -> str:
        task.act(by_subject[subject.pk], actor, entered)
        return task.say

    key = request.POST.get(KEY_FIELD, "")[:40]
    outcomes = each([row.subject for row in rows], do, by=actor, key=key, said=lambda _subject: said(request))
    for outcome in outcomes:
        by_subject[outcome.pk].outcome = outcome
    done = sum(outcome.done for outcome in outcomes)
    context = {
        "title": task.title,
        "text": _("Done: %(done)d, not done: %(failed)d") % {"done": done, "failed": len(rows) - done},
        "rows": rows,
        "next_url": reverse(task.back),
    }
    return render(request, "claims/many_done.html", context)
