-- Shops with two years of orders, straight into migrated tables whose columns have defaults (tests/bench/data.py).
-- Parameters: orders, shops, days.
-- The first shop has a tenth of all orders. They come evenly over the days, all shops mixed, so that a shop's rows
-- lie scattered as they do in life. Chance is a hash of the row's number: the same data each time.

CREATE FUNCTION pg_temp.chance(n bigint, which bigint) RETURNS bigint IMMUTABLE LANGUAGE sql
AS $$ SELECT abs(hashint8extended(n, which) %% 1000) $$;

INSERT INTO accounts_seller (slug, name)
SELECT 'shop' || n, 'あおぞら雑貨店 ' || n FROM generate_series(1, %(shops)s) AS n ORDER BY n;

CREATE TEMP TABLE drawn AS
SELECT n, shop.id AS seller, place, ordered_at,
       pg_temp.chance(n, 1) AS luck, pg_temp.chance(n, 2) AS claim_luck, pg_temp.chance(n, 3) AS goods
FROM generate_series(1, %(orders)s::bigint) AS n
CROSS JOIN LATERAL (SELECT
    CASE WHEN n %% 10 = 0 THEN 1 ELSE 2 + (n - n / 10 - 1) %% (%(shops)s - 1) END AS number,
    CASE WHEN n %% 10 = 0 THEN n / 10 ELSE (n - n / 10 - 1) / (%(shops)s - 1) END AS place,
    now() - interval '5 minutes' - interval '1 day' * (%(days)s * (%(orders)s - n)::float8 / %(orders)s) AS ordered_at
    ) AS spread
JOIN accounts_seller AS shop ON shop.slug = 'shop' || spread.number;

-- An order moves on as it grows older: open for a week or so, received in the end.
CREATE TEMP TABLE made AS
SELECT *,
       CASE
           WHEN age < interval '2 days' THEN CASE
               WHEN luck < 80 THEN 'AWAITING_PAYMENT' WHEN luck < 90 THEN 'PROCESSING' WHEN luck < 500 THEN 'NEW'
               WHEN luck < 970 THEN 'PREPARING' ELSE 'CANCELED' END
           WHEN age < interval '7 days' THEN CASE
               WHEN luck < 400 THEN 'PREPARING' WHEN luck < 900 THEN 'SHIPPING' WHEN luck < 950 THEN 'DELIVERED'
               ELSE 'CANCELED' END
           WHEN age < interval '10 days' THEN CASE
               WHEN luck < 30 THEN 'PREPARING' WHEN luck < 200 THEN 'SHIPPING' WHEN luck < 900 THEN 'DELIVERED'
               WHEN luck < 950 THEN 'RECEIVED' ELSE 'CANCELED' END
           ELSE CASE
               WHEN luck < 930 THEN 'RECEIVED' WHEN luck < 975 THEN 'CANCELED' WHEN luck < 990 THEN 'RETURNED'
               ELSE 'REFUNDED' END
       END AS state
FROM (SELECT *, now() - ordered_at AS age FROM drawn) AS aged;
CREATE INDEX ON made (n);
ANALYZE made;

INSERT INTO orders_cart (seller_id, number)
SELECT DISTINCT seller, (210000000 + place * 2 / 3)::text FROM made;

INSERT INTO orders_buyer (seller_id, name, mobile, postal_code)
SELECT DISTINCT seller, '青山 花子 ' || place / 3, '+81-90-' || place / 3, '100-0001' FROM made;
ANALYZE accounts_seller, orders_cart, orders_buyer;

INSERT INTO orders_order (
    seller_id, cart_id, buyer_id, number, state, version, product_code, seller_product_code, product_name, option,
    quantity, price_yen, total_yen, paid_yen, recipient_name, recipient_kana, recipient_mobile, postal_code, address,
    carrier, tracking_number, ship_date, ordered_at, paid_at, shipped_at, delivered_at, received_at, more,
    delivery_method, is_preorder, refunded_yen, pay_until, dispatch_by, late_at, receive_until)
