-- Compares estimates (bench_estimate) with what was built (bench_built), case by case, and adds up.
CREATE VIEW bench_line AS
SELECT c.id, c.definition, e.accuracy, e.method, b.bytes / 8192 AS built, e.bytes / 8192 AS estimated,
       e.bytes::float8 / b.bytes AS ratio, h.bytes::float8 / b.bytes AS hypopg, b.cost, e.cost / b.cost AS cost_ratio,
       e.shape = b.shape AS same_shape, e.shape AS estimated_shape, b.shape AS built_shape,
       CASE e.accuracy WHEN 'within 10 %' THEN 0.1 WHEN 'within 30 %' THEN 0.3 WHEN 'within 50 %' THEN 0.5
                       WHEN 'within a factor of 2' THEN 1.0 END AS allowed,
       CASE WHEN c.definition ~ ' USING ' THEN 0.15 ELSE 0.05 END AS cost_allowed
  FROM bench_case c JOIN bench_estimate e USING (id) JOIN bench_built b USING (id) JOIN bench_hypo h USING (id);
-- A factor of 2 is 0.5 to 2; the others are shares of what was built.
CREATE VIEW bench_verdict AS
SELECT *, allowed IS NULL OR CASE WHEN allowed = 1 THEN ratio BETWEEN 0.5 AND 2 ELSE abs(ratio - 1) <= allowed END AS size_met,
       abs(cost_ratio - 1) <= cost_allowed AS cost_met
  FROM bench_line;
\pset footer off
SELECT left(definition, 62) AS index, built AS "built pages", estimated, round(ratio::numeric, 3) AS size, accuracy AS class,
       CASE WHEN size_met THEN '' ELSE 'MISSED' END AS " ", round(hypopg::numeric, 2) AS hypopg,
       round(cost::numeric, 2) AS "real cost", round(cost_ratio::numeric, 4) AS cost,
       CASE WHEN same_shape THEN 'same' ELSE 'OTHER' END AS plan
  FROM bench_verdict ORDER BY id;
SELECT left(definition, 62) AS "another plan", built_shape AS "with the built index", estimated_shape AS "with the estimate"
  FROM bench_verdict WHERE NOT same_shape ORDER BY id;
\pset tuples_only on
\pset format unaligned
SELECT format('sizes: %s of %s indexes within their class; B-tree: %s of %s within 10 %%, worst ratio %s',
              count(*) FILTER (WHERE size_met), count(*), count(*) FILTER (WHERE NOT definition ~ ' USING ' AND abs(ratio - 1) <= 0.1),
              count(*) FILTER (WHERE NOT definition ~ ' USING '),
              (SELECT round(ratio::numeric, 3) FROM bench_verdict WHERE NOT definition ~ ' USING ' ORDER BY abs(ln(ratio)) DESC LIMIT 1))
  FROM bench_verdict;
SELECT format('plans: %s of %s the same; total cost of %s within 5 %% (B-tree) or 15 %% (others), worst ratio %s',
              count(*) FILTER (WHERE same_shape), count(*), count(*) FILTER (WHERE cost_met),
              (SELECT round(cost_ratio::numeric, 3) FROM bench_verdict ORDER BY abs(ln(cost_ratio)) DESC LIMIT 1))
  FROM bench_verdict;
SELECT CASE WHEN count(hypopg) = 0 THEN 'hypopg: not installed, skipped'
            ELSE format('hypopg: %s of %s B-tree, hash and BRIN sizes within 10 %%, worst ratio %s (ours: %s of the same within 10 %%)',
                        count(*) FILTER (WHERE abs(hypopg - 1) <= 0.1), count(hypopg),
                        (SELECT round(hypopg::numeric, 2) FROM bench_verdict WHERE hypopg > 0 ORDER BY abs(ln(hypopg)) DESC LIMIT 1),
                        count(*) FILTER (WHERE hypopg IS NOT NULL AND abs(ratio - 1) <= 0.1)) END
  FROM bench_verdict;
\o :verdict
SELECT count(*) FROM bench_verdict WHERE NOT size_met;
\o
