"""The rows of this room: a module for each subject."""

from orders.models.gateway import SimulatedVoid, SimulatorRule
from orders.models.money import PaymentFee, Refund, Transfer
from orders.models.order import Buyer, Cart, Order
from orders.models.products import Product, SaleState

__all__ = [
    "Buyer",
    "Cart",
    "Order",
    "PaymentFee",
    "Product",
    "Refund",
    "SaleState",
    "SimulatedVoid",
    "SimulatorRule",
    "Transfer",
]
