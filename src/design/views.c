/* Materialized views: for access patterns that sum up many rows, and whose target cannot be met on
 * the tables themselves. Nothing else gets one: a view is stale, and takes a refresh. */
#include <base/text.h>
#include <base/units.h>
#include <math.h>
#include <string.h>

#include "views_internal.h"

enum {
    LEAST_SAVING = 10, /* rows of the tables for one of the view */
    MAX_NAME = 50,     /* bytes, before _mv */
    ROWS_PER_SECOND =
        500000 /* that a refresh reads, groups and compares; of one core, cautiously */
};

/* How often a view is refreshed: the shortest interval that the refresh takes a tenth of at most.
 */
static const struct {
    guint seconds;
    const char *text, *cron;
} intervals[] = {
    {15 * 60, "15 min", "*/15 * * * *"},
    {60 * 60, "1 h", "7 * * * *"},
    {6 * 60 * 60, "6 h", "7 */6 * * *"},
    {24 * 60 * 60, "24 h", "7 3 * * *"},
};

/* Rows of the largest table that @from names. */
static double
source_rows(const PgaArchitecture *architecture, const char *from)
{
    double rows = 0;

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (pga_view_has_word(from, table->name))
            rows = MAX(rows, table->rows);
    }
    return rows;
}

/* Of a time, days: as long as rows are kept, else two years. */
static double
distinct_values(const PgaDesignTable *table, const PgaDesignColumn *column)
{
    enum { DAYS = 730 };

    if (g_str_has_prefix(column->type, "timestamp") || strcmp(column->type, "date") == 0)
        return table->retention_days > 0 ? table->retention_days : DAYS;
    return column->shape.distinct > 0 ? column->shape.distinct : MAX(table->rows, 1);
}

/* Distinct values of @name, a column of a table in @from. */
static double
distinct_of(const PgaArchitecture *architecture, const char *from, const char *name)
{
    const char *dot = strrchr(name, '.');

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        const PgaDesignColumn *column = pga_design_table_column(table, dot ? dot + 1 : name);

        if (column && pga_view_has_word(from, table->name))
            return distinct_values(table, column);
    }
    return 1;
}

/* Values of @group, a column or the unit of a point in time; 0: not known. */
static double
group_values(const PgaArchitecture *architecture, const char *from, const char *group)
{
    static const struct {
        const char *call;
        double days;
    } units[] = {
        {"date_trunc('minute',", 1 / 1440.0},
        {"date_trunc('hour',", 1 / 24.0},
        {"date_trunc('day',", 1},
        {"date_trunc('week',", 7},
        {"date_trunc('month',", 30.4},
        {"date_trunc('quarter',", 91.3},
        {"date_trunc('year',", 365.25},
    };
    g_autofree char *column = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        if (g_ascii_strncasecmp(group, units[i].call, strlen(units[i].call)) != 0)
            continue;
        column =
            g_strndup(group + strlen(units[i].call), strcspn(group + strlen(units[i].call), ")"));
        return MAX(distinct_of(architecture, from, g_strstrip(column)) / units[i].days, 1);
    }
    return strchr(group, '(') ? 0 : distinct_of(architecture, from, group);
}

/* As many as there are groups; no more than come out of the query, once for each value of what its
 * parameters chose from. */
static double
view_rows(const PgaArchitecture *architecture, const PgaDesignQuery *query,
          const PgaViewSelect *select, const PgaViewDraft *draft)
{
    double rows = MAX(query->rows, 1), groups = 1;

    for (guint i = 0; i < select->groups->len; i++)
        groups *= group_values(architecture, select->from, g_ptr_array_index(select->groups, i));
    for (guint i = 0; i < draft->added->len; i++) {
        const double values =
            distinct_of(architecture, select->from, g_ptr_array_index(draft->added, i));

        rows *= values;
        groups *= values;
    }
    return floor(groups > 0 ? MIN(rows, groups) : rows);
}

/* (transfer full): a name that is neither a table's nor another view's. */
static char *
view_name(const PgaArchitecture *architecture, const char *pattern)
{
    g_autofree char *base = g_strndup(pattern, MAX_NAME);
    char *name = NULL;
    gboolean taken = TRUE;

    for (char *c = base; *c; c++)
        *c = g_ascii_isalnum(*c) ? g_ascii_tolower(*c) : '_';
    for (guint n = 0; taken; n++) {
        g_free(name);
        name = n == 0 ? g_strdup_printf("%s_mv", base) : g_strdup_printf("%s_mv%u", base, n);
        taken = pga_architecture_table(architecture, name) != NULL;
        for (guint i = 0; i < architecture->views->len && !taken; i++)
            taken = strcmp(((const PgaDesignView *)g_ptr_array_index(architecture->views, i))->name,
                           name) == 0;
    }
    return name;
}

