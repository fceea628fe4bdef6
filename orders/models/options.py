"""How a member likes a grid (R-P2)."""

from django.db import models

from qsm.accounts.access import OwnRows
from qsm.accounts.models import Member


class GridOptions(models.Model):
    """Columns in their order, first order and page size that a member chose for one grid; empty ones are the grid's own."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="grid_options")
    grid = models.CharField(max_length=40)
    columns = models.JSONField(default=list)
    order = models.CharField(max_length=40, blank=True)
    size = models.PositiveSmallIntegerField(default=0)

    objects = OwnRows["GridOptions"](seller="member__seller_id", buyer=None)
    unscoped = models.Manager["GridOptions"]()

    class Meta:
        default_manager_name = base_manager_name = "unscoped"
        constraints = (models.UniqueConstraint(fields=["member", "grid"], name="options_once_per_grid"),)

    def __str__(self) -> str:
        return f"{self.member_id} {self.grid}"
