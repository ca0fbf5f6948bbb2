/* The examples are read, complete, without a contradiction or a doubt, and show the whole format.
 */
#include <design/design.h>
#include <parse/requirements.h>
#include <string.h>

static const PgaWorkloadClass types[] = {PGA_WORKLOAD_OLTP, PGA_WORKLOAD_OLAP, PGA_WORKLOAD_HTAP,
                                         PGA_WORKLOAD_TIME_SERIES};

static PgaRequirements *
read_example(PgaWorkloadClass type)
{
    const char *text = pga_design_example(type);
    g_autofree char *name = g_strconcat(pga_workload_class_name(type), ".yaml", NULL);
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(text, strlen(text), name, &error);

    g_assert_no_error(error);
    g_assert_nonnull(requirements);
    return requirements;
}

static void
test_agrees(gconstpointer data)
{
    PgaWorkloadClass type = *(const PgaWorkloadClass *)data;
    g_autoptr(PgaRequirements) requirements = read_example(type);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(requirements->workload, ==, type);
    pga_design_complete(requirements);
    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        if (entity->is_assumed)
            g_error("%s has no attributes", entity->name);
    }
    for (guint i = 0; i < requirements->patterns->len; i++)
        g_assert_false(
            ((PgaSpecPattern *)g_ptr_array_index(requirements->patterns, i))->is_assumed);
    g_assert_true(pga_design_check(requirements, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < requirements->notes->len; i++)
        g_error("%s", (char *)g_ptr_array_index(requirements->notes, i));
}

static void
test_tables(gconstpointer data)
{
    PgaRequirements *requirements = read_example(*(const PgaWorkloadClass *)data);
    g_autoptr(PgaArchitecture) architecture = NULL;
    g_autoptr(GError) error = NULL;

    pga_design_complete(requirements);
    g_assert_true(pga_design_check(requirements, &error));
    architecture = pga_architecture_new(requirements);
    architecture->major = requirements->deployment.major;
    g_assert_true(pga_design_tables(architecture, &error));
    g_assert_no_error(error);
    g_assert_true(pga_design_queries(architecture, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);

        if (query->failure)
            g_error("%s: %s", query->name, query->failure);
        g_assert_nonnull(query->sql);
    }
    g_assert_true(pga_design_partitions(architecture, &error));
    g_assert_no_error(error);
}

/* All steps that know no server; whatever the text, an error with a message or a whole design. */
static void
design_text(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgaRequirements *requirements = pga_requirements_parse(text, strlen(text), "changed", &error);
    g_autoptr(PgaArchitecture) architecture = NULL;

    if (!requirements) {
        g_assert_nonnull(error);
        return;
    }
    pga_design_complete(requirements);
    architecture = pga_architecture_new(requirements);
    architecture->major = requirements->deployment.major;
    if (!pga_design_check(requirements, &error) || !pga_design_tables(architecture, &error) ||
        !pga_design_queries(architecture, &error) || !pga_design_partitions(architecture, &error) ||
        !pga_design_views(architecture, &error) || !pga_design_availability(architecture, &error)) {
        g_assert_nonnull(error);
        return;
    }
    g_assert_no_error(error);
    pga_design_sizes(architecture);
    pga_design_ddl(architecture);
    pga_design_diagrams(architecture);
}

/* Each line left out. */
static void
test_without_lines(gconstpointer data)
{
    const char *text = pga_design_example(*(const PgaWorkloadClass *)data);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        g_autoptr(GString) changed = g_string_new(NULL);

        if (*lines[i] == '#' || !*lines[i])
            continue;
        for (guint j = 0; lines[j]; j++)
            if (j != i)
                g_string_append_printf(changed, "%s\n", lines[j]);
        design_text(changed->str);
    }
}

/* Each number by others. */
static void
test_other_numbers(gconstpointer data)
{
    static const char *const others[] = {"0", "9e14"};
    const char *text = pga_design_example(*(const PgaWorkloadClass *)data);
    g_autoptr(GRegex) number = g_regex_new("(?<=[ {(:,])\\d+", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    for (g_regex_match(number, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        int begin = 0, end = 0;

        g_match_info_fetch_pos(match, 0, &begin, &end);
        for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
            g_autofree char *changed =
                g_strdup_printf("%.*s%s%s", begin, text, others[i], text + end);

            design_text(changed);
        }
    }
}

/** Which members of the enums the examples have: bits. */
typedef struct {
    guint64 meanings, patterns, relationships, rules;
} Features;

static void
add_features(const PgaRequirements *requirements, Features *features)
{
    for (guint i = 0; i < requirements->entities->len; i++) {
        const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, i);

        for (guint j = 0; j < entity->attributes->len; j++) {
            const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, j);

            features->meanings |= 1ULL << attribute->meaning;
        }
    }
    for (guint i = 0; i < requirements->patterns->len; i++)
        features->patterns |=
            1ULL << ((PgaSpecPattern *)g_ptr_array_index(requirements->patterns, i))->kind;
    for (guint i = 0; i < requirements->relationships->len; i++)
        features->relationships |=
            1ULL
            << ((PgaSpecRelationship *)g_ptr_array_index(requirements->relationships, i))->kind;
    for (guint i = 0; i < requirements->rules->len; i++)
        features->rules |= 1ULL << ((PgaSpecRule *)g_ptr_array_index(requirements->rules, i))->kind;
}

/* Every meaning, relationship kind and pattern kind is in one of them. */
static void
test_all_features(void)
{
    Features features = {0};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(PgaRequirements) requirements = read_example(types[i]);

        add_features(requirements, &features);
    }
    for (int i = PGA_MEANING_TYPE; i <= PGA_MEANING_SLUG; i++)
        if (!(features.meanings & 1ULL << i) && i != PGA_MEANING_TIME)
            g_error("no example has the meaning %d %s", i, pga_meaning_name((PgaMeaning)i));
    g_assert_cmphex(features.patterns, ==, (1 << (PGA_PATTERN_AGGREGATE + 1)) - 1);
    g_assert_cmphex(features.rules, ==, (1 << (PGA_SPEC_RULE_EXCLUSION + 1)) - 1);
    g_assert_true(features.relationships & 1 << PGA_RELATIONSHIP_MANY_TO_MANY);
    g_assert_true(features.relationships & 1 << PGA_RELATIONSHIP_TREE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        const char *name = pga_workload_class_name(types[i]);
        g_autofree char *agrees = g_strdup_printf("/design/examples/%s/agrees", name);
        g_autofree char *lines = g_strdup_printf("/design/examples/%s/without-lines", name);
        g_autofree char *numbers = g_strdup_printf("/design/examples/%s/other-numbers", name);
        g_autofree char *tables = g_strdup_printf("/design/examples/%s/tables", name);

        g_test_add_data_func(agrees, &types[i], test_agrees);
        g_test_add_data_func(tables, &types[i], test_tables);
        g_test_add_data_func(lines, &types[i], test_without_lines);
        g_test_add_data_func(numbers, &types[i], test_other_numbers);
    }
    g_test_add_func("/design/examples/all-features", test_all_features);
    return g_test_run();
}
