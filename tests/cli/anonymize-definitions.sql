-- Everything that has a definition, with names and constants of a user's in every place where there can be one.
SET client_min_messages = error;
DROP ROLE IF EXISTS app_owner, "Sales Team", auditor;
CREATE ROLE app_owner;
CREATE ROLE "Sales Team";
CREATE ROLE auditor;
CREATE SCHEMA sales AUTHORIZATION app_owner; CREATE SCHEMA "Weird Schema"; CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext; CREATE EXTENSION pg_trgm SCHEMA ext; CREATE EXTENSION citext;
SET search_path = sales, public, ext;
CREATE TYPE sales.order_state AS ENUM ('new', 'paid', 'shipped', 'Cancelled by customer');
CREATE DOMAIN sales.positive_amount AS numeric(12,2) DEFAULT 1.50 NOT NULL CONSTRAINT amount_is_positive CHECK
    (VALUE > 0);
CREATE DOMAIN sales.email AS citext CHECK (VALUE ~ '^[a-z0-9._%+-]+@acmecorp\.(com|de)$');
CREATE TYPE sales.postal_address AS (street text, zipcode varchar(10), housenumber int);
CREATE TYPE sales.amount_range AS RANGE (subtype = numeric);
CREATE SEQUENCE sales.invoice_numbers START 1000 INCREMENT 10;
CREATE TABLE sales.customer (customer_id bigserial PRIMARY KEY, fullname varchar(80) NOT NULL CHECK (length(fullname)
    > 2), mail sales.email UNIQUE, birthday date CHECK (birthday > '1900-01-01' AND birthday <= CURRENT_DATE),
    tags text[] DEFAULT '{gold,silver}', attrs ext.hstore DEFAULT 'shoesize=>44', details jsonb NOT NULL DEFAULT
    '{"loyalty": {"points": 100, "level": "bronze"}}', addr sales.postal_address DEFAULT ROW('Mainstreet','12345',7),
    discount real DEFAULT 0.25, balance numeric(12,2) DEFAULT -5.75, active boolean DEFAULT true, registered timestamptz
    DEFAULT now(), secretuuid uuid DEFAULT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', ip inet DEFAULT '192.168.77.1',
    location point DEFAULT '(13.37,52.52)', doc xml, CONSTRAINT weirdcheck CHECK (discount BETWEEN -1 AND 99 AND
    balance <> -777 AND (details->>'loyalty') IS DISTINCT FROM 'platinum'));
CREATE TABLE sales."Order Lines" ("Order Id" bigint NOT NULL, "line#" int NOT NULL, "Größe" text, product_code
    char(8), qty int DEFAULT 1 CHECK (qty > 0 AND qty <> ALL (ARRAY[13, 666])), price sales.positive_amount, status
    sales.order_state DEFAULT 'new', "select" int, "user" text DEFAULT 'nobody special', total numeric GENERATED
    ALWAYS AS (qty * 2.5) STORED, note text COLLATE "C", created date NOT NULL DEFAULT '2021-03-04', PRIMARY KEY
    ("Order Id", "line#"));
CREATE TABLE sales.orders (order_id bigint GENERATED ALWAYS AS IDENTITY, customer_id bigint REFERENCES sales.customer
    ON DELETE CASCADE, state sales.order_state NOT NULL DEFAULT 'paid'::sales.order_state, placed_at timestamptz
    NOT NULL, region text NOT NULL, amount numeric, span tstzrange, EXCLUDE USING gist (span WITH &&) WHERE (amount
    > 100), PRIMARY KEY (order_id));
ALTER TABLE sales."Order Lines" ADD CONSTRAINT "fk Orders" FOREIGN KEY ("Order Id") REFERENCES sales.orders (order_id)
    NOT VALID;
CREATE TABLE sales.events (event_id bigint, happened date NOT NULL, kind text, payload jsonb) PARTITION BY RANGE
    (happened);
