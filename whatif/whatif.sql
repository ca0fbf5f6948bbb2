-- The module's functions, in a schema of their own. @MODULE@ is the path of the shared library. Executed by the lab's
-- superuser in a clone's database before any of the source's text is.
CREATE SCHEMA pgarchitect_whatif;
GRANT USAGE ON SCHEMA pgarchitect_whatif TO PUBLIC;

-- Sizes as the source has them now: blocks of the main fork; tree_height -1: not known, estimated. The other columns are
-- what pg_class said when put_size() was called: CREATE INDEX on an empty table resets them there.
CREATE TABLE pgarchitect_whatif.size (
    relid oid PRIMARY KEY,
    pages int8 NOT NULL,
    tree_height int2 NOT NULL,
    relpages int4 NOT NULL,
    reltuples float4 NOT NULL,
    relallvisible int4 NOT NULL
);

-- Rows of the source as text of the table's row type, where the clone was asked to bring some: what index_size() looks at
-- for GIN and GiST. For the superuser's eyes: the role of the clone may not read every table.
CREATE TABLE pgarchitect_whatif.sample (relid oid NOT NULL, line text NOT NULL);
CREATE INDEX sample_relid_idx ON pgarchitect_whatif.sample (relid);

-- The functions named put_… tell the planner about the source. They return NULL, or why the object was left out; none
-- of them raises an error for bad input. For the superuser only. put_size(): after pg_class was updated.
CREATE FUNCTION pgarchitect_whatif.put_size(relid oid, pages int8, tree_height int4) RETURNS text
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_put_size';

-- A row of pg_statistic. kinds, numbers ("{0.5,0.25}") and "values" ("{a,b}"; the text of the anyarray) are parallel, up
-- to five. Operators and collations are derived as ANALYZE does. An existing row is replaced.
CREATE FUNCTION pgarchitect_whatif.put_statistics(relid oid, attnum int2, inherited bool, null_frac float4, width int4,
                                                  n_distinct float4, kinds int2[], numbers text[], "values" text[])
    RETURNS text LANGUAGE C AS '@MODULE@', 'pgarchitect_put_statistics';

-- Data of an extended statistics object. attnums and attnames: the source's numbers of the columns and their names;
-- dependencies: text, or "\x…" of the serialized bytes. expressions: one element of text for each expression, a JSON
-- object as put_statistics' arguments ({"null_frac": "0.1", "width": 4, "n_distinct": "-1", "kinds": [1],
-- "numbers": ["{…}"], "values": ["{…}"]}) or NULL.
CREATE FUNCTION pgarchitect_whatif.put_extended_statistics(statistics oid, inherited bool, attnums int2[], attnames text[],
                                                           ndistinct text, dependencies text,
                                                           mcv_values text, mcv_nulls text, mcv_freqs text,
                                                           mcv_base_freqs text, expressions text[])
    RETURNS text LANGUAGE C AS '@MODULE@', 'pgarchitect_put_extended_statistics';

-- Two entries (and heap tuples of NULLs for them) in a B-tree: the ends that get_actual_variable_range() probes.
CREATE FUNCTION pgarchitect_whatif.put_extremes(index oid, minimum text, maximum text) RETURNS text
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_put_extremes';

-- GIN: {pending, total, entry, data pages, entries}. BRIN: {pages of the revmap}.
CREATE FUNCTION pgarchitect_whatif.put_metapage(index oid, numbers int8[]) RETURNS text
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_put_metapage';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgarchitect_whatif FROM PUBLIC;

-- What an index would take on the source, from statistics alone. accuracy: "within 10 %", "within 30 %",
-- "within a factor of 2", … ; method: one line.
CREATE FUNCTION pgarchitect_whatif.index_size(index regclass, OUT pages int8, OUT bytes int8, OUT tuples float8,
                                              OUT tree_height int4, OUT accuracy text, OUT method text)
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_index_size';

-- What index_size() told of B-trees, in this session or another: it need not be worked out again here, until the index or its
-- table change. Arrays are parallel.
CREATE FUNCTION pgarchitect_whatif.know(indexes oid[], pages int8[], tuples float8[], tree_heights int4[]) RETURNS void
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_know';

-- Analyses and rewrites a statement (its $n by inference) once and keeps it in this session: its number.
CREATE FUNCTION pgarchitect_whatif.prepare(statement text) RETURNS int4
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_prepare';
CREATE FUNCTION pgarchitect_whatif.forget() RETURNS void
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_forget';

-- Plans every statement under every configuration. A configuration lists indexes: candidates (made after the clone) are
-- hidden unless listed, the source's own are visible unless listed. indexes: those the plan uses. A statement that cannot
-- be planned has NULL costs and message says why.
CREATE FUNCTION pgarchitect_whatif.cost(statements int4[], configurations oidvector[], OUT statement int4,
                                        OUT configuration int4, OUT startup_cost float8, OUT total_cost float8,
                                        OUT plan_rows float8, OUT indexes oidvector, OUT message text)
    RETURNS SETOF record LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_cost';

-- The same for pairs: each statement under the configuration in the same place, which is what the column configuration
-- says. Quickest in the order of the statements. milliseconds: that planning took.
CREATE FUNCTION pgarchitect_whatif.cost_pairs(statements int4[], configurations oidvector[], OUT statement int4,
                                              OUT configuration int4, OUT startup_cost float8, OUT total_cost float8,
                                              OUT plan_rows float8, OUT indexes oidvector, OUT message text,
                                              OUT milliseconds float8)
    RETURNS SETOF record LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_cost_pairs';

-- Plans a statement under no candidates and says what it asks of each of its relations, as the planner sees them: a JSON
-- object {"command", "target", "changed", "requests"}, see src/model/include/model/index_request.h. An error when it cannot
-- be planned.
CREATE FUNCTION pgarchitect_whatif.requests(statement int4) RETURNS text
    LANGUAGE C STRICT AS '@MODULE@', 'pgarchitect_requests';
