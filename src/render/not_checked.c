/* What could not be checked, on a page: some examples, the gravest first; rules that need more than
 * this kind of source has are a number. With everything asked for, everything as it comes. */
#include "page_internal.h"
#include "phrases_internal.h"

/* What could not be checked is in the header as a number; so many examples follow the findings. */
#define N_EXAMPLES 3

/* A place stands first, where an editor finds it; what is nothing but its file is not said again.
 */
static char *
phrase_not_checked(const PgaNotChecked *entry)
{
    g_autofree char *where = pga_phrase_location(entry->file, entry->line, entry->column);
    GString *out = g_string_new(NULL);

    if (entry->rule)
        g_string_append_printf(out, "%s, ", entry->rule);
    if (where)
        g_string_append_printf(out, "%s: ", where);
    if (entry->what && g_strcmp0(entry->what, entry->file) != 0)
        g_string_append_printf(out, "%s: ", entry->what);
    g_string_append(out, entry->why ? entry->why : "");
    return g_string_free(out, FALSE);
}

/* Of each rule what it says that other sources lack. */
static GHashTable *
needs_of(const GPtrArray *rules)
{
    GHashTable *needs = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < rules->len; i++) {
        const PgaRuleText *rule = g_ptr_array_index(rules, i);

        if (rule->needs)
            g_hash_table_insert(needs, (gpointer)rule->id, (gpointer)rule->needs);
    }
    return needs;
}

/* (transfer container): what is said one by one: first what makes the analysis incomplete, then
 * what rules could not judge. */
static GPtrArray *
entries_to_list(const PgaReport *report, guint *n_needing)
{
    g_autoptr(GHashTable) needs = needs_of(report->rules);
    g_autoptr(GPtrArray) of_rules = g_ptr_array_new();
    GPtrArray *listed = g_ptr_array_new();

    *n_needing = 0;
    for (guint i = 0; i < report->not_checked->len; i++) {
        PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i);
        const char *why = entry->rule ? g_hash_table_lookup(needs, entry->rule) : NULL;

        if (why && g_strcmp0(why, entry->why) == 0)
            (*n_needing)++;
        else
            g_ptr_array_add(entry->rule ? of_rules : listed, entry);
    }
    g_ptr_array_extend(listed, of_rules, NULL, NULL);
    return listed;
}

/* Returns how many of @entries the page shows. */
static guint
write_examples(PgaPage *page, const GPtrArray *entries)
{
    const guint n_wanted = page->all ? entries->len : MIN(entries->len, N_EXAMPLES);
    guint n = 0;

    for (gboolean fits = TRUE; fits && n < n_wanted; n += fits ? 1 : 0) {
        const gsize before = page->out->len;
        g_autofree char *text = phrase_not_checked(g_ptr_array_index(entries, n));

        page->style->item(page, text);
        fits = pga_page_keep_if_fits(page, before);
    }
    return n;
}

static void
write_more(PgaPage *page, guint n_more, guint n_needing)
{
    g_autofree char *rules = pga_phrase_count(n_needing, "rule");
    g_autofree char *count = pga_phrase_number(n_more);
    g_autofree char *needing = NULL, *more = NULL;

    if (n_needing) {
        needing = g_strdup_printf("%s need%s what this kind of source does not have: see --all",
                                  rules, n_needing == 1 ? "s" : "");
        page->style->item(page, needing);
    }
    if (n_more) {
        more = g_strdup_printf("... %s more: see --all or --format json", count);
        page->style->item(page, more);
    }
}

void
pga_page_not_checked(PgaPage *page, const char *title, const GPtrArray *entries, guint limit)
{
    const guint n = MIN(entries->len, limit);

    if (entries->len)
        page->style->section(page, title);
    for (guint i = 0; i < n; i++)
        pga_page_item(page, phrase_not_checked(g_ptr_array_index(entries, i)));
    if (n < entries->len)
        pga_page_item(page, g_strdup_printf("%u more: --all lists them.", entries->len - n));
}

void
pga_page_write_not_checked(PgaPage *page, const PgaReport *report)
{
    const gsize mark = page->out->len;
    guint n, n_needing;
    g_autoptr(GPtrArray) listed = entries_to_list(report, &n_needing);
    const GPtrArray *entries = page->all ? report->not_checked : listed;

    if (!report->not_checked->len)
        return;
    if (page->all)
        n_needing = 0;
    page->style->section(page, "Not checked");
    n = write_examples(page, entries);
    write_more(page, entries->len - n, n_needing);
    if (n == 0)
        pga_page_keep_if_fits(page, mark);
}