SELECT seller, cart.id, buyer.id, (630000000 + n)::text, state, 2, (900000000 + goods)::text, 'UM-' || goods,
       '折りたたみ傘 ネイビー 55cm ' || goods, 'Color: Navy', 1 + luck %% 2, 1240, 1240 * (1 + luck %% 2),
       1240 * (1 + luck %% 2), '青山 花子', 'アオヤマ ハナコ', '+81-90-0000-0001', '100-0001',
       '東京都 千代田区 千代田 1-1', CASE WHEN sent THEN 'ゆうパック' ELSE '' END,
       CASE WHEN sent THEN '0000-' || n ELSE '' END,
       CASE WHEN sent OR state = 'PREPARING' THEN (ordered_at + interval '1 day' * (4 + luck %% 6))::date END,
       ordered_at, CASE WHEN state <> 'AWAITING_PAYMENT' THEN ordered_at END, CASE WHEN sent THEN ordered_at + interval '1 day' END,
       CASE WHEN arrived THEN ordered_at + interval '3 days' END,
       CASE WHEN state = 'RECEIVED' THEN ordered_at + interval '7 days' END, '{"通貨": "JPY", "JANコード": ""}',
       CASE WHEN luck %% 10 = 0 THEN 'untracked' ELSE 'tracked' END, luck %% 20 = 1,
       CASE WHEN state = 'CANCELED' THEN 1240 * (1 + luck %% 2) ELSE 0 END,
       CASE WHEN state = 'AWAITING_PAYMENT' THEN day + interval '7 days' END,
       CASE WHEN state <> 'AWAITING_PAYMENT' AND luck %% 20 <> 1 THEN day + interval '6 days' END,
       CASE WHEN state IN ('NEW', 'PREPARING') AND luck %% 20 <> 1 AND day + interval '6 days' > now()
            THEN day + interval '6 days' END,
       CASE WHEN state = 'DELIVERED' THEN day + interval '10 days' END
FROM made
CROSS JOIN LATERAL (SELECT date_trunc('day', ordered_at, 'Asia/Tokyo') AS day) AS begun
CROSS JOIN LATERAL (SELECT state IN ('DELIVERED', 'RECEIVED', 'RETURNED', 'REFUNDED') AS arrived) AS came
CROSS JOIN LATERAL (SELECT arrived OR state = 'SHIPPING' AS sent) AS went
JOIN orders_cart AS cart ON cart.seller_id = seller AND cart.number = (210000000 + place * 2 / 3)::text
JOIN orders_buyer AS buyer ON buyer.seller_id = seller AND buyer.mobile = '+81-90-' || place / 3
ORDER BY n;
ANALYZE orders_order;

-- About 6 %% of orders have a claim: what is being prepared an open one, what was sent or canceled one that has ended.
INSERT INTO claims_claim (
    seller_id, order_id, kind, state, version, raised_by, reason, fault, text, requested_at, ended_at, reject_reason,
    statement)
SELECT orders.seller_id, orders.id, 'cancel', outcome, CASE WHEN outcome = 'REQUESTED' THEN 1 ELSE 2 END,
       'buyer', 'found_cheaper', 'buyer', 'もっと安い店を見つけました', asked_at,
       CASE WHEN outcome <> 'REQUESTED' THEN asked_at + interval '10 hours' END,
       CASE WHEN outcome = 'REJECTED' THEN 'already_shipped' ELSE '' END,
       json_build_object('refund_yen', orders.paid_yen, 'way', 'source', 'fee_yen', 0, 'return_shipping_yen', 0, 'points', 0)
FROM made
JOIN orders_order AS orders ON orders.seller_id = made.seller AND orders.number = (630000000 + n)::text
CROSS JOIN LATERAL (SELECT least(made.ordered_at + interval '12 hours', now()) AS asked_at) AS asked
CROSS JOIN LATERAL (SELECT CASE
    WHEN orders.state = 'PREPARING' THEN 'REQUESTED' WHEN orders.state = 'CANCELED' THEN 'COMPLETED' WHEN claim_luck < 8 THEN 'REJECTED' ELSE 'WITHDRAWN'
    END AS outcome) AS ended
WHERE orders.state = 'PREPARING' AND orders.ship_date >= current_date AND claim_luck < 150
   OR orders.shipped_at IS NOT NULL AND claim_luck < 20 OR orders.state = 'CANCELED'
ORDER BY n;

INSERT INTO orders_refund (seller_id, order_id, claim_id, state, version, key, way, yen, started_at, done_at)
SELECT claim.seller_id, orders.id, claim.id, 'DONE', 2, gen_random_uuid(), 'source', orders.refunded_yen, claim.ended_at, claim.ended_at
FROM claims_claim AS claim JOIN orders_order AS orders ON orders.id = claim.order_id
WHERE claim.state = 'COMPLETED' ORDER BY claim.id;

UPDATE orders_order SET held_by = claim.id, held_as = 'cancel', held_state = claim.state, held_at = claim.requested_at
FROM claims_claim AS claim WHERE claim.order_id = orders_order.id AND claim.state = 'REQUESTED';
UPDATE orders_order SET cancel_barred = true
FROM claims_claim AS claim WHERE claim.order_id = orders_order.id AND claim.state = 'REJECTED';

