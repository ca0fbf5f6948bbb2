-- bench_measure(): every case by itself: creates the index, asks its size and a plan, drops it again. The same text runs
-- on the clone (empty: sizes are estimates) and on the source (really built). In both, expressions have no statistics of
-- their own: what a candidate has before it is built, and an index just after.
SET client_min_messages = warning;
CREATE FUNCTION bench_plan(query text, index name, OUT cost float8, OUT shape text) LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    shape := '';
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        cost := coalesce(cost, substring(line FROM '\.\.([0-9.]+) rows=')::float8);
        IF line ~ 'cost=' THEN
            line := regexp_replace(line, '\s+\(cost=.*', '');
            shape := concat_ws(' < ', nullif(shape, ''), replace(ltrim(line, ' ->'), index, 'NEW'));
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION bench_measure(estimated bool) RETURNS TABLE (id int, bytes int8, accuracy text, method text, cost float8, shape text)
LANGUAGE plpgsql AS $$
DECLARE
    c bench_case;
    plan record;
BEGIN
    FOR c IN SELECT * FROM bench_case ORDER BY 1 LOOP
        EXECUTE regexp_replace(c.definition, '^(UNIQUE )?', 'CREATE \1INDEX bench_index ON ');
        IF estimated THEN
            SELECT s.bytes, s.accuracy, s.method INTO bytes, accuracy, method
              FROM pgarchitect_whatif.index_size('bench_index') s;
        ELSE
            bytes := pg_relation_size('bench_index');
        END IF;
        plan := bench_plan(c.query, 'bench_index');
        id := c.id;
        cost := plan.cost;
        shape := plan.shape;
        RETURN NEXT;
        DROP INDEX bench_index;
    END LOOP;
END $$;

-- HypoPG's size of the same, where it knows the access method; NULL elsewhere and where it is not installed.
CREATE FUNCTION bench_hypopg(definition text, OUT bytes int8) LANGUAGE plpgsql AS $$
BEGIN
    IF to_regproc('hypopg_create_index') IS NULL OR definition ~ 'USING (gin|gist|spgist)' THEN
        RETURN;
    END IF;
    EXECUTE 'SELECT hypopg_relation_size(h.indexrelid) FROM hypopg_create_index($1) h' INTO bytes
      USING regexp_replace(definition, '^(UNIQUE )?', 'CREATE \1INDEX ON ');
    PERFORM hypopg_reset();
EXCEPTION WHEN OTHERS THEN
    bytes := NULL;
END $$;
