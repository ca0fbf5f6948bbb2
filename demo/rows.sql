-- Fills the shop of shop.sql: the same rows each time, made from the row's number by a hash. psql, as a superuser.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET synchronous_commit = off;
SET maintenance_work_mem = '256MB';
-- The references are right by construction; checking each of them would take most of the time.
SET session_replication_role = replica;

-- A number from 0 to below that depends on n and salt only.
CREATE FUNCTION pg_temp.pick(n bigint, salt bigint, below bigint) RETURNS integer LANGUAGE sql IMMUTABLE
AS 'SELECT ((pg_catalog.hashint8extended(n, salt) & 2147483647) % below)::integer';
CREATE FUNCTION pg_temp.fake_uuid(n bigint, salt text) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT pg_catalog.md5(salt || n)::uuid::text';

INSERT INTO category (parent_id, name, slug)
SELECT CASE WHEN n > 20 THEN 1 + n % 20 END, 'Category ' || n, 'category-' || n
  FROM generate_series(1, 200) n;

INSERT INTO supplier (name, contact_email, created_at)
SELECT 'Supplier ' || n, 'orders@supplier' || n || '.example', timestamptz '2016-01-01 UTC' + n * interval '3 days'
  FROM generate_series(1, 500) n;

INSERT INTO warehouse (name, country_code)
SELECT 'Warehouse ' || n, (ARRAY['DE', 'FR', 'PL', 'ES'])[n]
  FROM generate_series(1, 4) n;

INSERT INTO coupon (code, discount_percent, valid_from, valid_until)
SELECT 'SAVE' || n, 5 + n % 6 * 5, date '2019-01-01' + n, date '2019-01-31' + n
  FROM generate_series(1, 2000) n;

INSERT INTO customer (public_id, email, full_name, phone, birth_date, country_code, status, preferences, created_at)
SELECT pg_temp.fake_uuid(n, 'customer'), 'customer' || n || '@mail.example',
       (ARRAY['Ada', 'Ben', 'Chen', 'Dilan', 'Eva', 'Farid', 'Grete', 'Hugo'])[1 + pg_temp.pick(n, 1, 8)] || ' '
           || (ARRAY['Novak', 'Weber', 'Rossi', 'Silva', 'Dubois', 'Nowak', 'Sato'])[1 + pg_temp.pick(n, 2, 7)],
       CASE WHEN pg_temp.pick(n, 3, 10) < 6 THEN '+49 30 ' || (1000000 + pg_temp.pick(n, 4, 900000)) END,
       (date '1950-01-01' + pg_temp.pick(n, 5, 20000))::text,
       (ARRAY['DE', 'FR', 'PL', 'ES', 'IT', 'NL'])[1 + pg_temp.pick(n, 6, 6)],
       CASE WHEN pg_temp.pick(n, 7, 50) = 0 THEN 'blocked' ELSE 'active' END,
       json_build_object('newsletter', n % 3 = 0),
       timestamp '2018-01-01' + n * interval '17 minutes'
  FROM generate_series(1, 250000) n;

INSERT INTO address (customer_id, kind, street, postal_code, city, country_code)
SELECT 1 + n % 248000, CASE WHEN n <= 248000 THEN 'billing' ELSE 'delivery' END,
       'Street ' || pg_temp.pick(n, 11, 4000) || ' no. ' || 1 + n % 120, lpad(pg_temp.pick(n, 12, 99999)::text, 5, '0'),
       'City ' || pg_temp.pick(n, 13, 3000), (ARRAY['DE', 'FR', 'PL', 'ES', 'IT', 'NL'])[1 + pg_temp.pick(n, 6, 6)]
  FROM generate_series(1, 320000) n;

INSERT INTO product (category_id, supplier_id, sku, name, description, price, tax_percent, attributes, created_at)
SELECT 21 + pg_temp.pick(n, 21, 180), 1 + pg_temp.pick(n, 22, 500), 'SKU-' || lpad(n::text, 8, '0'), 'Product ' || n,
       repeat('A thing that is useful for many people. ', 2 + n % 3), 1 + pg_temp.pick(n, 23, 49900) / 100.0,
       (ARRAY[19.00, 7.00])[1 + pg_temp.pick(n, 24, 2)], jsonb_build_object('colour',
       (ARRAY['red', 'green', 'blue', 'black', 'white'])[1 + pg_temp.pick(n, 25, 5)], 'weight_g', pg_temp.pick(n, 26, 5000)),
       timestamptz '2018-01-01 UTC' + n * interval '2 hours'
  FROM generate_series(1, 20000) n;

INSERT INTO product_image (product_id, path, sort_order)
SELECT 1 + n % 20000, '/images/' || md5(n::text) || '.jpg', n / 20000
  FROM generate_series(0, 59999) n;

