/* A point in time (UTC) as a literal of a partition key's type: timestamptz, timestamp, date, or
 * uuid of version 7, which begins with milliseconds. */
CREATE OR REPLACE FUNCTION partition_bound(kind text, moment timestamp) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE kind
               WHEN 'uuid' THEN
                   (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0')
                    || repeat('0', 20))::uuid::text
               WHEN 'date' THEN to_char(moment, 'YYYY-MM-DD')
               WHEN 'timestamp' THEN to_char(moment, 'YYYY-MM-DD HH24:MI:SS')
               ELSE to_char(moment, 'YYYY-MM-DD HH24:MI:SS"+00"')
           END;
$$;

/* The same read back: (nullable), NULL for MINVALUE, MAXVALUE. */
CREATE OR REPLACE FUNCTION partition_moment(kind text, bound text) RETURNS timestamp
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE kind
               WHEN 'uuid' THEN
                   to_timestamp((('x' || lpad(substr(replace(bound, '-', ''), 1, 12), 16, '0'))
                                 ::bit(64)::bigint) / 1000.0) AT TIME ZONE 'UTC'
               WHEN 'date' THEN bound::date::timestamp
               WHEN 'timestamp' THEN bound::timestamp
               ELSE bound::timestamptz AT TIME ZONE 'UTC'
           END;
$$;

/* The partitions that partition_make() looks after, with the ends of their ranges in UTC. */
CREATE OR REPLACE FUNCTION partition_list()
RETURNS TABLE (parent text, partition text, low timestamp, high timestamp)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT p.parent, c.oid::regclass::text,
           partition_moment(p.kind, substring(b.bound FROM 'FROM \(''([^'']+)''\)')),
           partition_moment(p.kind, substring(b.bound FROM 'TO \(''([^'']+)''\)'))
      FROM partition_plan() p
      JOIN pg_inherits i ON i.inhparent = to_regclass(p.parent)
      JOIN pg_class c ON c.oid = i.inhrelid
     CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound) b
     WHERE b.bound <> 'DEFAULT';
$$;

/* Makes the partitions that are missing, from what is kept to what is ahead. Idempotent. A new table
 * is attached rather than created as a partition: that does not stop reading and writing. */
CREATE OR REPLACE PROCEDURE partition_make(p_now timestamptz DEFAULT now())
LANGUAGE plpgsql SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    p record;
    first_of timestamp;
    moment timestamp;
    name text;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('partition_make')) THEN
        RAISE NOTICE 'partition_make is running already';
        RETURN;
    END IF;
    FOR p IN SELECT plan.*, c.relowner, pg_get_userbyid(c.relowner) AS owner
               FROM partition_plan() plan JOIN pg_class c
                 ON c.oid = to_regclass(plan.parent) AND c.relkind = 'p'
    LOOP
        first_of := date_trunc(p.unit, p_now AT TIME ZONE 'UTC' - p.history);
        FOR moment IN
            SELECT g FROM generate_series(first_of, date_trunc(p.unit, p_now AT TIME ZONE 'UTC')
                                                    + p.premake * p.step, p.step) g
             WHERE NOT EXISTS (SELECT FROM partition_list() l
                                WHERE l.parent = p.parent
                                  AND coalesce(l.low, '-infinity') <= g
                                  AND coalesce(l.high, 'infinity') > g)
             ORDER BY g
        LOOP
            name := p.prefix || to_char(moment, p.suffix);
            EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING DEFAULTS INCLUDING GENERATED '
                           'INCLUDING CONSTRAINTS INCLUDING STORAGE)%s',
                           name, p.parent, ' WITH (' || p.options || ')');
            IF p.owner <> current_user THEN
                EXECUTE format('ALTER TABLE %I OWNER TO %I', name, p.owner);
            END IF;
            EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           p.parent, name, partition_bound(p.kind, moment),
                           partition_bound(p.kind, moment + p.step));
        END LOOP;
        IF p.keep IS NULL AND NOT EXISTS (SELECT FROM partition_list() l
                                           WHERE l.parent = p.parent AND l.low IS NULL) THEN
            -- rows older than what is expected
            SELECT min(l.low) INTO moment FROM partition_list() l WHERE l.parent = p.parent;
            EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (MINVALUE) TO (%L)',
                           p.prefix || '_before', p.parent, partition_bound(p.kind, moment));
        END IF;
    END LOOP;
END;
$$;

/* Partitions whose rows are all older than what is kept, oldest first. */
CREATE OR REPLACE FUNCTION partition_expired(p_now timestamptz DEFAULT now())
RETURNS TABLE (parent text, partition text, high timestamp)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT l.parent, l.partition, l.high
      FROM partition_list() l JOIN partition_plan() p ON p.parent = l.parent
     WHERE p.drops AND l.high <= p_now AT TIME ZONE 'UTC' - p.keep
     ORDER BY p.place, l.high, l.partition;
$$;

/* What somebody should look at; no row: nothing. */
CREATE OR REPLACE FUNCTION partition_check(p_now timestamptz DEFAULT now())
RETURNS TABLE (parent text, problem text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    d record;
    found_one boolean;
BEGIN
    RETURN QUERY
        SELECT p.parent, 'the newest partition ends at ' || coalesce(max(l.high)::text, 'no time')
                         || ': less than two intervals ahead, partition_make does not run'
          FROM partition_plan() p LEFT JOIN partition_list() l ON l.parent = p.parent
         GROUP BY p.parent, p.step
        HAVING coalesce(max(l.high) < p_now AT TIME ZONE 'UTC' + 2 * p.step, true)
         ORDER BY p.parent;
    RETURN QUERY
        SELECT e.parent, e.partition || ' holds only rows older than what is kept: '
                         'partitions_cron.sql does not run'
          FROM partition_expired(p_now) e JOIN partition_plan() p ON p.parent = e.parent
         WHERE e.high + p.step <= p_now AT TIME ZONE 'UTC' - p.keep;
    FOR d IN SELECT c.oid::regclass::text AS name, i.inhparent::regclass::text AS of
               FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' ORDER BY 1
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', d.name) INTO found_one;
        IF found_one THEN
            parent := d.of;
            problem := d.name || ' has rows: values without a partition of their own';
            RETURN NEXT;
        END IF;
    END LOOP;
END;
$$;