CREATE TABLE sales.events_2023 PARTITION OF sales.events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE sales.events_2024 PARTITION OF sales.events FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);
CREATE TABLE sales.events_old PARTITION OF sales.events FOR VALUES FROM (MINVALUE) TO ('2023-01-01');
CREATE TABLE sales.by_region (region_code text, weight int) PARTITION BY LIST (region_code);
CREATE TABLE sales.by_region_eu PARTITION OF sales.by_region FOR VALUES IN ('germany', 'france', NULL) PARTITION
    BY RANGE (weight);
CREATE TABLE sales.by_region_eu_light PARTITION OF sales.by_region_eu FOR VALUES FROM (-100) TO (50);
CREATE TABLE sales.by_region_rest PARTITION OF sales.by_region DEFAULT;
CREATE TABLE sales.by_name (lastname text, ts timestamp) PARTITION BY RANGE (lastname, ts);
CREATE TABLE sales.by_name_1 PARTITION OF sales.by_name FOR VALUES FROM (MINVALUE, MINVALUE) TO ('kowalski', '2020-01-01 00:00:00');
CREATE TABLE sales.by_name_2 PARTITION OF sales.by_name FOR VALUES FROM ('kowalski', '2020-01-01 00:00:00') TO
    ('zimmermann', MAXVALUE);
CREATE TABLE sales.by_hash (hashkey uuid) PARTITION BY HASH (hashkey);
CREATE TABLE sales.by_hash_0 PARTITION OF sales.by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sales.by_expr (d timestamptz, n int) PARTITION BY RANGE ((date_trunc('month', d AT TIME ZONE 'UTC')), n);
CREATE TABLE sales.by_expr_1 PARTITION OF sales.by_expr FOR VALUES FROM ('2020-01-01', 5) TO ('2020-02-01', -3);
CREATE TABLE public.animal (animalname text, legs smallint); CREATE TABLE public.dog (breed text) INHERITS (public.animal);
CREATE INDEX customer_lower_idx ON sales.customer (lower(fullname) DESC NULLS LAST, (details ->> 'loyalty')) WHERE
    active AND registered > '2020-02-02 00:00:00+00';
