"""How time is taken: what is compared runs in turns, so that a busy machine is busy for all; medians of many."""

import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.bench.client import Client


class Subject(NamedTuple):
    """Something to be measured: `prepare` is not timed, `run` is."""

    run: Callable[[], object]
    prepare: Callable[[], object] = lambda: None


def in_turns(subjects: Mapping[str, Subject], rounds: int, warm_up: int = 10) -> dict[str, float]:
    """Run every subject once per round; the first rounds don't count. The medians in ms."""
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for turn in range(-warm_up, rounds):
        for name, subject in subjects.items():
            subject.prepare()
            began = time.perf_counter()
            subject.run()
            if turn >= 0:
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def rates_in_turns(
    port: int, session: str, paths: Mapping[str, str], *, clients: int, seconds: float, rounds: int
) -> dict[str, float]:
    """Requests per second of each path, `clients` connections asking at once: the median of the rounds."""
    taken: dict[str, list[float]] = {name: [] for name in paths}
    for _round in range(rounds):
        for name, path in paths.items():
            with ThreadPoolExecutor(clients) as pool:
                asking = [pool.submit(ask, port, session, path, seconds) for _client in range(clients)]
                taken[name].append(sum(client.result() for client in asking) / seconds)
    return {name: statistics.median(rates) for name, rates in taken.items()}


def ask(port: int, session: str, path: str, seconds: float) -> int:
    """How many answers one connection got in this time."""
    with Client(port, session) as client:
        request, answers = client.request(path), 0
        client.ready()
        client.exchange(request)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            client.exchange(request)
            answers += 1
    return answers
