/* What is said about a clone: grouped by reason, limited, safe for a terminal. */
#include <string.h>

#include <app/clone.h>
#include <model/finding.h>

/** A clone of which only what is said matters. */
static PgaPreparedClone *
clone_new(PgaSourceKind kind)
{
    PgaPreparedClone *clone = g_new0(PgaPreparedClone, 1);

    clone->source_kind = kind;
    clone->source_name = g_strdup("shop");
    clone->source_version = g_strdup("15.18");
    clone->server_version = g_strdup("15.20");
    clone->n_relations = 1;
    clone->n_indexes = 2;
    clone->has_whatif = TRUE;
    clone->not_cloned = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    clone->differences = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    return clone;
}

static void
clone_free(PgaPreparedClone *clone)
{
    g_ptr_array_unref(clone->not_cloned);
    g_ptr_array_unref(clone->differences);
    g_free(clone->source_name);
    g_free(clone->source_version);
    g_free(clone->server_version);
    g_free(clone->role);
    g_free(clone);
}

static void
leave_out(PgaPreparedClone *clone, const char *what, const char *why)
{
    g_ptr_array_add(clone->not_cloned, pga_not_checked_new(NULL, g_strdup(what), g_strdup(why)));
}

static char *
summary(const PgaPreparedClone *clone, gboolean quiet, gboolean all, gboolean interactive)
{
    const PgaCloneSummaryOptions options = {
        .quiet = quiet, .all = all, .interactive = interactive, .width = 80};

    return pga_app_clone_summary(clone, &options);
}

static void
test_whole(void)
{
    PgaPreparedClone *clone = clone_new(PGA_SOURCE_LIVE);
    g_autofree char *text = NULL, *quiet = NULL, *prompt = NULL, *sampled = NULL;

    clone->role = g_strdup("app");
    clone->n_statistics = 1;
    clone->n_extremes = 2;
    text = summary(clone, FALSE, FALSE, FALSE);
    g_assert_cmpstr(
        text, ==,
        "pgarchitect: clone of shop (PostgreSQL 15.18) on PostgreSQL 15.20, as role "
        "app\n"
        "  1 relation, 2 indexes, statistics of 1 column; no rows but the smallest and\n"
        "    the largest value of 2 indexes\n"
        "  EXPLAIN says here what it says on the source; there is nothing to "
        "measure\n");
    clone->n_samples = 3;
    sampled = summary(clone, FALSE, FALSE, FALSE);
    g_assert_nonnull(
        strstr(sampled, "\n  some rows of 3 tables, for index_size() alone (--sample)\n"));
    quiet = summary(clone, TRUE, FALSE, TRUE);
    g_assert_cmpstr(quiet, ==, "");
    prompt = summary(clone, FALSE, FALSE, TRUE);
    g_assert_nonnull(strstr(prompt, "pgarchitect_whatif.hide"));
    g_assert_nonnull(strstr(prompt, "\\q"));
    clone_free(clone);
}

static void
test_ddl(void)
{
    PgaPreparedClone *clone = clone_new(PGA_SOURCE_DDL);
    g_autofree char *text = summary(clone, FALSE, FALSE, FALSE);

    g_assert_true(g_str_has_prefix(text, "pgarchitect: clone of shop on PostgreSQL 15.20\n"));
    g_assert_nonnull(strstr(text, "no statistics; no rows\n"));
    clone_free(clone);
}

static void
test_one_reason(void)
{
    PgaPreparedClone *clone = clone_new(PGA_SOURCE_LIVE);
    g_autofree char *text = NULL, *all = NULL;

    leave_out(clone, "table a", "too odd");
    leave_out(clone, "view v", "another reason");
    leave_out(clone, "table b", "too odd");
    leave_out(clone, "table b", "too odd");
    leave_out(clone, "table c", "too odd");
    leave_out(clone, "table d", "too odd");
    text = summary(clone, TRUE, FALSE, FALSE);
    g_assert_cmpstr(text, ==,
                    "pgarchitect: not cloned:\n"
                    "  table a, table b, table c and 1 more: too odd\n"
                    "  view v: another reason\n"
                    "  (-v lists all)\n");
    all = summary(clone, TRUE, TRUE, FALSE);
    g_assert_nonnull(strstr(all, "table c, table d: too odd"));
    clone_free(clone);
}

static void
test_many_reasons(void)
{
    PgaPreparedClone *clone = clone_new(PGA_SOURCE_LIVE);
    g_autofree char *text = NULL, *all = NULL;

    for (guint i = 0; i < 20; i++) {
        g_autofree char *what = g_strdup_printf("table t%u", i);
        g_autofree char *why = g_strdup_printf("reason %u", i);

        leave_out(clone, what, why);
    }
    text = summary(clone, TRUE, FALSE, FALSE);
    g_assert_nonnull(strstr(text, "table t11: reason 11\n"));
    g_assert_null(strstr(text, "table t12"));
    g_assert_nonnull(strstr(text, "  and 8 more objects (-v lists all)\n"));
    all = summary(clone, TRUE, TRUE, FALSE);
    g_assert_nonnull(strstr(all, "table t19: reason 19\n"));
    g_assert_null(strstr(all, "more objects"));
    clone_free(clone);
}

/* Names come from a stranger's catalog. */
static void
test_hostile_names(void)
{
    PgaPreparedClone *clone = clone_new(PGA_SOURCE_LIVE);
    g_autofree char *text = NULL;

    g_free(clone->source_name);
    clone->source_name = g_strdup("sh\033[2Jop");
    clone->role = g_strdup("mal\nlory");
    leave_out(clone, "table \033]0;title\007", "a\rb");
    text = summary(clone, FALSE, FALSE, FALSE);
    g_assert_null(strchr(text, '\033'));
    g_assert_null(strchr(text, '\007'));
    g_assert_null(strchr(text, '\r'));
    g_assert_nonnull(strstr(text, "mal\\nlory"));
    clone_free(clone);
}

static void
test_without_whatif(void)
{
    PgaPreparedClone *clone = clone_new(PGA_SOURCE_LIVE);
    g_autofree char *text = NULL;

    clone->has_whatif = FALSE;
    leave_out(clone, "sizes", "the module is not there");
    text = summary(clone, FALSE, FALSE, TRUE);
    g_assert_null(strstr(text, "pgarchitect_whatif"));
    g_assert_null(strstr(text, "EXPLAIN says here"));
    g_assert_nonnull(strstr(text, "\\q"));
    clone_free(clone);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/clone-summary/whole", test_whole);
    g_test_add_func("/app/clone-summary/ddl", test_ddl);
    g_test_add_func("/app/clone-summary/one-reason-is-one-line", test_one_reason);
    g_test_add_func("/app/clone-summary/many-reasons-are-limited", test_many_reasons);
    g_test_add_func("/app/clone-summary/hostile-names-are-escaped", test_hostile_names);
    g_test_add_func("/app/clone-summary/without-whatif", test_without_whatif);
    return g_test_run();
}
