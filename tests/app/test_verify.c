/* What a verification asks, how it compares plans, what it finds again. */
#include <base/array_text.h>
#include <model/finding.h>
#include <string.h>

#include "verify_internal.h"
#include "verify_words.h"

/* A table of a name, a number and a date, with statistics; and one that references it. */
static PgaSnapshot *
snapshot_new(void)
{
    static const struct {
        const char *attname, *typname;
        char typcategory;
        const char *common, *bounds;
    } columns[] = {
        {"id", "int4", 'N', NULL, "{1,50,100,150,200}"},
        {"surname", "text", 'S', "{Featherstone,O'Brien}", "{Abercrombie,Mandelbrot,Zwingli}"},
        {"born", "date", 'D', "{1970-01-01}", "{1950-01-01,1960-01-01,1990-01-01,2000-01-01}"},
        {"mood", "mood_kind", 'E', "{cheerful,gloomy}", NULL},
    };
    PgaSnapshot *snapshot = pga_snapshot_new();
    PgaRelation *person = pga_catalog_add_relation(snapshot->catalog, 100, "public", "person");
    PgaRelation *letter = pga_catalog_add_relation(snapshot->catalog, 200, "public", "Letter");
    PgaAttribute *sender;
    PgaConstraint *key;
    gint16 one = 1;

    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        PgaAttribute *attribute =
            pga_relation_add_attribute(person, (gint16)(i + 1), columns[i].attname);
        PgaColumnStatistics *column = pga_planner_data_add_column(snapshot->planner, 100);

        attribute->typname = g_strdup(columns[i].typname);
        attribute->typcategory = columns[i].typcategory;
        attribute->typtype = columns[i].typcategory == 'E' ? 'e' : 'b';
        column->attnum = attribute->attnum;
        column->attname = g_strdup(columns[i].attname);
        column->slots[0].kind = columns[i].common ? PGA_SLOT_MCV : 0;
        column->slots[0].values = g_strdup(columns[i].common);
        column->slots[1].kind = columns[i].bounds ? PGA_SLOT_HISTOGRAM : 0;
        column->slots[1].values = g_strdup(columns[i].bounds);
    }
    sender = pga_relation_add_attribute(letter, 1, "Sender");
    sender->typname = g_strdup("int4");
    sender->typcategory = 'N';
    key = pga_catalog_add_constraint(snapshot->catalog, 300, 'f', 200);
    key->conname = g_strdup("letter_sender_fkey");
    key->confrelid = 100;
    g_array_append_val(key->conkey, one);
    g_array_append_val(key->confkey, one);
    pga_catalog_finish(snapshot->catalog);
    pga_objects_finish(snapshot->objects);
    return snapshot;
}

static GHashTable *
all_relations(const PgaSnapshot *snapshot)
{
    GHashTable *relations = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < snapshot->catalog->relations->len; i++)
        g_hash_table_add(
            relations,
            GUINT_TO_POINTER(
                ((PgaRelation *)g_ptr_array_index(snapshot->catalog->relations, i))->oid));
    return relations;
}

static const PgaProbe *
find_probe(const PgaProbes *probes, const char *sql)
{
    for (guint i = 0; i < probes->list->len; i++) {
        const PgaProbe *probe = g_ptr_array_index(probes->list, i);

        if (g_str_equal(probe->sql[0], sql))
            return probe;
    }
    return NULL;
}

static void
assert_asked(const PgaProbes *probes, const char *sql, PgaEstimateClass estimate)
{
    const PgaProbe *probe = find_probe(probes, sql);

    if (!probe)
        g_test_message("not asked: %s", sql);
    g_assert_nonnull(probe);
    g_assert_cmpstr(pga_estimate_class_name(probe->estimate), ==,
                    pga_estimate_class_name(estimate));
}

static void
test_columns(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaProbes) probes = pga_probes_new();
    g_autoptr(GHashTable) relations = all_relations(snapshot);

    pga_probes_ask_columns(probes, snapshot, relations);
