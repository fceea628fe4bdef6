"""How a browser gets to notes, their results and conversations."""

from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.stop import BUYER, PREPARING, REQUESTED, SELLER, Stop, open_first, open_row

PHONE_NUMBER = "090-1234-5678"


def open_note(page: Page) -> None:
    """From the conversation in the panel of the first row."""
    open_row(page)
    page.locator("#panel a[hx-get*='/notes/new/']").click()
    expect(page.locator("dialog #note")).to_be_visible()


def write_note(page: Page, text: str) -> None:
    open_note(page)
    page.locator("#note [name=category]").select_option("delivery")
    page.locator("#note [name=title]").fill("発送予定日のお知らせ")
    page.locator("#note [name=text]").fill(text)


def mark_personal_data(page: Page) -> None:
    """While it is written, before anything is sent."""
    write_note(page, f"お電話は{PHONE_NUMBER}までお願いします。")
    expect(page.locator("#note mark")).to_be_visible()


def ask_once(page: Page) -> None:
    """The question before a note goes out."""
    write_note(page, "発送が一日遅れます。申し訳ございません。")
    page.locator("#note .btn.main").click()
    expect(page.locator("#note [name=seal]")).to_be_attached()


def send_note(page: Page) -> None:
    """Up to the result, when all of it has been delivered."""
    ask_once(page)
    page.locator("#note .btn.main").click()
    expect(page.locator("dialog #sent .chip.ok").first).to_be_attached(timeout=60_000)


def note_to_ticked(page: Page) -> None:
    page.locator("tr[data-href] input[type=checkbox]").first.check()
    page.locator("button[form=ticked][formaction*='note']").first.click()
    expect(page.locator("dialog #note")).to_be_visible()


def ask_operator(page: Page) -> None:
    open_note(page)
    page.locator("dialog .tabs a").last.click()
    expect(page.locator("dialog #inquire")).to_be_visible()


def send_inquiry(page: Page) -> None:
    page.locator("#inquire [name=category]").select_option("cancel_refund")
    page.locator("#inquire [name=title]").fill("取り消しできない注文について")
    page.locator("#inquire [name=text]").fill("クーポンの条件で取り消せません。")
    page.locator("#inquire .btn.main").click()
    page.wait_for_load_state()


def open_talk(page: Page) -> None:
    """The page that stands in for the part of a panel without JavaScript."""
    row = page.locator("tr[data-href]").first.get_attribute("data-href")
    page.goto(f"/inquiries/order/{str(row).strip('/').rpartition('/')[2]}/")


def open_led(page: Page) -> None:
    """Addresses that only act lead to the conversation."""
    address = str(page.locator("tr[data-href]").first.get_attribute("data-href"))
    for action in ("answer", "take-up", "close"):
        page.goto(f"{address}{action}/")


def write_to_shop(page: Page) -> None:
    page.locator("article a[href$='/write/']").first.click()
    page.locator("[name=category]").select_option("delivery")
    page.locator("[name=title]").fill("いつ届きますか")
    page.locator("[name=text]").fill("週末までに必要です。")
    page.locator("main .btn.main").click()
    page.wait_for_url("**/my/messages/")


def ask_about_order(page: Page) -> None:
    order = str(page.locator("article.order").first.get_attribute("id")).removeprefix("order-")
    page.goto(f"/my/orders/{order}/inquire/?category=cancel_refund")


STOPS = (
    Stop("note", SELLER, PREPARING, open_note, is_popup=True),
    Stop("note-to-ticked", SELLER, PREPARING, note_to_ticked, is_popup=True),
    Stop("note-to-claims", SELLER, REQUESTED, note_to_ticked, is_popup=True),
    Stop("note-marks", SELLER, PREPARING, mark_personal_data, is_popup=True),
    Stop("note-asks", SELLER, PREPARING, ask_once, is_popup=True),
    Stop("note-sent", SELLER, PREPARING, send_note, is_popup=True),
    Stop("note-without-orders", SELLER, "/notes/new/"),
    Stop("conversation", SELLER, PREPARING, open_talk),
    Stop("ask-operator", SELLER, PREPARING, ask_operator, is_popup=True),
    Stop("inquiry-sent", SELLER, "/inquiries/new/", send_inquiry, is_popup=True),
    Stop("inquiries", SELLER, "/inquiries/"),
    Stop("inquiry", SELLER, "/inquiries/", open_row),
    Stop("inquiry-led", SELLER, "/inquiries/", open_led),
    Stop("inquiries-by-customer", SELLER, "/inquiries/by-customer/"),
    Stop("inquiries-by-product", SELLER, "/inquiries/by-product/"),
    Stop("inquiries-from-operator", SELLER, "/inquiries/operator/"),
    Stop("inquiries-to-operator", SELLER, "/inquiries/own/"),
    Stop("write-to-shop", BUYER, "/my/", partial(open_first, selector="article a[href$='/write/']")),
    Stop("ask-about-order", BUYER, "/my/", ask_about_order),
    Stop("conversations", BUYER, "/my/messages/"),
    Stop("my-conversation", BUYER, "/my/messages/", partial(open_first, selector="a.letter")),
)