/* (transfer full) */
static char *
create_text(const PgaViewSelect *select, const PgaViewDraft *draft, const char *name)
{
    const gboolean grouped = select->groups->len > 0 || draft->added->len > 0;
    GString *sql = g_string_new(NULL);
    g_autofree char *quoted = pga_quote_identifier(name);

    g_string_append_printf(sql, "CREATE MATERIALIZED VIEW %s AS\nSELECT %s\n  FROM %s", quoted,
                           draft->columns->str, select->from);
    for (guint i = 0; i < draft->fixed->len; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? "\n   AND " : "\n WHERE ",
                               (const char *)g_ptr_array_index(draft->fixed, i));
    for (guint i = 0; grouped && i < draft->keys->len; i++)
        g_string_append_printf(sql, "%s%u", i > 0 ? ", " : "\n GROUP BY ", i + 1);
    if (select->having)
        g_string_append_printf(sql, "\nHAVING %s", select->having);
    g_string_append_c(sql, ';');
    return g_string_free(sql, FALSE);
}

/* (transfer full) */
static char *
unique_text(const PgaViewDraft *draft, const char *name)
{
    GString *columns = g_string_new(NULL);
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *index = g_strdup_printf("%s_key", name);
    char *sql = NULL;

    for (guint i = 0; i < draft->keys->len; i++) {
        g_autofree char *key = pga_quote_identifier(g_ptr_array_index(draft->keys, i));

        g_string_append_printf(columns, "%s%s", i > 0 ? ", " : "", key);
    }
    sql = g_strdup_printf("CREATE UNIQUE INDEX %s ON %s (%s);", index, quoted, columns->str);
    g_string_free(columns, TRUE);
    return sql;
}

static void
plan_refresh(const PgaArchitecture *architecture, PgaDesignView *view, double rows)
{
    const double seconds = ceil(rows / ROWS_PER_SECOND);
    g_autofree char *role = pga_design_role(architecture, "migration");
    g_autofree char *time = pga_duration_format(seconds);
    g_autofree char *from = pga_count_format(rows);
    guint i = 0;

    while (i + 1 < G_N_ELEMENTS(intervals) && seconds * 10 > intervals[i].seconds)
        i++;
    view->refresh = g_strdup_printf(
        "each %s by cron: %s psql -X -d DATABASE -U %s -c 'REFRESH MATERIALIZED VIEW CONCURRENTLY "
        "%s'",
        intervals[i].text, intervals[i].cron, role, view->name);
    view->staleness =
        g_strdup_printf("at most %s and the refresh itself, %s for %s rows at %d a second",
                        intervals[i].text, time, from, ROWS_PER_SECOND);
}

static void
add_view(PgaArchitecture *architecture, const PgaDesignQuery *query, const PgaViewSelect *select,
         PgaViewDraft *draft, const char *name)
{
    const double rows = source_rows(architecture, select->from);
    g_autofree char *from = pga_count_format(rows);
    g_autofree char *into = pga_count_format(view_rows(architecture, query, select, draft));
    g_autofree char *low = pga_duration_format(query->low_ms / 1000);
    g_autofree char *high = pga_duration_format(query->high_ms / 1000);
    g_autofree char *target = pga_duration_format(query->pattern->target_ms / 1000);
    PgaDesignView *view = pga_architecture_add_view(architecture, name);

    view->sql = create_text(select, draft, name);
    view->unique_sql = unique_text(draft, name);
    view->query = g_steal_pointer(&draft->query);
    view->pattern = g_strdup(query->name);
    plan_refresh(architecture, view, rows);
    view->why = g_strdup_printf(
        "access pattern %s sums up: %s to %s are predicted on the tables, its target is %s; about "
        "%s rows instead of %s%s",
        query->name, low, high, target, into, from,
        draft->rounds ? "; ends of ranges are taken to whole units of time, in the time zone of "
                        "who refreshes"
                      : "");
}

/* Takes @why. */
static void
note(PgaArchitecture *architecture, const PgaDesignQuery *query, char *why)
{
    g_ptr_array_add(architecture->notes,
                    g_strdup_printf("No materialized view for access pattern %s, whose target is "
                                    "missed: %s.",
                                    query->name, why));
    g_free(why);
}

static gboolean
sums_up(const PgaViewSelect *select)
{
    for (guint i = 0; i < select->items->len; i++)
        if (((const PgaViewItem *)g_ptr_array_index(select->items, i))->is_aggregate)
            return TRUE;
    return FALSE;
}

static void
consider(PgaArchitecture *architecture, const PgaDesignQuery *query)
{
    g_auto(PgaViewSelect) select = {0};
    g_auto(PgaViewDraft) draft = {0};
    g_autofree char *name = NULL;
    double rows = 0;

    if (!pga_view_select_read(query->sql, &select)) {
        if (pga_view_has_word(query->sql, "group"))
            note(architecture, query, g_strdup("its statement is not a plain SELECT"));
        return;
    }
    if (!sums_up(&select))
        return;
    rows = source_rows(architecture, select.from);
    name = view_name(architecture, query->name);
    pga_view_write(architecture, &select, name, &draft);
    if (draft.failure)
        note(architecture, query, g_steal_pointer(&draft.failure));
    else if (view_rows(architecture, query, &select, &draft) * LEAST_SAVING > rows)
        note(architecture, query,
             g_strdup_printf("it would have about %.0f rows for %.0f",
                             view_rows(architecture, query, &select, &draft), rows));
    else
        add_view(architecture, query, &select, &draft, name);
}

gboolean
pga_design_views(PgaArchitecture *architecture, GError **error)
{
    (void)error;
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        if (query->verdict == PGA_LATENCY_IMPLAUSIBLE && query->sql && query->command == 's')
            consider(architecture, query);
    }
    return TRUE;
}
