/* A verification as text and JSON, of a fixed model. */
#include "golden.h"

#include <model/finding.h>
#include <render/verification.h>

static PgaEstimateDifference *
difference(PgaVerification *verification, PgaEstimateClass estimate, const char *sql)
{
    PgaEstimateDifference *added = pga_verification_add_difference(verification);

    added->estimate = estimate;
    added->is_error = pga_estimate_class_is_promised(estimate);
    added->object = g_strdup("public.\"Bestellung\x1b[2J\".status");
    added->pseudonym = g_strdup("schema_abcdefg.table_hijklmn.column_opqrstu");
    added->before = g_strdup(sql);
    added->after = g_strdup("SELECT 1 FROM schema_abcdefg.table_hijklmn WHERE …");
    added->rows_before = 10;
    added->rows_after = 12;
    added->cost_before = 35.5;
    added->cost_after = 37;
    added->same_plan = TRUE;
    return added;
}

static PgaVerification *
verification_new(void)
{
    PgaVerification *verification = pga_verification_new();

    verification->version = g_strdup("15.20");
    verification->n_relations = 1000;
    verification->n_all_relations = 1200;
    verification->n_statements = verification->n_all_statements = 22;
    verification->n_names = 3014;
    verification->n_values = 7851;
    verification->counts[PGA_ESTIMATE_NULL].n_identical = 9999;
    verification->counts[PGA_ESTIMATE_EQUALITY].n_identical = 18999;
    verification->counts[PGA_ESTIMATE_NUMERIC_RANGE] =
        (PgaEstimateCounts){.n_identical = 100, .n_rounded = 3};
    verification->counts[PGA_ESTIMATE_JOIN] = (PgaEstimateCounts){.n_identical = 7, .n_cost = 2};
    return verification;
}

static PgaVerification *
bad_verification(void)
{
    PgaVerification *verification = verification_new();
    PgaEstimateDifference *statement;
    PgaLeak *name = pga_verification_add_leak(verification);
    PgaLeak *value = pga_verification_add_leak(verification);

    verification->counts[PGA_ESTIMATE_EQUALITY].n_different = 1;
    verification->counts[PGA_ESTIMATE_STATEMENT].n_different = 1;
    verification->counts[PGA_ESTIMATE_STATEMENT].n_one_sided = 1;
    verification->counts[PGA_ESTIMATE_TEXT_RANGE].n_different = 7;
    verification->counts[PGA_ESTIMATE_PATTERN].n_not_planned = 1;
    for (guint i = 0; i < 7; i++)
        difference(verification, PGA_ESTIMATE_TEXT_RANGE, "SELECT 1 FROM … WHERE status < 'm'")
            ->same_plan = i > 0;
    difference(verification, PGA_ESTIMATE_EQUALITY, "SELECT 1 FROM … WHERE status = 'paid'");
    statement = difference(verification, PGA_ESTIMATE_STATEMENT, "SELECT *\nFROM orders");
    g_clear_pointer(&statement->object, g_free);
    g_clear_pointer(&statement->pseudonym, g_free);
    statement->failure_after = g_strdup("column \"x\" does not exist");
    name->text = g_strdup("Bestellung");
    name->where = g_strdup("stamp (routine, prosrc)");
    name->n = 1;
    value->text = g_strdup("jane.doe@example.org");
    value->where = g_strdup("email (statistic_slot, values)");
    value->is_value = TRUE;
    value->n = 99;
    g_ptr_array_add(verification->lost,
                    pga_not_checked_new(NULL, g_strdup("view schema_abcdefg.table_xxxxxxx"),
                                        g_strdup("column \"y\" does not exist")));
    g_ptr_array_add(verification->not_checked,
                    pga_not_checked_new(NULL, g_strdup("SELECT 1 FROM t WHERE a LIKE 'x%'"),
                                        g_strdup("nondeterministic collations")));
    pga_verification_sort(verification);
    return verification;
}

static void
assert_page(PgaVerification *verification, PgaFormat format, gboolean all, const char *name)
{
    g_autofree char *page = pga_render_verification(verification, format, all);

    pga_assert_golden(page, name);
    pga_verification_free(verification);
}

static void
test_good(void)
{
    assert_page(verification_new(), PGA_FORMAT_TEXT, FALSE, "verify-good.txt");
    assert_page(verification_new(), PGA_FORMAT_JSON, FALSE, "verify-good.json");
}

static void
test_bad(void)
{
    assert_page(bad_verification(), PGA_FORMAT_TEXT, FALSE, "verify-bad.txt");
    assert_page(bad_verification(), PGA_FORMAT_TEXT, TRUE, "verify-bad-all.txt");
    assert_page(bad_verification(), PGA_FORMAT_JSON, FALSE, "verify-bad.json");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/verification/good", test_good);
    g_test_add_func("/render/verification/bad", test_bad);
    return g_test_run();
}
