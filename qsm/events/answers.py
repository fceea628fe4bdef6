"""From a sent form through the door to an answer; sending it twice does no more and answers the same (R-P6)."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django_htmx.http import reswap, retarget

from qsm.accounts.access import Actor
from qsm.events import door
from qsm.events.door import change
from qsm.events.forms import KEY_FIELD, ActionForm, Confirmed, seal
from qsm.lib.machine import Refused, Text

# What a popup has shown of money, for its OK: that is about exactly this (R-M4).
SHOWN = "shown"
CHANGED = gettext_lazy("This has changed since you were asked. Read it again before you go on.")
NOT_SAID = {KEY_FIELD, "csrfmiddlewaretoken"}


def act(
    request: HttpRequest,
    actor: Actor,
    form: ActionForm,
    action: Callable[..., object],
    *,
    to: str,
    say: str,
    **subject: Any,
) -> HttpResponse | None:
    """Do `action` with the subject and what the form says, and go `to` a path of ours, saying `say` (an English msgid).

    None when the form is incomplete or the action was refused: the form then says why. Passes on Conflict and Replayed.
    """
    if not form.is_valid():
        return None
    try:
        with change(actor, key=form.cleaned_data[KEY_FIELD], body=said(request)) as tx:
            action(**subject, by=actor, **form.entered)
            tx.answer = {"to": to, "say": say}
    except Refused as refusal:
        form.refuse(refusal)
        return None
    return answered(request, tx.answer)


def ask_once(
    request: HttpRequest,
    form: Confirmed,
    *,
    title: Text,
    question: Text,
    back: str,
    warning: str = "",
    facts: Sequence[Any] = (),
) -> HttpResponse:
    """Ask before a form is taken: a dialog for htmx, else a page; OK sends the same form again (R-P6).

    warning, facts (orders.panel.Fact): what stands beside the question; back: where *Cancel* leads without JavaScript.
    """
    hidden = [*form.sent_on, (SHOWN, _seal_of(facts))]
    context = {"title": title, "question": question, "warning": warning, "facts": facts, "hidden": hidden}
    return render(request, "confirm.html", {**context, "url": request.path, "cancel_url": back})


def has_changed(request: HttpRequest, facts: Sequence[Any]) -> bool:
    """Whether a popup was confirmed that showed other facts than these: then it asks again (R-M4)."""
    return request.POST.get(SHOWN, "") not in {"", _seal_of(facts)}


def _seal_of(facts: Sequence[Any]) -> str:
    return seal("\n".join(f"{fact.label}: {fact.value}" for fact in facts))


def said(request: HttpRequest) -> dict[str, Any]:
    """What a sent form says, to tell a repetition from another request under the same key; the path belongs to it."""
    files = {name: [_digest(file) for file in request.FILES.getlist(name)] for name in request.FILES}
    posted = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_SAID}
    return {"path": request.path, **({"of files": files} if files else {}), **posted}


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256((file.name or "").encode())
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def sent_before(request: HttpRequest) -> dict[str, Any] | None:
    """What this form answered the first time, when its row is not there any more because of it; None otherwise."""
    key = request.POST.get(KEY_FIELD, "")
    return door.sent_before(request.user.pk, key, said(request)) if key and request.user.pk else None


def answered(request: HttpRequest, answer: dict[str, Any]) -> HttpResponse:
    """Confirm once what was done and lead where the answer says; the same for the first sending and for a repetition."""
    say, to = gettext(answer["say"]), answer["to"]
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "done.html", {"title": gettext("Done"), "text": say, "next_url": to})
    messages.success(request, say)
    return redirect(to)


def in_panel(response: HttpResponse) -> HttpResponse:
    """For htmx: this answer belongs into the panel, wherever the form that asked stood."""
    return retarget(reswap(response, "innerHTML"), "#panel")