#define PERSON "SELECT 1 FROM public.person WHERE "
    assert_asked(probes, PERSON "id IS NULL", PGA_ESTIMATE_NULL);
    assert_asked(probes, PERSON "id = 100", PGA_ESTIMATE_EQUALITY);
    assert_asked(probes, PERSON "id < 50", PGA_ESTIMATE_NUMERIC_RANGE);
    assert_asked(probes, PERSON "id BETWEEN 50 AND 150", PGA_ESTIMATE_NUMERIC_RANGE);
    assert_asked(probes, PERSON "surname = 'O''Brien'", PGA_ESTIMATE_EQUALITY);
    assert_asked(probes, PERSON "surname IN ('Featherstone', 'Mandelbrot')", PGA_ESTIMATE_EQUALITY);
    assert_asked(probes, PERSON "surname >= 'Zwingli'", PGA_ESTIMATE_TEXT_RANGE);
    assert_asked(probes, PERSON "surname LIKE 'Man%'", PGA_ESTIMATE_PATTERN);
    assert_asked(probes, PERSON "born < '1960-01-01'", PGA_ESTIMATE_DATE_RANGE);
    assert_asked(probes, PERSON "mood <> 'cheerful'", PGA_ESTIMATE_EQUALITY);
    g_assert_null(find_probe(probes, PERSON "mood < 'cheerful'"));
}

static void
test_pairs(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaProbes) probes = pga_probes_new();
    g_autoptr(GHashTable) relations = all_relations(snapshot);
    PgaObject *object =
        pga_objects_add(snapshot->objects, PGA_OBJECT_ID(PGA_CLASS_STATISTICS, 400));
    PgaExtendedStatistics *extended = pga_planner_data_add_extended(snapshot->planner, 400);

    object->relation = 100;
    g_ptr_array_add(extended->attnames, g_strdup("surname"));
    g_ptr_array_add(extended->attnames, g_strdup("mood"));
    pga_objects_finish(snapshot->objects);
    pga_probes_ask_pairs(probes, snapshot, relations);
    assert_asked(probes,
                 "SELECT 1 FROM public.\"Letter\" a JOIN public.person b ON a.\"Sender\" = b.id",
                 PGA_ESTIMATE_JOIN);
    assert_asked(probes,
                 "SELECT 1 FROM public.person a JOIN public.person b ON a.surname = b.surname",
                 PGA_ESTIMATE_JOIN);
    assert_asked(probes, PERSON "surname = 'Featherstone' AND mood = 'cheerful'",
                 PGA_ESTIMATE_EQUALITY);
    g_assert_cmpuint(probes->list->len, ==, 3);
}

static PgaWorkloadStatement *
add_statement(PgaSnapshot *snapshot, const char *query, char command)
{
    PgaWorkloadStatement *statement =
        pga_record_add(snapshot->workload->statements, &pga_workload_statement_type);

    statement->query = g_strdup(query);
    statement->command = command;
    return statement;
}

static void
add_predicate(PgaWorkloadStatement *statement, gint16 attnum, const char *operator_)
{
    PgaPredicate *predicate = pga_record_add(statement->predicates, &pga_predicate_type);

    predicate->relation = 100;
    predicate->attnum = attnum;
    predicate->operator_ = g_strdup(operator_);
}

static void
test_statements(void)
{
    static const struct {
        const char *sql;
        gint16 attnum;
        const char *operator_;
        PgaEstimateClass estimate;
        guint n_parameters;
    } cases[] = {
        {"SELECT 1 FROM person WHERE id = 7", 1, "=", PGA_ESTIMATE_STATEMENT, 0},
        {"SELECT 1 FROM person WHERE id < 7", 1, "<", PGA_ESTIMATE_STATEMENT, 0},
        {"SELECT 1 FROM person WHERE surname < 'm'", 2, "<", PGA_ESTIMATE_OTHER_STATEMENT, 0},
        {"SELECT 1 FROM person WHERE surname ~ '$1'", 2, "~", PGA_ESTIMATE_OTHER_STATEMENT, 0},
        /* of a view's column no predicate tells */
        {"SELECT 1 FROM people WHERE surname LIKE 'M%'", 1, "=", PGA_ESTIMATE_OTHER_STATEMENT, 0},
        {"SELECT 1 FROM people WHERE not surname similar to 'M%'", 1, "=",
         PGA_ESTIMATE_OTHER_STATEMENT, 0},
        {"SELECT likely, unlike FROM people -- LIKE ~", 1, "=", PGA_ESTIMATE_STATEMENT, 0},
        {"SELECT 'a LIKE b', $$~$$, \"~\" FROM people", 1, "=", PGA_ESTIMATE_STATEMENT, 0},
        {"SELECT 1 FROM person WHERE surname < $1", 2, "<", PGA_ESTIMATE_STATEMENT, 1},
        {"SELECT $12, $2, '$40', \"$50\" FROM person -- $60\n /* $70 */", 2, "IN",
         PGA_ESTIMATE_STATEMENT, 12},
        {"SELECT E'\\'$80', $$ $90 $$, $a$ $91 $a$, $3", 2, "=", PGA_ESTIMATE_STATEMENT, 3},
    };
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaProbes) probes = pga_probes_new();

    add_statement(snapshot, "VACUUM person", 'x');
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        add_predicate(add_statement(snapshot, cases[i].sql, 's'), cases[i].attnum,
                      cases[i].operator_);
    pga_probes_ask_workload(probes, snapshot, 0);
    g_assert_cmpuint(probes->list->len, ==, G_N_ELEMENTS(cases));
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgaProbe *probe = g_ptr_array_index(probes->list, i);

        g_assert_cmpstr(probe->sql[0], ==, cases[i].sql);
        g_assert_cmpuint(probe->n_parameters, ==, cases[i].n_parameters);
        g_assert_cmpint(probe->estimate, ==, cases[i].estimate);
    }
}

