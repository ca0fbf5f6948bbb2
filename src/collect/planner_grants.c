/* The SQL that gives a role the statistics and not the rows: two functions whose bodies are the
 * very queries that a superuser's collection executes. */
#include <base/text.h>

#include "collect/clone_source.h"
#include "sql_internal.h"

/* The oldest major that the functions are for; their text runs on all from there. */
#define FIRST_MAJOR 14

#define SLOT(n)     "    kind" n " smallint, numbers" n " text, values" n " text"
#define SLOTS       SLOT("1") ",\n" SLOT("2") ",\n" SLOT("3") ",\n" SLOT("4") ",\n" SLOT("5")

#define HEAD                                                                                       \
    "-- Lets role %s read what the planner knows of this database (statistics), and no row\n"      \
    "-- of a table. Most-common values and histogram bounds are values of rows: they are read\n"   \
    "-- too, whatever privileges and policies the tables have. PostgreSQL 14 and later. To be\n"   \
    "-- executed by a superuser, in each database and for each such role; harmless when\n"         \
    "-- repeated.\n"                                                                               \
    "--\n"                                                                                         \
    "-- To remove it:  DROP SCHEMA pgarchitect CASCADE;  REVOKE pg_monitor FROM %s;\n"             \
    "BEGIN;\n"                                                                                     \
    "-- Executed only if a superuser owns the schema: nobody else can then put a function in.\n"   \
    "CREATE SCHEMA IF NOT EXISTS pgarchitect;\n"                                                   \
    "ALTER SCHEMA pgarchitect OWNER TO CURRENT_USER;\n"                                            \
    "REVOKE ALL ON SCHEMA pgarchitect FROM PUBLIC;\n\n"

#define COLUMNS                                                                                    \
    "-- Statistics of columns (pg_statistic), without PostgreSQL's own tables, where passwords\n"  \
    "-- are. with_values FALSE: without any value of a row.\n"                                     \
    "CREATE OR REPLACE FUNCTION pgarchitect.column_statistics(relations oid[], with_values "       \
    "boolean)\n"                                                                                   \
    "RETURNS TABLE (\n"                                                                            \
    "    relation oid, attnum smallint, attname text, inherited boolean, null_frac text,\n"        \
    "    width integer, n_distinct text,\n" SLOTS ")\n"

#define EXTENDED                                                                                   \
    "-- Data of CREATE STATISTICS objects.\n"                                                      \
    "CREATE OR REPLACE FUNCTION pgarchitect.extended_statistics(relations oid[], with_values "     \
    "boolean)\n"                                                                                   \
    "RETURNS TABLE (\n"                                                                            \
    "    statistics oid, place integer, inherited boolean, attnums text, attnames text,\n"         \
    "    ndistinct text, dependencies text, mcv_values text, mcv_nulls text, mcv_freqs text,\n"    \
    "    mcv_base_freqs text, null_frac text, width integer, n_distinct text,\n" SLOTS ")\n"

#define OPTIONS                                                                                    \
    "LANGUAGE sql STABLE SECURITY DEFINER\n"                                                       \
    "SET search_path = pg_catalog, pg_temp\n"                                                      \
    "AS $body$\n%s$body$;\n"

#define TAIL                                                                                       \
    "\nALTER FUNCTION pgarchitect.column_statistics(oid[], boolean) OWNER TO CURRENT_USER;\n"      \
    "ALTER FUNCTION pgarchitect.extended_statistics(oid[], boolean) OWNER TO CURRENT_USER;\n"      \
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgarchitect FROM PUBLIC;\n"                             \
    "GRANT USAGE ON SCHEMA pgarchitect TO %s;\n"                                                   \
    "GRANT EXECUTE ON FUNCTION pgarchitect.column_statistics(oid[], boolean),\n"                   \
    "    pgarchitect.extended_statistics(oid[], boolean) TO %s;\n"                                 \
    "-- Sizes, settings and counters of the server.\n"                                             \
    "GRANT pg_monitor TO %s;\n"                                                                    \
    "COMMIT;\n"

char *
pga_collect_grants_sql(const char *role)
{
    g_autofree char *quoted = pga_quote_identifier(role);
    g_autofree char *shown = pga_text_printable(quoted);
    g_autofree char *head = g_strdup_printf(HEAD, shown, shown);
    g_autofree char *columns =
        g_strdup_printf(OPTIONS, pga_sql_text("column_statistics", FIRST_MAJOR));
    g_autofree char *extended =
        g_strdup_printf(OPTIONS, pga_sql_text("extended_statistics", FIRST_MAJOR));
    g_autofree char *tail = g_strdup_printf(TAIL, quoted, quoted, quoted);

    return g_strconcat(head, COLUMNS, columns, "\n", EXTENDED, extended, tail, NULL);
}
