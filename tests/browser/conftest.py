"""A running console, its people, and browsers that notice what no page may do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, expect

from qsm.accounts.models import Role, Seller, User
from qsm.lib import clock
from tests.browser.order_file import as_bytes, ten_rows
from tests.browser.people import LOCALES, Person
from tests.factories import PASSWORD, MemberFactory, SellerFactory, UserFactory
from tests.servers import Console, MailServer, Valkey

# How Chromium reports an answer that we mean: not allowed, not there, decided meanwhile, not there any more, refused.
ANSWERED = tuple(f"the server responded with a status of {status}" for status in (403, 404, 409, 410, 422))
NewPerson = Callable[..., Person]
# A busy machine may take its time; what never comes still fails.
LONG = 60_000  # milliseconds
expect.set_options(timeout=LONG)


@dataclass(frozen=True)
class Shop:
    """A shop with the log-ins of its owner and of a buyer who is nobody's buyer yet."""

    seller: Seller
    owner: User
    buyer: User


@dataclass
class Town:
    """The console of all tests with its neighbours. Between tests only its web process runs, which does nothing unasked."""

    broker: Valkey
    post: MailServer
    console: Console

    def stop(self) -> None:
        for server in (self.console, self.post, self.broker):
            server.stop()


@pytest.fixture(scope="session")
def towns() -> Iterator[list[Town]]:
    """The one town of the session, once a test has asked for it."""
    built: list[Town] = []
    yield built
    for town in built:
        town.stop()


@pytest.fixture
def site(database_url: str, static_files: Path, towns: list[Town], tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The pages, without anybody who delivers notices."""
    if not towns:
        broker, post = Valkey(), MailServer()
        settings = {"REDIS_URL": broker.url, "EMAIL_URL": post.url}
        console = Console(database_url, tmp_path_factory.mktemp("console"), static=static_files, **settings)
        towns.append(Town(broker, post, console))
        broker.start()
        post.start()
        console.start("web")
    return towns[0]


@pytest.fixture
def post(site: Town) -> Iterator[MailServer]:
    """Worker and beat beside the pages, so that notices are delivered; the mail server that gets them."""
    site.post.messages.clear()
    site.console.start("worker", "mailer", "beat")
    yield site.post
    site.console.kill("beat")
    site.console.kill("worker")
    site.console.kill("mailer")


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    seller = SellerFactory(name="あおぞら雑貨店", notice_email="shop@example.jp")
    owner = UserFactory(email="owner@example.jp", password=PASSWORD, name="鈴木 店長")
    MemberFactory(seller=seller, user=owner, role=Role.OWNER)
    return Shop(seller, owner, UserFactory(email="buyer@example.jp", password=PASSWORD, name="春野 あかり"))


@pytest.fixture
def person(new_context: Callable[..., BrowserContext], site: Town) -> Iterator[NewPerson]:
    """A person with a new browser: `person("ko")`, `person("ja", java_script_enabled=False)`.

    At the end no page may have broken its content security policy, failed in a script, or asked another host.
    """
    problems: list[str] = []

    def new_person(language: str, **options: object) -> Person:
        context = new_context(base_url=site.console.url, locale=LOCALES[language], **options)
        context.set_default_timeout(LONG)
        watch(context, site.console.url, problems)
        return Person(context.new_page(), language)

    yield new_person
    assert problems == []


def watch(context: BrowserContext, url: str, problems: list[str]) -> None:
    """Note errors on the browser's console and requests that leave our host."""

    def on_message(message: ConsoleMessage) -> None:
        # What a test evaluates in a page has no address; axe tries out styles of its own there.
        is_of_page = bool(message.location["url"])
        if (
            is_of_page
            and message.type in {"error", "warning"}
            and not any(answer in message.text for answer in ANSWERED)
        ):
            problems.append(f"{message.page.url if message.page else ''}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{url}/", "data:")):
            problems.append(f"asked {request.url}")

    context.on("console", on_message)
    context.on("request", on_request)
    context.on("weberror", lambda error: problems.append(str(error.error)))


@pytest.fixture
def order_file(tmp_path: Path) -> Path:
    """Ten orders as a seller exports them."""
    path = tmp_path / f"DeliveryManagement_detail_{clock.today():%Y%m%d}_0910.csv"
    path.write_bytes(as_bytes(ten_rows(clock.today())))
    return path