static void
add_object(PgaSnapshot *snapshot, PgaObjectClass class, guint oid, const char *objname,
           const char *definition)
{
    PgaObject *object = pga_objects_add(snapshot->objects, PGA_OBJECT_ID(class, oid));

    object->objname = g_strdup(objname);
    object->definition = g_strdup(definition);
}

/* What a statement does not show itself. */
static void
test_free_names(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaFreeNames) names = NULL;

    add_object(snapshot, PGA_CLASS_ROUTINE, 1, "age_of", NULL);
    add_object(snapshot, PGA_CLASS_RELATION, 2, "zs",
               "CREATE VIEW public.zs AS\n SELECT id FROM public.person WHERE surname ~~ 'Z%'");
    add_object(snapshot, PGA_CLASS_RELATION, 3, "few_zs",
               "CREATE VIEW public.few_zs AS SELECT id FROM public.zs WHERE id < 5");
    add_object(snapshot, PGA_CLASS_RELATION, 4, "firsts",
               "CREATE VIEW public.firsts AS SELECT id FROM public.person WHERE id < 5");
    pga_objects_finish(snapshot->objects);
    names = pga_free_names_new(snapshot);
    g_assert_true(pga_free_names_are_in(names, "SELECT age_of(5)"));
    g_assert_true(pga_free_names_are_in(names, "SELECT 1 FROM zs"));
    g_assert_true(pga_free_names_are_in(names, "SELECT 1 FROM public.few_zs"));
    g_assert_false(pga_free_names_are_in(names, "SELECT 1 FROM firsts WHERE age_of = 5"));
}

static void
test_limit(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaProbes) probes = pga_probes_new();

    for (guint i = 0; i < 5; i++)
        add_statement(snapshot, "SELECT 1", 's');
    pga_probes_ask_workload(probes, snapshot, 3);
    g_assert_cmpuint(probes->list->len, ==, 3);
    g_assert_cmpuint(probes->n_statements, ==, 3);
    g_assert_cmpuint(probes->n_all_statements, ==, 5);
}

static char *
plan(const char *node, double rows, double cost)
{
    return g_strdup_printf("[{\"Plan\": {\"Node Type\": \"Append\", \"Plan Rows\": %g, "
                           "\"Total Cost\": %g, \"Plans\": [{\"Node Type\": \"%s\"}]}}]",
                           rows, cost, node);
}

