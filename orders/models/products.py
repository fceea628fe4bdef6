"""Products: a plain list of what the shop sells, kept by file or in admin (R-P1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qsm.accounts.access import OwnRows
from qsm.accounts.models import Seller


class SaleState(models.TextChoices):
    """What the shop and the operator have set. What follows from stock and period is derived: see `orders.products.queries`."""

    AWAITING_APPROVAL = "AWAITING_APPROVAL", _("Awaiting approval")
    ON_SALE = "ON_SALE", pgettext_lazy("product", "On sale")
    STOPPED = "STOPPED", pgettext_lazy("product", "Sale ended")


class Product(models.Model):
    """One product of a shop, known by the marketplace's product number. Prices are whole yen.

    It is sold from the day `on_sale_from` to the day `on_sale_until`, both included (R-T2); without them always.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="products", verbose_name=_("shop"))
    code = models.CharField(_("product code"), max_length=20)
    seller_code = models.CharField(_("seller's product code"), max_length=100, blank=True)
    name = models.CharField(_("product name"), max_length=300)
    price_yen = models.BigIntegerField(_("price"), default=0)
    stock = models.PositiveIntegerField(_("stock"), default=0)
    state = models.CharField(_("sale state"), max_length=20, choices=SaleState, default=SaleState.ON_SALE)
    on_sale_from = models.DateField(_("on sale from"), null=True, blank=True)
    on_sale_until = models.DateField(_("on sale until"), null=True, blank=True)

    objects = OwnRows["Product"](seller="seller_id", buyer=None)
    unscoped = models.Manager["Product"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = (
            models.UniqueConstraint(fields=["seller", "code"], name="product_code_once_per_shop"),
            models.CheckConstraint(condition=Q(price_yen__gte=0), name="product_price_not_negative"),
            models.CheckConstraint(
                condition=Q(on_sale_until__isnull=True)
                | Q(on_sale_from__isnull=True)
                | Q(on_sale_until__gte=models.F("on_sale_from")),
                name="product_period_in_order",
            ),
        )
        # The first holds all that the counters look at, so that they are read from the index alone.
        indexes = (
            models.Index(fields=["seller", "state", "on_sale_until", "on_sale_from", "stock"], name="product_counters"),
            models.Index(fields=["seller", "name", "id"], name="product_by_name"),
            models.Index(fields=["seller", "stock", "id"], name="product_by_stock"),
            models.Index(fields=["seller", "on_sale_until", "id"], name="product_by_last_day"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
