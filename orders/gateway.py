"""The payment gateway: how a card payment is voided (R-M1), behind one interface with one question.

A gateway is asked outside of any transaction. Under one key it voids once, however often it is asked, so the question may
be repeated until there is an answer: that is how a lost, late or doubled answer does no harm. What it refuses it refuses
for good; another try needs another key.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from orders.models import Order, SimulatedVoid, SimulatorRule
from orders.models.gateway import GatewayBehavior
from qsm.lib import clock

log = structlog.get_logger(__name__)


class Unreachable(Exception):
    """The gateway did not answer; nobody knows whether it voided. Ask again under the same key."""


class Said(StrEnum):
    """What a gateway can answer."""

    VOIDED = "voided"
    IN_PROGRESS = "in_progress"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Void:
    """A question to the gateway. payment: which one, of all shops' (`payment_of`); yen: how much goes back."""

    key: UUID
    payment: str
    yen: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to the question under `key`; `reason`: the gateway's words for a refusal."""

    key: UUID
    said: Said
    reason: str = ""


def payment_of(order: Order) -> str:
    """How gateways know the payment of an order: shop and order number, for two shops may have the same number."""
    return f"{order.seller_id}-{order.number}"


class Gateway(Protocol):
    """What a gateway must do."""

    def void(self, question: Void) -> Answer:
        """Void, or say how far that is; within GATEWAY_TIMEOUT seconds. Raises Unreachable when it does not answer."""


def gateway() -> Gateway:
    """The gateway that the settings name."""
    return import_string(settings.GATEWAY)()


class NoGateway:
    """Where none is configured, a card refund waits and says why, until one is."""

    def void(self, question: Void) -> Answer:
        log.error("no_gateway_for_a_card_refund", payment=question.payment, yen=question.yen)
        raise Unreachable("GATEWAY is not set")


class SimulatedGateway:
    """A gateway for training and tests. How it answers is chosen by the end of the order number, see SimulatorRule.

    It keeps its voids in the database, each with a commit of its own, as a gateway somewhere else would.
    """

    slow_seconds = 3.0
    in_progress = lost = 2

    def void(self, question: Void) -> Answer:
        """As the protocol says. Raises Unreachable as an answer that never comes or gets lost."""
        behavior = behavior_for(question.payment)
        if behavior == GatewayBehavior.NEVER:
            raise Unreachable("no answer")
        void = self._asked(question)
        if self._refuses(behavior, question):
            return Answer(question.key, Said.REFUSED, "card company refused")
        if behavior == GatewayBehavior.LATE and void.asked <= self.in_progress:
            return Answer(question.key, Said.IN_PROGRESS)
        SimulatedVoid.objects.filter(key=question.key, voided_at__isnull=True).update(voided_at=clock.now())
        if behavior == GatewayBehavior.LOST and void.asked <= self.lost:
            raise Unreachable("the answer got lost")
        if behavior == GatewayBehavior.SLOW:
            time.sleep(self.slow_seconds)
        return Answer(question.key, Said.VOIDED)

    def _asked(self, question: Void) -> SimulatedVoid:
        facts = {"payment": question.payment, "yen": question.yen}
        SimulatedVoid.objects.get_or_create(key=question.key, defaults=facts)
        SimulatedVoid.objects.filter(key=question.key).update(asked=F("asked") + 1)
        return SimulatedVoid.objects.get(key=question.key)

    def _refuses(self, behavior: str, question: Void) -> bool:
        if behavior == GatewayBehavior.REFUSES:
            return True
        first = SimulatedVoid.objects.filter(payment=question.payment).order_by("pk").first()
        return behavior == GatewayBehavior.FAILS and first is not None and first.key == question.key


def behavior_for(payment: str) -> str:
    """How the simulator treats a payment: the rule with the longest ending of its number, else promptly."""
    rules = SimulatorRule.objects.filter(number_ends__in=[payment[start:] for start in range(len(payment) + 1)])
    longest = max(rules, key=lambda rule: len(rule.number_ends), default=None)
    return longest.behavior if longest else GatewayBehavior.PROMPT
