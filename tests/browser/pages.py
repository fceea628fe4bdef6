"""Every page and every state of a page that looks different, and how a browser gets there from the demo shop.

Nothing here depends on the language: what is pressed is found by its place, not by its words.
"""

from functools import partial
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import cancels, deliveries, desk, members, talks
from tests.browser.stop import BUYER, NOBODY, OPERATOR, PHONE, PREPARING, REQUESTED, SELLER, Stop, open_first, open_row
from tests.processes import wait_for

PASSWORD = "demo-console-2026"
LOG_INS = {who: f"{who}@demo.invalid" for who in (SELLER, BUYER, OPERATOR)}
# Line 2 lacks a recipient; line 3 has a day that no calendar knows; line 4 has nothing that can be read.
BAD_FILE = """配送状態,注文番号,カート番号,注文日,発送予定日,商品名,数量,受取人名,購入者名
新規注文,638777001,214700001,2026/11/01 10:00:00,,木の汽車,1,,山吹 なつ
配送準備,638777002,214700002,2026/11/01 10:00:00,2026/13/45,木の汽車,1,山吹 なつ,山吹 なつ
謎の状態,638777003,214700003,昨日,,木の汽車,0,山吹 なつ,山吹 なつ
"""
# A made-up order of a buyer of its own, dispatched already: nothing else of the demo shop changes with it.
GOOD_FILE = """配送状態,注文番号,カート番号,注文日,発送日,配送会社,送り状番号,商品名,数量,受取人名,購入者名
配送中,638777009,214700009,2026/11/01 10:00:00,2026/11/02 10:00:00,ゆうパック,1200-0000,木の汽車,1,山吹 なつ,山吹 なつ
"""


def log_in(page: Page, who: str) -> None:
    if who in LOG_INS:
        send_log_in(page, LOG_INS[who])
        page.wait_for_url(lambda url: "/accounts/login/" not in url)


def send_log_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main .btn.main").click()


def refused_log_in(page: Page) -> None:
    send_log_in(page, f"{uuid4().hex}@demo.invalid")
    expect(page.locator(".errorlist")).to_be_visible()


def open_invitation(page: Page) -> None:
    page.goto(f"{page.locator('tr[data-href]').first.get_attribute('data-href')}invite/")


