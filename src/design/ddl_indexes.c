/* indexes.sql: the advised indexes, for a database that is still empty. */
#include "ddl_internal.h"

#include <string.h>

/* (transfer full): @statement as an empty database takes it, in one transaction with others. */
static char *
plain_statement(const char *statement)
{
    static const char word[] = " CONCURRENTLY";
    const char *at = strstr(statement, word);

    if (!at)
        return g_strdup(statement);
    return g_strdup_printf("%.*s%s", (int)(at - statement), statement, at + strlen(word));
}

static void
append_statement(GString *sql, const char *statement)
{
    g_autofree char *plain = plain_statement(statement);

    g_string_append_printf(sql, "%s%s\n", plain, g_str_has_suffix(plain, ";") ? "" : ";");
}

char *
pga_ddl_indexes(const PgaArchitecture *architecture)
{
    GString *sql = NULL;

    if (!architecture->index || architecture->index->advice->len == 0)
        return NULL;
    sql = g_string_new(NULL);
    pga_ddl_begin(sql, architecture, "indexes.sql", "indexes for the access patterns",
                  "On a database that nobody uses yet, before rows are loaded or after; one "
                  "transaction. With users: the statements of architecture.json, CONCURRENTLY.");
    g_string_append(sql, "\nBEGIN;\n");
    for (guint i = 0; i < architecture->index->advice->len; i++) {
        const PgaIndexAdvice *advice = g_ptr_array_index(architecture->index->advice, i);

        g_string_append_c(sql, '\n');
        if (advice->rationale)
            pga_ddl_remark(sql, advice->rationale);
        for (guint j = 0; j < advice->statements->len; j++)
            append_statement(sql, g_ptr_array_index(advice->statements, j));
    }
    g_string_append(sql, "\nCOMMIT;\n");
    return g_string_free(sql, FALSE);
}
