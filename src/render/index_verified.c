/* What the source's own planner says of a set of indexes: its costs beside the clone's, and each
 * statement about which the two do not agree. */
#include "index_internal.h"
#include "index_measured_internal.h"
#include "phrases_internal.h"

#include <math.h>

#define N_SHOWN   10 /* statements that it agrees about, unless all are shown */
#define ONE_WIDTH 60 /* of a statement's text where more follows */

/* (transfer full): "18,334 -> 44.2" */
static char *
costs(double before, double after)
{
    g_autofree char *first = pga_phrase_number(before), *second = pga_phrase_number(after);

    return g_strdup_printf("%s -> %s", first, second);
}

static const PgaQueryOutcome *
outcome_of(const PgaIndexReport *report, const PgaVerifiedQuery *query)
{
    return g_ptr_array_index(report->queries, query->query);
}

/* (transfer full): "a, b" */
static char *
joined(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    return g_string_free(text, FALSE);
}

/* (transfer full): what the source's planner makes of it. */
static char *
verdict_of(const PgaIndexReport *report, const PgaVerifiedQuery *query)
{
    g_autofree char *text = pga_index_statement(outcome_of(report, query)->query->text, ONE_WIDTH);
    g_autofree char *ours = joined(outcome_of(report, query)->used);

    switch (query->verdict) {
    case PGA_VERDICT_UNUSED:
        return g_strdup_printf("Not used there: %s: %s in place of %s", text,
                               query->instead ? query->instead : "another plan", ours);
    case PGA_VERDICT_LESS:
        return g_strdup_printf("Gains less than half there: %s", text);
    case PGA_VERDICT_WORSE:
        return g_strdup_printf("Dearer there: %s", text);
    case PGA_VERDICT_MORE:
        return g_strdup_printf("Gains more there: %s", text);
    case PGA_VERDICT_AGREES:
    default:
        return g_steal_pointer(&text);
    }
}

static void
write_differing(PgaPage *page, const PgaIndexReport *report)
{
    const GPtrArray *queries = report->verification->queries;

    for (guint i = 0; i < queries->len; i++) {
        const PgaVerifiedQuery *query = g_ptr_array_index(queries, i);
        g_autofree char *there = costs(query->before, query->after);
        g_autofree char *here = costs(query->our_before, query->our_after);
        g_autofree char *verdict = verdict_of(report, query);

        if (query->verdict != PGA_VERDICT_AGREES)
            pga_page_item(
                page, g_strdup_printf("%s; cost there %s, on the clone %s", verdict, there, here));
    }
    if (report->verification->n_differing > 0)
        pga_page_item(
            page, g_strdup("Before you make an index for one of these: ANALYZE its table and run "
                           "this again, or measure on a copy (--measure)."));
}

static void
write_agreed(PgaPage *page, const PgaIndexReport *report)
{
    static const char *const titles[] = {"there", "on the clone", "statement"};
    const PgaIndexVerification *verification = report->verification;
    const guint n_agreed = verification->queries->len - verification->n_differing;
    const guint limit = page->all ? n_agreed : N_SHOWN;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; i < verification->queries->len && rows->len < limit; i++) {
        const PgaVerifiedQuery *query = g_ptr_array_index(verification->queries, i);
        char **row;

        if (query->verdict != PGA_VERDICT_AGREES)
            continue;
        row = g_new0(char *, G_N_ELEMENTS(titles) + 1);
        row[0] = costs(query->before, query->after);
        row[1] = costs(query->our_before, query->our_after);
        row[2] = pga_index_statement(outcome_of(report, query)->query->text, 100);
        g_ptr_array_add(rows, row);
    }
    if (rows->len > 0)
        page->style->grid(page, &grid);
    if (rows->len < n_agreed)
        pga_page_item(
            page, g_strdup_printf("%u more that it agrees about: --all or --format json has them.",
                                  n_agreed - rows->len));
}

/* What it comes to, in one sentence. */
static void
write_summary(PgaPage *page, const PgaIndexVerification *verification)
{
    const guint n = verification->queries->len;
    g_autofree char *statements = pga_phrase_count(n, "statement");

    if (n == 0)
        pga_page_item(page, g_strdup("No statement could be asked for: \"Not checked\" says why."));
    else if (verification->n_differing == 0)
        pga_page_item(page,
                      g_strdup_printf("The source's planner agrees about %s%s.",
                                      n == 1 ? "the " : "all ", n == 1 ? "statement" : statements));
    else
        pga_page_item(page, g_strdup_printf("The source's planner does not agree about %u of %s.",
                                            verification->n_differing, statements));
}

static void
write_total(PgaPage *page, const PgaIndexVerification *verification)
{
    g_autofree char *there =
        pga_index_change("", verification->total_before, verification->total_after);
    g_autofree char *here =
        pga_index_change("", verification->our_total_before, verification->our_total_after);

    if (verification->queries->len > 0)
        pga_page_item(
            page, g_strdup_printf("In all, planner cost times calls: there %s; on the clone %s.",
                                  there, here));
}

