"""Who may open which address. Every route of the site is declared here: test_matrix.py fails for one that is not.

A new address needs one line in ROUTES. The ids in its path are known by the names of their arguments: ROWS in world.py
says of which row an `order_id` is. What a view reads from query and body is found by the test itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from qsm.events.acting import ActingAdmin
from tests.access.world import OF_NOBODY


class Who(Enum):
    """Who may use an address at all; which rows they reach by it is another matter (R-A1)."""

    ANYBODY = "whoever comes"
    PERSON = "whoever has logged in"
    BUYER = "whoever has logged in, for the own orders"
    MEMBER = "members of a trading shop"
    WORKER = "owner and staff of a trading shop"
    OWNER = "the owner of a trading shop"
    OPERATOR = "operators with a permission for it"


ROUTES = {
    "home": Who.PERSON,
    "language": Who.ANYBODY,
    "shop": Who.ANYBODY,
    "healthz": Who.ANYBODY,
    "my": Who.BUYER,
    "my_claims:cancel": Who.BUYER,
    "my_claims:take_back": Who.BUYER,
    "messaging:qpost": Who.BUYER,
    "messaging:qpost_notice": Who.BUYER,
    "messaging:inbox": Who.MEMBER,
    "messaging:notice": Who.MEMBER,
    "messaging:by_customer": Who.MEMBER,
    "messaging:by_product": Who.MEMBER,
    "messaging:inquiries": Who.MEMBER,
    "messaging:letters": Who.MEMBER,
    "messaging:own_inquiries": Who.MEMBER,
    "messaging:talk": Who.MEMBER,
    "messaging:file": Who.MEMBER,
    "messaging:my_file": Who.BUYER,
    "messaging:answer": Who.WORKER,
    "messaging:check": Who.WORKER,
    "messaging:close": Who.WORKER,
    "messaging:send_again": Who.WORKER,
    "messaging:take_up": Who.WORKER,
    "messaging:help": Who.BUYER,
    "messaging:my_threads": Who.BUYER,
    "claims:note": Who.WORKER,
    "claims:language": Who.WORKER,
    "messaging:note": Who.WORKER,
    "messaging:sent": Who.MEMBER,
    "messaging:inquire": Who.WORKER,
    "messaging:thread": Who.MEMBER,
    "messaging:write": Who.BUYER,
    "messaging:my_thread": Who.BUYER,
    "messaging:devices": Who.BUYER,
    "messaging:add_device": Who.BUYER,
    "messaging:remove_device": Who.BUYER,
    "messaging:push_worker": Who.ANYBODY,
    "members": Who.OWNER,
    "member_invite": Who.OWNER,
    "member_role": Who.OWNER,
    "member_remove": Who.OWNER,
    "invitation_withdraw": Who.OWNER,
    "join": Who.ANYBODY,
    "announcements:list": Who.MEMBER,
    "announcements:page": Who.MEMBER,
    "orders:list": Who.MEMBER,
    "orders:import": Who.WORKER,
    "orders:export": Who.MEMBER,
    "orders:file": Who.WORKER,
    "orders:file_take": Who.WORKER,
    "orders:file_discard": Who.WORKER,
    "orders:file_lines": Who.WORKER,
    "orders:grid_file": Who.MEMBER,
    "orders:options": Who.MEMBER,
    "orders:settings": Who.OWNER,
    "orders:upload_tracking": Who.WORKER,
    "orders:upload_ship_dates": Who.WORKER,
    "orders:invite": Who.WORKER,
    "welcome": Who.ANYBODY,
    "orders:work": Who.WORKER,
    "orders:correct": Who.WORKER,
    "orders:readdress": Who.WORKER,
    "orders:hand_over": Who.WORKER,
    "orders:provide": Who.WORKER,
    "my_orders:receive": Who.BUYER,
    "my_balance:page": Who.BUYER,
    "my_balance:ask_for_payout": Who.BUYER,
    "orders:page": Who.MEMBER,
    "orders:history": Who.MEMBER,
    "orders:plan": Who.WORKER,
    "orders:dispatch": Who.WORKER,
    "claims:list": Who.MEMBER,
    "claims:page": Who.MEMBER,
    "claims:reject": Who.WORKER,
    "claims:approve": Who.WORKER,
    "claims:approve_many": Who.WORKER,
    "claims:reject_many": Who.WORKER,
    "claims:cancel_orders": Who.WORKER,
    "claims:refund_orders": Who.WORKER,
    "claims:export": Who.MEMBER,
    "claims:penalties": Who.MEMBER,
    "claims:standing": Who.MEMBER,
    "products:list": Who.MEMBER,
    "products:csv": Who.MEMBER,
    "products:import": Who.WORKER,
    # allauth's
    "account_login": Who.ANYBODY,
    "account_inactive": Who.ANYBODY,
    "account_logout": Who.ANYBODY,
    "account_change_password": Who.PERSON,
    "account_set_password": Who.PERSON,
    "account_reauthenticate": Who.PERSON,
    "mfa_authenticate": Who.ANYBODY,
    "mfa_index": Who.PERSON,
    "mfa_reauthenticate": Who.PERSON,
    "mfa_activate_totp": Who.PERSON,
    "mfa_deactivate_totp": Who.PERSON,
    "mfa_generate_recovery_codes": Who.PERSON,
    "mfa_view_recovery_codes": Who.PERSON,
    "mfa_download_recovery_codes": Who.PERSON,
    # Django admin's own; what it makes of each registered model is OPERATOR's without a line here
    "admin:auth_user_password_change": Who.OPERATOR,
    "admin:messaging_attachment_file": Who.OPERATOR,
    "admin:login": Who.ANYBODY,
    "admin:logout": Who.ANYBODY,
    "admin:index": Who.OPERATOR,
    "admin:app_list": Who.OPERATOR,
    "admin:autocomplete": Who.OPERATOR,
    "admin:jsi18n": Who.OPERATOR,
    "admin:password_change": Who.OPERATOR,
    "admin:password_change_done": Who.OPERATOR,
    "admin:view_on_site": Who.OPERATOR,
}
OURS = ("claims.", "messaging.", "orders.", "qsm.")
OF_EVERY_OPERATOR = {"index", "app_list", "autocomplete", "jsi18n", "password_change", "password_change_done"}


@dataclass(frozen=True)
class Route:
    """An address: its name, the names of the arguments in its path, and who may use it (None: nobody has said)."""

    name: str
    arguments: tuple[str, ...]
    who: Who | None

    is_ours: bool

    @property
    def rows(self) -> frozenset[str]:
        """The arguments that are ids of somebody's rows."""
        return frozenset(self.arguments) - OF_NOBODY

    @property
    def needs_permission(self) -> bool:
        """Whether being an operator is not enough."""
        return self.who is Who.OPERATOR and self.name.partition(":")[2] not in OF_EVERY_OPERATOR


def routes() -> list[Route]:
    """Every address with a name, of ours and of the libraries'."""
    made_by_admin = set(models_in_admin())
    found = {}
    for name, pattern in named(get_resolver()):
        who = ROUTES.get(name) or (Who.OPERATOR if name in made_by_admin else None)
        ours = pattern.lookup_str.startswith(OURS)
        found[name] = Route(name, tuple(pattern.pattern.regex.groupindex), who, ours)
    return [found[name] for name in sorted(found)]


def named(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            # Without a name: the admin's redirect of old addresses, and its answer to unknown ones.
            if pattern.name:
                yield f"{namespace}{pattern.name}", pattern
        else:
            yield from named(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


def models_in_admin() -> Iterator[str]:
    """What the admin calls the pages that it makes of a model; views of our own beside them have lines in ROUTES."""
    for model, page_of in admin.site._registry.items():
        acts = ("do",) if isinstance(page_of, ActingAdmin) else ()
        for page in ("changelist", "add", "change", "delete", "history", *acts):
            yield f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
