/* The SQL files of an architecture on every server there is, and whose fault a failure is. */
#include <base/error.h>
#include <base/text.h>
#include <design/design.h>
#include <lab/binaries.h>
#include <string.h>

#include "design_internal.h"

static gboolean
have_server(guint major)
{
    g_autoptr(GPtrArray) found = pga_binaries_find(NULL, NULL);

    for (guint i = 0; found && i < found->len; i++)
        if (((const PgaBinaries *)g_ptr_array_index(found, i))->version_num / 10000 >= major)
            return TRUE;
    g_test_skip("no server of this major or a newer one");
    return FALSE;
}

static PgaDesignTable *
add_table(PgaArchitecture *architecture, const char *name)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, name);
    PgaDesignColumn *id = pga_design_table_add_column(table, "id", "bigint");
    PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_PRIMARY);

    id->identity = "ALWAYS";
    key->name = g_strdup_printf("%s_pkey", name);
    g_ptr_array_add(key->columns, g_strdup("id"));
    return table;
}

static PgaArchitecture *
new_architecture(guint major)
{
    PgaRequirements *requirements = pga_requirements_new();
    PgaArchitecture *architecture = NULL;

    g_free(requirements->file);
    requirements->file = g_strdup("shop.yaml");
    requirements->name = g_strdup("shop");
    architecture = pga_architecture_new(requirements);
    architecture->major = major;
    return architecture;
}

static gboolean
execute(PgaArchitecture *architecture, GError **error)
{
    const PgaDesignRequest request = {0};
    PgaDesignRun run = {.request = &request, .architecture = architecture};

    return pga_design_execute(&run, error);
}