static void
test_compare(void)
{
    static const struct {
        const char *node;
        double rows, cost;
        gboolean any_plan;
        guint identical, other_plan, different;
    } cases[] = {
        {"Seq Scan", 10, 20, FALSE, 1, 0, 0},        {"Seq Scan", 11, 20, FALSE, 0, 0, 1},
        {"Seq Scan", 10, 21, FALSE, 0, 0, 1},        {"Index Scan", 10, 20, FALSE, 0, 0, 1},
        {"Index Scan", 10, 25, TRUE, 0, 1, 0},       {"Seq Scan", 12, 20, TRUE, 0, 0, 1},
        {"Seq Scan", 10, 20.000001, FALSE, 1, 0, 0},
    };
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaProbes) probes = pga_probes_new();
        g_autoptr(PgaVerification) verification = pga_verification_new();
        PgaProbe *probe = pga_probes_add(probes, PGA_ESTIMATE_EQUALITY, 100, g_strdup("SELECT 1"));
        const PgaEstimateCounts *counts = &verification->counts[PGA_ESTIMATE_EQUALITY];

        probe->attnum = 2;
        probe->any_plan = cases[i].any_plan;
        probe->explain[0].plan = plan("Seq Scan", 10, 20);
        probe->explain[1].plan = plan(cases[i].node, cases[i].rows, cases[i].cost);
        pga_probes_compare(probes, snapshot, verification);
        g_assert_cmpuint(counts->n_identical, ==, cases[i].identical);
        g_assert_cmpuint(counts->n_cost, ==, cases[i].other_plan);
        g_assert_cmpuint(counts->n_different, ==, cases[i].different);
        g_assert_cmpint(pga_verification_is_good(verification), ==, cases[i].different == 0);
        if (cases[i].different)
            g_assert_cmpstr(
                ((PgaEstimateDifference *)verification->differences->pdata[0])->pseudonym, ==,
                "public.person.surname");
    }
}

/* Half a row more or less, of a column of fractions only. */
static void
test_rounded(void)
{
    static const struct {
        double rows, cost;
        gboolean fractions;
        guint rounded;
    } cases[] = {{11, 20.01, TRUE, 1}, {11, 20.01, FALSE, 0}, {12, 20, TRUE, 0}, {11, 22, TRUE, 0}};
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgaProbes) probes = pga_probes_new();
        g_autoptr(PgaVerification) verification = pga_verification_new();
        PgaProbe *probe =
            pga_probes_add(probes, PGA_ESTIMATE_NUMERIC_RANGE, 100, g_strdup("SELECT 1"));
        const PgaEstimateCounts *counts = &verification->counts[PGA_ESTIMATE_NUMERIC_RANGE];

        probe->fractions = cases[i].fractions;
        probe->explain[0].plan = plan("Seq Scan", 10, 20);
        probe->explain[1].plan = plan("Seq Scan", cases[i].rows, cases[i].cost);
        pga_probes_compare(probes, snapshot, verification);
        g_assert_cmpuint(counts->n_rounded, ==, cases[i].rounded);
        g_assert_cmpuint(counts->n_identical, ==, cases[i].rounded);
        g_assert_cmpuint(counts->n_different, ==, 1 - cases[i].rounded);
    }
}

static void
test_not_planned(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaProbes) probes = pga_probes_new();
    g_autoptr(PgaVerification) verification = pga_verification_new();
    PgaProbe *both = pga_probes_add(probes, PGA_ESTIMATE_NULL, 100, g_strdup("SELECT 1"));
    PgaProbe *again = pga_probes_add(probes, PGA_ESTIMATE_NULL, 100, g_strdup("SELECT 2"));
    PgaProbe *one = pga_probes_add(probes, PGA_ESTIMATE_PATTERN, 100, g_strdup("SELECT 3"));

    both->explain[0].failure = g_strdup("syntax error");
    both->explain[1].failure = g_strdup("syntax error");
    again->explain[0].failure = g_strdup("syntax error");
    one->explain[0].plan = plan("Seq Scan", 1, 1);
    one->explain[1].failure = g_strdup("no such column");
    pga_probes_compare(probes, snapshot, verification);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_NULL].n_not_planned, ==, 2);
    g_assert_cmpuint(verification->not_checked->len, ==, 1);
    g_assert_cmpuint(verification->counts[PGA_ESTIMATE_PATTERN].n_one_sided, ==, 1);
    g_assert_true(pga_verification_is_good(verification));
}

static void
count_found(gpointer data, const PgaWord *word)
{
    g_string_append_printf(data, "%.*s%s;", (int)word->length, word->text, word->quoted ? "'" : "");
}

static void
test_words(void)
{
    g_autoptr(PgaWords) words = pga_words_new();
    g_autoptr(GString) found = g_string_new(NULL);

    pga_words_add(words, "alpha");
    pga_words_add(words, "alpha beta");
    pga_words_add(words, "jane.doe@example.org");
    pga_words_add(words, "(größe)");
    pga_words_add(words, "--");
    g_assert_cmpuint(pga_words_count(words), ==, 4);
    pga_words_find(words, "alphabet alpha_1 alpha, alpha beta 'alpha' größe größen", count_found,
                   found);
    g_assert_cmpstr(found->str, ==, "alpha;alpha beta;alpha';größe;");
    g_string_truncate(found, 0);
    pga_words_find(words, "x='jane.doe@example.org' jane.doe@example.organ", count_found, found);
    g_assert_cmpstr(found->str, ==, "jane.doe@example.org';");
    g_assert_cmpfloat(pga_words_bits("aaaaaaaaa", 9), >, 40);
    g_assert_cmpfloat(pga_words_bits("----", 4), ==, 0);
}

