/* Access patterns as SQL on the tables. */
#include "design/design.h"

#include <base/error.h>
#include <parse/parameters.h>
#include <string.h>

#include "queries_internal.h"

#define LEAST_PER_SECOND 0.001

static void
join_free(PgaQueryJoin *join)
{
    g_free(join->alias);
    g_free(join->on);
    g_free(join);
}

static void
draft_clear(PgaQueryDraft *draft)
{
    g_ptr_array_unref(draft->joins);
    g_ptr_array_unref(draft->values);
    g_ptr_array_unref(draft->variants);
    g_string_free(draft->order, TRUE);
    g_free(draft->failure);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaQueryDraft, draft_clear)

static void
draft_init(PgaQueryDraft *draft, PgaArchitecture *architecture, const PgaSpecPattern *pattern)
{
    *draft = (PgaQueryDraft){.architecture = architecture, .pattern = pattern};
    draft->joins = g_ptr_array_new_with_free_func((GDestroyNotify)join_free);
    draft->values = g_ptr_array_new_with_free_func(g_free);
    draft->variants = g_ptr_array_new_with_free_func(g_free);
    draft->order = g_string_new(NULL);
}

static void
draft_begin(PgaQueryDraft *draft, gboolean qualifies)
{
    g_ptr_array_set_size(draft->joins, 0);
    g_ptr_array_set_size(draft->values, 0);
    g_ptr_array_set_size(draft->variants, 0);
    g_string_truncate(draft->order, 0);
    draft->qualifies = qualifies;
}

/* What the lab says of "now" holds for every run. */
static char *
fix_now(const char *sql)
{
    static const struct {
        const char *pattern, *instead;
    } nows[] = {
        {"\\b(?:pg_catalog\\.)?(?:now|transaction_timestamp|statement_timestamp|clock_timestamp)"
         "\\s*\\(\\s*\\)",
         "timestamptz '" PGA_DESIGN_NOW "'"},
        {"\\bcurrent_timestamp\\b(?:\\s*\\(\\s*\\d+\\s*\\))?", "timestamptz '" PGA_DESIGN_NOW "'"},
        {"\\blocaltimestamp\\b(?:\\s*\\(\\s*\\d+\\s*\\))?", "timestamp '2025-01-01 00:00:00'"},
        {"\\bcurrent_date\\b", "date '2025-01-01'"},
    };
    char *text = g_strdup(sql);

    for (guint i = 0; i < G_N_ELEMENTS(nows); i++) {
        g_autoptr(GRegex) regex = g_regex_new(nows[i].pattern, G_REGEX_CASELESS, 0, NULL);
        char *replaced = g_regex_replace_literal(regex, text, -1, 0, nows[i].instead, 0, NULL);

        if (!replaced)
            continue;
        g_free(text);
        text = replaced;
    }
    return text;
}

static void
put_values(PgaQueryDraft *draft, PgaDesignQuery *query, char command)
{
    g_autofree char *planned = NULL, *variant = NULL;

    pga_query_fill_values(draft->architecture, query->sql, command, draft->values, draft->variants);
    planned = pga_parameters_put(query->sql, draft->values);
    variant = pga_parameters_put(query->sql, draft->variants);
    for (guint i = 0; i < draft->values->len; i++) {
        const char *value = g_ptr_array_index(draft->values, i);

        g_ptr_array_add(query->values, g_strdup(value ? value : "NULL"));
    }
    query->planned_sql = fix_now(planned);
    query->variant_sql = fix_now(variant);
    if (g_str_equal(query->planned_sql, query->variant_sql))
        g_clear_pointer(&query->variant_sql, g_free);
}

static const struct {
    const char *verb;
    char command;
} verbs[] = {
    [PGA_PATTERN_SQL] = {"sql", 's'},       [PGA_PATTERN_FIND] = {"find", 's'},
    [PGA_PATTERN_INSERT] = {"insert", 'i'}, [PGA_PATTERN_UPDATE] = {"update", 'u'},
    [PGA_PATTERN_DELETE] = {"delete", 'd'}, [PGA_PATTERN_AGGREGATE] = {"aggregate", 's'},
};

/* Twice where tables are joined: only then their columns need their names. */
static gboolean
write_text(PgaQueryDraft *draft, GString *sql)
{
    draft_begin(draft, FALSE);
    if (!pga_query_write(draft, sql))
        return FALSE;
    if (draft->joins->len == 0)
        return TRUE;
    draft_begin(draft, TRUE);
    g_string_truncate(sql, 0);
    return pga_query_write(draft, sql);
}

