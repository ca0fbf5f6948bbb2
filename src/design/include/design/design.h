/* The steps from requirements to an architecture. Each is a function of what the ones before it
 * left, adds to the architecture, and knows no server: what needs one is app/design's. The same
 * input gives the same result. */
#pragma once
#include <glib.h>
#include <model/architecture.h>

G_BEGIN_DECLS

/* complete.c: what was not said gets a default, entities known by name only a shape of the table of
 * archetypes; each is in requirements->assumptions. */
void pga_design_complete(PgaRequirements *requirements);

/* contradictions.c: FALSE with PGA_ERROR_INPUT for what cannot be had together: message both sides,
 * detail why, with lines, hint what would resolve it. What is only doubtful becomes a note. After
 * pga_design_complete(). */
gboolean pga_design_check(PgaRequirements *requirements, GError **error);

/* tables.c: entities, relationships and rules as tables in third normal form: columns, types, keys,
 * references, checks, dependencies, violations, comments, the order of columns, shapes. */
gboolean pga_design_tables(PgaArchitecture *architecture, GError **error);

/* tables_moves.c: (transfer full) (nullable): "orders.user_email is now users.email", of the
 * columns that @sql names and the design moved. */
char *pga_design_moved(const PgaArchitecture *architecture, const char *sql);

/* tables_moves.c: whether @sql names the column of @move, which its table has no more, and that
 * table. */
gboolean pga_design_move_named(const PgaArchitecture *architecture, const PgaDesignMove *move,
                               const char *sql);

/* queries.c: access patterns as SQL on the tables. What cannot be is a query with a failure. */
gboolean pga_design_queries(PgaArchitecture *architecture, GError **error);

/* partitions.c: which tables are partitioned and how, by what the queries ask; keys and references
 * follow. */
gboolean pga_design_partitions(PgaArchitecture *architecture, GError **error);

/* views.c: materialized views where a query sums up rows and its target cannot be met otherwise.
 * After the queries were planned. */
gboolean pga_design_views(PgaArchitecture *architecture, GError **error);

/* sizes.c: row_bytes, padding_saved, heap, TOAST and index bytes; with @architecture->index those
 * of its indexes, too. */
void pga_design_sizes(PgaArchitecture *architecture);

/* ddl.c: schema.sql, partitions.sql, roles.sql as files; indexes.sql of @architecture->index where
 * it is there. They run with psql -v ON_ERROR_STOP=1, in that order (indexes last), on an empty
 * database. @reference: (nullable): a timestamp that stands for now() in partitions.sql as it is
 * executed in the lab, so that the same input gives the same bytes. */
void pga_design_ddl(PgaArchitecture *architecture);

/* ddl_roles.c: (transfer full): the name, needing no quotes, of the role that is "owner" (no
 * login), "migration", "app" or "readonly": "shop_app". */
char *pga_design_role(const PgaArchitecture *architecture, const char *part);

/* ddl_partitions.c: (transfer full) (nullable): partitions.sql; NULL: nothing is partitioned. */
char *pga_design_partitions_sql(const PgaArchitecture *architecture);

/* ddl_partitions_cron.c: (transfer full) (nullable): partitions_cron.sql: makes partitions ahead,
 * drops those whose retention is over. */
char *pga_design_partitions_cron(const PgaArchitecture *architecture);

/* ddl_retention.c: (transfer full) (nullable): retention_cron.sql: deletes rows whose stated
 * retention is over from tables without partitions that are dropped for it. */
char *pga_design_retention_cron(const PgaArchitecture *architecture);

/* partitions_online_plan.c: partitioning/TABLE.md and the SQL of moving an existing table into its
 * partitions, as files; online_plan. */
void pga_design_online_plans(PgaArchitecture *architecture);

/* ddl_partitions.c: (transfer full): the call that makes the partitions as of @reference; NULL: of
 * now, as partitions.sql has it. */
char *pga_design_partitions_call(const char *reference);

/* ddl_partitions.c: (transfer full): @sql of partitions.sql with that call as of @reference. */
char *pga_design_partitions_as_of(const char *sql, const char *reference);

/* availability.c: topology, its derivation, and the files of ha/ (or the provider's answer).
 * PGA_ERROR_INPUT for targets that no topology reaches. */
gboolean pga_design_availability(PgaArchitecture *architecture, GError **error);

/* server.c: what tune is asked, from the requirements. (transfer full) */
PgaTuningInput *pga_design_tuning_input(const PgaArchitecture *architecture);

/* access.c: pg_hba.conf, pgbouncer.ini, postgresql.conf as files, of @architecture->tune. */
void pga_design_configuration(PgaArchitecture *architecture);

/* diagram.c: er.mmd, topology.mmd. */
void pga_design_diagrams(PgaArchitecture *architecture);

/* diagram.c: (transfer full): of char *: @tables (of PgaDesignTable *) of the architecture as
 * Mermaid entity relationship diagrams, in their order, as many in one as it has room for; what
 * they reference beside them. */
GPtrArray *pga_design_pictures(const PgaArchitecture *architecture, const GPtrArray *tables);

/* diagram_text.c: (transfer full): @text as it may stand between quotes, at most 60 characters: an
 * alias, a comment, a label; "-" for an empty one. A name as one word. */
char *pga_diagram_label(const char *text);
char *pga_diagram_word(const char *name);

/* example.c: a complete commented requirements file of a workload type. Static. */
const char *pga_design_example(PgaWorkloadClass workload);

G_END_DECLS