static gboolean
has_leak(const PgaVerification *verification, const char *text)
{
    for (guint i = 0; i < verification->leaks->len; i++)
        if (g_str_equal(((PgaLeak *)g_ptr_array_index(verification->leaks, i))->text, text))
            return TRUE;
    return FALSE;
}

/* All names and values but those of one column replaced. */
static void
disguise(PgaSnapshot *snapshot, gint16 but)
{
    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);

        g_free(relation->relname);
        relation->relname = g_strdup_printf("table_%u", i);
        for (guint k = 0; k < relation->attributes->len; k++) {
            PgaAttribute *attribute = g_ptr_array_index(relation->attributes, k);

            g_free(attribute->attname);
            attribute->attname = g_strdup_printf("column_%u", k);
            g_free(attribute->typname);
            attribute->typname = g_strdup("text");
        }
    }
    for (guint i = 0; i < snapshot->catalog->constraints->len; i++) {
        PgaConstraint *constraint = g_ptr_array_index(snapshot->catalog->constraints, i);

        g_free(constraint->conname);
        constraint->conname = g_strdup("constraint_x");
    }
    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);

        g_free(column->attname);
        column->attname = g_strdup("column_x");
        for (guint k = 0; column->attnum != but && k < 2; k++)
            if (column->slots[k].values)
                column->slots[k].values[1] = column->slots[k].values[1] == '9' ? '8' : '9';
    }
}

static void
test_leaks(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaLeakCheck) check = pga_leak_check_new(snapshot);
    g_autoptr(PgaVerification) verification = pga_verification_new();

    pga_leak_check_run(check, snapshot, verification);
    g_assert_true(has_leak(verification, "person"));
    g_assert_true(has_leak(verification, "surname"));
    g_assert_true(has_leak(verification, "Featherstone"));
    g_assert_true(has_leak(verification, "cheerful")); /* by its place */
    g_assert_false(has_leak(verification, "public"));
    g_assert_false(has_leak(verification, "int4"));
    g_assert_false(pga_verification_is_good(verification));
}

static void
test_one_leak(void)
{
    g_autoptr(PgaSnapshot) snapshot = snapshot_new();
    g_autoptr(PgaLeakCheck) check = pga_leak_check_new(snapshot);
    g_autoptr(PgaVerification) verification = pga_verification_new();
    PgaWorkloadStatement *statement;

    disguise(snapshot, 4);
    statement = add_statement(
        snapshot, "SELECT column_1 FROM table_1 WHERE x = 'Mandelbrot' AND surname_2 = 'person'",
        's');
    pga_leak_check_run(check, snapshot, verification);
    g_assert_true(has_leak(verification, "cheerful"));
    g_assert_true(has_leak(verification, "Mandelbrot"));
    g_assert_true(has_leak(verification, "person"));
    g_assert_false(has_leak(verification, "surname"));
    g_assert_false(has_leak(verification, "Featherstone")); /* "9eatherstone" */
    g_assert_nonnull(statement);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/verify/columns-are-asked-by-their-statistics", test_columns);
    g_test_add_func("/app/verify/pairs-of-columns", test_pairs);
    g_test_add_func("/app/verify/statements-by-their-conditions", test_statements);
    g_test_add_func("/app/verify/routines-and-views-of-statements", test_free_names);
    g_test_add_func("/app/verify/statements-up-to-a-limit", test_limit);
    g_test_add_func("/app/verify/plans-are-compared", test_compare);
    g_test_add_func("/app/verify/fractions-are-rounded", test_rounded);
    g_test_add_func("/app/verify/what-has-no-plan", test_not_planned);
    g_test_add_func("/app/verify/words-are-found-whole", test_words);
    g_test_add_func("/app/verify/everything-leaks", test_leaks);
    g_test_add_func("/app/verify/one-column-leaks", test_one_leak);
    return g_test_run();
}