static void
test_every_server(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(14);
    g_autoptr(GError) error = NULL;

    if (!have_server(14))
        return;
    g_ptr_array_add(architecture->extensions, g_strdup("btree_gist"));
    add_table(architecture, "orders");
    pga_design_ddl(architecture);
    g_assert_true(execute(architecture, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(architecture->proofs->len, >=, 1);
    for (guint i = 0; i < architecture->proofs->len; i++) {
        const PgaDesignProof *proof = g_ptr_array_index(architecture->proofs, i);

        g_test_message("%s on %s: %s", proof->what, proof->where, proof->outcome);
        g_assert_cmpstr(proof->what, ==, "schema.sql, roles.sql");
        g_assert_true(g_str_has_prefix(proof->where, "PostgreSQL 1"));
        g_assert_true(proof->done);
        g_assert_true(g_str_has_suffix(proof->outcome, "statements executed"));
    }
}

/* What was begun is taken where the files are still the same; else these are executed. */
static void
test_begun_before(void)
{
    char *outcomes[2] = {NULL};

    if (!have_server(10))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        g_autoptr(PgaArchitecture) architecture = new_architecture(99);
        const PgaDesignRequest request = {0};
        g_auto(PgaDesignRun) run = {.request = &request, .architecture = architecture};
        g_autoptr(GError) error = NULL;

        add_table(architecture, "orders");
        pga_design_ddl(architecture);
        pga_design_execute_begin(&run, &error);
        g_assert_no_error(error);
        if (i == 1)
            add_table(architecture, "users");
        pga_design_ddl(architecture);
        g_assert_cmpint(pga_design_rollouts_are_of(run.rollouts, architecture->files), ==, i == 0);
        pga_design_execute(&run, &error);
        g_assert_no_error(error);
        g_assert_null(run.rollouts);
        outcomes[i] =
            g_strdup(((PgaDesignProof *)g_ptr_array_index(architecture->proofs, 0))->outcome);
    }
    g_assert_cmpuint(g_ascii_strtoull(outcomes[0], NULL, 10), >, 0);
    g_assert_cmpuint(g_ascii_strtoull(outcomes[1], NULL, 10), >,
                     g_ascii_strtoull(outcomes[0], NULL, 10));
    for (guint i = 0; i < G_N_ELEMENTS(outcomes); i++)
        g_free(outcomes[i]);
}

/* A design that ends early leaves nothing behind. */
static void
test_begun_in_vain(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(99);
    const PgaDesignRequest request = {0};
    g_autoptr(GError) error = NULL;

    if (!have_server(10))
        return;
    add_table(architecture, "orders");
    pga_design_ddl(architecture);
    for (guint i = 0; i < 2; i++) {
        g_auto(PgaDesignRun) run = {.request = &request, .architecture = architecture};

        pga_design_execute_begin(&run, &error);
        g_assert_no_error(error);
    }
    g_assert_cmpuint(architecture->proofs->len, ==, 0);
}

/* No such server yet: the newest there is, and it is said. */
static void
test_no_such_server(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(99);
    const PgaDesignProof *proof = NULL;
    g_autoptr(GError) error = NULL;

    if (!have_server(10))
        return;
    add_table(architecture, "orders");
    pga_design_ddl(architecture);
    g_assert_true(execute(architecture, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(architecture->proofs->len, ==, 1);
    proof = g_ptr_array_index(architecture->proofs, 0);
    g_assert_true(proof->done);
    g_assert_true(
        g_str_has_suffix(proof->outcome, "no server of the target's version is on this machine"));
}

static void
test_no_such_extension(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(14);
    g_autoptr(GError) error = NULL;

    if (!have_server(14))
        return;
    g_ptr_array_add(architecture->extensions, g_strdup("plpython3u"));
    add_table(architecture, "orders");
    pga_design_ddl(architecture);
    g_assert_true(execute(architecture, &error));
    for (guint i = 0; i < architecture->proofs->len; i++) {
        const PgaDesignProof *proof = g_ptr_array_index(architecture->proofs, i);

        g_assert_false(proof->done);
        g_assert_nonnull(strstr(proof->outcome, "plpython3u"));
    }
}

static void
test_own_fault(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(14);
    g_autoptr(GError) error = NULL;

    if (!have_server(14))
        return;
    pga_design_table_add_column(add_table(architecture, "orders"), "total", "no_such_type");
    pga_design_ddl(architecture);
    g_assert_false(execute(architecture, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERNAL);
    g_assert_nonnull(strstr(error->message, "type \"no_such_type\" does not exist"));
    g_assert_nonnull(strstr(pga_error_get_detail(error), "schema.sql, line "));
    g_assert_cmpuint(architecture->proofs->len, ==, 0);
}

/* A rule that PostgreSQL refuses, told with its place; the other one in that table is not it. */
static void
test_rule_at_fault(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(14);
    PgaDesignTable *table = add_table(architecture, "orders");
    static const char *const expressions[] = {"id > 0", "id || 1 > 0", "id <> 7"};
    g_autoptr(GError) error = NULL;

    if (!have_server(14))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(expressions); i++) {
        g_autofree char *name = g_strdup_printf("orders_check%u", i);
        PgaSpecRule *rule =
            pga_requirements_add_rule(architecture->requirements, PGA_SPEC_RULE_CHECK);

        rule->expression = g_strdup(expressions[i]);
        rule->at.line = 40 + i;
        pga_design_table_add_constraint(table, name)->definition =
            g_strdup_printf("CHECK (%s)", expressions[i]);
    }
    pga_design_ddl(architecture);
    g_assert_false(execute(architecture, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "rule \"id || 1 > 0\""));
    g_assert_nonnull(strstr(error->message, "operator does not exist"));
    g_assert_cmpstr(pga_error_get_detail(error), ==, "shop.yaml, line 41.");
}

static void
test_type_at_fault(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(14);
    PgaSpecEntity *entity = pga_requirements_add_entity(architecture->requirements, "orders");
    PgaSpecAttribute *attribute = pga_spec_add_attribute(entity->attributes, "total");
    g_autoptr(GError) error = NULL;

    if (!have_server(14))
        return;
    attribute->type = g_strdup("mony");
    attribute->at.line = 12;
    pga_design_table_add_column(add_table(architecture, "orders"), "total", "mony");
    pga_design_ddl(architecture);
    g_assert_false(execute(architecture, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "attribute orders.total: mony"));
    g_assert_cmpstr(pga_error_get_detail(error), ==, "shop.yaml, line 12.");
}

/* Of two views the one that the server refuses is taken back, and told. */
static void
test_view_taken_back(void)
{
    g_autoptr(PgaArchitecture) architecture = new_architecture(17);
    g_autoptr(GError) error = NULL;

    if (!have_server(17))
        return;
    add_table(architecture, "orders");
    for (guint i = 0; i < 2; i++) {
        g_autofree char *name = g_strdup_printf("orders_mv%u", i);
        PgaDesignView *view = pga_architecture_add_view(architecture, name);

        view->sql = g_strdup_printf("CREATE MATERIALIZED VIEW %s AS\nSELECT %s AS n FROM orders;",
                                    name, i == 0 ? "sum(no_such)" : "count(*)");
        view->unique_sql = g_strdup_printf("CREATE UNIQUE INDEX %s_key ON %s (n);", name, name);
    }
    pga_design_ddl(architecture);
    g_assert_true(execute(architecture, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(architecture->views->len, ==, 1);
    g_assert_cmpuint(architecture->notes->len, ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(architecture->notes, 0), "no_such"));
    g_assert_null(strstr(pga_architecture_file(architecture, "schema.sql")->text, "orders_mv0"));
    g_assert_null(strstr(pga_architecture_file(architecture, "roles.sql")->text, "orders_mv0"));
}

static void
add_file(GPtrArray *files, const char *path, const char *text)
{
    PgaDesignFile *file = g_new0(PgaDesignFile, 1);

    file->path = g_strdup(path);
    file->text = g_strdup(text);
    g_ptr_array_add(files, file);
}

static void
free_file(gpointer item)
{
    PgaDesignFile *file = item;

    g_free(file->path);
    g_free(file->text);
    g_free(file);
}

/* Bundles are files, and files can come from anywhere: nothing in them reaches beyond the lab. */
static void
test_hostile_bundle(void)
{
    static const struct {
        const char *path, *text;
    } cases[] = {
        {"roles.sql", "GRANT pg_execute_server_program TO CURRENT_USER;\n"},
        {"roles.sql", "GRANT pg_read_server_files TO CURRENT_USER;\n"},
        {"roles.sql", "CREATE ROLE boss SUPERUSER;\n"},
        {"roles.sql", "GRANT pgarchitect_superuser TO CURRENT_USER;\n"},
        {"schema.sql", "CREATE ROLE helper;\n"},
        {"schema.sql", "COPY (SELECT 1) TO PROGRAM 'true';\n"},
        {"schema.sql", "DO $$BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''true'''; END$$;\n"},
        {"schema.sql", "SELECT pg_read_file('/etc/passwd');\n"},
        {"schema.sql", "\\! true\n"},
        {"schema.sql", "DO $$BEGIN EXECUTE 'CREATE EXTENSION hstore'; END$$;\n"},
    };
    const PgaSourceRequest from = {0};

    if (!have_server(14))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(free_file);
        g_autoptr(GPtrArray) executions = NULL;
        g_autoptr(GError) error = NULL;

        add_file(files, cases[i].path, cases[i].text);
        executions = pga_design_execute_files(&from, files, i < 4 ? 14 : 17, &error);
        g_assert_no_error(error);
        for (guint j = 0; j < executions->len; j++) {
            const PgaDesignExecution *execution = g_ptr_array_index(executions, j);

            if (!execution->rollout.failure)
                g_test_message("on %s: %s", execution->version, cases[i].text);
            g_assert_nonnull(execution->rollout.failure);
            g_assert_cmpstr(execution->rollout.file, ==, cases[i].path);
        }
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/design-execute/every-server", test_every_server);
    g_test_add_func("/app/design-execute/begun-before", test_begun_before);
    g_test_add_func("/app/design-execute/begun-in-vain", test_begun_in_vain);
    g_test_add_func("/app/design-execute/no-such-server", test_no_such_server);
    g_test_add_func("/app/design-execute/no-such-extension", test_no_such_extension);
    g_test_add_func("/app/design-execute/own-fault", test_own_fault);
    g_test_add_func("/app/design-execute/rule-at-fault", test_rule_at_fault);
    g_test_add_func("/app/design-execute/type-at-fault", test_type_at_fault);
    g_test_add_func("/app/design-execute/view-taken-back", test_view_taken_back);
    g_test_add_func("/app/design-execute/hostile-bundle", test_hostile_bundle);
    return g_test_run();
}
