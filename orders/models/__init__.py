"""The rows of this room: a module for each subject."""

from orders.models.order import Buyer, Cart, Order

__all__ = ["Buyer", "Cart", "Order"]
