"""What a business day makes due for orders (R-T4); beat does the same in between."""

from datetime import date

from orders.tasks import settle_deadlines


def run(_day: date) -> None:
    """Apply every deadline of orders that has passed; a second run changes nothing."""
    settle_deadlines()
