"""The frame of every page: the shop, the menu, the links and the clock in the header (R-P7)."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import get_language, gettext_lazy, gettext_noop, ngettext, pgettext
from django.utils.translation import gettext as _

from messaging.announcements.queries import unread as unread_announcements
from messaging.queries import unread
from qsm.accounts.access import buyer_actor, membership, memberships, person
from qsm.accounts.models import Role, Seller
from qsm.events.demo_clock import read_clock
from qsm.lib import clock
from qsm.lib.machine import Text

# What HTML calls a language, where it is not called as in Django.
LANGUAGE_TAGS = {"zh-hans": "zh-Hans"}
# Django says these in full in Korean and Chinese; our own catalogs are asked first, and say them short.
SHORT_WEEKDAYS = (
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)
# Title of a group, then its pages: name of the URL, label, and the pages below it.
MENU: tuple[tuple[Text, tuple[tuple[Any, ...], ...]], ...] = (
    ("", (("home", gettext_lazy("Home")),)),
    (
        gettext_lazy("Shipping/Cancel/Non-receipt"),
        (
            ("orders:list", gettext_lazy("Delivery management"), "orders:page"),
            ("orders:import", gettext_lazy("Order files")),
            ("claims:list", gettext_lazy("Cancel/Return/Non-receipt"), "claims:page"),
            ("claims:penalties", gettext_lazy("Penalties")),
            ("claims:standing", gettext_lazy("Shop's standing")),
        ),
    ),
    (gettext_lazy("Products"), (("products:list", gettext_lazy("Product list"), "products:import"),)),
    (
        gettext_lazy("Inquiries"),
        (
            (
                "messaging:inquiries",
                gettext_lazy("Inquiry management"),
                "messaging:letters",
                "messaging:own_inquiries",
                "messaging:by_customer",
                "messaging:by_product",
                "messaging:thread",
            ),
            ("messaging:inquire", gettext_lazy("Ask the operator")),
            ("messaging:inbox", gettext_lazy("Inbox"), "messaging:notice"),
        ),
    ),
)


# What viewers don't find in the menu (R-A2), and what only owners find there.
WORKERS_PAGES = frozenset({"orders:import", "messaging:inquire"})
OWNERS_MENU = (
    (gettext_lazy("Shop"), (("members", gettext_lazy("Members")), ("orders:settings", gettext_lazy("Shop settings")))),
)


class Frame:
    """What the frame of a page shows: the shop, the menu, unread notices. Asks the database only for what is drawn."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now = clock.now()

    @property
    def clock(self) -> dict[str, str]:
        """The business moment as people read it, and how far the clock of the training copy runs ahead (R-T3)."""
        here, days = self.now.astimezone(clock.JST), read_clock().days_forward
        ahead = ngettext("%(days)s day ahead", "%(days)s days ahead", days) % {"days": days} if days else ""
        text = dateformat.format(here, pgettext("date format", "D j M Y, H:i"))
        return {"moment": here.isoformat(), "text": text, "ahead": ahead}

    @property
    def languages(self) -> list[dict[str, Any]]:
        """The languages that a person may choose from."""
        own = get_language()
        return [
            {"code": code, "lang": LANGUAGE_TAGS.get(code, code), "name": name, "current": code == own}
            for code, name in settings.LANGUAGES
        ]

    @property
    def shop(self) -> str:
        member = membership(self.request)
        return member.seller.name if member else ""

    @property
    def may_act(self) -> bool:
        """Whether the member may change something: viewers see no buttons (R-A2)."""
        member = membership(self.request)
        return member is not None and member.role != Role.VIEWER

    @property
    def shops(self) -> list[Seller]:
        """The shops that the person may work under, the chosen one first (R-A2)."""
        return [member.seller for member in memberships(self.request)]

    @property
    def menu(self) -> list[dict[str, Any]]:
        """The left menu: only pages that exist and that this member may open (R-P7, R-A2)."""
        member = membership(self.request)
        role = member.role if member else ""
        groups = (*MENU, *OWNERS_MENU) if role == Role.OWNER else MENU
        closed = WORKERS_PAGES if role == Role.VIEWER else frozenset()
        return [
            {"title": title, "items": [self._item(*item) for item in items if item[0] not in closed]}
            for title, items in groups
        ]

    def _item(self, name: str, label: Text, *pages_below: str) -> dict[str, Any]:
        match = self.request.resolver_match
        current = match is not None and match.view_name in {name, *pages_below}
        return {"label": label, "url": reverse(name), "current": current}

    @cached_property
    def unread(self) -> int:
        return unread(buyer_actor(self.request))

    @property
    def announcements(self) -> dict[str, Any]:
        """The operator's announcements and how many of them the person has not opened (R-P7)."""
        label, url = _("Announcements"), reverse("announcements:list")
        return {"label": label, "url": url, "count": len(unread_announcements(person(self.request)))}

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The links in the header of the seller's pages (R-P7)."""
        if membership(self.request) is None or self.links:
            return []
        return [{"label": _("Inquiries"), "url": reverse("messaging:inquiries")}, self.announcements]

    @property
    def links(self) -> list[dict[str, Any]]:
        """My page's links in the header; the seller's are in the menu."""
        if not self.request.path.startswith(reverse("my")):
            return []
        return [
            {"label": _("Balance"), "url": reverse("my_balance:page"), "icon": "banknotes"},
            {"label": _("Qpost"), "url": reverse("messaging:qpost"), "icon": "envelope", "count": self.unread},
        ]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` on every page."""
    return {"frame": Frame(request)}
