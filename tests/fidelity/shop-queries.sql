-- Statements upon the demo's shop (demo/shop.sql, demo/rows.sql): each plan after a line "== NAME".
\set QUIET on
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
\echo == shop/customer-by-email
EXPLAIN SELECT * FROM customer WHERE email = 'customer77@example.org';
\echo == shop/customer-by-phone
EXPLAIN SELECT * FROM customer WHERE phone = '+49 30 1095171' AND country_code = 'DE';
\echo == shop/orders-of-customer
EXPLAIN SELECT * FROM orders WHERE customer_id = 4711 ORDER BY ordered_at DESC LIMIT 10;
\echo == shop/orders-since
EXPLAIN SELECT count(*), sum(total_amount) FROM orders WHERE ordered_at > (SELECT max(ordered_at) - interval '30 days' FROM orders);
\echo == shop/orders-at-the-end
EXPLAIN SELECT * FROM orders WHERE ordered_at > '2024-12-01' ORDER BY ordered_at;
\echo == shop/orders-status
EXPLAIN SELECT status, currency, count(*) FROM orders GROUP BY status, currency;
\echo == shop/items-of-order
EXPLAIN SELECT i.*, p.name FROM order_item i JOIN product p ON p.id = i.product_id WHERE i.order_id = 100;
\echo == shop/revenue-by-category
EXPLAIN SELECT c.name, sum(i.quantity * i.unit_price) FROM order_item i JOIN product p ON p.id = i.product_id JOIN category c ON c.id = p.category_id GROUP BY c.name ORDER BY 2 DESC LIMIT 10;
\echo == shop/revenue-by-month
EXPLAIN SELECT date_trunc('month', ordered_at), sum(total_amount) FROM orders GROUP BY 1 ORDER BY 1;
\echo == shop/attributes
EXPLAIN SELECT id, name FROM product WHERE attributes @> '{"colour": "red"}';
\echo == shop/category-and-price
EXPLAIN SELECT id FROM product WHERE category_id = 17 AND price BETWEEN 10 AND 20 ORDER BY price;
\echo == shop/category-tree
EXPLAIN WITH RECURSIVE t AS (SELECT id FROM category WHERE parent_id IS NULL UNION ALL SELECT c.id FROM category c JOIN t ON c.parent_id = t.id) SELECT count(*) FROM product WHERE category_id IN (SELECT id FROM t);
\echo == shop/coupons
EXPLAIN SELECT o.id FROM orders o JOIN coupon c ON c.id = o.coupon_id WHERE c.code LIKE 'SAVE12%';
\echo == shop/payments-open
EXPLAIN SELECT * FROM payment p JOIN orders o ON o.id = p.order_id WHERE p.provider = 'card' AND o.status = 'new';
\echo == shop/shipments-missing
EXPLAIN SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM shipment s WHERE s.order_id = o.id);
\echo == shop/reviews
EXPLAIN SELECT product_id, avg(rating) FROM review GROUP BY product_id HAVING count(*) > 10;
\echo == shop/stock
EXPLAIN SELECT p.sku, sum(s.quantity) FROM stock s JOIN product p ON p.id = s.product_id GROUP BY p.sku;
\echo == shop/events
EXPLAIN SELECT kind, count(*) FROM event WHERE occurred_at > '2024-06-01' GROUP BY kind;
\echo == shop/sessions
EXPLAIN SELECT * FROM session s JOIN customer c ON c.id = s.customer_id WHERE c.status = 'active';
\echo == shop/view
EXPLAIN SELECT * FROM order_overview LIMIT 20;
\echo == shop/delete-customer
EXPLAIN DELETE FROM customer WHERE id = 5;
\echo == shop/update-prices
EXPLAIN UPDATE product SET price = price * 1.1 WHERE supplier_id = 7;
\echo == shop/latest-price
EXPLAIN SELECT DISTINCT ON (product_id) * FROM price_history ORDER BY product_id, price;
\echo == shop/merge-join
SET enable_hashjoin = off; SET enable_nestloop = off;
EXPLAIN SELECT count(*) FROM orders JOIN order_item ON order_item.order_id = orders.id;
RESET ALL;
