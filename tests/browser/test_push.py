"""A buyer has the rejection shown on the own device, in a real browser (R-C7).

Stubbed is one thing, the browser's `pushManager.subscribe`, which would ask Google for a subscription; what its push service
would hand over is handed over by the browser's own debugging protocol.
"""

import json
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from claims.kinds import cancel
from claims.models import Claim
from claims.states import RejectReason
from messaging.push import channel
from messaging.push.models import PushSubscription
from qsm.events.door import change
from qsm.events.models import Delivery
from qsm.events.notices import PUSH
from tests.browser.conftest import NewPerson, Shop
from tests.browser.people import Person
from tests.browser.test_every_page import EVERY_RULE, FITS, violations
from tests.factories import PASSWORD, BuyerFactory, OrderFactory, member_of, requested_cancel
from tests.push_service import Browser
from tests.servers import NO_PUSH_SERVICE

pytestmark = pytest.mark.browser
WHY = "すでに梱包を終え、本日の集荷で発送いたします。ご了承くださいますようお願いいたします。"
SUBSCRIBE = "PushManager.prototype.subscribe = async () => ({{ toJSON: () => ({}) }})"
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
    ({ title, body, tag, lang }) => ({ title, text: body, tag, lang }))"""
CLICKED = """async () => {
    self.clients.openWindow = (url) => { self.opened = url; };
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    return [self.opened, (await self.registration.getNotifications()).length];
}"""
REGISTRATIONS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


def rejection(shop: Shop) -> Delivery:
    """A rejected cancel of the shop's buyer, with its push still to be sent."""
    buyer = BuyerFactory(seller=shop.seller, user=shop.buyer)
    claim: Claim = requested_cancel(OrderFactory(seller=shop.seller, buyer=buyer))
    by = member_of(shop.seller)
    with change(by):
        cancel.reject(claim=claim, seen=claim.version, by=by, reason=RejectReason.OTHER, text=WHY)
    return Delivery.objects.get(event__claim_id=claim.pk, event__name="cancel.rejected", consumer=PUSH)


def subscribed(buyer: Person, device: Browser) -> None:
    """The button is pressed, and the browser says what a push service would have given it."""
    keys = {"p256dh": device.form["p256dh"], "auth": device.form["auth"]}
    buyer.page.add_init_script(SUBSCRIBE.format(json.dumps({"endpoint": device.endpoint, "keys": keys})))
    buyer.page.goto("/devices/")
    buyer.button("Notify me on this device").click()
    expect(buyer.page.locator(".alert.success")).to_have_text(
        buyer.says("You are notified on this device from now on.")
    )


def deliver(buyer: Person, message: str, times: int) -> None:
    """As the push service would, through the browser's debugging protocol."""
    session = buyer.page.context.new_cdp_session(buyer.page)
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    buyer.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    [registration] = {one["registrationId"]: one for one in found}.values()
    assert registration["scopeURL"] == f"{buyer.origin}/"
    push = {"origin": buyer.origin, "registrationId": registration["registrationId"], "data": message}
    for _again in range(times):
        session.send("ServiceWorker.deliverPushMessage", push)


def test_the_rejection_is_shown_on_the_device(shop: Shop, person: NewPerson) -> None:
    """R-C7, R-B9: in the reader's language, once however often it comes; a click opens the order; a log-out ends it."""
    told = json.loads(message := channel._message(rejection(shop), "ja").decode())
    device = Browser(NO_PUSH_SERVICE)
    buyer = person("ja", permissions=["notifications"])
    buyer.log_in(shop.buyer.email, PASSWORD)
    subscribed(buyer, device)
    assert PushSubscription.unscoped.get().user == shop.buyer
    deliver(buyer, message, times=2)
    buyer.page.wait_for_function(f"({SHOWN})().then((shown) => shown.length > 0)")
    assert buyer.page.evaluate(SHOWN) == [{name: told[name] for name in ("title", "text", "tag", "lang")}]
    assert WHY in told["text"]
    [worker] = buyer.page.context.service_workers
    assert worker.evaluate(CLICKED) == [told["url"], 0]

    buyer.page.goto("/my/")
    buyer.button("Log out", within=buyer.page.locator("#menu")).click()
    buyer.page.wait_for_url("**/accounts/login/")
    assert not PushSubscription.unscoped.exists()
    assert buyer.page.evaluate(REGISTRATIONS) == 0


BLOCKED = (
    "Notifications are blocked for this site. Allow them in the settings of the browser and press the button again."
)
NO_SCRIPT = "This works only with JavaScript."


def test_the_button_says_that_notifications_are_blocked(shop: Shop, person: NewPerson) -> None:
    """R-C7: and what to do; everybody can use the page."""
    buyer = person("ja", permissions=[])
    buyer.log_in(shop.buyer.email, PASSWORD)
    buyer.page.goto("/devices/")
    buyer.button("Notify me on this device").click()
    expect(buyer.page.locator("#device-says")).to_have_text(buyer.says(BLOCKED))
    buyer.page.evaluate(AXE_SCRIPT)
    assert [*violations(buyer.page, EVERY_RULE)] == []
    assert buyer.page.evaluate(FITS)


def test_without_a_script_the_button_says_so(shop: Shop, person: NewPerson) -> None:
    """R-C7"""
    buyer = person("ja", java_script_enabled=False)
    buyer.log_in(shop.buyer.email, PASSWORD)
    buyer.page.goto("/devices/")
    expect(buyer.button("Notify me on this device")).to_be_disabled()
    expect(buyer.page.locator("#device-says")).to_have_text(buyer.says(NO_SCRIPT))
