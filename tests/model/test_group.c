/* Which findings are the same in many schemas. */
#include "model/group.h"

typedef struct {
    PgaCatalog *catalog;
    GPtrArray *findings;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const schemas[] = {"a", "b", "c", "d.e", "q\"q"};

    fixture->catalog = pga_catalog_new();
    fixture->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);
    for (guint i = 0; i < G_N_ELEMENTS(schemas); i++)
        pga_catalog_add_relation(fixture->catalog, i + 1, schemas[i], "t");
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_ptr_array_unref(fixture->findings);
    pga_catalog_free(fixture->catalog);
}

static void
add(const Fixture *fixture, const char *rule, const char *object)
{
    PgaFinding *finding = pga_finding_new(rule);

    finding->object = g_strdup(object);
    g_ptr_array_add(fixture->findings, finding);
}

static const PgaFinding *
at(const GPtrArray *findings, guint i)
{
    g_assert_cmpuint(i, <, findings->len);
    return g_ptr_array_index(findings, i);
}

static void
test_groups(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *object, *want;
    } cases[] = {
        {"a.t.x", "*.t.x"},
        {"b.t.x", "*.t.x"},
        {"\"d.e\".t.x", "*.t.x"},
        {"\"q\"\"q\".t.x", "*.t.x"},
        {"a", "*"}, /* the schema itself */
        {"b", "*"},
        {"\"d.e\"", "*"},
        {"\"", NULL},
        {"other.t.x", NULL},
        {"a.u", NULL},
        {"b.u", NULL},
        {"server", NULL},
        {"\"unclosed.t", NULL},
        {"\"closed\"", NULL},
        {"t (a.x)", NULL},
        {"", NULL},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        add(fixture, "r", cases[i].object);
    add(fixture, "other-rule", "c.t.x");
    pga_findings_group(fixture->findings, fixture->catalog);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(at(fixture->findings, i)->group, ==, cases[i].want);
    g_assert_null(at(fixture->findings, G_N_ELEMENTS(cases))->group);
}

/* What no longer is in three schemas is no longer a group. */
static void
test_left_groups(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    add(fixture, "r", "a.t");
    add(fixture, "r", "b.t");
    add(fixture, "r", "c.t");
    pga_findings_group(fixture->findings, fixture->catalog);
    g_assert_cmpstr(at(fixture->findings, 0)->group, ==, "*.t");
    g_ptr_array_remove_index(fixture->findings, 2);
    pga_findings_group(fixture->findings, fixture->catalog);
    g_assert_null(at(fixture->findings, 0)->group);
}

static void
test_shown_once(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(PgaGroups) groups = NULL;
    g_autofree char *schema = NULL;
    const GPtrArray *members;

    add(fixture, "r", "\"d.e\".t");
    add(fixture, "s", "a.t");
    add(fixture, "r", "b.t");
    add(fixture, "r", "c.t");
    add(fixture, "s", "b.t");
    pga_findings_group(fixture->findings, fixture->catalog);
    groups = pga_groups_new(fixture->findings);
    g_assert_cmpuint(groups->shown->len, ==, 3);
    g_assert_true(at(groups->shown, 0) == at(fixture->findings, 0));
    g_assert_true(at(groups->shown, 1) == at(fixture->findings, 1));
    g_assert_true(at(groups->shown, 2) == at(fixture->findings, 4));
    members = pga_groups_members(groups, at(fixture->findings, 0));
    g_assert_cmpuint(members->len, ==, 3);
    g_assert_true(at(members, 2) == at(fixture->findings, 3));
    g_assert_null(pga_groups_members(groups, at(fixture->findings, 1)));
    g_assert_null(pga_groups_members(NULL, at(fixture->findings, 0)));
    schema = pga_group_schema(at(members, 0));
    g_assert_cmpstr(schema, ==, "\"d.e\"");
}

static void
test_schemas_themselves(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *schema = NULL;

    add(fixture, "r", "a");
    schema = pga_group_schema(at(fixture->findings, 0));
    g_assert_cmpstr(schema, ==, "a");
}

#define ADD(name, function)                                                                        \
    g_test_add("/model/group/" name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("from-three-schemas-on", test_groups);
    ADD("fewer-are-none", test_left_groups);
    ADD("schemas-themselves", test_schemas_themselves);
    ADD("shown-once-in-place-of-the-first", test_shown_once);
    return g_test_run();
}
