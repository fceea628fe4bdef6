"""The shops that are measured, and the places in them that pages are asked for. Django must be set up."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import Claim
from claims.states import LATE_AFTER_DAYS
from dev import Problem
from messaging.models import InboxItem, Message, Thread
from orders.grids import ORDERS
from orders.models import Buyer, Cart, Order, Product, Refund
from orders.states import OrderState
from qsm.accounts.models import Member, Role, Seller, User
from qsm.events.models import Delivery, Event
from qsm.lib import clock
from tests.processes import LOOPBACK

SHOPS, DAYS = 1000, 730
FILLED = (Seller, Cart, Buyer, Order, Claim, Refund, Product, Event, Delivery, InboxItem, Thread, Message)
BIG, SMALL = "shop1", "shop2"
ALL = "?state="  # all orders, not only the tab's own
FILTERED_DAYS = 30
INTO = re.compile(r"(?:INSERT INTO|CREATE TEMP TABLE) (\w+)")


@dataclass(frozen=True)
class Shop:
    """A filled shop seen by a member: the log-in, and queries that lead to places in its lists."""

    session: str
    depth: int  # a row in the middle of all orders
    deep: dict[str, str]  # the ways to that row
    filtered: dict[str, str]  # by state and date, for ours and for naive lists
    claim: Claim
    number: str

    @property
    def params(self) -> dict[str, object]:
        """What the statements of `floors` are asked with."""
        return {
            "shop": self.claim.seller_id,
            "claim": self.claim.pk,
            "number": self.number,
            "claimed_number": self.claim.order.number,
            "today": clock.today(),
            "late": clock.start_of(clock.today() - timedelta(days=LATE_AFTER_DAYS - 1)),
            "ninety_days_ago": clock.start_of(clock.today() - timedelta(days=89)),
        }


def fill(orders: int, say: Callable[[str], None] = lambda _step: None) -> None:
    """Fill migrated tables by SQL that names only the columns that matter here; `say` is told of each table."""
    sql = Path(__file__).with_name("fill.sql").read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        for model in FILLED:
            give_defaults(model, cursor)
        for statement in sql.split(";\n\n"):
            if table := INTO.search(statement):
                say(f"  {table[1]} ...")
            cursor.execute(statement, {"orders": orders, "shops": SHOPS, "days": DAYS})


def give_defaults(model: type[Model], cursor: CursorWrapper) -> None:
    """Let the database know what the model puts into a column that is not named, as Django itself does not."""
    for field in model._meta.concrete_fields:
        default = field.get_db_prep_save(field.get_default(), connection)
        if not field.primary_key and default is not None:
            column = f"ALTER TABLE {model._meta.db_table} ALTER COLUMN {connection.ops.quote_name(field.column)}"
            cursor.execute(f"{column} SET DEFAULT %s", [default])


def freshen_statistics() -> None:
    """As autovacuum would have done by the time that a shop is this large."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def open_shop(slug: str) -> Shop:
    """Give the shop a member who is logged in."""
    session, shop = log_in(slug), Seller.objects.get(slug=slug)
    rows = Order.unscoped.filter(seller=shop).order_by("-ordered_at", "-pk")
    depth = rows.count() // 2
    waiting = Claim.unscoped.filter(seller=shop).select_related("order").order_by("-pk")
    return Shop(
        session=session,
        depth=depth,
        deep=ways_to(rows[depth - 1]) | {"naive": f"?page={depth // 50 + 1}"},
        filtered=filters(),
        claim=waiting[0],
        number=rows[depth].number,
    )


def log_in(slug: str) -> str:
    """A new member of the shop; the session's key."""
    shop = Seller.objects.get(slug=slug)
    user = User.objects.create_user(f"{shop.slug}@bench.invalid", name="鈴木 店長")
    Member.objects.create(user=user, seller=shop, role=Role.OWNER)
    browser = Client()
    browser.force_login(user)
    return browser.cookies["sessionid"].value


def ways_to(row: Order) -> dict[str, str]:
    """The queries of the page after this row, of the one before it, and of the one that its day begins."""
    order = ORDERS.order_of(Order.unscoped.all(), QueryDict())
    values = (row.ordered_at, row.pk)
    return {
        "next": f"{ALL}&cursor={order.cursor(values, backward=False)}",
        "previous": f"{ALL}&cursor={order.cursor(values, backward=True)}",
        "date": f"{ALL}&date={clock.day_of(row.ordered_at)}",
    }


def filters() -> dict[str, str]:
    """Delivered in the last days, for our lists and for naive ones."""
    first, last = clock.today() - timedelta(days=FILTERED_DAYS), clock.today()
    return {
        "orders": f"?state=delivered&since={first}&until={last}",
        "claims": f"?status=cancel_rejected&period_after={first}&period_before={last}",
        "naive": f"?state={OrderState.DELIVERED}&ordered_at__date__gte={first}&ordered_at__date__lte={last}",
    }


def queries(session: str, path: str, *, htmx: bool = False) -> int:
    """How many queries a page takes once its process is warm. Raises Problem when it isn't a page."""
    browser = Client(SERVER_NAME=LOOPBACK, headers={"HX-Request": "true"} if htmx else None)
    browser.cookies["sessionid"] = session
    for _time in ("cold", "warm"):
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(path)
    if answer.status_code != 200:
        raise Problem(f"{path}: {answer.status_code}")
    return len(captured)
