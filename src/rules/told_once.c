/* What a rule has said already. */
#include "told_once_internal.h"

#include <string.h>

gboolean
pga_lint_is_book(const PgaStateRelation *relation)
{
    static const char *const names[] = {"alembic_version",   "ar_internal_metadata",
                                        "django_migrations", "flyway_schema_history",
                                        "schema_migrations", NULL};

    return g_strv_contains(names, relation->relname);
}

/* Takes @key. */
static gboolean
is_new(PgaLintRun *run, char *key)
{
    if (!run->memory)
        run->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return g_hash_table_add(run->memory, key);
}

gboolean
pga_lint_first_time(PgaLintRun *run, const char *key)
{
    const guint transaction = run->transaction->in_block ? run->step->transaction : 0;

    return is_new(run, g_strdup_printf("%u %s", transaction, key));
}

gboolean
pga_lint_was_told_of(PgaLintRun *run, const PgaStateRelation *relation)
{
    g_autofree char *name = pga_state_relation_name((PgaStateRelation *)relation);
    GHashTableIter each;
    gpointer key;

    if (!run->memory)
        return FALSE;
    g_hash_table_iter_init(&each, run->memory);
    while (g_hash_table_iter_next(&each, &key, NULL))
        if (g_str_equal(strchr(key, ' ') + 1, name))
            return TRUE;
    return FALSE;
}

gboolean
pga_lint_first_time_in_file(PgaLintRun *run)
{
    return is_new(run, g_strdup(""));
}

gboolean
pga_lint_first_time_of(PgaLintRun *run, const PgaStateRelation *relation)
{
    g_autofree char *name = pga_state_relation_name((PgaStateRelation *)relation);

    return pga_lint_first_time(run, name);
}

void
pga_lint_start_over(PgaLintRun *run)
{
    if (run->memory)
        g_hash_table_remove_all(run->memory);
}

void
pga_lint_forget_told(gpointer memory)
{
    g_hash_table_unref(memory);
}
