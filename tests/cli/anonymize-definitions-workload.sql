-- Constants in every place where a statement can have one.
SET search_path = sales, ext, public;
SELECT * FROM sales.customer WHERE customer_id = 17;
SELECT * FROM sales.customer WHERE customer_id BETWEEN 10 AND 50;
SELECT c.fullname FROM sales.customer c JOIN sales.orders o USING (customer_id) WHERE o.amount > 10 * 20 AND o.region
    = 'bavaria3';
SELECT * FROM sales.orders o WHERE o.placed_at < '2022-03-01' AND o.placed_at >= '2022-02-01'::timestamptz - interval
    '1 month';
SELECT * FROM sales.orders WHERE placed_at > timestamptz '2022-05-05 10:00+00' OR amount IN (5, 6, 7.5);
SELECT * FROM sales.customer WHERE birthday > '1960-03-03' AND birthday + 30 > '1990-01-01';
SELECT * FROM sales.customer WHERE length(fullname) > 15;
SELECT * FROM sales.orders WHERE extract(year from placed_at AT TIME ZONE 'Europe/Berlin') = 2022;
SELECT * FROM sales.orders WHERE amount * 2 > 100;
SELECT * FROM sales.customer WHERE lower(fullname) = 'person number17';
SELECT * FROM sales.customer WHERE fullname = 'Person Number17' OR mail = 'p9@acmecorp.com';
SELECT * FROM sales.good_customers WHERE customer_id > 250;
SELECT * FROM sales.customer WHERE details @> '{"loyalty": {"level": "bronze"}}' AND tags @> ARRAY['gold'];
SELECT * FROM sales.customer WHERE details ->> 'loyalty' = 'x' AND (details #>> '{loyalty,points}')::int > 5;
SELECT region, count(*) FROM sales.orders WHERE state IN ('paid', 'new') GROUP BY region HAVING count(*) > 2 ORDER
    BY 2 DESC LIMIT 5;
WITH top AS (SELECT customer_id AS cid, sum(amount) AS total FROM sales.orders WHERE amount > 50 GROUP BY 1) SELECT
    * FROM top JOIN sales.customer c ON c.customer_id = top.cid WHERE top.cid < 200 AND total > 70;
SELECT * FROM sales.events WHERE happened = '2023-05-05' AND kind = 'orderaudit';
SELECT * FROM sales.customer c WHERE EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id = c.customer_id
    AND o.amount BETWEEN 5 AND 25) AND c.balance <> -5.75;
UPDATE sales.orders SET amount = 9, state = 'shipped' WHERE order_id = 12 AND customer_id < 100;
DELETE FROM sales.customer WHERE customer_id = ANY ('{1,2,3}'::bigint[]) OR discount < 0.5;
INSERT INTO sales.orders (customer_id, placed_at, region, amount) VALUES (3, now(), 'bavaria1', 12) RETURNING order_id;
SELECT * FROM sales."Order Lines" WHERE "Größe" = 'XL' AND qty IN (1, 2, 3) AND status <> 'Cancelled by customer';
SELECT * FROM sales.customer WHERE ip = '192.168.77.1' AND secretuuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
    AND active;
SELECT * FROM sales.customer WHERE registered > now() - interval '7 days' AND registered < now();
SELECT * FROM sales.customer WHERE (customer_id, fullname) = (5, 'Person Number5') OR CASE WHEN customer_id =
    3 THEN true ELSE active END;
SELECT * FROM (SELECT customer_id AS x, 1 AS one FROM sales.customer) s WHERE s.x = 4 AND s.one = 1;
SELECT * FROM sales.customer WHERE coalesce(balance, 0) > 5 AND nullif(customer_id, 7) IS NOT NULL;
SELECT * FROM generate_series(1, 100) g(n) JOIN sales.customer ON customer_id = g.n WHERE g.n > 5;
PREPARE q AS SELECT * FROM sales.customer WHERE customer_id = 12;
SELECT * FROM sales.orders WHERE span && '[2022-01-01,2022-02-01)'::tstzrange AND placed_at::date = '2022-01-09';
