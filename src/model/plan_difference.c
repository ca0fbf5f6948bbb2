/* What is different between two plans, in one line: nodes that read and join first, since they make
 * the cost; then all others; then how many rows the planner expects. */
#include "model/plan_changes.h"

#include <base/units.h>
#include <math.h>
#include <string.h>

#define N_NAMED   3   /* nodes of a side */
#define MIN_RATIO 1.1 /* of rows, to be worth a word */
#define MAX_ROWS  1e18

/** A line of EXPLAIN's text that is a node. */
typedef struct {
    char *name; /* "Index Scan using a_idx on a" */
    double rows;
} Node;

static void
node_clear(Node *node)
{
    g_free(node->name);
}

/* The last one: names may have anything in them. */
static const char *
numbers_of(const char *line)
{
    return g_strrstr(line, "  (cost=");
}

/* A file may say anything. */
static double
rows_of(const char *numbers)
{
    const char *at = strstr(numbers, " rows=");
    const double rows = at ? g_ascii_strtod(at + strlen(" rows="), NULL) : 0;

    return isfinite(rows) ? CLAMP(rows, 0, MAX_ROWS) : 0;
}

/* (transfer full): of Node */
static GArray *
nodes_of(const char *plan)
{
    GArray *nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    g_auto(GStrv) lines = g_strsplit(plan, "\n", -1);

    g_array_set_clear_func(nodes, (GDestroyNotify)node_clear);
    for (char **line = lines; *line; line++) {
        const char *numbers = numbers_of(*line), *begin = *line + strspn(*line, " ->");
        Node node;

        if (!numbers || begin >= numbers)
            continue;
        node.name = g_strndup(begin, (gsize)(numbers - begin));
        node.rows = rows_of(numbers);
        g_array_append_val(nodes, node);
    }
    return nodes;
}

static gboolean
reads_or_joins(const char *name)
{
    return strstr(name, " Scan") || strstr(name, " Join") || strstr(name, "Nested Loop");
}

/* (transfer full): of char * to how many */
static GHashTable *
count(const GArray *nodes)
{
    GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < nodes->len; i++) {
        char *name = g_array_index(nodes, Node, i).name;
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));

        g_hash_table_insert(counts, name, GUINT_TO_POINTER(n + 1));
    }
    return counts;
}

/* (transfer container): names of @nodes, in their order, that @others has fewer of. */
static GPtrArray *
missing(const GArray *nodes, const GArray *others, gboolean all)
{
    GPtrArray *names = g_ptr_array_new();
    g_autoptr(GHashTable) left = count(others);

    for (guint i = 0; i < nodes->len; i++) {
        char *name = g_array_index(nodes, Node, i).name;
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(left, name));

        if (n > 0)
            g_hash_table_insert(left, name, GUINT_TO_POINTER(n - 1));
        else if (all || reads_or_joins(name))
            g_ptr_array_add(names, name);
    }
    return names;
}

static void
append_names(GString *out, const GPtrArray *names)
{
    for (guint i = 0; i < MIN(names->len, N_NAMED); i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    if (names->len > N_NAMED)
        g_string_append_printf(out, ", %u more", names->len - N_NAMED);
}

/* (nullable) (transfer full): NULL when both have the same nodes. */
static char *
name_nodes(const GArray *before, const GArray *after, gboolean all)
{
    g_autoptr(GPtrArray) gone = missing(before, after, all), come = missing(after, before, all);
    GString *out;

    if (gone->len + come->len == 0)
        return NULL;
    out = g_string_new(come->len == 0 ? "gone: " : gone->len == 0 ? "new: " : "");
    append_names(out, gone);
    if (gone->len > 0 && come->len > 0)
        g_string_append(out, " -> ");
    append_names(out, come);
    return g_string_free(out, FALSE);
}

static double
ratio(double before, double after)
{
    return MAX(before, after) / MAX(MIN(before, after), 1);
}

/* The node whose rows differ most; both have the same ones. */
static char *
name_rows(const GArray *before, const GArray *after)
{
    const Node *most = NULL, *then = NULL;
    g_autofree char *from = NULL, *to = NULL;

    for (guint i = 0; i < MIN(before->len, after->len); i++) {
        const Node *a = &g_array_index(before, Node, i), *b = &g_array_index(after, Node, i);

        if (!g_str_equal(a->name, b->name))
            return g_strdup("the same nodes in another order");
        if (!most || ratio(a->rows, b->rows) > ratio(most->rows, then->rows)) {
            most = a;
            then = b;
        }
    }
    if (!most || !(ratio(most->rows, then->rows) >= MIN_RATIO))
        return g_strdup("the same plan; sizes, statistics or settings make the cost");
    from = pga_count_format(most->rows);
    to = pga_count_format(then->rows);
    return g_strdup_printf("the same plan; rows expected of %s: %s -> %s", most->name, from, to);
}

char *
pga_plan_difference(const char *before, const char *after)
{
    g_autoptr(GArray) nodes = nodes_of(before), others = nodes_of(after);
    char *difference = name_nodes(nodes, others, FALSE);

    if (!difference)
        difference = name_nodes(nodes, others, TRUE);
    return difference ? difference : name_rows(nodes, others);
}
