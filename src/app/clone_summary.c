/* What is said about a clone on a terminal: what it is, what it lacks, why plans may differ, what
 * to try. */
#include "app/clone.h"

#include <base/text.h>
#include <model/finding.h>

enum {
    MAX_GROUPS = 12, /* reasons listed unless all are asked for */
    MAX_NAMES = 3,   /* objects named for one reason */
};

/** Objects that one reason holds for. */
typedef struct {
    const char *why;
    GPtrArray *what; /* of char *, borrowed, in the notes' order, each once */
} Group;

static void
group_free(gpointer data)
{
    Group *group = data;

    g_ptr_array_unref(group->what);
    g_free(group);
}

static Group *
group_of(GPtrArray *groups, GHashTable *by_reason, const char *why)
{
    Group *group = g_hash_table_lookup(by_reason, why);

    if (group)
        return group;
    group = g_new0(Group, 1);
    group->why = why;
    group->what = g_ptr_array_new();
    g_ptr_array_add(groups, group);
    g_hash_table_insert(by_reason, (gpointer)why, group);
    return group;
}

/* By reason, in the order in which reasons come up. */
static GPtrArray *
group_notes(const GPtrArray *notes)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    g_autoptr(GHashTable) by_reason = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < notes->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(notes, i);
        Group *group = group_of(groups, by_reason, note->why);

        if (!g_ptr_array_find_with_equal_func(group->what, note->what, g_str_equal, NULL))
            g_ptr_array_add(group->what, note->what);
    }
    return groups;
}

static void
add_line(GString *out, const char *text, guint width)
{
    g_autofree char *safe = pga_text_printable(text);
    g_autofree char *wrapped = pga_text_wrap(safe, width > 2 ? width - 2 : width, "    ");

    g_string_append_printf(out, "  %s\n", wrapped);
}

static void
add_group(GString *out, const Group *group, const PgaCloneSummaryOptions *options)
{
    const guint n_named = options->all ? group->what->len : MIN(group->what->len, MAX_NAMES);
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < n_named; i++)
        g_string_append_printf(line, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(group->what, i));
    if (n_named < group->what->len)
        g_string_append_printf(line, " and %u more", group->what->len - n_named);
    g_string_append_printf(line, ": %s", group->why);
    add_line(out, line->str, options->width);
}

static void
add_notes(GString *out, const char *heading, const GPtrArray *notes,
          const PgaCloneSummaryOptions *options)
{
    g_autoptr(GPtrArray) groups = group_notes(notes);
    const guint n_shown = options->all ? groups->len : MIN(groups->len, MAX_GROUPS);
    gboolean shortened = FALSE;
    guint n_hidden = 0;

    if (groups->len == 0)
        return;
    g_string_append_printf(out, "pgarchitect: %s:\n", heading);
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = g_ptr_array_index(groups, i);

        if (i < n_shown)
            add_group(out, group, options);
        else
            n_hidden += group->what->len;
        shortened = shortened || (!options->all && group->what->len > MAX_NAMES);
    }
    if (n_hidden == 0 && shortened)
        g_string_append(out, "  (-v lists all)\n");
    if (n_hidden > 0)
        g_string_append_printf(out, "  and %u more %s (-v lists all)\n", n_hidden,
                               n_hidden == 1 ? "object" : "objects");
}

static char *
count_of(guint n, const char *one, const char *many)
{
    return g_strdup_printf("%u %s", n, n == 1 ? one : many);
}

static void
add_samples(GString *out, const PgaPreparedClone *clone, guint width)
{
    g_autofree char *tables = count_of(clone->n_samples, "table", "tables");
    g_autofree char *line =
        g_strdup_printf("some rows of %s, for index_size() alone (--sample)", tables);

    if (clone->n_samples > 0)
        add_line(out, line, width);
}

static void
add_extent(GString *out, const PgaPreparedClone *clone, guint width)
{
    g_autofree char *relations = count_of(clone->n_relations, "relation", "relations");
    g_autofree char *indexes = count_of(clone->n_indexes, "index", "indexes");
    g_autofree char *columns = count_of(clone->n_statistics, "column", "columns");
    g_autofree char *extremes = count_of(clone->n_extremes, "index", "indexes");
    g_autofree char *statistics = NULL, *rows = NULL, *line = NULL;

    statistics = clone->n_statistics > 0 ? g_strdup_printf("statistics of %s", columns)
                                         : g_strdup("no statistics");
    rows = clone->n_extremes > 0
               ? g_strdup_printf("no rows but the smallest and the largest value of %s", extremes)
               : g_strdup("no rows");
    line = g_strdup_printf("%s, %s, %s; %s", relations, indexes, statistics, rows);
    add_line(out, line, width);
    add_samples(out, clone, width);
}

static void
add_head(GString *out, const PgaPreparedClone *clone, guint width)
{
    g_autofree char *name = pga_text_printable(clone->source_name);
    g_autofree char *role = clone->role ? pga_text_printable(clone->role) : NULL;

    g_string_append_printf(out, "pgarchitect: clone of %s", name);
    if (clone->source_kind != PGA_SOURCE_DDL)
        g_string_append_printf(out, " (PostgreSQL %s)", clone->source_version);
    g_string_append_printf(out, " on PostgreSQL %s%s%s\n", clone->server_version,
                           role ? ", as role " : "", role ? role : "");
    add_extent(out, clone, width);
    if (clone->differences->len == 0 && clone->not_cloned->len == 0)
        add_line(out, "EXPLAIN says here what it says on the source; there is nothing to measure",
                 width);
}

static void
add_hints(GString *out, const PgaPreparedClone *clone)
{
    g_string_append(out, "pgarchitect: to try:\n");
    if (clone->has_whatif)
        g_string_append(out,
                        "  CREATE INDEX …;                        instant; planned as large as "
                        "it would be\n"
                        "  SELECT * FROM pgarchitect_whatif.index_size('index');\n"
                        "  SET pgarchitect_whatif.hide = 'index';  plan as if it were not there\n");
    g_string_append(out,
                    "  \\q                                      leave; the clone is removed\n");
}

char *
pga_app_clone_summary(const PgaPreparedClone *clone, const PgaCloneSummaryOptions *options)
{
    GString *out = g_string_new(NULL);

    if (!options->quiet)
        add_head(out, clone, options->width);
    add_notes(out, "not cloned", clone->not_cloned, options);
    if (!options->quiet)
        add_notes(out, "plans may differ from the source's", clone->differences, options);
    if (!options->quiet && options->interactive)
        add_hints(out, clone);
    return g_string_free(out, FALSE);
}
