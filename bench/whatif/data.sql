-- Rows of many distributions, the same every time. About 300,000 orders-like rows, documents and shapes.
\set ON_ERROR_STOP on
SET synchronous_commit = off;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS bloom;
DO $$ BEGIN PERFORM setseed(0.42); END $$;

-- Words of a made-up language, used by Zipf's law: word(20000 ^ random()).
CREATE TABLE word AS
SELECT i AS id, string_agg(syllable, '' ORDER BY n) AS word
  FROM (SELECT i, n, (ARRAY['ka','re','mi','to','su','an','el','or','in','ta','ch','ster','lo','ve','qu','ber','ing','pa','do','nu'])
                     [1 + get_byte(decode(md5(i::text), 'hex'), n) % 20] AS syllable
          FROM generate_series(1, 20000) i, generate_series(1, 6) n WHERE n <= 2 + i % 5) s
 GROUP BY i;
ALTER TABLE word ADD PRIMARY KEY (id);
CREATE FUNCTION sentence(words int, seed int) RETURNS text LANGUAGE sql VOLATILE AS
$$ SELECT string_agg(w.word, ' ' ORDER BY g)
     FROM generate_series(1, words) g
     JOIN LATERAL (SELECT floor(20000 ^ random() + seed * 0 + g * 0)::int AS id OFFSET 0) r ON true
     JOIN word w ON w.id = r.id $$;

CREATE TYPE kind AS ENUM ('created', 'paid', 'sent', 'returned', 'lost');
CREATE TABLE customer (id int PRIMARY KEY, ref uuid NOT NULL, email citext NOT NULL, name varchar(60) NOT NULL);
INSERT INTO customer
SELECT i, md5('c' || i)::uuid, md5('m' || i)::text || '@example.' || (ARRAY['com', 'org', 'museum'])[1 + i % 3],
       initcap(a.word || ' ' || b.word)
  FROM generate_series(1, 40000) i
  JOIN word a ON a.id = 1 + (i::int8 * 7919) % 20000 JOIN word b ON b.id = 1 + (i::int8 * 104729) % 20000;

CREATE TABLE event (
    id bigint NOT NULL, ref uuid NOT NULL, customer_id int NOT NULL REFERENCES customer, batch_id int NOT NULL,
    status text NOT NULL, kind kind NOT NULL, done bool NOT NULL, created timestamptz NOT NULL, day date NOT NULL,
    amount numeric(10, 2) NOT NULL, score float8 NOT NULL, note text NOT NULL, name varchar(60) NOT NULL, email citext NOT NULL,
    code char(10) NOT NULL, closed timestamp, agent_id int, ip inet NOT NULL, level smallint NOT NULL, country char(2) NOT NULL);
INSERT INTO event
SELECT i, gen_random_uuid(), 1 + floor(40000 * random() ^ 2), i / 7,
       (ARRAY['done', 'done', 'done', 'done', 'done', 'done', 'done', 'open', 'waiting for payment', 'failed'])
           [1 + floor(10 * random())::int],
       (ARRAY['created', 'paid', 'sent', 'returned', 'lost'])[1 + floor(5 * random() ^ 3)::int]::kind,
       random() < 0.97, '2023-01-01'::timestamptz + i * interval '217.3 seconds' + random() * interval '1 hour',
       '2023-01-01'::date + (i * 750 / 300000), (exp(random() * 9) * 1.37)::numeric(10, 2), random() * 1000,
       w.word || ' ' || v.word || ' ' || i % 977, initcap(v.word || ' ' || w.word),
       w.word || '@' || v.word || '.example', 'C' || to_char(floor(random() * 20000), 'FM000000'),
       CASE WHEN random() < 0.3 THEN '2023-01-01'::timestamp + i * interval '217 seconds' END,
       CASE WHEN random() < 0.1 THEN floor(random() * 500) END,
       ('10.' || floor(random() * 4) || '.' || floor(random() * 256) || '.' || floor(random() * 256))::inet,
       floor(32 * random() ^ 4), (ARRAY['DE', 'FR', 'IT', 'ES', 'PL', 'AT'])[1 + floor(6 * random() ^ 2)::int]
  FROM generate_series(1, 300000) i
  JOIN LATERAL (SELECT floor(20000 ^ random() + i * 0)::int AS id, floor(20000 * random() + 1 + i * 0)::int AS other OFFSET 0) r ON true
  JOIN word w ON w.id = r.id JOIN word v ON v.id = r.other;

CREATE TABLE document (id int NOT NULL, title text NOT NULL, body text NOT NULL, tags text[] NOT NULL, numbers int[],
                       search tsvector NOT NULL, data jsonb NOT NULL, profile jsonb NOT NULL);
INSERT INTO document (id, title, body, tags, numbers, search, data, profile)
SELECT i, t.title, t.body, t.tags, t.numbers, to_tsvector('simple', t.body),
       jsonb_build_object('id', i, 'type', (ARRAY['page', 'post', 'event'])[1 + i % 3], 'author', 'user' || floor(random() * 5000),
                          'stars', floor(random() * 6), 'flags', to_jsonb(t.tags[1:2]),
                          'meta', jsonb_build_object('lang', (ARRAY['en', 'de', 'fr'])[1 + floor(3 * random() ^ 2)::int], 'rev', i % 17)),
       jsonb_build_object('name', t.title, 'uid', md5(i::text), 'age', floor(random() * 90), 'active', random() < 0.8)
  FROM (SELECT i, sentence(3 + i % 5, i) AS title, sentence(15 + i % 31, i) AS body,
               (SELECT array_agg(w.word) FROM generate_series(0, i % 6) g
                  JOIN LATERAL (SELECT floor(2000 ^ random() + i * 0 + g * 0)::int AS id OFFSET 0) r ON true JOIN word w ON w.id = r.id) AS tags,
               CASE WHEN i % 10 > 0 THEN ARRAY(SELECT floor(random() * 30000 + i * 0)::int FROM generate_series(1, i % 10)) END AS numbers
          FROM generate_series(1, 60000) i) t;

CREATE TABLE place (id int NOT NULL, spot point NOT NULL, area box NOT NULL, during tstzrange NOT NULL, span int4range NOT NULL,
                    net inet NOT NULL, label text NOT NULL);
INSERT INTO place
SELECT i, p, box(p, p + point(random() * 3, random() * 3)),
       tstzrange('2023-01-01'::timestamptz + i * interval '5 minutes', '2023-01-01'::timestamptz + i * interval '5 minutes' + random() * interval '3 days'),
       int4range((random() * 1e6)::int, (random() * 1e6)::int + 1000000),
       ('172.' || floor(random() * 200) || '.' || floor(random() * 256) || '.' || floor(random() * 256))::inet, sentence(3, i)
  FROM (SELECT i, point(random() * 180 - 90, random() * 360) AS p FROM generate_series(1, 150000) i OFFSET 0) s;

ALTER TABLE event ADD COLUMN dropped int; ALTER TABLE event DROP COLUMN dropped;
CREATE STATISTICS event_day_batch (ndistinct) ON day, batch_id FROM event;
VACUUM ANALYZE;