INSERT INTO stock (warehouse_id, product_id, quantity)
SELECT w, p, pg_temp.pick(p * 10 + w, 31, 400)
  FROM generate_series(1, 4) w, generate_series(1, 20000) p;

INSERT INTO price_history (product_id, price, changed_at)
SELECT 1 + n % 20000, 1 + pg_temp.pick(n, 32, 49900) / 100.0, timestamptz '2019-01-01 UTC' + n * interval '20 minutes'
  FROM generate_series(1, 100000) n;

INSERT INTO orders (customer_id, delivery_address_id, coupon_id, status, total_amount, ordered_at, shipped_on)
SELECT 1 + pg_temp.pick(n, 41, 240000), 1 + pg_temp.pick(n, 42, 320000),
       CASE WHEN pg_temp.pick(n, 43, 12) = 0 THEN 1 + pg_temp.pick(n, 44, 2000) END,
       CASE WHEN n > 1190000 THEN 'new' WHEN n % 40 = 0 THEN 'cancelled' ELSE 'shipped' END,
       5 + pg_temp.pick(n, 45, 60000) / 100.0, timestamp '2019-01-01' + n * interval '3 minutes',
       CASE WHEN n <= 1190000 AND n % 40 <> 0
            THEN (date '2019-01-02' + (n * interval '3 minutes'))::date::text END
  FROM generate_series(1, 1200000) n;

-- Two items an order, three for every fourth; cancelled orders keep none.
INSERT INTO order_item (order_id, product_id, quantity, unit_price)
SELECT o, 1 + pg_temp.pick(o * 4 + i, 51, 19900), 1 + pg_temp.pick(o * 4 + i, 52, 4),
       1 + pg_temp.pick(o * 4 + i, 53, 49900) / 100.0
  FROM generate_series(1, 1200000) o, generate_series(1, 3) i
 WHERE o % 40 <> 0 AND (i < 3 OR o % 4 = 0);

INSERT INTO payment (order_id, provider, provider_reference, amount, paid_at)
SELECT n, (ARRAY['card', 'invoice', 'wallet'])[1 + pg_temp.pick(n, 61, 3)], pg_temp.fake_uuid(n, 'payment'),
       5 + pg_temp.pick(n, 45, 60000) / 100.0, timestamp '2019-01-01 00:05' + n * interval '3 minutes'
  FROM generate_series(1, 1190000) n
 WHERE n % 40 <> 0 AND n % 2 = 0;

INSERT INTO shipment (order_id, warehouse_id, tracking_code, handed_over_at)
SELECT n, 1 + n % 4, 'PKG' || lpad(n::text, 12, '0'), timestamptz '2019-01-02 UTC' + n * interval '3 minutes'
  FROM generate_series(1, 1190000) n
 WHERE n % 40 <> 0 AND n % 3 = 0;

INSERT INTO review (product_id, customer_id, rating, body, created_at)
SELECT 1 + pg_temp.pick(n, 71, 19900), 1 + pg_temp.pick(n, 72, 240000), 1 + pg_temp.pick(n, 73, 5),
       'Review number ' || n || ': does what it says.', timestamp '2019-02-01' + n * interval '25 minutes'
  FROM generate_series(1, 120000) n;

INSERT INTO session (token, customer_id, started_at, data)
SELECT pg_temp.fake_uuid(n, 'session'), CASE WHEN n % 3 = 0 THEN 1 + pg_temp.pick(n, 81, 240000) END,
       timestamptz '2025-06-01 UTC' + n * interval '40 seconds', '{"cart": []}'
  FROM generate_series(1, 100000) n;

INSERT INTO event (id, session_token, kind, product_id, occurred_at)
SELECT 2030000000 + n, pg_temp.fake_uuid(1 + pg_temp.pick(n, 91, 100000), 'session'),
       (ARRAY['view', 'view', 'view', 'search', 'cart'])[1 + pg_temp.pick(n, 92, 5)],
       CASE WHEN n % 5 <> 0 THEN 1 + pg_temp.pick(n, 93, 20000) END, timestamp '2025-06-01' + n * interval '3 seconds'
  FROM generate_series(1, 1100000) n;
SELECT setval('event_id_seq', 2031100000) \g /dev/null

INSERT INTO newsletter_recipient (newsletter, customer_id, sent_on)
SELECT '2025-0' || i, c, make_date(2025, i, 1)
  FROM generate_series(1, 3) i, generate_series(3, 150000, 3) c;

-- Somebody wanted one customer a phone number, at night, and did not look at what became of it.
\echo 'one failed CREATE UNIQUE INDEX CONCURRENTLY follows on purpose'
\set ON_ERROR_STOP off
CREATE UNIQUE INDEX CONCURRENTLY customer_phone_key ON customer (phone);
\set ON_ERROR_STOP on

RESET session_replication_role;
VACUUM ANALYZE;
