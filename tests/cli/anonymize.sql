-- A database whose names and values are to be hidden: of everything a little, as the plural of trouble.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE SCHEMA "Kontor";
CREATE SCHEMA billing;
CREATE TYPE billing.invoice_state AS ENUM ('drafted', 'mailed', 'settled', 'disputed');
CREATE DOMAIN billing.euro_cents AS bigint CHECK (VALUE >= 0);
CREATE TYPE billing.postal AS (street text, zipcode text);
CREATE SEQUENCE billing.receipt_numbers START 5000;

CREATE TABLE billing.debtor (
    debtor_id serial PRIMARY KEY,
    email citext UNIQUE,
    surname text NOT NULL DEFAULT 'Unbekannt',
    country char(2),
    rating smallint CHECK (rating BETWEEN 1 AND 9),
    balance numeric(12,2),
    weight double precision,
    joined date,
    seen timestamptz,
    wakes time,
    patience interval,
    premium boolean,
    token uuid,
    hosts inet,
    labels text[],
    scores int[],
    profile jsonb,
    traits hstore,
    home billing.postal,
    stay daterange,
    picture bytea,
    bits bit(4)
);
CREATE TABLE billing.invoice (
    invoice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    debtor_id int NOT NULL REFERENCES billing.debtor ON DELETE CASCADE,
    state billing.invoice_state NOT NULL DEFAULT 'drafted',
    cents billing.euro_cents,
    issued date NOT NULL,
    memo text,
    CONSTRAINT issued_late_enough CHECK (issued >= DATE '2015-01-01'),
    CONSTRAINT memo_is_polite CHECK (memo <> 'Zahltag' OR cents > 100)
);
CREATE INDEX invoice_open ON billing.invoice (issued) WHERE state = 'mailed' AND cents > 5000;
CREATE INDEX invoice_memo ON billing.invoice (lower(memo));
CREATE INDEX debtor_surname_trgm ON billing.debtor USING gin (surname gin_trgm_ops);
CREATE INDEX debtor_profile ON billing.debtor USING gin (profile);
CREATE INDEX debtor_labels ON billing.debtor USING gin (labels);
CREATE UNIQUE INDEX debtor_token ON billing.debtor (token) INCLUDE (surname);
CREATE STATISTICS billing.state_by_month (dependencies, ndistinct, mcv) ON state, cents FROM billing.invoice;

CREATE TABLE "Kontor"."Größe ""x""" ("select" int PRIMARY KEY, "Straße" text, "order by" date);
CREATE TABLE billing.ledger (entry bigint, booked date NOT NULL, region text, amount numeric) PARTITION BY RANGE (booked);
CREATE TABLE billing.ledger_2023 PARTITION OF billing.ledger FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE billing.ledger_2024 PARTITION OF billing.ledger FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY LIST (region);
CREATE TABLE billing.ledger_2024_north PARTITION OF billing.ledger_2024 FOR VALUES IN ('nordwest', 'nordost');
CREATE TABLE billing.ledger_2024_rest PARTITION OF billing.ledger_2024 DEFAULT;
CREATE INDEX ON billing.ledger (entry);

CREATE FUNCTION billing.total(who int) RETURNS numeric LANGUAGE sql STABLE AS
    $$SELECT sum(cents) FROM billing.invoice WHERE debtor_id = who AND state = 'settled'$$;
CREATE FUNCTION billing.touch() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE remembered text := 'Mahnwesen'; -- Inkassobüro Schmidtbauer
BEGIN
    IF NEW.memo = remembered THEN
        UPDATE billing.debtor SET rating = 9 WHERE debtor_id = NEW.debtor_id;
        RAISE NOTICE 'Mahnung an %', NEW.debtor_id;
    END IF;
    RETURN NEW;
END$body$;
CREATE TRIGGER touch_debtor BEFORE UPDATE ON billing.invoice FOR EACH ROW WHEN (NEW.memo = 'Mahnwesen')
    EXECUTE FUNCTION billing.touch();
