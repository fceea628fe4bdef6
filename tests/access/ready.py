"""What makes a form of an address be taken: rows as they must be, and what is entered. Without a line here FORM is enough."""

from collections.abc import Callable
from typing import Any

from messaging.models import Thread
from messaging.push.models import PushSubscription
from orders import pickup
from orders.models import Order
from orders.states import DeliveryMethod, OrderState
from qsm.events.forms import seal
from qsm.lib import clock
from tests.access.world import Things
from tests.claims.doings import MEMO
from tests.factories import BuyerFactory
from tests.orders.test_payouts import ACCOUNT, refunded
from tests.push_service import Browser
from tests.servers import NO_PUSH_SERVICE

Entered = dict[str, Any]
# Enough for every form: what is right for one of them is ignored by the others.
FORM = {
    "seen": "1",
    "key": "a-key-of-my-own",
    "confirmed": "1",
    "reason": "ready_to_ship",
    "ship_date": clock.last_day(clock.day_of(clock.real()), 8).isoformat(),
    "carrier": "ゆうパック",
    "tracking_number": "1234",
    "category": "other",
    "title": "傘について",
    "text": "傘について、お尋ねしたいことがございますので、ご連絡いたします。",
}


def _order(order: Order, entered: Entered | None = None, **columns: Any) -> Entered:
    Order.unscoped.filter(pk=order.pk).update(**columns)
    return {"seen": str(Order.unscoped.get(pk=order.pk).version), **(entered or {})}


def _sent(things: Things) -> Entered:
    return _order(things.free, state=OrderState.SHIPPING, shipped_at=things.free.ordered_at)


def _asked(things: Things) -> Entered:
    Thread.unscoped.filter(pk=things.note.thread_id).update(state="UNANSWERED", asked_at=things.claim.requested_at)
    return {}


def _notified(things: Things) -> Entered:
    browser = Browser(NO_PUSH_SERVICE).of(things.order.buyer.user)
    return {"device": str(PushSubscription.unscoped.get(endpoint=browser.endpoint).pk)}


def _balance(things: Things) -> Entered:
    yen = refunded(user=things.order.buyer.user).paid_yen
    return {"yen": str(yen), **ACCOUNT}


def _without_log_in(things: Things) -> Entered:
    order = things.free
    Order.unscoped.filter(pk=order.pk).update(buyer=BuyerFactory(seller=order.seller, user=None, phone="03-1234-5678"))
    return {"email": "guest@example.jp"}


def _ticked(row: Any, *, under: str = "ticked", **entered: str) -> Entered:
    return {under: f"{row.pk}:{type(row).unscoped.get(pk=row.pk).version}", **entered}


READY: dict[str, Callable[[Things], Entered]] = {
    "claims:approve_many": lambda things: _ticked(things.claim),
    "claims:cancel_orders": lambda things: _ticked(things.free, reason="out_of_stock", scope="one", memo=MEMO),
    "claims:refund_orders": lambda things: _sent(things) and _ticked(things.free, memo=MEMO),
    "claims:reject_many": lambda things: _ticked(things.claim),
    "member_invite": lambda things: {"email": "new@example.jp", "role": "staff"},
    "member_role": lambda things: {"role": "viewer"},
    "messaging:add_device": lambda things: Browser(NO_PUSH_SERVICE).form,
    "messaging:close": _asked,
    "messaging:note": lambda things: {
        **_ticked(things.order),
        "seal": seal(f"{FORM['title']}\n{FORM['text']}"),
    },
    "messaging:remove_device": _notified,
    "messaging:take_up": _asked,
    "my_balance:ask_for_payout": _balance,
    "my_claims:cancel": lambda things: {"reason": "found_cheaper"},
    "my_orders:receive": _sent,
    "orders:correct": _sent,
    "orders:hand_over": lambda things: _order(
        things.free, {"code": pickup.code_of(things.free)}, delivery_method=DeliveryMethod.PICKUP
    ),
    "orders:invite": _without_log_in,
    "orders:options": lambda things: {"order": "-ordered_at", "size": "50", "place_number": "1"},
    "orders:provide": lambda things: _order(things.free, delivery_method=DeliveryMethod.ONLINE),
    "orders:readdress": lambda things: {"recipient_name": "青山 太郎", "address": "東京都港区一丁目"},
    "orders:settings": lambda things: {"default_carrier": "ヤマト運輸", "export_encoding": "utf-8-sig"},
    "orders:work": lambda things: {
        **_ticked(things.free, under="row"),
        f"{things.free.pk}-carrier": "ゆうパック",
        f"{things.free.pk}-tracking_number": "1234",
    },
}
# What is not done by any form that is sent here, and why.
UNDONE = {
    "claims:language": "it only says in which language a text is",
    "messaging:check": "it only says what looks like personal data",
    "messaging:send_again": "only what failed is sent again, see tests/service/test_notes.py",
    "orders:file_take": "the file has to be read first, see tests/service/test_file_races.py",
    "orders:import": "files, see tests/service/test_file_races.py",
    "orders:upload_ship_dates": "files, see tests/service/test_file_races.py",
    "orders:upload_tracking": "files, see tests/service/test_file_races.py",
    "products:import": "files, see tests/service/test_file_races.py",
}
