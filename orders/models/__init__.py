"""The rows of this room: a module for each subject."""

from orders.models.order import Buyer, Cart, Order
from orders.models.products import Product, SaleState

__all__ = ["Buyer", "Cart", "Order", "Product", "SaleState"]