CREATE VIEW billing.overdue AS
    SELECT d.surname, i.invoice_id, i.cents / 100 AS euro FROM billing.debtor d JOIN billing.invoice i USING (debtor_id)
    WHERE i.state = 'mailed' AND i.issued < DATE '2023-06-01' AND d.country IN ('DE', 'AT');
CREATE MATERIALIZED VIEW billing.per_country AS
    SELECT country, count(*) AS debtors FROM billing.debtor GROUP BY country;
CREATE RULE keep_settled AS ON DELETE TO billing.invoice WHERE old.state = 'settled' DO INSTEAD NOTHING;
DO $$BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'buchhaltung') THEN CREATE ROLE buchhaltung NOLOGIN; END IF;
END$$;
GRANT USAGE ON SCHEMA billing TO buchhaltung;
GRANT SELECT ON ALL TABLES IN SCHEMA billing TO buchhaltung;
ALTER TABLE billing.debtor ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_country ON billing.debtor FOR SELECT TO buchhaltung
    USING (country = current_setting('app.mandant', true) OR surname <> 'Geheimrat');
COMMENT ON TABLE billing.debtor IS 'Schuldnerkartei der Firma Schmidtbauer';

INSERT INTO billing.debtor (email, surname, country, rating, balance, weight, joined, seen, wakes, patience, premium, token, hosts,
                            labels, scores, profile, traits, home, stay, picture, bits)
SELECT 'kunde' || g || '@schmidtbauer.example', (ARRAY['Hoffmeister','Lindenberg','Kowalczyk','Vandenberg'])[1 + g % 4] ||
       CASE WHEN g % 5 = 0 THEN '' ELSE '-' || g END, (ARRAY['DE','DE','AT','CH'])[1 + g % 4], 1 + g % 9,
       (g * 37 % 100000) / 100.0, g / 7.0, DATE '2015-01-01' + g % 3000, TIMESTAMPTZ '2023-01-01 00:00+00' + g * interval '1 minute',
       TIME '08:00' + g % 60 * interval '1 minute', g % 10 * interval '1 day', g % 3 = 0, md5(g::text)::uuid,
       ('10.1.' || g % 250 || '.' || g % 7)::inet, ARRAY['stammkunde', 'gruppe' || g % 20], ARRAY[g % 10, g % 30],
       jsonb_build_object('branche', (ARRAY['bäckerei','schlosserei'])[1 + g % 2], 'punkte', g % 50),
       hstore('farbe', (ARRAY['indigo','magenta'])[1 + g % 2]), ROW('Lindenallee', '10' || g % 100)::billing.postal,
       daterange(DATE '2020-01-01' + g % 500, DATE '2020-03-01' + g % 500), decode(md5(g::text), 'hex'), (g % 16)::bit(4)
FROM generate_series(1, 4000) g;
UPDATE billing.debtor SET email = NULL, balance = NULL WHERE debtor_id % 11 = 0;
INSERT INTO billing.invoice (debtor_id, state, cents, issued, memo)
SELECT 1 + g % 4000, (ARRAY['drafted','mailed','settled','settled','disputed'])[1 + g % 5]::billing.invoice_state, g * 13 % 20000,
       DATE '2020-01-01' + g % 1500, CASE WHEN g % 4 = 0 THEN 'Mahnwesen' ELSE 'Lieferung ' || g % 3000 END
FROM generate_series(1, 20000) g;
INSERT INTO "Kontor"."Größe ""x""" SELECT g, 'Weg ' || g % 300, DATE '2021-01-01' + g FROM generate_series(1, 1000) g;
INSERT INTO billing.ledger SELECT g, DATE '2023-01-01' + g % 730, (ARRAY['nordwest','nordost','suedwest'])[1 + g % 3], g % 500
FROM generate_series(1, 9000) g;
REFRESH MATERIALIZED VIEW billing.per_country;
ANALYZE;
