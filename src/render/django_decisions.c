/* The decision log: four questions about each model and query. A line for each question; with --all
 * and in Markdown, where what is fine is folded up, each with its answer. */
#include "django_internal.h"
#include "phrases_internal.h"

#define N_SHOWN     12 /* models of each question, without --all */
#define N_QUESTIONS (PGA_DECISION_CONSTRAINT + 1)

static const char *const asked[N_QUESTIONS] = {
    [PGA_DECISION_INDEX] = "Index: is what is filtered and sorted by indexed?",
    [PGA_DECISION_CONCURRENCY] = "Concurrency: what happens when two processes do it?",
    [PGA_DECISION_JSON] = "JSONB: is the structure stable, and indexed as it is asked for?",
    [PGA_DECISION_CONSTRAINT] = "Constraint: does the database hold the rules?",
};

/* (transfer full): "shop.Order: no index leads with status (3 queries filter by it)". */
static char *
phrase(const PgaDjangoDecision *decision)
{
    g_autofree char *where = pga_phrase_location(decision->file, decision->line, 0);
    GString *out = g_string_new(decision->subject);

    if (where)
        g_string_append_printf(out, ", %s", where);
    g_string_append_printf(out, ": %s", decision->answer ? decision->answer : "");
    if (decision->evidence && *decision->evidence)
        g_string_append_printf(out, " (%s)", decision->evidence);
    return g_string_free(out, FALSE);
}

static void
count(const GPtrArray *decisions, PgaDecisionQuestion question, guint *n, guint *n_fine)
{
    *n = *n_fine = 0;
    for (guint i = 0; i < decisions->len; i++) {
        const PgaDjangoDecision *decision = g_ptr_array_index(decisions, i);

        *n += decision->question == question;
        *n_fine += decision->question == question && decision->is_fine;
    }
}

static void
write_list(PgaDjangoPage *page, PgaDecisionQuestion question, gboolean fine)
{
    const GPtrArray *decisions = page->report->decisions;

    for (guint i = 0; i < decisions->len; i++) {
        const PgaDjangoDecision *decision = g_ptr_array_index(decisions, i);
        g_autofree char *text = NULL;

        if (decision->question != question || decision->is_fine != fine)
            continue;
        text = phrase(decision);
        page->page.style->item(&page->page, text);
    }
}

static void
write_folded(PgaDjangoPage *page, PgaDecisionQuestion question, guint n_fine)
{
    if (n_fine == 0)
        return;
    pga_django_page_gap(page);
    g_string_append_printf(page->page.out, "<details><summary>%u fine</summary>\n\n", n_fine);
    write_list(page, question, TRUE);
    g_string_append(page->page.out, "\n</details>\n");
}

/* Each with its answer. */
static void
write_question(PgaDjangoPage *page, PgaDecisionQuestion question, guint n, guint n_fine)
{
    g_autofree char *title = g_strdup_printf("%s %u of %u fine%s", asked[question], n_fine, n,
                                             n_fine < n ? "; the others:" : ".");

    pga_django_page_part(page, title);
    if (page->markdown)
        g_string_append_c(page->page.out, '\n');
    write_list(page, question, FALSE);
    if (page->markdown)
        write_folded(page, question, n_fine);
    else
        write_list(page, question, TRUE);
}

static void
append_count(GString *out, guint n, const char *what)
{
    if (n > 0)
        g_string_append_printf(out, "%s%u %s", g_str_has_suffix(out->str, " not ") ? "" : ", ", n,
                               what);
}

/* "shop.Order, shop.Item, 2 more models, 4 queries" */
static void
append_not_fine(GString *out, const GPtrArray *decisions, PgaDecisionQuestion question)
{
    g_autoptr(GHashTable) models = g_hash_table_new(g_str_hash, g_str_equal);
    guint n_queries = 0, n = 0;

    for (guint i = 0; i < decisions->len; i++) {
        const PgaDjangoDecision *decision = g_ptr_array_index(decisions, i);

        if (decision->question != question || decision->is_fine)
            continue;
        if (decision->of_query)
            n_queries++;
        else if (g_hash_table_add(models, decision->subject) && n++ < N_SHOWN)
            g_string_append_printf(out, "%s%s", n == 1 ? "" : ", ", decision->subject);
    }
    append_count(out, n > N_SHOWN ? n - N_SHOWN : 0, "more models");
    append_count(out, n_queries, n_queries == 1 ? "query" : "queries");
}

/* "Index: is what …? 606 of 667 fine; not shop.Order, 61 queries." */
static void
write_count(PgaDjangoPage *page, PgaDecisionQuestion question, guint n, guint n_fine)
{
    g_autoptr(GString) out = g_string_new(asked[question]);

    g_string_append_printf(out, " %u of %u fine%s", n_fine, n, n_fine < n ? "; not " : "");
    if (n_fine < n)
        append_not_fine(out, page->report->decisions, question);
    g_string_append_c(out, '.');
    page->page.style->item(&page->page, out->str);
}

void
pga_django_page_decisions(PgaDjangoPage *page)
{
    const gboolean whole = page->page.all || page->markdown;

    if (page->report->decisions->len == 0)
        return;
    page->page.style->section(&page->page, whole ? "Decisions" : "Decisions (--all tells each)");
    for (guint i = 0; i < N_QUESTIONS; i++) {
        guint n, n_fine;

        count(page->report->decisions, (PgaDecisionQuestion)i, &n, &n_fine);
        if (n > 0)
            (whole ? write_question : write_count)(page, (PgaDecisionQuestion)i, n, n_fine);
    }
}
