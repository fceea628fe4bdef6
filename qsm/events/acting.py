"""What operators do in admin: each action of a machine is a page of its own, which asks once (R-P6).

Never `save_model`: an operator's action goes through the door like everybody's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import Actor, Party, operator_actor
from qsm.events.admin import ReadOnlyAdmin
from qsm.events.answers import act
from qsm.events.forms import ActionForm
from qsm.events.history import timeline
from qsm.lib.machine import Machine, Text


@dataclass(frozen=True, slots=True)
class Deed:
    """How operators take one action of a machine.

    does: the action, called with the subject, `seen`, `by` and what the form enters; question: what is asked before;
    say: what is said after, an English msgid.
    """

    does: Callable[..., object]
    question: Text
    say: str
    form: type[ActionForm] = ActionForm


class WithHistory(ReadOnlyAdmin):
    """Shows the history of the row's order below its columns, as operators read it (R-A3)."""

    readonly_fields: ClassVar[tuple[str, ...]] = ("timeline",)

    @admin.display(description=_("History"))
    def timeline(self, row: Any) -> str:
        """The same list as in the panels."""
        return render_to_string(
            "parts/life.html", {"timeline": timeline(row.history["order_id"], Actor(Party.OPERATOR))}
        )


class ActingAdmin(ReadOnlyAdmin):
    """A model that operators read, with the actions that its machine allows them now as buttons.

    subject: the name of the deeds' argument for the row; deeds: by the machine's action. Whoever may *change* the model,
    by Django's permissions, may act.
    """

    machine: Machine
    subject: str
    deeds: Mapping[str, Deed]
    change_form_template = "admin/acting.html"
    exclude: ClassVar[tuple[str, ...]] = ("version",)

    def get_urls(self) -> list[URLPattern]:
        """The deeds stand before Django's own, which end in a catch-all."""
        view = self.admin_site.admin_view(self.do)
        return [path("<int:pk>/do/<slug:action>/", view, name=self._name("do")), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The row with its buttons. Raises PermissionDenied for a form of Django's own, which could save it *as new*."""
        if request.method == "POST":
            raise PermissionDenied
        row = self.get_object(request, object_id)
        context = {**(extra_context or {}), "deeds": self._buttons(request, row) if row else []}
        return super().change_view(request, object_id, form_url, context)

    def do(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Ask once, then act. Raises Http404 and PermissionDenied; passes on Refused, Conflict and Replayed."""
        if not self._may_act(request):
            raise PermissionDenied
        row, deed = self.get_object(request, str(pk)), self.deeds.get(action)
        if row is None or deed is None:
            raise Http404
        to = reverse(f"admin:{self._name('change')}", args=[pk])
        actor, posted = operator_actor(request), request.POST if request.method == "POST" else None
        form = deed.form(posted, request.FILES, by=actor, version=row.version)
        label = self._label(action)
        if request.method == "POST":
            if done := act(request, actor, form, deed.does, to=to, say=deed.say, **{self.subject: row}):
                self.log_change(request, row, label)
                return done
        else:
            self.machine.check(row, action, Party.OPERATOR)
        return self._asked(request, form, deed, title=label, row=row, back=to)

    def _asked(
        self, request: HttpRequest, form: ActionForm, deed: Deed, *, title: str, row: object, back: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "row": row,
            "question": deed.question,
            "form": form,
            "back": back,
            "opts": self.opts,
        }
        return render(request, "admin/deed.html", context, status=422 if form.errors else 200)

    def _buttons(self, request: HttpRequest, row: Model) -> list[dict[str, Any]]:
        if not self._may_act(request):
            return []
        name = f"admin:{self._name('do')}"
        return [
            {
                "label": choice.transition.label,
                "url": reverse(name, args=[row.pk, choice.transition.action]),
                "reason": choice.refusal and choice.refusal.message,
            }
            for choice in self.machine.choices(row, Party.OPERATOR)
            if choice.transition.action in self.deeds
        ]

    def _label(self, action: str) -> str:
        return next(str(edge.label) for edge in self.machine.transitions if edge.action == action)

    def _may_act(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


class EnteringAdmin(ActingAdmin):
    """Operators who may *add* the model, by Django's permissions, make rows of it too. entry: how; entry_title: of the page."""

    entry: Deed
    entry_title: Text

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('add', self.opts)}")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Ask, then enter. Raises PermissionDenied; passes on Refused and Replayed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        actor, deed = operator_actor(request), self.entry
        to = reverse(f"admin:{self._name('changelist')}")
        form = deed.form(request.POST if request.method == "POST" else None, request.FILES, by=actor)
        if request.method == "POST" and (done := act(request, actor, form, deed.does, to=to, say=deed.say)):
            return done
        title, rows = str(self.entry_title), self.opts.verbose_name_plural
        return self._asked(request, form, deed, title=title, row=rows, back=to)
