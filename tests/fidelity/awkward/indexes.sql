-- B-trees in every shape, and the joins that lean on unique ones.
CREATE TABLE customer (
    id integer GENERATED ALWAYS AS IDENTITY (START 1000) PRIMARY KEY,
    legacy_code text,
    email text NOT NULL,
    first_name text, last_name text,
    status text NOT NULL,
    vip boolean NOT NULL,
    score integer,
    referrer_id integer REFERENCES customer ON DELETE SET NULL,
    tax_id text,
    born date,
    region_id integer REFERENCES region,
    created_at timestamptz NOT NULL,
    CONSTRAINT customer_email_key UNIQUE (email) DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE customer DROP COLUMN legacy_code;
INSERT INTO customer (email, first_name, last_name, status, vip, score, referrer_id, tax_id, born, region_id, created_at)
SELECT pg_temp.word(n, 1) || n || '@example.org', initcap(pg_temp.word(n, 2)), initcap(pg_temp.word(n, 3)) || pg_temp.pick(n, 4, 90),
       (ARRAY['active', 'closed', 'new', 'blocked'])[1 + pg_temp.skewed(n, 5, 4)], n % 100 = 0, CASE WHEN n % 6 > 0 THEN pg_temp.skewed(n, 6, 1000) END,
       CASE WHEN n > 100 AND n % 3 = 0 THEN 1000 + pg_temp.pick(n, 7, 100) END, CASE WHEN n % 4 = 0 THEN NULL ELSE 'T' || n END,
       date '1950-01-01' + pg_temp.pick(n, 8, 20000), 1 + pg_temp.pick(n, 9, 40), timestamptz '2020-01-01 UTC' + n * interval '31 minutes'
  FROM generate_series(1, 30000) n;
CREATE INDEX customer_lower_email ON customer (lower(email));
CREATE INDEX customer_full_name ON customer ((first_name || ' ' || last_name));
CREATE INDEX customer_names ON customer (last_name, first_name DESC NULLS FIRST) INCLUDE (email);
CREATE INDEX customer_score ON customer (score DESC NULLS LAST, id) WITH (fillfactor = 50);
CREATE INDEX customer_score_first ON customer (score NULLS FIRST);
CREATE INDEX customer_vip ON customer (created_at) WHERE vip;
CREATE INDEX customer_open ON customer (status, region_id) WHERE status <> 'closed';
CREATE INDEX customer_year ON customer ((extract(year FROM born)), status);
CREATE INDEX customer_name_length ON customer ((length(last_name)), (score % 10)) WHERE score IS NOT NULL;
CREATE INDEX customer_region_hash ON customer USING hash (region_id);
CREATE INDEX customer_created ON customer (created_at) WITH (deduplicate_items = off);
CREATE TABLE contract (code integer, part integer, note text);
INSERT INTO contract SELECT n % 4000, CASE WHEN n > 4000 THEN 1 END, pg_temp.word(n, 1) FROM generate_series(1, 8000) n;
\if :since15
CREATE UNIQUE INDEX contract_key ON contract (code, part) NULLS NOT DISTINCT;
\else
CREATE UNIQUE INDEX contract_key ON contract (code, part);
\endif
CREATE UNIQUE INDEX customer_tax ON customer (tax_id) WHERE tax_id IS NOT NULL;
ANALYZE contract;
VACUUM ANALYZE customer;

CREATE TABLE purchase (
    region_id integer NOT NULL,
    number integer NOT NULL,
    customer_id integer NOT NULL REFERENCES customer,
    placed_at timestamptz NOT NULL,
    total numeric(12, 2) NOT NULL,
    state "char" NOT NULL,
    remark text,
    PRIMARY KEY (region_id, number)
) WITH (fillfactor = 80);
INSERT INTO purchase SELECT 1 + n % 40, n / 40, 1000 + pg_temp.skewed(n, 1, 30000), timestamptz '2021-01-01 UTC' + n * interval '9 minutes', pg_temp.skewed(n, 2, 900000) / 100.0, (ARRAY['o', 'p', 's', 'x'])[1 + pg_temp.skewed(n, 3, 4)]::"char", CASE WHEN n % 20 = 0 THEN repeat(pg_temp.word(n, 4) || ' ', 30) END
  FROM generate_series(1, 80000) n;
CREATE INDEX purchase_customer ON purchase (customer_id, placed_at DESC);
CREATE INDEX purchase_open ON purchase (placed_at) WHERE state = 'o';
CREATE INDEX purchase_total ON purchase (total) WHERE total > 5000;
CREATE INDEX purchase_month ON purchase (date_trunc('month', placed_at AT TIME ZONE 'UTC'));
CREATE TABLE purchase_line (
    region_id integer NOT NULL, number integer NOT NULL, line smallint NOT NULL, sku text NOT NULL, quantity integer NOT NULL,
    PRIMARY KEY (region_id, number, line),
    FOREIGN KEY (region_id, number) REFERENCES purchase ON DELETE CASCADE
);
INSERT INTO purchase_line SELECT region_id, number, l, 'SKU' || pg_temp.skewed(number * 7 + l, 1, 3000), 1 + number % 9 FROM purchase, generate_series(1, 2) l WHERE number % 2 = 0;
CREATE INDEX purchase_line_sku ON purchase_line (sku) TABLESPACE awk_fast;
VACUUM ANALYZE purchase, purchase_line;

-- Not valid: the planner must not use it. Clustered on another column than the key.
CREATE TABLE crooked (id integer PRIMARY KEY, k integer, v text);
INSERT INTO crooked SELECT n, pg_temp.pick(n, 1, 500), pg_temp.word(n, 2) FROM generate_series(1, 12000) n;
CREATE INDEX crooked_invalid ON crooked (k);
CREATE INDEX crooked_v ON crooked (v);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'crooked_invalid'::regclass;
CLUSTER crooked USING crooked_v;
ANALYZE crooked;
-- Bloated: most rows are gone, the index has kept its size.
CREATE TABLE bloated (id integer PRIMARY KEY, k integer, pad text);
INSERT INTO bloated SELECT n, pg_temp.pick(n, 1, 900), repeat('x', 40) FROM generate_series(1, 40000) n;
CREATE INDEX ON bloated (k);
DELETE FROM bloated WHERE id % 10 > 0;
VACUUM ANALYZE bloated;
\if :since18
CREATE TABLE virtual_columns (id integer PRIMARY KEY, a integer, b integer, total integer GENERATED ALWAYS AS (a + b) VIRTUAL,
                              UNIQUE (id, a), CHECK (a >= 0) NOT ENFORCED);
INSERT INTO virtual_columns SELECT n, n % 20, pg_temp.pick(n, 1, 100) FROM generate_series(1, 9000) n;
CREATE INDEX ON virtual_columns (a, b);
ANALYZE virtual_columns;
CREATE TABLE timed (id int4range, during daterange, v integer, PRIMARY KEY (id, during WITHOUT OVERLAPS));
INSERT INTO timed SELECT int4range(n, n + 1), daterange('2022-01-01', '2022-02-01'), n FROM generate_series(1, 2000) n;
ANALYZE timed;
\endif
