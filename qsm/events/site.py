"""The operators' admin: Django's, with what waits for them on its first page."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import person
from qsm.events.desk import waiting_for


class OperatorsDesk(AdminSite):
    """Set as the default site in `qsm.events.apps`."""

    site_header = site_title = _("Operator's desk")
    index_template = "admin/desk.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page, with the numbers that call for somebody."""
        return super().index(request, {**(extra_context or {}), "waiting": waiting_for(person(request))})
