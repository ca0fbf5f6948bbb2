\echo == search/tsquery
EXPLAIN SELECT id FROM article WHERE search @@ to_tsquery('awk_search', 'amber & grove');
\echo == search/tsquery-prefix-and-not
EXPLAIN SELECT id FROM article WHERE search @@ 'pag:* & !amber'::tsquery;
\echo == search/tsquery-phrase
EXPLAIN SELECT id FROM article WHERE search @@ phraseto_tsquery('awk_search', 'heron birch') ORDER BY ts_rank(search, 'heron') DESC LIMIT 5;
\echo == search/expression
EXPLAIN SELECT id FROM article WHERE to_tsvector('english', body) @@ plainto_tsquery('english', 'page77 otter');
\echo == search/array-contains
EXPLAIN SELECT id FROM article WHERE labels @> ARRAY['rare40'];
\echo == search/array-overlap
EXPLAIN SELECT id FROM article WHERE labels && ARRAY['amber', 'year3', 'pending7'];
\echo == search/array-contained
EXPLAIN SELECT count(*) FROM article WHERE labels <@ ARRAY['amber', 'year3'] OR labels = '{}';
\echo == search/intarray
EXPLAIN SELECT id FROM article WHERE scores @@ '5&(12|17)'::query_int;
\echo == search/jsonb-contains
EXPLAIN SELECT id FROM article WHERE doc @> '{"kind": "essay", "meta": {"lang": "de"}}';
\echo == search/jsonb-exists
EXPLAIN SELECT id FROM article WHERE doc ?| ARRAY['n', 'zzz'];
\echo == search/jsonpath
EXPLAIN SELECT id FROM article WHERE doc @? '$.meta ? (@.ref == 77)';
\echo == search/jsonpath-match
EXPLAIN SELECT id FROM article WHERE doc @@ '$.stars > 4';
\echo == search/jsonb-expression
EXPLAIN SELECT id FROM article WHERE doc ->> 'kind' = 'note' AND (doc #>> '{meta,lang}') = 'fr';
\echo == search/trigram-like
EXPLAIN SELECT id FROM article WHERE title LIKE '%mber gro%';
\echo == search/trigram-similar
EXPLAIN SELECT id FROM article WHERE title % 'Amber grove 10' ORDER BY title <-> 'Amber grove 10' LIMIT 3;
\echo == search/trigram-regex
EXPLAIN SELECT id FROM article WHERE title ~ 'tidal 19[0-9]{2}$';
\echo == search/hstore
EXPLAIN SELECT id FROM article WHERE props ? 'k7' AND props @> 'lang=>de';
\echo == search/mixed
EXPLAIN SELECT id FROM article WHERE created_at > '2022-04-01 00:00:00+00' AND labels @> ARRAY['year8'];
\echo == search/partial
EXPLAIN SELECT id FROM article WHERE created_at >= '2022-01-01 00:00:00+00' AND labels @> ARRAY['slate'];
\echo == search/bitmap-or
EXPLAIN SELECT id FROM article WHERE labels @> ARRAY['pending4'] OR title LIKE 'Pending 12%' OR id = 5;
\echo == search/update
EXPLAIN UPDATE article SET title = title || '!' WHERE search @@ 'unmoved'::tsquery;
\echo == search/empty
EXPLAIN SELECT id FROM empty_words WHERE words @> ARRAY['x'];
\echo == search/never-vacuumed
EXPLAIN SELECT id FROM fresh_words WHERE words @> ARRAY['tidal', 'amber'];
\echo == search/unnest
EXPLAIN SELECT l, count(*) FROM article, unnest(labels) l WHERE l LIKE 'rare%' GROUP BY l;
\echo == search/lateral-json
EXPLAIN SELECT k, count(*) FROM article, jsonb_each(doc -> 'meta') e(k, v) GROUP BY k;
\if :since17
\echo == search/json-table
EXPLAIN SELECT j.lang FROM article, JSON_TABLE(doc, '$.meta' COLUMNS (lang text PATH '$.lang')) j WHERE j.lang = 'de';
\endif
