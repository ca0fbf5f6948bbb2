/* Unique keys that a migration makes by RunSQL: not parsed, only looked for. */
#include <base/text.h>
#include <django/history.h>
#include <string.h>

#include "django_flow_internal.h"

static gboolean
holds(const GPtrArray *fields, const char *key)
{
    for (guint i = 0; fields && i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);
        g_autofree char *column = field->column ? g_ascii_strdown(field->column, -1) : NULL;

        if (column && pga_text_has_word(key, column))
            return TRUE;
    }
    return FALSE;
}

/* "realm_id, upper(name)", in small letters: all of them are compared. */
static gboolean
are_compared(const char *keys, const GPtrArray *fields, const GPtrArray *folded)
{
    g_auto(GStrv) parts = g_strsplit(keys, ",", -1);

    for (guint i = 0; parts[i]; i++) {
        const gboolean folds = strstr(parts[i], "upper(") || strstr(parts[i], "lower(");

        if (!holds(fields, parts[i]) && !(folds && holds(folded, parts[i])))
            return FALSE;
    }
    return TRUE;
}

/* (transfer full) (nullable): what stands between the bracket and the one that closes it. */
static char *
in_brackets(const char *open)
{
    guint depth = 0;

    for (const char *at = open; at && *at; at++) {
        depth += *at == '(';
        if (*at == ')' && --depth == 0)
            return g_strndup(open + 1, (gsize)(at - open - 1));
    }
    return NULL;
}

/* CREATE UNIQUE INDEX … ON shop_order (a, upper(b)), ALTER TABLE shop_order ADD UNIQUE (a, b). */
static gboolean
makes_unique(const char *statement, const PgaDjangoModel *model, const GPtrArray *fields,
             const GPtrArray *folded)
{
    g_autofree char *small = g_ascii_strdown(statement, -1);
    g_autofree char *table = g_ascii_strdown(model->table, -1);
    const char *unique = strstr(small, "unique");
    g_autofree char *keys = unique ? in_brackets(strchr(unique, '(')) : NULL;

    return keys && pga_text_has_word(small, table) && are_compared(keys, fields, folded);
}

static gboolean
text_makes_unique(const PgaPyValue *sql, const PgaDjangoModel *model, const GPtrArray *fields,
                  const GPtrArray *folded)
{
    g_auto(GStrv) statements =
        sql->kind == PGA_PY_STRING ? g_strsplit(sql->text, ";", -1) : g_new0(char *, 1);

    for (guint i = 0; statements[i]; i++)
        if (makes_unique(statements[i], model, fields, folded))
            return TRUE;
    return FALSE;
}

static gboolean
operation_makes_unique(const PgaPyValue *operation, const PgaDjangoModel *model,
                       const GPtrArray *fields, const GPtrArray *folded)
{
    const PgaPyValue *sql = g_str_equal(pga_py_last_name(operation), "RunSQL")
                                ? pga_py_argument(operation, 0, "sql")
                                : NULL;

    if (sql && sql->kind != PGA_PY_LIST)
        return text_makes_unique(sql, model, fields, folded);
    for (guint i = 0; sql && i < sql->items->len; i++)
        if (text_makes_unique(g_ptr_array_index(sql->items, i), model, fields, folded))
            return TRUE;
    return FALSE;
}

gboolean
pga_flow_is_unique_by_sql(const PgaDjangoRun *run, const PgaDjangoModel *model,
                          const GPtrArray *fields, const GPtrArray *folded)
{
    const PgaDjangoHistory *history = pga_django_project_history(run->project);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        for (guint j = 0; j < entry->operations->len; j++)
            if (operation_makes_unique(g_ptr_array_index(entry->operations, j), model, fields,
                                       folded))
                return TRUE;
    }
    return FALSE;
}
