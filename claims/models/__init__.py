"""The rows of this room: a module for each subject."""

from claims.models.claim import Claim
from claims.models.job import ClaimSettings, DailyRun
from claims.models.penalty import Penalty

__all__ = ["Claim", "ClaimSettings", "DailyRun", "Penalty"]