INSERT INTO events_event (name, seller_id, order_id, seq, version, party, to_state, occurred_at, recorded_at, business_date)
SELECT 'order.imported', seller_id, id, 1, 1, 'system', state, ordered_at, ordered_at,
       (ordered_at AT TIME ZONE 'Asia/Tokyo')::date
FROM orders_order ORDER BY id;

INSERT INTO events_event (
    name, seller_id, order_id, claim_id, seq, version, party, from_state, to_state, occurred_at, recorded_at, business_date)
SELECT event.name, claim.seller_id, claim.order_id, claim.id, event.seq, event.seq - 1, event.party, event.before, event.after,
       event.moment, event.moment, (event.moment AT TIME ZONE 'Asia/Tokyo')::date
FROM claims_claim AS claim
CROSS JOIN LATERAL (VALUES
    ('cancel.requested', 2, 'buyer', '', 'REQUESTED', claim.requested_at),
    (CASE claim.state WHEN 'REJECTED' THEN 'cancel.rejected' WHEN 'COMPLETED' THEN 'cancel.completed'
                      ELSE 'cancel.taken_back' END, 3,
     CASE claim.state WHEN 'REJECTED' THEN 'seller' WHEN 'COMPLETED' THEN 'operator' ELSE 'buyer' END,
     'REQUESTED', claim.state, claim.ended_at)
) AS event (name, seq, party, before, after, moment)
WHERE event.moment IS NOT NULL
ORDER BY claim.id, event.seq;

-- Everything has been delivered; the shops have read all notices but those of the last week.
INSERT INTO events_delivery (event_id, consumer, "to", state, attempts, next_at, done_at)
SELECT id, consumer, CASE WHEN name IN ('cancel.rejected', 'cancel.completed') THEN 'buyer' ELSE 'seller' END, 'done', 1, occurred_at,
       occurred_at
FROM events_event CROSS JOIN (VALUES ('inbox'), ('mail')) AS channel (consumer)
WHERE claim_id IS NOT NULL
ORDER BY id;

INSERT INTO messaging_inboxitem (event_id, "to", seller_id, buyer_id, arrived_at, read_at)
SELECT event.id, CASE WHEN to_buyer THEN 'buyer' ELSE 'seller' END,
       CASE WHEN NOT to_buyer THEN event.seller_id END, CASE WHEN to_buyer THEN orders.buyer_id END,
       event.occurred_at, CASE WHEN event.occurred_at < now() - interval '7 days' THEN event.occurred_at END
FROM events_event AS event
JOIN orders_order AS orders ON orders.id = event.order_id
CROSS JOIN LATERAL (SELECT event.name IN ('cancel.rejected', 'cancel.completed') AS to_buyer) AS reader
WHERE event.claim_id IS NOT NULL
ORDER BY event.id;

-- Who asks for a cancel has written to the shop before, and waits for an answer. A shop sells a hundred products.
INSERT INTO messaging_thread (kind, seller_id, buyer_id, order_id, category, title, state, version, began_at, asked_at)
SELECT 'question', claim.seller_id, orders.buyer_id, orders.id, 'cancel_refund', 'キャンセルについて', 'UNANSWERED', 1,
       claim.requested_at, claim.requested_at
FROM claims_claim AS claim JOIN orders_order AS orders ON orders.id = claim.order_id
WHERE claim.state = 'REQUESTED' ORDER BY claim.id;

INSERT INTO events_event (
    name, seller_id, order_id, thread_id, seq, version, party, to_state, occurred_at, recorded_at, business_date)
SELECT 'talk.asked', seller_id, order_id, id, 3, 1, 'buyer', state, began_at, began_at,
       (began_at AT TIME ZONE 'Asia/Tokyo')::date
FROM messaging_thread ORDER BY id;

INSERT INTO messaging_message (thread_id, event_id, party, text, sent_at)
SELECT event.thread_id, event.id, 'buyer', 'まだ間に合いますか。キャンセルをお願いします。', event.occurred_at
FROM events_event AS event WHERE event.name = 'talk.asked' ORDER BY event.id;

INSERT INTO orders_product (seller_id, code, name, price_yen, stock, state)
SELECT shop.id, (900000000 + n)::text, '折りたたみ傘 ネイビー 55cm ' || n, 1240, n * 7 %% 60,
       CASE WHEN n %% 20 = 0 THEN 'STOPPED' ELSE 'ON_SALE' END
FROM accounts_seller AS shop CROSS JOIN generate_series(1, 100) AS n ORDER BY shop.id, n;
