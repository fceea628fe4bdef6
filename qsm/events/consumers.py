"""Who must hear of an event: rooms above register their consumers here, so that the spine need not know them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qsm.events.models import Delivery


class TryLater(Exception):
    """The other side did not take a delivery. `pause`: how many seconds it asks us to stay away at least, 0 if it does not."""

    def __init__(self, why: str, pause: float = 0) -> None:
        super().__init__(why)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Consumer:
    """A channel. `wants`: the parties that shall hear of an event by this name; `deliver`: do it, and return a remark
    of 20 characters at most, or "".

    exactly_once: `deliver` writes to our database only, so it is committed together with the mark that it is done.
    Without it, `deliver` reaches outside and may happen again after a crash; it must use a stable id.
    """

    name: str
    wants: Callable[[str], tuple[str, ...]]
    deliver: Callable[[Delivery], str]
    exactly_once: bool


_consumers: dict[str, Consumer] = {}


def register(consumer: Consumer) -> None:
    """Add a consumer at start-up; its name is what `Delivery.consumer` keeps."""
    _consumers[consumer.name] = consumer


def named(name: str) -> Consumer:
    """The consumer by this name. Raises LookupError when no room registered it."""
    return _consumers[name]


def wanting(event_name: str) -> Iterator[tuple[str, str]]:
    """(consumer, party) for each delivery that an event by this name needs."""
    for consumer in _consumers.values():
        for to in consumer.wants(event_name):
            yield consumer.name, to
