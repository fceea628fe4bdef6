"""The rows of this room: a module for each subject."""

from orders.models.gateway import SimulatedVoid, SimulatorRule
from orders.models.imports import FileImport, FileRow, StagedPiece
from orders.models.invitation import BuyerInvitation
from orders.models.money import PaymentFee, Payout, Refund, Transfer
from orders.models.options import GridOptions
from orders.models.order import Buyer, Cart, Order
from orders.models.products import Product, SaleState
from orders.models.recipient import RECIPIENT, Recipient
from orders.models.standing import Restriction

__all__ = [
    "RECIPIENT",
    "Buyer",
    "BuyerInvitation",
    "Cart",
    "FileImport",
    "FileRow",
    "GridOptions",
    "Order",
    "PaymentFee",
    "Payout",
    "Product",
    "Recipient",
    "Refund",
    "Restriction",
    "SaleState",
    "SimulatedVoid",
    "SimulatorRule",
    "StagedPiece",
    "Transfer",
]
