"""S: what each screen must ask the database, as SQL written by hand, prepared, rows as plain tuples."""

import psycopg

ALL_ORDER_ROWS = """
SELECT o.id, o.number, o.version, o.ordered_at, o.held_as, o.held_state, o.ship_today_until, o.state, o.ship_date,
       cart.number, o.product_name, o.option, o.quantity, o.recipient_name, o.carrier, o.tracking_number, o.shipped_at,
       o.seller_product_code
FROM orders_order AS o JOIN orders_cart AS cart ON cart.id = o.cart_id
WHERE o.seller_id = %(shop)s ORDER BY o.ordered_at DESC, o.id DESC
"""
OPEN = "('AWAITING_PAYMENT', 'PROCESSING', 'NEW', 'PREPARING')"
ORDER_ROWS = f"{ALL_ORDER_ROWS.replace('ORDER BY', f'AND o.state IN {OPEN} ORDER BY')} LIMIT 51"
ORDER_ROWS_BY_NUMBER = f"{ALL_ORDER_ROWS.replace('ORDER BY', 'AND o.number = %(number)s ORDER BY')} LIMIT 51"
ORDER_COUNTERS = f"""
SELECT state, is_preorder, delivery_method, held_as, ship_date < %(today)s, count(*), count(ship_today_until)
FROM orders_order WHERE seller_id = %(shop)s AND state IN {OPEN} GROUP BY 1, 2, 3, 4, 5
"""
ORDERS_COUNTED = f"""
SELECT count(*) FROM (SELECT 1 FROM orders_order WHERE seller_id = %(shop)s AND state IN {OPEN} LIMIT 1001) AS first
"""

CLAIM_ROWS = """
SELECT claim.id, claim.version, claim.requested_at, claim.kind, claim.state, claim.ended_at, claim.reason,
       o.ordered_at, o.shipped_at, o.number, cart.number, o.product_code, o.seller_product_code, o.product_name
FROM claims_claim AS claim
JOIN orders_order AS o ON o.id = claim.order_id
JOIN orders_cart AS cart ON cart.id = o.cart_id
WHERE claim.seller_id = %(shop)s ORDER BY claim.requested_at DESC, claim.id DESC LIMIT 51
"""
CLAIM_ROWS_BY_NUMBER = CLAIM_ROWS.replace(
    "ORDER BY", "AND o.seller_id = %(shop)s AND o.number = %(claimed_number)s ORDER BY"
)
ENDED = "('COMPLETED', 'REJECTED', 'WITHDRAWN', 'CONVERTED', 'REFUNDED', 'PARTIALLY_REFUNDED', 'RESOLVED')"
OPEN_CLAIM_COUNTERS = f"""
SELECT kind, state, requested_at < %(late)s, count(*)
FROM claims_claim WHERE seller_id = %(shop)s AND NOT state IN {ENDED} GROUP BY 1, 2, 3
"""
ENDED_CLAIM_COUNTERS = "SELECT " + ", ".join(
    f"""(SELECT count(*) FROM (
        SELECT 1 FROM claims_claim
        WHERE seller_id = %(shop)s AND kind = '{kind}' AND state = '{state}' AND ended_at >= %(ninety_days_ago)s
        LIMIT 1001) AS first)"""
    for kind, state in (
        ("cancel", "COMPLETED"),
        ("return", "COMPLETED"),
        ("non_receipt", "REFUNDED"),
        ("non_receipt", "PARTIALLY_REFUNDED"),
        ("cancel", "REJECTED"),
    )
)
CLAIMS_COUNTED = "SELECT count(*) FROM (SELECT 1 FROM claims_claim WHERE seller_id = %(shop)s LIMIT 1001) AS first"

CLAIM_WITH_ORDER = """
SELECT claim.*, o.*, cart.number, buyer.name, buyer.email, log_in.email
FROM claims_claim AS claim
JOIN orders_order AS o ON o.id = claim.order_id
JOIN orders_cart AS cart ON cart.id = o.cart_id
JOIN orders_buyer AS buyer ON buyer.id = o.buyer_id
LEFT JOIN accounts_user AS log_in ON log_in.id = buyer.user_id
WHERE claim.id = %(claim)s AND claim.seller_id = %(shop)s
"""
HISTORY = """
SELECT event.*, log_in.name
FROM claims_claim AS claim
JOIN events_event AS event ON event.order_id = claim.order_id
LEFT JOIN accounts_user AS log_in ON log_in.id = event.user_id
WHERE claim.id = %(claim)s ORDER BY event.seq DESC
"""
DELIVERIES = """
SELECT delivery.*
FROM claims_claim AS claim
JOIN events_event AS event ON event.order_id = claim.order_id
JOIN events_delivery AS delivery ON delivery.event_id = event.id
WHERE claim.id = %(claim)s
"""
REFUND = "SELECT * FROM orders_refund WHERE claim_id = %(claim)s"
TALK = """
SELECT message.*, thread.*
FROM claims_claim AS claim
JOIN messaging_thread AS thread ON thread.order_id = claim.order_id AND thread.kind IN ('note', 'question')
JOIN messaging_message AS message ON message.thread_id = thread.id
WHERE claim.id = %(claim)s ORDER BY message.id
"""

SCREENS = {
    "order rows": (ORDER_ROWS,),
    "order rows by number": (ORDER_ROWS_BY_NUMBER,),
    "orders page": (ORDER_ROWS, ORDER_COUNTERS, ORDERS_COUNTED),
    "claim rows": (CLAIM_ROWS,),
    "claim rows by number": (CLAIM_ROWS_BY_NUMBER,),
    "claims page": (CLAIM_ROWS, OPEN_CLAIM_COUNTERS, ENDED_CLAIM_COUNTERS, CLAIMS_COUNTED),
    "trade panel": (CLAIM_WITH_ORDER, REFUND, TALK, HISTORY, DELIVERIES),
}


def read(connection: psycopg.Connection, screen: str, params: dict[str, object]) -> list[tuple[object, ...]]:
    """All that a screen needs, one prepared statement after the other."""
    rows: list[tuple[object, ...]] = []
    for statement in SCREENS[screen]:
        rows += connection.execute(statement, params, prepare=True).fetchall()
    return rows
