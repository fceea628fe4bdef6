"""The console's settings with short waits, so that a test sees a lease end and a delivery parked."""

from qsm.settings import *  # noqa: F403

EMAIL_TIMEOUT = 4
SWEEP_SECONDS = 10
DELIVERY_LEASE_SECONDS = 12
DELIVERY_ATTEMPTS = 4
