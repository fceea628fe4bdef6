"""The training copy: what it must have for every page to have something to show, and how it comes about."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from claims import demo
from claims.demo.columns import JAPANESE_DETAIL_45
from claims.models import Claim, Penalty
from claims.states import PenaltyKind, PenaltyState, State
from messaging.announcements.models import Announcement
from messaging.models import InboxItem, Thread
from orders.models import Order, Payout, Product, Refund, Restriction
from orders.money.ledger import balance_of
from orders.products.queries import COUNTERS
from orders.states import OrderState, PayoutState, RefundState
from qsm.accounts.access import SYSTEM, Actor, Party
from qsm.accounts.counting import count
from qsm.accounts.models import Seller, User
from qsm.events.invariants import violations
from qsm.events.models import Event
from qsm.lib import clock

pytestmark = pytest.mark.django_db


def test_the_training_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    """R-O6, R-P1, R-P4, R-T3: one build for all of it, for it plays ten days."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATA_DIR = tmp_path
    assert not demo.is_built()
    call_command("demo")
    orders_are_in_all_states()
    claims_wait_and_have_ended()
    money_is_on_every_way()
    it_was_played_day_by_day()
    people_wrote_to_each_other()
    products_are_in_every_group()
    the_training_buyer_can_do_something()
    files_are_in_the_marketplaces_forms(tmp_path / "demo")
    assert demo.is_built()
    before = Event.unscoped.count()
    assert all(email in capsys.readouterr().out for email in [demo.SELLER]), "log-ins are printed"
    call_command("demo")
    assert demo.BUYER in capsys.readouterr().out
    demo.build(tmp_path)
    assert (Order.unscoped.count(), Event.unscoped.count() - before < 10) == (400, True)


def orders_are_in_all_states() -> None:
    assert Order.unscoped.count() == 400
    assert set(Seller.objects.values_list("slug", flat=True)) == {"demo", "demo-ko", "demo-small"}
    shop = Order.unscoped.filter(seller__slug="demo")
    states = Counter(shop.values_list("state", flat=True))
    assert set(states) >= set(OrderState) - {OrderState.RETURNED, OrderState.REFUNDED}
    assert shop.filter(Order.delayed()).exists()
    assert shop.filter(ship_today_until__isnull=False).exists()
    assert set(shop.values_list("delivery_method", flat=True)) == {"tracked", "untracked", "pickup", "online"}
    for method in ("pickup", "online"):
        assert shop.filter(delivery_method=method).latest("ordered_at").state == OrderState.NEW


def claims_wait_and_have_ended() -> None:
    for slug in ("demo", "demo-ko"):
        claims = Claim.unscoped.filter(seller__slug=slug)
        states = set(claims.filter(kind="cancel").values_list("state", flat=True))
        assert states >= {State.REQUESTED, State.REJECTED, State.WITHDRAWN, State.COMPLETED}, slug
        assert any(claim.is_late for claim in claims)
        assert claims.filter(kind="return").exists()
    assert Claim.unscoped.filter(seller__slug="demo", state=State.REFUNDING).exists()


def money_is_on_every_way() -> None:
    """R-M1, R-M3, R-O10: each task of operators has one that waits, and nothing that must hold is broken."""
    waiting = Counter(
        Refund.unscoped.filter(claim_id__in=Claim.unscoped.filter(state=State.REFUNDING).values("pk")).values_list(
            "seller__slug", "state"
        )
    )
    assert waiting["demo", RefundState.FAILED] == 1
    assert waiting["demo-small", RefundState.EXTERNAL] >= 1
    assert Refund.unscoped.filter(seller__slug="demo-ko", state=RefundState.DONE, fee_yen=108).exists()
    payout = Payout.unscoped.get(state=PayoutState.REQUESTED)
    assert payout.user.email == demo.BUYER
    assert 0 < balance_of(Actor(Party.BUYER, user_id=payout.user_id)) <= payout.yen + 1
    assert set(Penalty.unscoped.values_list("kind", "state")) >= {
        (PenaltyKind.NOT_SHIPPED, PenaltyState.RAISED),
        (PenaltyKind.NO_NOTE, PenaltyState.RAISED),
    }
    assert Restriction.unscoped.filter(ends_at__gt=clock.now()).exists()
    assert violations() == []


def it_was_played_day_by_day() -> None:
    """What happened is dated with the day on which it happened."""
    days = set(Event.unscoped.values_list("business_date", flat=True))
    assert len(days) >= 9
    moments = list(Event.unscoped.order_by("pk").values_list("recorded_at", flat=True))
    assert moments == sorted(moments)
    names = set(Event.unscoped.values_list("name", flat=True))
    assert names >= {"order.expired", "order.lapsed", "order.ship_today_missed", "penalty.raised"}


def people_wrote_to_each_other() -> None:
    kinds = Counter(Thread.unscoped.values_list("kind", "state"))
    assert set(kinds) >= {("question", "UNANSWERED"), ("question", "ANSWERED"), ("note", "ANSWERED")}
    assert kinds["inquiry", "UNANSWERED"] == kinds["letter", "UNANSWERED"] == 3
    assert Announcement.objects.count() == 3
    assert InboxItem.unscoped.filter(seller__slug="demo").exists()


def products_are_in_every_group() -> None:
    shop = Seller.objects.get(slug="demo")
    assert all(count(Actor(Party.SELLER, seller_id=shop.pk), COUNTERS)[0].values())
    assert Product.unscoped.filter(seller__slug="demo-ko").exists()


def the_training_buyer_can_do_something() -> None:
    """The browser tests ask about the newest orders: they are being prepared."""
    client = Client()
    client.force_login(User.objects.get(email=demo.BUYER))
    page = client.get("/my/")
    newest = page.context["orders"][:5]
    assert [row.order.state for row in newest] == [OrderState.PREPARING] * 5
    for row in page.context["counters"]:
        for cell in row["cells"]:
            assert len(client.get(cell["url"]).context["orders"]) == cell["count"], cell
    assert Order.objects.for_actor(SYSTEM).filter(number__in=["638000137", "638000470"]).count() == 2


def files_are_in_the_marketplaces_forms(folder: Path) -> None:
    japanese = next(folder.glob("demo_Delivery*.csv")).read_bytes().decode("cp932")
    korean = next(folder.glob("demo-ko_*.csv")).read_bytes().decode("utf-8-sig")
    small = next(folder.glob("demo-small_*.csv")).read_bytes().decode("utf-8-sig")
    heads = [text.split("\r\n")[0].split(",") for text in (japanese, korean, small)]
    assert [len(head) for head in heads] == [44, 46, len(JAPANESE_DETAIL_45)]
    assert '"할인액 "' in heads[1]
