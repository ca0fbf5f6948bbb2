-- GIN in its kinds, each with another share of pending entries, and full text search with a configuration of its own.
CREATE TEXT SEARCH DICTIONARY awk_simple (TEMPLATE = pg_catalog.simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION awk_search (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION awk_search ALTER MAPPING FOR asciiword, word WITH awk_simple, english_stem;

CREATE TABLE article (
    dropped_too text,
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    body text NOT NULL,
    labels text[] NOT NULL,
    scores integer[],
    doc jsonb NOT NULL,
    props hstore,
    created_at timestamptz NOT NULL,
    search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('awk_search', title), 'A') || to_tsvector('awk_search', body)) STORED
);
ALTER TABLE article DROP COLUMN dropped_too;
CREATE INDEX article_search ON article USING gin (search);
CREATE INDEX article_labels ON article USING gin (labels) WITH (fastupdate = off);
CREATE INDEX article_scores ON article USING gin (scores gin__int_ops);
CREATE INDEX article_doc ON article USING gin (doc);
CREATE INDEX article_doc_path ON article USING gin (doc jsonb_path_ops);
CREATE INDEX article_title_trgm ON article USING gin (title gin_trgm_ops);
CREATE INDEX article_body_search ON article USING gin (to_tsvector('english', body));
CREATE INDEX article_props ON article USING gin (props);
CREATE INDEX article_title_gist ON article USING gist (title gist_trgm_ops);
CREATE INDEX article_doc_kind ON article ((doc ->> 'kind'));
CREATE INDEX article_mixed ON article USING gin (created_at, labels);
CREATE INDEX article_recent_labels ON article USING gin (labels) WHERE created_at >= '2022-01-01 00:00:00+00';
INSERT INTO article (title, body, labels, scores, doc, props, created_at)
SELECT initcap(pg_temp.word(n, 1)) || ' ' || pg_temp.word(n, 2) || ' ' || n,
       'the ' || pg_temp.word(n, 3) || ' of the ' || pg_temp.word(n, 4) || ' ' || pg_temp.word(n, 5) || ' page' || pg_temp.pick(n, 6, 900),
       ARRAY[pg_temp.word(n, 7), 'year' || n % 9] || CASE WHEN n % 40 = 0 THEN ARRAY['rare' || n % 100] ELSE '{}' END,
       ARRAY[pg_temp.skewed(n, 8, 1000), n % 60],
       jsonb_build_object('kind', (ARRAY['news', 'blog', 'note', 'essay'])[1 + pg_temp.skewed(n, 9, 4)], 'stars', n % 6, 'meta', jsonb_build_object('lang', (ARRAY['en', 'de', 'fr'])[1 + n % 3], 'ref', pg_temp.pick(n, 10, 3000))),
       hstore('lang', (ARRAY['en', 'de', 'fr'])[1 + n % 3]) || hstore('k' || n % 30, 'v'),
       timestamptz '2020-01-01 UTC' + n * interval '1 hour'
  FROM generate_series(1, 20000) n;
VACUUM ANALYZE article;
-- Entries that no vacuum has moved out of the pending lists.
INSERT INTO article (title, body, labels, scores, doc, props, created_at)
SELECT 'Pending ' || n, 'unmoved ' || pg_temp.word(n, 5), ARRAY['pending' || n % 50], ARRAY[n], jsonb_build_object('kind', 'pending', 'n', n), hstore('k', n::text), '2022-05-01 00:00:00+00'
  FROM generate_series(1, 400) n;

-- An empty GIN, and one that has never been vacuumed.
CREATE TABLE empty_words (id integer, words text[]);
CREATE INDEX empty_words_gin ON empty_words USING gin (words);
CREATE TABLE fresh_words (id serial PRIMARY KEY, words text[]);
CREATE INDEX fresh_words_gin ON fresh_words USING gin (words);
INSERT INTO fresh_words (words) SELECT ARRAY[pg_temp.word(n, 1), pg_temp.word(n, 2)] FROM generate_series(1, 8000) n;
ANALYZE fresh_words;
