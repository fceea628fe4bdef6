"""The console's settings with short waits, so that a test sees a lease end and a delivery parked."""

from qsm.settings import *  # noqa: F403

EMAIL_TIMEOUT = 4
DELIVERY_LEASE_SECONDS = 5
DELIVERY_ATTEMPTS = 3
