/* Access patterns where none was given, and how often each happens. */
#include <string.h>

#include "archetypes_internal.h"
#include "complete_internal.h"

/* Weights of the patterns of an entity without an archetype. */
#define WEIGHT_KEY       8
#define WEIGHT_REFERENCE 8
#define WEIGHT_INSERT    4
/* Least part of the reads or writes that patterns without a frequency share. */
#define LEAST_REMAINDER 0.01

gboolean
pga_pattern_reads(const PgaSpecPattern *pattern)
{
    static const char *const writes[] = {"insert", "update", "delete", "merge"};
    g_autofree char *lower = NULL;

    if (pattern->kind != PGA_PATTERN_SQL)
        return pattern->kind == PGA_PATTERN_FIND || pattern->kind == PGA_PATTERN_AGGREGATE;
    lower = g_ascii_strdown(pattern->sql ? pattern->sql : "", -1);
    g_strstrip(lower);
    for (guint i = 0; i < G_N_ELEMENTS(writes); i++) {
        g_autofree char *in_with = g_strconcat("(", writes[i], " ", NULL);
        g_autofree char *after_with = g_strconcat(") ", writes[i], " ", NULL);

        if (g_str_has_prefix(lower, writes[i]))
            return FALSE;
        if (g_str_has_prefix(lower, "with") &&
            (strstr(lower, in_with) || strstr(lower, after_with)))
            return FALSE;
    }
    return TRUE;
}

/** A walk over the archetypes of the requirements. */
typedef struct {
    PgaRequirements *requirements;
    GArray *weights; /* of double, beside the patterns */
} Run;

/* (transfer full) (nullable): @item with the attribute's name in place of what stands for it at its
 * beginning, or in the parentheses of "sum(amount)"; NULL: there is none. */
static char *
resolve(const Run *run, const PgaSpecEntity *entity, const char *item)
{
    const char *open = strchr(item, '('), *begin = open ? open + 1 : item;
    gsize length = begin[0] == '{' ? strcspn(begin, "}") + 1
                                   : strspn(begin, "abcdefghijklmnopqrstuvwxyz_0123456789");
    g_autofree char *name = g_strndup(begin, length);
    g_autofree char *before = g_strndup(item, (gsize)(begin - item));
    const char *attribute = NULL;

    if (!open && g_str_equal(item, "count"))
        return g_strdup(item);
    attribute = pga_archetype_attribute(run->requirements, entity, name);
    return attribute ? g_strconcat(before, attribute, begin + length, NULL) : NULL;
}

/* FALSE: an attribute is not there. */
static gboolean
resolve_all(const Run *run, const PgaSpecEntity *entity, const char *items, GPtrArray *into)
{
    g_auto(GStrv) each = g_strsplit(items ? items : "", "; ", -1);

    for (guint i = 0; each[i]; i++) {
        char *item = resolve(run, entity, each[i]);

        if (!item)
            return FALSE;
        g_ptr_array_add(into, item);
    }
    return TRUE;
}

static void
fill_places(PgaSpecPattern *pattern)
{
    g_ptr_array_set_size(pattern->where_at, 0);
    for (guint i = 0; i < pattern->where->len; i++)
        g_ptr_array_add(pattern->where_at, GUINT_TO_POINTER(0));
}

static PgaSpecPattern *
add(Run *run, const PgaSpecEntity *entity, const char *name, double weight)
{
    g_autofree char *full = g_strconcat(entity->name, "_", name, NULL);
    PgaSpecPattern *pattern = pga_requirements_add_pattern(run->requirements, full);

    pattern->entity = g_strdup(entity->name);
    pattern->is_assumed = TRUE;
    g_array_append_val(run->weights, weight);
    return pattern;
}