static guint
n_left_out(const PgaIndexVerification *verification)
{
    guint n = 0;

    for (guint i = 0; i < verification->left_out->len; i++)
        n += ((const PgaUnmeasured *)g_ptr_array_index(verification->left_out, i))->n;
    return n;
}

static void
write_left_out(PgaPage *page, const PgaIndexVerification *verification)
{
    const guint n = n_left_out(verification);
    g_autofree char *statements = pga_phrase_count(n, "statement");

    if (n > 0 && verification->queries->len > 0)
        pga_page_item(page,
                      g_strdup_printf("%s not asked for: \"Not checked\" says why.", statements));
    for (guint i = 0; i < verification->notes->len; i++)
        page->style->item(page, g_ptr_array_index(verification->notes, i));
}

static gboolean
has(const GPtrArray *names, const char *name)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

char *
pga_index_verified_words(const PgaIndexReport *report, guint number)
{
    const PgaIndexVerification *verification = report->verification;
    const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, number);
    const PgaMeasuredIndex *index = verification && number < verification->indexes->len
                                        ? g_ptr_array_index(verification->indexes, number)
                                        : NULL;
    g_autofree char *statements = NULL;
    guint n = 0, n_used = 0;

    if (index && index->failure)
        return g_strdup_printf("its planner was not asked: %s", index->failure);
    for (guint i = 0; index && i < verification->queries->len; i++) {
        const PgaVerifiedQuery *query = g_ptr_array_index(verification->queries, i);

        if (!has(outcome_of(report, query)->used, advice->name))
            continue;
        n++;
        n_used += has(query->used, advice->name) ? 1 : 0;
    }
    if (n == 0)
        return NULL;
    statements = pga_phrase_count(n, "statement");
    return g_strdup_printf("its own planner uses it for %u of %s", n_used, statements);
}

void
pga_index_page_verified(PgaPage *page, const PgaIndexReport *report)
{
    const PgaIndexVerification *verification = report->verification;
    g_autofree char *title = NULL;

    if (!verification)
        return;
    title = g_strdup_printf("As the source's own planner has it: %s, HypoPG %s",
                            verification->database, verification->hypopg);
    page->style->section(page, title);
    write_summary(page, verification);
    write_differing(page, report);
    write_total(page, verification);
    write_left_out(page, verification);
    write_agreed(page, report);
}

static json_t *
queries_json(const PgaIndexVerification *verification)
{
    json_t *array = json_array();

    for (guint i = 0; i < verification->queries->len; i++) {
        const PgaVerifiedQuery *from = g_ptr_array_index(verification->queries, i);
        json_t *object = json_object();

        json_object_set_new(object, "query", json_integer(from->query));
        pga_json_set_text(object, "verdict", pga_verdict_name(from->verdict));
        json_object_set_new(object, "before", pga_json_real(from->before));
        json_object_set_new(object, "after", pga_json_real(from->after));
        json_object_set_new(object, "clone_before", pga_json_real(from->our_before));
        json_object_set_new(object, "clone_after", pga_json_real(from->our_after));
        json_object_set_new(object, "used", pga_json_strings(from->used));
        pga_json_set_text(object, "instead", from->instead);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
indexes_json(const PgaIndexReport *report)
{
    json_t *array = json_array();

    for (guint i = 0; i < report->verification->indexes->len; i++) {
        const PgaMeasuredIndex *from = g_ptr_array_index(report->verification->indexes, i);
        const PgaIndexAdvice *advice = g_ptr_array_index(report->advice, from->advice);
        json_t *object = json_object();

        pga_json_set_text(object, "index_name", advice->name);
        json_object_set_new(object, "bytes", pga_json_count(from->bytes));
        json_object_set_new(object, "foretold_bytes", pga_json_count(advice->bytes));
        pga_json_set_text(object, "failure", from->failure);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
totals_json(const PgaIndexVerification *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "statements", json_integer(from->queries->len));
    json_object_set_new(object, "differing", json_integer(from->n_differing));
    json_object_set_new(object, "before", pga_json_real(from->total_before));
    json_object_set_new(object, "after", pga_json_real(from->total_after));
    json_object_set_new(object, "clone_before", pga_json_real(from->our_total_before));
    json_object_set_new(object, "clone_after", pga_json_real(from->our_total_after));
    return object;
}

json_t *
pga_index_verification_json(const PgaIndexReport *report)
{
    const PgaIndexVerification *from = report->verification;
    json_t *object;

    if (!from)
        return json_null();
    object = json_object();
    pga_json_set_text(object, "database", from->database);
    pga_json_set_text(object, "hypopg", from->hypopg);
    json_object_set_new(object, "totals", totals_json(from));
    json_object_set_new(object, "queries", queries_json(from));
    json_object_set_new(object, "indexes", indexes_json(report));
    json_object_set_new(object, "left_out", pga_index_left_out_json(from->left_out));
    json_object_set_new(object, "notes", pga_json_strings(from->notes));
    return object;
}
