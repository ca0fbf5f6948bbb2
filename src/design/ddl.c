/* The SQL files of an architecture, and what they have in common: how they begin, comments, names.
 */
#include "ddl_internal.h"

#include <base/text.h>

enum { WIDTH = 97 }; /* behind "-- " */

char *
pga_ddl_relation(const char *name)
{
    return pga_quote_qualified(g_str_has_prefix(name, "pg_") ? "public" : NULL, name);
}

char *
pga_ddl_columns(const GPtrArray *columns)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++) {
        g_autofree char *name = pga_quote_identifier(g_ptr_array_index(columns, i));

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", name);
    }
    return g_string_free(text, FALSE);
}

void
pga_ddl_remark(GString *sql, const char *text)
{
    g_autofree char *printable = pga_text_printable(text);
    g_autofree char *lines = pga_text_wrap(printable, WIDTH, "");
    g_auto(GStrv) split = g_strsplit(lines, "\n", -1);

    for (guint i = 0; split[i]; i++)
        g_string_append_printf(sql, "-- %s\n", split[i]);
}

void
pga_ddl_comment(GString *sql, const char *object, const char *comment)
{
    g_autofree char *literal = NULL;

    if (!comment || !*comment)
        return;
    literal = pga_quote_literal(comment);
    g_string_append_printf(sql, "COMMENT ON %s IS %s;\n", object, literal);
}

void
pga_ddl_begin(GString *sql, const PgaArchitecture *architecture, const char *file, const char *what,
              const char *how)
{
    g_autofree char *title = g_strdup_printf(
        "%s: %s. For PostgreSQL %u.", architecture->requirements->name, what, architecture->major);

    pga_ddl_remark(sql, title);
    g_string_append_printf(sql, "--     psql -v ON_ERROR_STOP=1 -d DATABASE -f %s\n", file);
    pga_ddl_remark(sql, "Order, as far as they are there: schema.sql, partitions.sql, roles.sql, "
                        "indexes.sql.");
    pga_ddl_remark(sql, how);
    g_string_append(sql, "\nSET client_encoding = 'UTF8';\n"
                         "SET search_path = public;\n"
                         "SET lock_timeout = '5s';\n");
}

static void
put(PgaArchitecture *architecture, const char *path, char *text)
{
    if (text)
        pga_architecture_put_file(architecture, path, text);
}

void
pga_design_ddl(PgaArchitecture *architecture)
{
    put(architecture, "schema.sql", pga_ddl_schema(architecture));
    put(architecture, "partitions.sql", pga_design_partitions_sql(architecture));
    put(architecture, "partitions_cron.sql", pga_design_partitions_cron(architecture));
    put(architecture, "retention_cron.sql", pga_design_retention_cron(architecture));
    put(architecture, "roles.sql", pga_ddl_roles(architecture));
    pga_design_online_plans(architecture);
    put(architecture, "indexes.sql", pga_ddl_indexes(architecture));
}