static gboolean
fill(const Run *run, const PgaSpecEntity *entity, const PgaArchetypePattern *shape,
     PgaSpecPattern *pattern)
{
    pattern->kind = shape->kind;
    if (shape->limit > 0)
        pattern->limit = shape->limit;
    if (!resolve_all(run, entity, shape->where, pattern->where) ||
        !resolve_all(run, entity, shape->columns, pattern->columns) ||
        !resolve_all(run, entity, shape->set, pattern->set) ||
        !resolve_all(run, entity, shape->group_by, pattern->group_by) ||
        !resolve_all(run, entity, shape->compute, pattern->compute))
        return FALSE;
    if (shape->order_by) {
        pattern->order_by = resolve(run, entity, shape->order_by);
        if (!pattern->order_by)
            return FALSE;
    }
    fill_places(pattern);
    return TRUE;
}

static guint
add_of_archetype(Run *run, const PgaSpecEntity *entity)
{
    const PgaArchetype *archetype = pga_archetype_find(entity->name);
    GPtrArray *patterns = run->requirements->patterns;
    guint before = patterns->len;

    for (guint i = 0; archetype && i < PGA_ARCHETYPE_PATTERNS && archetype->patterns[i].name; i++) {
        const PgaArchetypePattern *shape = &archetype->patterns[i];
        PgaSpecPattern *pattern = add(run, entity, shape->name, shape->weight);

        if (!fill(run, entity, shape, pattern)) {
            g_ptr_array_set_size(patterns, (int)patterns->len - 1);
            g_array_set_size(run->weights, run->weights->len - 1);
        }
    }
    return patterns->len - before;
}

static void
add_condition(PgaSpecPattern *pattern, const char *attribute)
{
    g_ptr_array_add(pattern->where, g_strconcat(attribute, " = ?", NULL));
    fill_places(pattern);
}

static void
add_usual(Run *run, const PgaSpecEntity *entity)
{
    PgaSpecPattern *by_key = add(run, entity, "by_key", WEIGHT_KEY);

    by_key->kind = PGA_PATTERN_FIND;
    for (guint i = 0; i < entity->key->len; i++)
        add_condition(by_key, g_ptr_array_index(entity->key, i));
    if (entity->key->len == 0)
        add_condition(by_key, "id");
    for (guint i = 0; i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);
        g_autofree char *name = g_strconcat("by_", attribute->name, NULL);
        PgaSpecPattern *pattern = NULL;

        if (!attribute->references)
            continue;
        pattern = add(run, entity, name, WEIGHT_REFERENCE);
        pattern->kind = PGA_PATTERN_FIND;
        pattern->limit = 100;
        add_condition(pattern, attribute->name);
    }
    add(run, entity, "insert", WEIGHT_INSERT)->kind = PGA_PATTERN_INSERT;
}

static void
assume_patterns(Run *run)
{
    GPtrArray *entities = run->requirements->entities;

    for (guint i = 0; i < entities->len; i++)
        if (add_of_archetype(run, g_ptr_array_index(entities, i)) == 0)
            add_usual(run, g_ptr_array_index(entities, i));
}

/* The patterns that were assumed, with the frequencies that they got. */
static void
tell_patterns(PgaRequirements *requirements)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        g_string_append_printf(names, "%s%s %g/s", i > 0 ? ", " : "", pattern->name,
                               pattern->per_second);
    }
    if (names->len > 0)
        pga_complete_say(requirements, "access_patterns",
                         "none was given: how entities of these names are usually asked, as shares "
                         "of queries_per_second; state yours to replace them all",
                         "%s", names->str);
}

/* Aggregates are rare where single rows are the daily work. */
static double
weight_of(const PgaRequirements *requirements, const PgaSpecPattern *pattern)
{
    gboolean aggregate = pattern->kind == PGA_PATTERN_AGGREGATE || pattern->group_by->len > 0 ||
                         pattern->compute->len > 0;

    if (!aggregate || requirements->workload == PGA_WORKLOAD_OLAP)
        return 1;
    return requirements->workload == PGA_WORKLOAD_HTAP ? 0.01 : 0.001;
}

/** Patterns that read, or those that write. */
typedef struct {
    double known, weights;
    guint n, n_unknown;
} Side;

static Side
side_of(const Run *run, gboolean reads)
{
    const GPtrArray *patterns = run->requirements->patterns;
    Side side = {0};

    for (guint i = 0; i < patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(patterns, i);

        if (pga_pattern_reads(pattern) != reads)
            continue;
        side.n++;
        if (pattern->per_second >= 0) {
            side.known += pattern->per_second;
        } else {
            side.weights += g_array_index(run->weights, double, i);
            side.n_unknown++;
        }
    }
    return side;
}

