/* The decision log: four questions about each model and query. Where all is fine only how often;
 * with --all, and in Markdown folded up, each with its answer. */
#include "django_internal.h"
#include "phrases_internal.h"

#define N_SHOWN     10 /* of each question, without --all */
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
    const guint most = page->page.all || page->markdown ? G_MAXUINT : N_SHOWN;
    guint n = 0;

    for (guint i = 0; i < decisions->len; i++) {
        const PgaDjangoDecision *decision = g_ptr_array_index(decisions, i);
        g_autofree char *text = NULL;

        if (decision->question != question || decision->is_fine != fine)
            continue;
        if (n++ >= most)
            continue;
        text = phrase(decision);
        page->page.style->item(&page->page, text);
    }
    if (n > most) {
        g_autofree char *more = g_strdup_printf("%u more: --all lists them.", n - most);

        page->page.style->item(&page->page, more);
    }
}

static void
write_folded(PgaDjangoPage *page, PgaDecisionQuestion question, guint n_fine)
{
    if (n_fine == 0)
        return;
    g_string_append_printf(page->page.out, "\n<details><summary>%u fine</summary>\n\n", n_fine);
    write_list(page, question, TRUE);
    g_string_append(page->page.out, "\n</details>\n");
}

static void
write_question(PgaDjangoPage *page, PgaDecisionQuestion question)
{
    g_autofree char *title = NULL;
    guint n, n_fine;

    count(page->report->decisions, question, &n, &n_fine);
    if (n == 0)
        return;
    title = g_strdup_printf("%s %u of %u fine%s", asked[question], n_fine, n,
                            n_fine < n ? "; the others:" : ".");
    page->page.style->paragraph(&page->page, title);
    if (page->markdown)
        g_string_append_c(page->page.out, '\n');
    write_list(page, question, FALSE);
    if (page->markdown)
        write_folded(page, question, n_fine);
    else if (page->page.all)
        write_list(page, question, TRUE);
}

void
pga_django_page_decisions(PgaDjangoPage *page)
{
    if (page->report->decisions->len == 0)
        return;
    page->page.style->section(&page->page, "Decisions");
    for (guint i = 0; i < N_QUESTIONS; i++)
        write_question(page, (PgaDecisionQuestion)i);
}