def take_bad_file(page: Page) -> None:
    file = {"name": "DeliveryManagement_detail_20261101_1000.csv", "mimeType": "text/csv", "buffer": BAD_FILE.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("main .btn.main").click()
    expect(page.locator("#lines-title")).to_be_visible()


def look_at_file(page: Page) -> None:
    """What would become of a good file; the file of its lines, and its end: nothing of it is taken."""
    file = {"name": "DeliveryManagement_detail_20261101_1100.csv", "mimeType": "text/csv", "buffer": GOOD_FILE.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("main .btn.main").click()
    expect(page.locator("form[action$='/take/']")).to_be_visible()


def throw_file_away(page: Page) -> None:
    look_at_file(page)
    page.locator("form[action$='/discard/'] button").click()
    expect(page.locator(".alert.success")).to_be_visible()


def take_file(page: Page) -> None:
    look_at_file(page)
    page.locator("form[action$='/take/'] button").click()
    expect(page.locator("#file .chip.ok")).to_be_visible()


def download_lines(page: Page) -> None:
    take_bad_file(page)
    with page.expect_download():
        page.locator("a[href$='/lines.csv']").click()


def press_dispatch(page: Page) -> None:
    """Without the tracking number, which this order needs."""
    open_row(page)
    page.locator("[name=carrier]").fill("ゆうパック")
    page.locator("#dispatch button").click()
    expect(page.locator("#panel .errorlist")).to_be_visible()


def save_ship_date(page: Page) -> None:
    """The date that is there already, with another word about it: the shop's orders stay as they are."""
    open_row(page)
    page.locator("#plan [name=memo]").fill(uuid4().hex)
    page.locator("#plan button").click()
    expect(page.locator("dialog[data-next]")).to_be_visible()


def choose_reason(page: Page, reason: str, text: str = "") -> None:
    open_row(page)
    page.locator("#reject [name=reason]").select_option(reason)
    if text:
        page.locator("#reject [name=text]").fill(text)


def press_reject(page: Page, reason: str, text: str = "") -> None:
    choose_reason(page, reason, text)
    page.locator("button[form=reject]").click()


def too_short_a_reason(page: Page) -> None:
    press_reject(page, "other", "発送の準備が終わっています。")
    expect(page.locator("#reject .errorlist")).to_be_visible()


def popup(page: Page) -> None:
    press_reject(page, "ready_to_ship")
    expect(page.locator("dialog form")).to_be_visible()


def popup_as_page(page: Page) -> None:
    """What the same form is answered with where no script runs."""
    choose_reason(page, "ready_to_ship")
    send_without_script(page, "#reject")


def be_overtaken(page: Page) -> None:
    """Somebody else of the shop saves the same order while this person has its panel open."""
    open_row(page)
    other = page.context.new_page()
    other.goto(page.url)
    save_ship_date(other)
    other.close()


def conflict(page: Page) -> None:
    be_overtaken(page)
    page.locator("#plan button").click()
    expect(page.locator("dialog .life")).to_be_visible()


def conflict_as_page(page: Page) -> None:
    be_overtaken(page)
    send_without_script(page, "#plan")


def send_without_script(page: Page, form: str) -> None:
    with page.expect_navigation():
        page.locator(form).evaluate("form => HTMLFormElement.prototype.submit.call(form)")


def ask_again(page: Page) -> None:
    """A cancel that a rejection has barred."""
    order = page.locator("article.order:has(.prose)").first.get_attribute("id")
    page.goto(f"/my/orders/{str(order).removeprefix('order-')}/cancel/")


def press_receipt(page: Page) -> None:
    page.locator("form[action$='/receive/'] button").first.click()
    expect(page.locator("dialog form")).to_be_visible()


def confirm_access(page: Page) -> None:
    """The password once more, where the log-in is too long ago."""
    if page.url.endswith("/activate/"):
        return
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main .btn.main").click()
    page.wait_for_url("**/activate/")


def open_menu(page: Page) -> None:
    page.locator("button.opener").click()
    expect(page.locator("#menu nav")).to_be_visible()


def open_language(page: Page) -> None:
    page.locator("details.pick > summary").click()


STOPS = (
    Stop("log-in", NOBODY, "/accounts/login/"),
    Stop("log-in-refused", NOBODY, "/accounts/login/", refused_log_in),
    Stop("main-page", SELLER, "/"),
    Stop("menu", SELLER, "/", open_menu, is_popup=True, sizes=(PHONE,)),
    Stop("language", NOBODY, "/accounts/login/", open_language),
    Stop("delivery", SELLER, "/orders/"),
    Stop("delivery-by-condition", SELLER, "/orders/?number=638000137+638000470"),
    Stop("delivery-nothing", SELLER, "/orders/?number=1"),
    Stop("order", SELLER, PREPARING, open_row),
    Stop("order-refused", SELLER, PREPARING, press_dispatch),
    Stop("order-frozen", SELLER, "/orders/?state=cancel", open_row),
    Stop("order-ship-today", SELLER, "/orders/?state=ship_today", open_row),
    Stop("order-saved", SELLER, PREPARING, save_ship_date, is_popup=True),
    *deliveries.STOPS,
    Stop("settings", SELLER, "/orders/settings/"),
    Stop("invite", SELLER, PREPARING, open_invitation),
    Stop("welcome-over", NOBODY, "/welcome/nothing/"),
    Stop("export", SELLER, "/orders/export/?state=new"),
    Stop("import", SELLER, "/orders/import/"),
    Stop("import-tracking", SELLER, "/orders/import/tracking/"),
    Stop("import-ship-dates", SELLER, "/orders/import/ship-dates/"),
    Stop("import-errors", SELLER, "/orders/import/", take_bad_file),
    Stop("import-lines", SELLER, "/orders/import/", download_lines),
    Stop("import-look", SELLER, "/orders/import/", look_at_file),
    Stop("import-thrown-away", SELLER, "/orders/import/", throw_file_away),
    Stop("import-taken", SELLER, "/orders/import/", take_file),
    Stop("products", SELLER, "/products/"),
    Stop("products-file", SELLER, "/products/file/"),
    Stop("claims", SELLER, "/claims/"),
    Stop("claims-nothing", SELLER, f"{REQUESTED}&number=1"),
    Stop("claim", SELLER, REQUESTED, open_row),
    Stop("claim-refused", SELLER, REQUESTED, too_short_a_reason),
    Stop("claim-rejected", SELLER, "/claims/?status=cancel_rejected", open_row),
    Stop("popup", SELLER, REQUESTED, popup, is_popup=True),
    Stop("popup-as-page", SELLER, REQUESTED, popup_as_page),
    Stop("conflict", SELLER, PREPARING, conflict, is_popup=True),
    Stop("conflict-as-page", SELLER, PREPARING, conflict_as_page),
    *cancels.STOPS,
    Stop("inbox", SELLER, "/inbox/"),
    Stop("notice", SELLER, "/inbox/", partial(open_first, selector="a.letter")),
    Stop("devices", SELLER, "/devices/"),
    Stop("members", SELLER, "/members/"),
    Stop("member-invited", SELLER, "/members/", members.invite_member),
    Stop("member-role", SELLER, "/members/", members.press_role, is_popup=True),
    Stop("member-removal", SELLER, "/members/", members.press_removal, is_popup=True),
    Stop("invitation-over", NOBODY, "/join/forged/"),
    *talks.STOPS,
    *desk.STOPS,
    Stop("announcements", SELLER, "/announcements/"),
    Stop("announcement", SELLER, "/announcements/", partial(open_first, selector="a.letter")),
    Stop("languages", NOBODY, "/language/"),
    Stop("not-there", SELLER, "/claims/999999999/"),
    Stop("not-allowed", BUYER, "/orders/"),
    Stop("log-out", SELLER, "/accounts/logout/"),
    Stop("password", SELLER, "/accounts/password/change/"),
    Stop("two-factor", SELLER, "/accounts/2fa/"),
    Stop("confirm-access", SELLER, "/accounts/reauthenticate/"),
    Stop("two-factor-activate", SELLER, "/accounts/2fa/totp/activate/", confirm_access),
    Stop("my-page", BUYER, "/my/"),
    Stop("receipt-popup", BUYER, "/my/?state=delivered", press_receipt, is_popup=True),
    Stop("cancel-form", BUYER, "/my/", partial(open_first, selector="article a[href$='/cancel/']")),
    Stop("cancel-refused", BUYER, "/my/", ask_again),
    Stop("balance", BUYER, "/my/balance/payout/"),  # leads to /my/balance/
    Stop("qpost", BUYER, "/my/qpost/"),
    Stop("qpost-notice", BUYER, "/my/qpost/", partial(open_first, selector="a.letter")),
)


def make_history(pages: dict[str, Page]) -> None:
    """In the demo shop: its buyer asks to cancel two orders, the seller rejects one of them, and the notice arrives."""
    buyer, seller = pages[BUYER], pages[SELLER]
    for _ in range(2):
        cancels.open_waiting(buyer)
        buyer.locator("[name=reason]").select_option("ordered_twice")
        buyer.locator("[name=text]").fill("家族が同じ物を注文していました。")
        buyer.locator("main .btn.main").click()
        expect(buyer.locator(".alert.success")).to_be_visible()
    buyer.goto("/my/")
    talks.write_to_shop(buyer)
    seller.goto(REQUESTED)
    press_reject(seller, "other", "お名前を刺しゅうで入れた一点物のため、製作を始めた後の取り消しはできません。")
    seller.locator("dialog form button").click()
    expect(seller.locator("dialog[data-next]")).to_be_visible()
    wait_for(partial(has_letter, buyer))


def has_letter(buyer: Page) -> bool:
    buyer.goto("/my/qpost/")
    return buyer.locator("a.letter").count() > 0
