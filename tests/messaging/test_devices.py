"""Where people have themselves notified: the page, its button, and what a log-out leaves behind (R-C7)."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from messaging.push import service
from messaging.push.devices import MOST_DEVICES
from messaging.push.models import PushSubscription
from messaging.tasks import forget_devices
from qsm.accounts.models import User
from tests.factories import MemberFactory, UserFactory
from tests.push_service import Browser
from tests.servers import NO_PUSH_SERVICE

pytestmark = pytest.mark.django_db
ADD, REMOVE, PAGE = (reverse(f"messaging:{name}") for name in ("add_device", "remove_device", "devices"))


def logged_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def register(client: Client, browser: Browser | None = None) -> Browser:
    browser = browser or Browser(NO_PUSH_SERVICE)
    assertContains(client.post(ADD, browser.form, follow=True), "You are notified on this device from now on.")
    return browser


def devices_of(user: User) -> list[str]:
    return [device.endpoint for device in PushSubscription.unscoped.filter(user=user).order_by("-pk")]


@pytest.mark.parametrize("make", [UserFactory, lambda: MemberFactory().user], ids=["buyer", "member"])
def test_a_person_registers_and_removes_a_device(make) -> None:
    """R-C7: buyers and members alike; sent twice it is one device."""
    user = make()
    client = logged_in(user)
    browser = register(client)
    register(client, browser)
    assert devices_of(user) == [browser.endpoint]
    page = client.get(PAGE)
    assertContains(page, "this device")
    assertContains(page, "push.test")
    gone = client.post(REMOVE, {"device": PushSubscription.unscoped.get().pk}, follow=True)
    assertContains(gone, "You are no longer notified on that device.")
    assert devices_of(user) == []


def test_the_button_says_why_it_cannot_be_pressed(settings) -> None:
    """R-C7: without JavaScript, and where nothing is set up for it."""
    client = logged_in(UserFactory())
    page = client.get(PAGE)
    assertContains(page, f'data-push="{service.public_key()}"')
    assertContains(page, "This works only with JavaScript.")
    settings.VAPID_PRIVATE_KEY = ""
    page = client.get(PAGE)
    assertContains(page, 'data-push=""')
    assertContains(page, "Notifications are not set up here.")


def test_every_page_leads_there() -> None:
    """R-C7: on My page and on the shop's pages."""
    assertContains(logged_in(UserFactory()).get(reverse("my")), f'href="{PAGE}"')
    assertContains(logged_in(MemberFactory().user).get(reverse("home")), f'href="{PAGE}"')


@pytest.mark.parametrize(
    "wrong",
    [{"p256dh": "A" * 87}, {"p256dh": "é"}, {"auth": "AAAA"}, {"auth": ""}, {"endpoint": f"{NO_PUSH_SERVICE}.jp/x"}],
)
def test_what_no_browser_says_is_refused(wrong: dict[str, str]) -> None:
    """R-C7: keys that are none would fail only when somebody is told."""
    client = logged_in(UserFactory())
    assert client.post(ADD, Browser(NO_PUSH_SERVICE).form | wrong).status_code == 422
    assert not PushSubscription.unscoped.exists()


def test_a_browser_is_one_persons(client: Client) -> None:
    """R-C7: who registers it anew ends what the person before had there."""
    before, now = UserFactory(), UserFactory()
    browser = register(logged_in(before))
    register(logged_in(now), browser)
    assert (devices_of(before), devices_of(now)) == ([], [browser.endpoint])


def test_nobody_removes_anothers_device() -> None:
    """R-A1: what is not there and what is another's get the same answer."""
    register(logged_in(UserFactory()))
    other = logged_in(UserFactory())
    for number in (PushSubscription.unscoped.get().pk, 987654, "9" * 40, "x", "²"):
        answer = other.post(REMOVE, {"device": number})
        assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert PushSubscription.unscoped.count() == 1


def test_beyond_ten_devices_the_oldest_is_forgotten() -> None:
    """R-C7: nobody keeps the workers busy with thousands."""
    user = UserFactory()
    client = logged_in(user)
    browsers = [register(client) for _ in range(MOST_DEVICES + 1)]
    assert devices_of(user) == [browser.endpoint for browser in reversed(browsers[1:])]


@pytest.mark.parametrize("address", ["account_logout", "admin:logout"])
def test_after_a_log_out_nothing_is_shown_on_that_device(address: str) -> None:
    """R-C7: the next person at this browser must not read it; the other devices stay."""
    user = UserFactory(is_staff=True)
    elsewhere = register(logged_in(user))
    client = logged_in(user)
    register(client)
    answer = client.post(reverse(address))
    assert answer["Clear-Site-Data"] == '"storage"'
    assert devices_of(user) == [elsewhere.endpoint]


def test_a_later_log_in_knows_the_device_too() -> None:
    """R-C7: the session in which it was registered has ended long before the log-out."""
    user = UserFactory()
    client = logged_in(user)
    register(client)
    client.cookies.pop("sessionid")
    client.force_login(user)
    assertContains(client.get(PAGE), "this device")
    client.post(reverse("account_logout"))
    assert devices_of(user) == []
    assert not client.cookies["device"].value


def test_who_is_notified_no_longer_when_the_next_one_logs_out() -> None:
    """R-C7: the browser has ended its side for everybody; no other browser can say that it is this device."""
    before, now = UserFactory(), UserFactory()
    client = logged_in(before)
    register(client)
    forged = logged_in(before)
    forged.cookies["device"] = str(PushSubscription.unscoped.get().pk)
    forged.post(reverse("account_logout"))
    assert PushSubscription.unscoped.exists()
    client.force_login(now)
    client.post(reverse("account_logout"))
    assert not PushSubscription.unscoped.exists()


def test_no_script_and_no_other_site_sees_which_device_it_is() -> None:
    client = logged_in(UserFactory())
    register(client)
    cookie = client.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 400 * 24 * 3600)


def test_looking_at_the_log_out_page_ends_nothing() -> None:
    user = UserFactory()
    client = logged_in(user)
    browser = register(client)
    assert "Clear-Site-Data" not in client.get(reverse("account_logout"))
    assert devices_of(user) == [browser.endpoint]


def test_who_took_a_browser_over_keeps_it_when_the_one_before_logs_out() -> None:
    """R-C7: two log-ins at one browser, the older one in another tab."""
    before, now = logged_in(UserFactory()), UserFactory()
    browser = register(before)
    register(logged_in(now), browser)
    before.post(reverse("account_logout"))
    assert devices_of(now) == [browser.endpoint]


def test_devices_of_closed_accounts_are_forgotten() -> None:
    """R-C7: also those of deleted ones."""
    closed, deleted, open_one = UserFactory(), UserFactory(), UserFactory()
    for user in (closed, deleted, open_one):
        register(logged_in(user))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    deleted.delete()
    forget_devices()
    assert [device.user for device in PushSubscription.unscoped.all()] == [open_one]


def test_the_worker_is_for_the_whole_site() -> None:
    """R-C7: a browser runs it for pages above its own address only if the server says so."""
    answer = Client().get(reverse("messaging:push_worker"))
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Content-Type"] == "text/javascript"
    assert b"showNotification" in b"".join(answer.streaming_content)


def test_a_stranger_is_led_to_the_log_in() -> None:
    for address in (PAGE, ADD, REMOVE):
        assertNotContains(Client().get(address, follow=True), "Notify me on this device")
