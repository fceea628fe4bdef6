"""The rows of money (R-M1 to R-M3): refunds, payouts, the append-only ledger, the payment fee. Money is whole yen."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.states import AccountType, PayoutState, RefundState, RefundWay, TransferReason
from qsm.accounts.access import OwnRows
from qsm.accounts.models import Seller
from qsm.events.models import Names


class Refund(models.Model):
    """What a claim gives back to the buyer, once per claim; the claim lives in a higher room and is named by id.

    `fee_yen`: what the shop pays beside it when it settles (R-M3). The gateway is asked under `key`, under which it voids once;
    only when it has refused for good there is another. No other refund ever has it, for the gateway never forgets, also when
    this database was restored from an older copy and gives out ids anew. `asked` counts the questions;
    `next_at` is the next one, in real time, and a poller that asks moves it ahead. `error`: what the gateway said last;
    `operator_text`: why an operator did what was done last.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", verbose_name=_("shop"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("order"))
    claim_id = models.BigIntegerField(_("claim"))
    state = models.CharField(_("state"), max_length=20, choices=RefundState)
    version = models.PositiveIntegerField(default=1)
    way = models.CharField(_("way of the refund"), max_length=20, choices=RefundWay)
    yen = models.BigIntegerField(_("amount"))
    fee_yen = models.BigIntegerField(_("payment fee"), default=0)
    started_at = models.DateTimeField(_("started on"))
    done_at = models.DateTimeField(_("done on"), null=True)

    key = models.UUIDField(_("the void's key at the gateway"), default=uuid4, unique=True)
    asked = models.PositiveIntegerField(_("questions to the gateway"), default=0)
    next_at = models.DateTimeField(_("next question"), null=True)
    error = models.CharField(_("the gateway's last answer"), max_length=200, blank=True)
    operator_text = models.TextField(_("the operator's reason"), max_length=1000, blank=True)

    objects = OwnRows["Refund"](seller="seller_id", buyer="order__buyer__user_id")
    unscoped = models.Manager["Refund"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = (
            models.UniqueConstraint(fields=["claim_id"], name="refund_once_per_claim"),
            models.CheckConstraint(condition=Q(yen__gt=0) & Q(fee_yen__gte=0), name="refund_of_some_yen"),
            models.CheckConstraint(
                condition=Q(state=RefundState.DONE) ^ Q(done_at__isnull=True), name="refund_done_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=RefundState.VOIDING) | Q(way=RefundWay.VOID, next_at__isnull=False),
                name="refund_voiding_is_asked_about",
            ),
        )
        indexes = (
            models.Index(fields=["next_at"], name="refund_due", condition=Q(state=RefundState.VOIDING)),
            models.Index(fields=["state", "-started_at"], name="refund_state"),
        )

    def __str__(self) -> str:
        return f"{self.order_id} ¥{self.yen:,}"

    @property
    def history(self) -> Names:
        """How events name this refund."""
        return {
            "seller_id": self.seller_id,
            "order_id": self.order_id,
            "claim_id": self.claim_id,
            "refund_id": self.pk,
        }

    @property
    def is_done(self) -> bool:
        """Whether the buyer has the money."""
        return self.state == RefundState.DONE


class Payout(models.Model):
    """What a buyer wants to have paid out of the balance to a bank account (R-M1). The account is personal data.

    The money leaves the balance with the request; a refusal puts it back. `reason`: the operator's words for a refusal.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="payouts", verbose_name=_("buyer")
    )
    state = models.CharField(_("state"), max_length=20, choices=PayoutState, default=PayoutState.REQUESTED)
    version = models.PositiveIntegerField(default=1)
    yen = models.BigIntegerField(_("amount"))
    bank = models.CharField(_("bank"), max_length=60)
    branch = models.CharField(_("branch"), max_length=60)
    account_type = models.CharField(_("kind of account"), max_length=10, choices=AccountType)
    account_number = models.CharField(_("account number"), max_length=7)
    account_holder = models.CharField(_("account holder (katakana)"), max_length=100)
    asked_at = models.DateTimeField(_("requested on"))
    decided_at = models.DateTimeField(_("decided on"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("operator")
    )
    reason = models.CharField(_("reason for the refusal"), max_length=200, blank=True)

    objects = OwnRows["Payout"](seller=None, buyer="user_id")
    unscoped = models.Manager["Payout"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = (
            models.CheckConstraint(condition=Q(yen__gt=0), name="payout_of_some_yen"),
            models.CheckConstraint(
                condition=Q(state=PayoutState.REQUESTED) ^ Q(decided_at__isnull=False, decided_by__isnull=False),
                name="payout_decided_has_its_time_and_operator",
            ),
            models.CheckConstraint(
                condition=~Q(state=PayoutState.REFUSED) | ~Q(reason=""), name="payout_refused_has_its_reason"
            ),
        )
        indexes = (
            models.Index(fields=["user", "-id"], name="payout_of_user"),
            models.Index(fields=["asked_at"], name="payout_waiting", condition=Q(state=PayoutState.REQUESTED)),
        )

    def __str__(self) -> str:
        return f"{self.pk} ¥{self.yen:,}"


class Transfer(models.Model):
    """One movement of money from an account (debit) to another (credit); never updated, never deleted (R-M2).

    Each row takes as much as it gives, so the ledger sums to zero by construction. `key` says what it is for, so that it
    cannot happen twice. What accounts there are: orders/money/ledger.py.
    """

    key = models.CharField(max_length=100, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=TransferReason)
    debit = models.CharField(_("from account"), max_length=40)
    credit = models.CharField(_("to account"), max_length=40)
    yen = models.BigIntegerField(_("amount"))
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="transfers")
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, null=True, related_name="transfers")
    made_at = models.DateTimeField(_("date"))

    objects = OwnRows["Transfer"](seller=None, buyer=None)
    unscoped = models.Manager["Transfer"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = (
            models.CheckConstraint(condition=Q(yen__gt=0), name="transfer_of_some_yen"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(refund__isnull=True) ^ Q(payout__isnull=True), name="transfer_is_about_one_thing"
            ),
        )
        indexes = (
            models.Index(fields=["debit", "-id"], name="transfer_debit"),
            models.Index(fields=["credit", "-id"], name="transfer_credit"),
        )

    def __str__(self) -> str:
        return f"{self.debit} → {self.credit} ¥{self.yen:,}"


class PaymentFee(models.Model):
    """One line of the operator's fee table (R-M3): what a cash payment of `from_yen` or more costs, from a day in Tokyo on.

    The lines with the same first day are one table; a newer one replaces it as a whole.
    """

    valid_from = models.DateField(_("valid from"))
    from_yen = models.BigIntegerField(_("payments of"), default=0, help_text=_("This many yen, or more."))
    fee_yen = models.BigIntegerField(_("payment fee"))

    class Meta:
        verbose_name = _("payment fee")
        verbose_name_plural = _("payment fees")
        constraints = (
            models.UniqueConstraint(fields=["valid_from", "from_yen"], name="payment_fee_once"),
            models.CheckConstraint(condition=Q(from_yen__gte=0) & Q(fee_yen__gte=0), name="payment_fee_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.valid_from} ¥{self.from_yen:,}~: ¥{self.fee_yen:,}"