CREATE INDEX cust_trgm ON sales.customer USING gin (fullname ext.gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX cust_tags ON sales.customer USING gin (tags); CREATE INDEX cust_json ON sales.customer USING gin
    (details jsonb_path_ops);
CREATE INDEX cust_brin ON sales.customer USING brin (registered) WITH (pages_per_range = 16);
CREATE INDEX cust_len ON sales.customer ((length(fullname))) WHERE (length(fullname) > 10);
CREATE UNIQUE INDEX "Uniq Größe" ON sales."Order Lines" ("Größe", "select") INCLUDE (qty) WHERE status <> 'Cancelled by customer'
    AND qty IN (1, 2, 3);
CREATE INDEX ON sales.orders (region text_pattern_ops, (amount * 2), extract(year from placed_at AT TIME ZONE
    'Europe/Berlin'));
CREATE INDEX ON sales.events (kind, (payload #>> '{geo,city}'));
CREATE INDEX fts ON sales.customer USING gin (to_tsvector('english', fullname || ' ' || coalesce(mail, '')));
CREATE STATISTICS sales.st_lines (ndistinct, mcv) ON qty, (price * 3) FROM sales."Order Lines";
CREATE FUNCTION sales.taxrate(country text DEFAULT 'germany', base numeric DEFAULT 19.5) RETURNS numeric LANGUAGE
    sql IMMUTABLE AS $$ SELECT CASE country WHEN 'germany' THEN base ELSE 21 END -- the secret rate
 $$;
CREATE FUNCTION sales.audit_orders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'sales', 'pg_temp' AS $body$
DECLARE v_count integer := 0; mytext text; rec record; cur CURSOR FOR SELECT * FROM sales.orders; mystate sales.orders.state%TYPE;
BEGIN
  /* confidential remark */
  IF TG_OP = 'UPDATE' AND NEW.amount > 1000 THEN RAISE EXCEPTION 'amount % too high for %', NEW.amount, NEW.region USING ERRCODE = 'check_violation'; END IF;
  FOR rec IN SELECT o.order_id AS oid2, c.fullname FROM sales.orders o JOIN sales.customer c USING (customer_id) WHERE o.region = 'bavaria' AND c.registered > now() - interval '30 days' LOOP v_count := v_count + 1; END LOOP;
  EXECUTE format('INSERT INTO sales.events (event_id, kind) VALUES (%L, %L)', v_count, 'orderaudit');
  EXECUTE 'DELETE FROM sales.events WHERE kind = ''orderaudit''';
  PERFORM set_config('app.tenant', NEW.region, true);
  RETURN NEW;
EXCEPTION WHEN unique_violation OR others THEN GET STACKED DIAGNOSTICS mytext = MESSAGE_TEXT; RETURN NULL;
END $body$;
CREATE FUNCTION sales.modern(a int, b text DEFAULT 'bee') RETURNS TABLE(x int, y text) LANGUAGE sql BEGIN ATOMIC
    SELECT c.customer_id::int, c.fullname FROM sales.customer c WHERE c.customer_id > modern.a AND c.fullname
    = modern.b AND c.balance > 100; END;
CREATE PROCEDURE sales.cleanup(days int) LANGUAGE plpgsql AS 'BEGIN DELETE FROM sales.events WHERE happened < current_date - days; COMMIT; END';
CREATE TRIGGER orders_audit BEFORE INSERT OR UPDATE OF amount, state ON sales.orders FOR EACH ROW WHEN (NEW.amount
    > 100 AND NEW.state <> 'shipped') EXECUTE FUNCTION sales.audit_orders('argument one', 'two');
CREATE VIEW sales.good_customers AS SELECT c.customer_id, c.fullname AS "Full Name", count(*) AS ordercount, sum(o.amount)
    FILTER (WHERE o.amount > 10) AS revenue, max(o.placed_at), 'vip customer'::text AS label, 5 AS five, CASE
    WHEN sum(o.amount) > 1000 THEN 'big spender' ELSE NULL END AS class FROM sales.customer c LEFT JOIN sales.orders
    o ON o.customer_id = c.customer_id AND o.state IN ('paid', 'shipped') WHERE c.birthday < '1980-05-05' AND
    c.tags @> ARRAY['gold'] AND c.details @> '{"loyalty": {"points": 100}}' AND c.registered BETWEEN now() - '90 days'::interval
    AND now() AND c.fullname LIKE 'Schm%' AND c.attrs -> 'shoesize' = '44' AND (c.addr).zipcode = '12345' AND
    c.location <@ box '((0,0),(20,60))' AND c.ip << '192.168.0.0/16' GROUP BY c.customer_id HAVING count(*) >
    3;
CREATE VIEW sales.upon_view WITH (security_barrier) AS WITH RECURSIVE chain(lvl, who) AS (SELECT 1, g.customer_id
    FROM sales.good_customers g WHERE g.ordercount > 7 AND g.five = 5 UNION ALL SELECT chain.lvl + 1, c.customer_id
    FROM chain JOIN sales.customer c ON c.customer_id = chain.who + 1 WHERE chain.lvl < 10) SELECT s.lvl, s.t,
    row_number() OVER w AS rn FROM (SELECT chain.lvl, to_char(now(), 'YYYY-MM-DD') AS t, chain.who FROM chain
    WHERE chain.who = 42) s WINDOW w AS (PARTITION BY s.t ORDER BY s.lvl DESC) ORDER BY 1 LIMIT 10 OFFSET 2;
CREATE VIEW sales.unnamed AS SELECT 1, now(), count(*) FROM sales.orders; CREATE VIEW sales.over_unnamed AS SELECT
    u."?column?" + 1 AS plusone, u.now FROM (SELECT 1, now()) u;
CREATE MATERIALIZED VIEW sales.mat AS SELECT o.region, date_trunc('month', o.placed_at) AS mon, avg(o.amount)::numeric(10,2)
    AS av, percentile_cont(0.5) WITHIN GROUP (ORDER BY o.amount) AS med FROM sales.orders o WHERE o.placed_at
    >= '2022-01-01' AND o.amount > 10 * 2 AND extract(dow from o.placed_at) IN (1, 2) AND o.region ~ '^bav[a-z]+\d{2}$'
    GROUP BY 1, 2 WITH NO DATA; CREATE UNIQUE INDEX mat_uq ON sales.mat (region, mon);
CREATE VIEW "Weird Schema"."My View!" AS SELECT l."Order Id", l."Größe" || 'suffix text' AS "Größe 2", l."user",
    l."select", nextval('sales.invoice_numbers') AS inv, l.status::text = ANY ('{new,paid}'::text[]) AS openp,
    generate_series('2020-01-01'::date, '2020-02-01', '1 day') AS gs FROM sales."Order Lines" l, LATERAL (SELECT
    x.* FROM (VALUES (1, 'one thing'), (2, 'other thing')) AS x(num, txt) WHERE x.num = l.qty) z WHERE (l."Order Id", l.qty) = (SELECT 7, 8) OR (l.qty, l."user") IN ((1, 'alpha user'), (2, 'beta user'));
CREATE VIEW sales.jsonview AS SELECT j.key, j.value ->> 'innerkey' AS iv, jsonb_path_exists(c.details, '$.loyalty.points ? (@ > 10)')
    AS je, c.details -> 'arr' -> 0 AS first, xpath('/root/elem/text()', c.doc) AS xp, regexp_replace(c.fullname,
    '^(Herr|Frau)\s+', '', 'gi') AS rr, c.fullname ILIKE ANY (ARRAY['%smith%', '%jones%']) AS il, to_tsvector('german',
    c.fullname) @@ to_tsquery('german', 'haus & garten:*') AS ft, string_agg(c.fullname, '; ') OVER (ORDER BY
    c.fullname) AS sa FROM sales.customer c, jsonb_each(c.details) j(key, value) WHERE (c.details ->> 'points')::int
    = 100 AND c.details ? 'loyalty' AND c.birthday + 30 > '1990-01-01' AND c.balance NOT BETWEEN 10 AND 20 AND
    coalesce(c.balance, 0) >= 5.5 AND nullif(c.fullname, 'nobody') IS NOT NULL;
CREATE RULE protect AS ON DELETE TO sales.customer WHERE OLD.balance > 500 DO INSTEAD NOTHING; CREATE RULE logins
    AS ON INSERT TO public.animal WHERE NEW.legs = 8 DO ALSO INSERT INTO sales.events (event_id, happened, kind)
    VALUES (8, '2023-06-06', 'spider arrived');
ALTER TABLE sales.customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_policy ON sales.customer FOR ALL TO auditor USING (fullname = current_setting('app.tenant',
    true) AND customer_id > 1000) WITH CHECK (active OR EXISTS (SELECT 1 FROM sales.orders o WHERE o.customer_id
    = customer.customer_id AND o.amount < 50));
CREATE AGGREGATE sales.mysum(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
CREATE FUNCTION sales.my_eq(sales.postal_address, sales.postal_address) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT $1.street = $2.street AND $1.housenumber > 17';
CREATE OPERATOR sales.=== (LEFTARG = sales.postal_address, RIGHTARG = sales.postal_address, FUNCTION = sales.my_eq,
    COMMUTATOR = OPERATOR(sales.===));
CREATE CAST (sales.postal_address AS text) WITH INOUT;
CREATE TEXT SEARCH DICTIONARY sales.mydict (TEMPLATE = simple, STOPWORDS = english); CREATE TEXT SEARCH CONFIGURATION
    sales.mycfg (COPY = german);
CREATE COLLATION sales.mycoll (provider = icu, locale = 'de-u-co-phonebk');
CREATE PUBLICATION mypub FOR TABLE sales.orders;
GRANT SELECT ON sales.customer TO "Sales Team"; GRANT SELECT (fullname) ON sales.customer TO auditor; ALTER ROLE
    auditor SET search_path = sales, public; ALTER TABLE sales.customer OWNER TO app_owner;
COMMENT ON TABLE sales.customer IS 'very secret comment about acmecorp';
INSERT INTO sales.customer (fullname, mail, birthday) SELECT 'Person Number' || i, 'p' || i || '@acmecorp.com',
    '1960-01-01'::date + i FROM generate_series(1, 300) i;
INSERT INTO sales.orders (customer_id, placed_at, region, amount) SELECT i, '2022-01-01'::timestamptz + i * interval
    '1 day', 'bavaria' || i % 5, i FROM generate_series(1, 300) i;
ANALYZE;
