/* Any bytes as a statement of a workload: parsed or counted as unparsed, its names resolved in a
 * small database. */
#include <parse/workload.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static PgaCatalog *
small_catalog(void)
{
    PgaCatalog *catalog = pga_catalog_new();

    for (guint i = 0; i < 3; i++) {
        const char *const names[] = {"a", "b", "c"};
        PgaRelation *relation = pga_catalog_add_relation(catalog, 10 + i, "public", names[i]);

        relation->relkind = 'r';
        for (guint j = 0; j < 3; j++)
            pga_relation_add_attribute(relation, (gint16)(j + 1), names[j])->typname =
                g_strdup(j ? "varchar" : "int4");
    }
    pga_catalog_finish(catalog);
    return catalog;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    static PgaCatalog *catalog;
    g_autoptr(PgaWorkload) workload = pga_workload_new();
    PgaWorkloadStatement *statement =
        pga_record_add(workload->statements, &pga_workload_statement_type);
    g_autofree char *text = g_strndup((const char *)data, size);

    if (!catalog)
        catalog = small_catalog();
    statement->query = g_utf8_make_valid(text, -1);
    g_assert_true(pga_workload_analyse(catalog, workload, NULL));
    g_assert_nonnull(statement->fingerprint);
    g_assert_true(statement->parsed == (workload->n_unparsed == 0));
    return 0;
}
