"""What is measured and what it is compared with. The reaches are those of `quality.md`, section "Fast"."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import NamedTuple

import psycopg

from tests.bench import floors
from tests.bench.client import Client
from tests.bench.data import ALL, BIG, SMALL, Shop, log_in, open_shop, queries
from tests.bench.report import AT_LEAST, AT_MOST, Line, Reach
from tests.bench.timing import Subject, in_turns, rates_in_turns

ROUNDS = 100
CLIENTS, SECONDS, RATE_ROUNDS = 8, 3.0, 3
HTMX = {"trade panel", "order panel"}


class Comparison(NamedTuple):
    """A subject, and the subjects whose sum it is divided by."""

    text: str
    subject: str
    to: tuple[str, ...]
    reach: float | None = None


COMPARISONS = (
    Comparison("F, a static page with session and log-in / one without", "F", ("anonymous",)),
    Comparison("header and menu around nothing", "frame", ("F",)),
    Comparison("main page, all counters", "main page", ("F",), 1.6),
    Comparison("status grid, all counters", "status counters", ("F",), 1.6),
    Comparison("delivery page, all counters", "order counters", ("F",), 1.6),
    Comparison("orders, rows of page 1", "order rows", ("F", "S order rows"), 1.5),
    Comparison("orders, whole page 1", "orders page", ("F", "S orders page"), 2.5),
    Comparison("claims, rows of page 1", "claim rows", ("F", "S claim rows"), 1.5),
    Comparison("claims, whole page 1", "claims page", ("F", "S claims page"), 2.5),
    Comparison("orders, row {depth:,} by next", "order rows, next", ("all order rows",), 1.1),
    Comparison("orders, row {depth:,} by previous", "order rows, previous", ("all order rows",), 1.1),
    Comparison("orders, row {depth:,} by date", "order rows, date", ("all order rows",), 1.1),
    Comparison("orders, whole page at row {depth:,}", "orders page, next", ("all orders page",), 1.1),
    Comparison("orders, exact order number", "order rows by number", ("F", "S order rows by number"), 1.5),
    Comparison("claims, exact order number", "claim rows by number", ("F", "S claim rows by number"), 1.5),
    Comparison("orders, state and date", "order rows, filtered", ("order rows",), 1.1),
    Comparison("claims, state and date", "claim rows, filtered", ("claim rows",), 1.1),
    Comparison("orders, page 1 of a small shop / of the big one", "small order rows", ("order rows",), 1.2),
    Comparison("main page of a small shop / of the big one", "small main page", ("main page",), 1.2),
    Comparison("trade panel", "trade panel", ("F", "S trade panel"), 2.5),
    Comparison("order panel", "order panel", ("F",)),
    Comparison("naive orders, page 1", "naive orders", ("F", "S orders page")),
    Comparison("naive orders, row {depth:,} / page 1", "naive orders, deep", ("naive orders",)),
    Comparison("naive orders, state and date / page 1", "naive orders, filtered", ("naive orders",)),
    Comparison("naive claims, page 1", "naive claims", ("F", "S claims page")),
    Comparison("naive counters, a COUNT each", "naive counters", ("F",)),
)
RATES = {
    "F": "/bench/static",
    "order rows": "/bench/orders",
    "orders page": "/orders/",
    "naive orders": "/bench/naive/orders",
}
RATE_REACHES = {"order rows": 0.4, "orders page": 0.4}


def addresses(shop: Shop) -> dict[str, str]:
    """The pages of the big shop by subject."""
    rows, claim_rows, naive = "/bench/orders", "/bench/claims", "/bench/naive/orders"
    return {
        "F": "/bench/static",
        "frame": "/bench/frame",
        "main page": "/",
        "status counters": "/bench/status",
        "order counters": "/bench/order_counters",
        "order rows": rows,
        "all order rows": rows + ALL,
        "orders page": "/orders/",
        "all orders page": "/orders/" + ALL,
        "claim rows": claim_rows,
        "claims page": "/claims/",
        **{f"order rows, {way}": rows + shop.deep[way] for way in ("next", "previous", "date")},
        "orders page, next": "/orders/" + shop.deep["next"],
        "order rows by number": f"{rows}?number={shop.number}",
        "claim rows by number": f"{claim_rows}?number={shop.claim.order.number}",
        "order rows, filtered": rows + shop.filtered["orders"],
        "claim rows, filtered": claim_rows + shop.filtered["claims"],
        "trade panel": f"/claims/{shop.claim.pk}/",
        "order panel": f"/orders/{shop.claim.order_id}/",
        "naive orders": naive,
        "naive orders, deep": naive + shop.deep["naive"],
        "naive orders, filtered": naive + shop.filtered["naive"],
        "naive claims": "/bench/naive/claims",
        "naive counters": "/bench/naive/counters",
    }


def pages(port: int, database_url: str, only: str) -> tuple[list[Line], dict[str, float]]:
    """Every page against its floor, in turns; then requests per second. The lines, and the medians that they come from.

    only: a text that a measure must contain; then no rates.
    """
    shop, small = open_shop(BIG), log_in(SMALL)
    wanted = [comparison for comparison in COMPARISONS if only in comparison.text]
    needed = {name for comparison in wanted for name in (comparison.subject, *comparison.to)}
    paths = addresses(shop)
    asked = {name: queries(shop.session, path, htmx=name in HTMX) for name, path in paths.items()}
    with ExitStack() as stack:
        big_client, small_client, stranger = (
            stack.enter_context(Client(port, session)) for session in (shop.session, small, "")
        )
        database = stack.enter_context(psycopg.connect(database_url, autocommit=True))
        subjects = {
            **{name: page(big_client, path, htmx=name in HTMX) for name, path in paths.items()},
            **statements(database, shop),
            "anonymous": page(stranger, "/bench/anonymous"),
            "small order rows": page(small_client, paths["order rows"]),
            "small main page": page(small_client, paths["main page"]),
        }
        medians = in_turns({name: subject for name, subject in subjects.items() if name in needed}, ROUNDS)
    lines = ratios(wanted, medians, asked, shop.depth)
    if only:
        return lines, medians
    rates = rates_in_turns(port, shop.session, RATES, clients=CLIENTS, seconds=SECONDS, rounds=RATE_ROUNDS)
    return [*lines, *rate_lines(rates), queries_of_panel(asked)], medians


def page(client: Client, path: str, *, htmx: bool = False) -> Subject:
    request = client.request(path, htmx=htmx)
    return Subject(lambda: client.exchange(request), client.ready)


def statements(database: psycopg.Connection, shop: Shop) -> dict[str, Subject]:
    """S of each screen."""
    params = shop.params

    def reading(screen: str) -> Subject:
        return Subject(lambda: floors.read(database, screen, params))

    return {f"S {screen}": reading(screen) for screen in floors.SCREENS}


def ratios(
    comparisons: Iterable[Comparison], medians: Mapping[str, float], asked: Mapping[str, int], depth: int
) -> list[Line]:
    return [
        Line(
            text.format(depth=depth),
            medians[subject],
            "ms",
            ratio=medians[subject] / sum(medians[name] for name in to),
            compared_with=" + ".join(to),
            reach=Reach(AT_MOST, reach) if reach else None,
            queries=asked.get(subject),
        )
        for text, subject, to, reach in comparisons
    ]


def queries_of_panel(asked: Mapping[str, int]) -> Line:
    return Line("trade panel, queries", asked["trade panel"], "queries", reach=Reach(AT_MOST, 8))


def rate_lines(rates: Mapping[str, float]) -> list[Line]:
    return [
        Line(
            f"{name}, {CLIENTS} clients at once",
            rate,
            "requests/s",
            ratio=rate / rates["F"],
            compared_with="F",
            reach=Reach(AT_LEAST, RATE_REACHES[name]) if name in RATE_REACHES else None,
        )
        for name, rate in rates.items()
    ]
