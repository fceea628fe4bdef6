"""The spine: one append-only log of what happened, and the deliveries that must follow from it."""

from typing import NotRequired, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qsm.accounts.access import OwnRows, Party
from qsm.accounts.models import Seller


class Names(TypedDict):
    """How an event names what it happened to: an order, a claim, refund or penalty of it, or a conversation, about an
    order or not."""

    seller_id: int
    order_id: int | None
    claim_id: int | None
    refund_id: NotRequired[int]
    thread_id: NotRequired[int]
    penalty_id: NotRequired[int]


class Event(models.Model):
    """One change of an order, claim, refund, penalty or conversation: who, when, from, to, why (R-A3). Append-only.

    These live in higher rooms, so they are named by id; events of refunds and penalties name the claim too. `seq` counts
    the events of an order, or those of a conversation about none; `version` is the one that the event's own subject had after
    it, so that who saw an older one can be told what came since (R-A4). `data` holds codes and parameters, no personal data.
    `occurred_at` is when it counts (for a deadline: the deadline), `recorded_at` when it was written; both in UTC.
    """

    name = models.CharField(max_length=60)
    schema = models.PositiveSmallIntegerField(default=1)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    order_id = models.BigIntegerField(null=True)
    claim_id = models.BigIntegerField(null=True)
    refund_id = models.BigIntegerField(null=True)
    thread_id = models.BigIntegerField(null=True)
    penalty_id = models.BigIntegerField(null=True)
    seq = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    party = models.CharField(max_length=10, choices=[(party, party) for party in Party])
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    business_date = models.DateField()

    objects = OwnRows["Event"](seller="seller_id", buyer=None)
    unscoped = models.Manager["Event"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            models.UniqueConstraint(fields=["order_id", "seq"], name="event_seq_once_per_order"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="event_seq_from_one"),
        )
        indexes = (
            models.Index(fields=["claim_id", "seq"], name="event_claim", condition=Q(claim_id__isnull=False)),
            models.Index(fields=["thread_id", "seq"], name="event_thread", condition=Q(thread_id__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.order_id}/{self.seq} {self.name}"


class DeliveryState(models.TextChoices):
    """What became of a delivery. Parked: it failed too often and waits for an operator."""

    PENDING = "pending", _("Pending")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")


class Delivery(models.Model):
    """One thing that must follow from an event: `consumer` (a channel) tells it `to` a party. The outbox of R-B9.

    `remark`: a code for what the channel says of a delivery that it ended otherwise than by delivering, e.g. `no_address`.
    A worker claims a row by moving `next_at` ahead; whoever is killed midway leaves it due again. `next_at` and `done_at`
    are real time, for the demo clock must not make deliveries wait.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    consumer = models.CharField(max_length=20)
    to = models.CharField(max_length=10, choices=[(party, party) for party in Party])
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    remark = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(fields=["event", "consumer", "to"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DONE) ^ Q(done_at__isnull=True),
                name="delivery_done_has_its_time",
            ),
        )
        indexes = (
            models.Index(fields=["consumer", "next_at"], name="delivery_due", condition=Q(state=DeliveryState.PENDING)),
        )

    def __str__(self) -> str:
        return f"{self.consumer} → {self.to}: {self.event_id}"


class Submission(models.Model):
    """What a person's click did, kept under the key that its form carried, so that a second click does nothing more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="submission_once"),)

    def __str__(self) -> str:
        return self.key


class DemoClock(models.Model):
    """How many days the training copy runs ahead: one row with id 1, or none (R-T3)."""

    days_forward = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("demo clock")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="one_demo_clock"),)

    def __str__(self) -> str:
        return f"+{self.days_forward}"


class Heartbeat(models.Model):
    """When a process was last seen alive, in real time: `worker`, `mailer`, `pusher` and `beat`."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
