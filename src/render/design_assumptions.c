/* What was assumed, for people: what changes most first, what has the same reason in one line. */
#include "design_page_internal.h"

#include <string.h>

/* Fields by how much hangs on them; what is not here comes between. */
static const char *const first[] = {"deployment.ram",  "deployment.", "connections", "entities.",
                                    "access_patterns", "growth",      "read_share",  "latency"};
static const char *const last[] = {"sharding", "name", "thresholds"};

typedef struct {
    char *key;     /* fields and reasons alike have the same */
    char *field;   /* "access_patterns.*.per_second" */
    GString *text; /* "login 790, history 1180" */
    const char *why;
    guint n, rank, place;
} Group;

static void
group_free(Group *group)
{
    g_free(group->key);
    g_free(group->field);
    g_string_free(group->text, TRUE);
    g_free(group);
}

static guint
rank_of(const char *field)
{
    for (guint i = 0; i < G_N_ELEMENTS(last); i++)
        if (g_str_has_prefix(field, last[i]))
            return G_N_ELEMENTS(first) + 1 + i;
    if (g_str_has_suffix(field, ".per_second"))
        return G_N_ELEMENTS(first);
    for (guint i = 0; i < G_N_ELEMENTS(first); i++)
        if (g_str_has_prefix(field, first[i]))
            return i;
    return G_N_ELEMENTS(first);
}

/* The step of a field that differs in a group: the middle one of three, the second of two. */
static char *
varying_step(const char *field, char **generic)
{
    g_auto(GStrv) steps = g_strsplit(field, ".", -1);
    const guint n = g_strv_length(steps);
    char *step = NULL;

    if (n == 2 || n == 3) {
        step = steps[1];
        steps[1] = g_strdup("*");
    }
    *generic = g_strjoinv(".", steps);
    return step;
}

static Group *
find_group(const GPtrArray *groups, const char *key)
{
    for (guint i = 0; i < groups->len; i++) {
        Group *group = g_ptr_array_index(groups, i);

        if (g_str_equal(group->key, key))
            return group;
    }
    return NULL;
}

static void
add(GPtrArray *groups, const PgaAssumption *assumption)
{
    const char *field = assumption->field ? assumption->field : "";
    const char *why = assumption->why ? assumption->why : "";
    g_autofree char *generic = NULL, *step = varying_step(field, &generic);
    g_autofree char *key = g_strconcat(generic, "\n", why, NULL);
    Group *group = find_group(groups, key);

    if (!group) {
        group = g_new0(Group, 1);
        group->key = g_steal_pointer(&key);
        group->field = g_strdup(field);
        group->why = why;
        group->rank = rank_of(field);
        group->place = groups->len;
        group->text = g_string_new(NULL);
        g_ptr_array_add(groups, group);
    } else if (group->n == 1) { /* the second one: the first one's step goes into the text */
        g_autofree char *other = NULL, *first_step = varying_step(group->field, &other);
        g_autofree char *prefix = g_strconcat(first_step ? first_step : "", " ", NULL);

        g_string_prepend(group->text, prefix);
        g_free(group->field);
        group->field = g_steal_pointer(&generic);
    }
    g_string_append_printf(group->text, "%s%s%s%s", group->n > 0 ? "; " : "",
                           group->n > 0 && step ? step : "", group->n > 0 && step ? " " : "",
                           assumption->value ? assumption->value : "");
    group->n++;
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const Group *one = *(const Group *const *)a, *two = *(const Group *const *)b;

    return one->rank != two->rank ? (one->rank < two->rank ? -1 : 1)
                                  : (one->place < two->place ? -1 : 1);
}

GPtrArray *
pga_design_assumption_lines(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
    const GPtrArray *assumptions = architecture->requirements->assumptions;
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < assumptions->len; i++)
        add(groups, g_ptr_array_index(assumptions, i));
    g_ptr_array_sort(groups, compare);
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = g_ptr_array_index(groups, i);

        g_ptr_array_add(lines,
                        g_strdup_printf("%s = %s: %s", group->field, group->text->str, group->why));
    }
    return lines;
}
