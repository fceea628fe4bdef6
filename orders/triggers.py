"""The ledger is append-only in the database too (R-M2)."""

FORBIDDEN = (
    ("orders_transfer", "transfer_never_updated", "UPDATE"),
    ("orders_transfer", "transfer_never_deleted", "DELETE"),
)
