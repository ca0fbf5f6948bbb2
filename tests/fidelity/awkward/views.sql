-- Views upon views, with barriers, aggregates, LATERAL, check options, recursion; materialized views; rules.
CREATE VIEW active_customer AS SELECT * FROM customer WHERE status = 'active' WITH CASCADED CHECK OPTION;
CREATE VIEW young_customer AS SELECT id, email, born, score FROM active_customer WHERE born > '1990-01-01' WITH LOCAL CHECK OPTION;
CREATE VIEW customer_sales AS
SELECT c.id, c.region_id, c.email, count(*) AS purchases, sum(p.total) AS total, max(p.placed_at) AS last_at
  FROM customer c LEFT JOIN purchase p ON p.customer_id = c.id GROUP BY c.id;
CREATE VIEW best_regions AS
SELECT r.name, s.total, rank() OVER (ORDER BY s.total DESC) AS place
  FROM region r JOIN (SELECT region_id, sum(total) AS total FROM customer_sales GROUP BY region_id) s ON s.region_id = r.id;
CREATE VIEW latest_purchase AS
SELECT c.id, l.* FROM customer c CROSS JOIN LATERAL (SELECT number, total, placed_at FROM purchase p WHERE p.customer_id = c.id ORDER BY placed_at DESC LIMIT 2) l;
CREATE VIEW guarded_customer WITH (security_barrier = true) AS SELECT id, email, score FROM customer WHERE NOT vip;
CREATE VIEW event_sale AS SELECT * FROM event WHERE kind = 'sale';
CREATE VIEW everything (what, id) AS SELECT 'c', id FROM customer UNION ALL SELECT 'p', customer_id FROM purchase UNION SELECT 'z', id::integer FROM zoo;
CREATE RECURSIVE VIEW region_tree (id, name, depth) AS
SELECT id, name, 0 FROM region WHERE parent_id IS NULL UNION ALL SELECT r.id, r.name, t.depth + 1 FROM region r JOIN region_tree t ON r.parent_id = t.id WHERE t.depth < 5;
CREATE VIEW "View of ""Everything""" AS SELECT what, count(*) FROM everything GROUP BY what;
\if :since15
CREATE VIEW invoker_account WITH (security_invoker = true, security_barrier = true) AS SELECT id, tenant, balance FROM account WHERE balance > 100;
\else
CREATE VIEW invoker_account WITH (security_barrier = true) AS SELECT id, tenant, balance FROM account WHERE balance > 100;
\endif
GRANT SELECT ON invoker_account, customer_sales, guarded_customer TO awk_staff, awk_auditor;

CREATE MATERIALIZED VIEW region_month AS
SELECT region_id, date_trunc('month', placed_at AT TIME ZONE 'UTC') AS month, count(*) AS n, sum(total) AS total FROM purchase GROUP BY 1, 2;
CREATE UNIQUE INDEX ON region_month (region_id, month);
CREATE INDEX region_month_total ON region_month (total DESC) WHERE n > 10;
ANALYZE region_month;
CREATE MATERIALIZED VIEW customer_copy TABLESPACE awk_fast AS SELECT id, email, score FROM guarded_customer;
CREATE INDEX ON customer_copy (score);
CREATE MATERIALIZED VIEW unpopulated AS SELECT * FROM best_regions WITH NO DATA;
CREATE MATERIALIZED VIEW on_materialized AS SELECT region_id, sum(total) AS total FROM region_month GROUP BY region_id;

CREATE TABLE redirected (id integer PRIMARY KEY, v text);
INSERT INTO redirected SELECT n, pg_temp.word(n, 1) FROM generate_series(1, 4000) n;
CREATE TABLE redirected_log (id integer, at timestamptz);
ANALYZE redirected;
CREATE RULE log_update AS ON UPDATE TO redirected DO ALSO INSERT INTO redirected_log VALUES (OLD.id, now());
CREATE RULE never_delete AS ON DELETE TO redirected DO INSTEAD NOTHING;
CREATE RULE conditional AS ON INSERT TO redirected WHERE NEW.id > 100000 DO INSTEAD INSERT INTO redirected_log VALUES (NEW.id, now());
CREATE VIEW writable AS SELECT c.id, c.n, r.name AS region FROM called c JOIN region r ON r.id = c.n % 40;
CREATE FUNCTION write_through() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER writable_instead INSTEAD OF UPDATE ON writable FOR EACH ROW EXECUTE FUNCTION write_through();