static void
complete_qps(const Run *run)
{
    static const double usual[] = {
        [PGA_WORKLOAD_UNKNOWN] = 500, [PGA_WORKLOAD_OLTP] = 500,         [PGA_WORKLOAD_OLAP] = 1,
        [PGA_WORKLOAD_HTAP] = 200,    [PGA_WORKLOAD_TIME_SERIES] = 1000,
    };
    PgaRequirements *requirements = run->requirements;
    double known = side_of(run, TRUE).known + side_of(run, FALSE).known;

    if (requirements->queries_per_second > 0)
        return;
    requirements->queries_per_second = known > 0 ? known : usual[requirements->workload];
    pga_complete_say(requirements, "queries_per_second",
                     known > 0 ? "the access patterns' frequencies added up"
                               : "a usual figure of the workload type",
                     "%g", requirements->queries_per_second);
}

static void
complete_read_share(const Run *run)
{
    static const double usual[] = {
        [PGA_WORKLOAD_UNKNOWN] = 0.8, [PGA_WORKLOAD_OLTP] = 0.8,        [PGA_WORKLOAD_OLAP] = 0.98,
        [PGA_WORKLOAD_HTAP] = 0.85,   [PGA_WORKLOAD_TIME_SERIES] = 0.2,
    };
    PgaRequirements *requirements = run->requirements;
    Side reads = side_of(run, TRUE), writes = side_of(run, FALSE);
    gboolean all_known = reads.n + writes.n > 0 && reads.n_unknown + writes.n_unknown == 0 &&
                         reads.known + writes.known > 0;
    g_autofree char *text = NULL;

    if (requirements->read_share >= 0)
        return;
    requirements->read_share =
        all_known ? reads.known / (reads.known + writes.known) : usual[requirements->workload];
    text = pga_complete_percent(requirements->read_share);
    pga_complete_say(requirements, "read_share",
                     all_known ? "what the access patterns' frequencies say"
                               : "the usual share of the workload type",
                     "%s", text);
}

static double
three_digits(double number)
{
    g_autofree char *text = g_strdup_printf("%.2e", number);

    return g_ascii_strtod(text, NULL);
}

/* What a side has left, among its patterns without a frequency. */
static void
share_out(const Run *run, gboolean reads)
{
    PgaRequirements *requirements = run->requirements;
    Side side = side_of(run, reads);
    double all = requirements->queries_per_second *
                 (reads ? requirements->read_share : 1 - requirements->read_share);
    double left = MAX(all - side.known, LEAST_REMAINDER * requirements->queries_per_second);

    for (guint i = 0; side.n_unknown > 0 && i < requirements->patterns->len; i++) {
        PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);
        g_autofree char *field = pga_complete_field("access_patterns", pattern->name, "per_second");

        if (pattern->per_second >= 0 || pga_pattern_reads(pattern) != reads)
            continue;
        pattern->per_second =
            three_digits(left * g_array_index(run->weights, double, i) / side.weights);
        if (pattern->is_assumed) /* told with the pattern */
            continue;
        pga_complete_say(requirements, field,
                         reads ? "its part of the reads that have no stated frequency"
                               : "its part of the writes that have no stated frequency",
                         "%g", pattern->per_second);
    }
}

void
pga_complete_patterns(PgaRequirements *requirements)
{
    g_autoptr(GArray) weights = g_array_new(FALSE, FALSE, sizeof(double));
    Run run = {requirements, weights};
    gboolean assumed = requirements->patterns->len == 0;

    for (guint i = 0; i < requirements->patterns->len; i++) {
        double weight = weight_of(requirements, g_ptr_array_index(requirements->patterns, i));

        g_array_append_val(weights, weight);
    }
    if (assumed)
        assume_patterns(&run);
    complete_qps(&run);
    complete_read_share(&run);
    share_out(&run, TRUE);
    share_out(&run, FALSE);
    if (assumed)
        tell_patterns(requirements);
}