/* Takes @sql. */
static void
put_text(PgaQueryDraft *draft, PgaDesignQuery *query, char *sql)
{
    query->sql = sql;
    query->command = verbs[draft->pattern->kind].command;
    put_values(draft, query, query->command);
}

/* The same without the partition key, to tell what that would cost. */
static gboolean
write_unkeyed(PgaQueryDraft *draft, PgaDesignQuery *query)
{
    PgaDesignQuery other = {.values = query->values};
    g_autoptr(GString) sql = g_string_new(NULL);

    draft->unkeyed = TRUE;
    if (!write_text(draft, sql))
        return FALSE;
    put_text(draft, &other, g_strdup(sql->str));
    query->unkeyed_sql = g_steal_pointer(&other.planned_sql);
    g_free(other.sql);
    g_free(other.variant_sql);
    g_ptr_array_set_size(query->values, 0);
    draft->unkeyed = FALSE;
    return TRUE;
}

static gboolean
write_made(PgaQueryDraft *draft, PgaDesignQuery *query)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    draft->table = pga_query_table(draft->architecture, draft->pattern->entity);
    if (!draft->table) {
        draft->failure = g_strdup_printf("there is no table for \"%s\"", draft->pattern->entity);
        return FALSE;
    }
    if (!write_text(draft, sql))
        return FALSE;
    if (draft->key_added) {
        if (!write_unkeyed(draft, query))
            return FALSE;
        g_string_truncate(sql, 0);
        if (!write_text(draft, sql))
            return FALSE;
    }
    query->origin =
        g_strdup_printf("from %s: %s%s%s", verbs[draft->pattern->kind].verb, draft->pattern->entity,
                        draft->key_added ? ", by its whole key, with " : "",
                        draft->key_added ? draft->key_added : "");
    put_text(draft, query, g_strdup(sql->str));
    return TRUE;
}

/* (transfer full) */
static char *
without_end(const char *sql)
{
    char *text = g_strstrip(g_strdup(sql));

    for (gsize n = strlen(text); n > 0 && (text[n - 1] == ';' || g_ascii_isspace(text[n - 1])); n--)
        text[n - 1] = '\0';
    return text;
}

static gboolean
take_stated(PgaQueryDraft *draft, PgaDesignQuery *query)
{
    g_autofree char *sql = without_end(draft->pattern->sql);
    g_autoptr(GError) cause = NULL;

    if (!pga_query_check(sql, &query->command, &cause)) {
        draft->failure = g_strdup(cause->message);
        return FALSE;
    }
    query->sql = g_steal_pointer(&sql);
    query->origin = g_strdup("stated");
    pga_query_rewrite_moved(draft, query);
    /* what is compared is plainer as it was stated */
    pga_query_fill_values(draft->architecture, draft->pattern->sql, query->command, draft->values,
                          draft->variants);
    put_values(draft, query, query->command);
    return TRUE;
}

static void
add_query(PgaArchitecture *architecture, const PgaSpecPattern *pattern, double per_second)
{
    PgaDesignQuery *query = pga_architecture_add_query(architecture, pattern);
    g_auto(PgaQueryDraft) draft = {0};

    draft_init(&draft, architecture, pattern);
    query->per_second = pattern->per_second >= 0 ? pattern->per_second : per_second;
    if (!query->name)
        query->name = g_strdup(pattern->name);
    if (pattern->kind == PGA_PATTERN_SQL ? take_stated(&draft, query) : write_made(&draft, query))
        return;
    query->failure = g_steal_pointer(&draft.failure);
    if (!query->origin)
        query->origin = g_strdup("stated");
    g_ptr_array_add(architecture->not_checked,
                    pga_not_checked_new(NULL, g_strdup_printf("access pattern %s", query->name),
                                        g_strdup(query->failure)));
    architecture->complete = FALSE;
}

/* What is left of the queries per second, in equal shares. */
static double
unstated_rate(const PgaRequirements *requirements)
{
    double said = 0;
    guint n_unsaid = 0;

    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (pattern->per_second < 0)
            n_unsaid++;
        else
            said += pattern->per_second;
    }
    if (n_unsaid == 0)
        return 0;
    return MAX((requirements->queries_per_second - said) / n_unsaid, LEAST_PER_SECOND);
}

gboolean
pga_design_queries(PgaArchitecture *architecture, G_GNUC_UNUSED GError **error)
{
    const GPtrArray *patterns = architecture->requirements->patterns;
    const double rate = unstated_rate(architecture->requirements);

    for (guint i = 0; i < patterns->len; i++)
        add_query(architecture, g_ptr_array_index(patterns, i), rate);
    return TRUE;
}
