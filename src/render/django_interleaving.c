/* Two processes side by side: what each does, and what it saw. */
#include "django_internal.h"
#include "phrases_internal.h"

#include <base/text.h>
#include <string.h>

#define INDENT "          "
#define MIDDLE " | "

/* (transfer full): "reads stock: SELECT … -> stock 10"; @whole: the statement as it is. */
static char *
phrase_step(const PgaInterleavingStep *step, gboolean whole)
{
    const char *statement = step->sql ? step->sql : "";
    g_autofree char *sql = whole ? g_strdup(statement) : pga_django_short_sql(statement);
    GString *out = g_string_new(step->does);

    if (*sql)
        g_string_append_printf(out, "%s%s", out->len ? ": " : "", sql);
    if (step->saw) {
        g_autofree char *saw =
            whole ? g_strdup(step->saw) : pga_django_short_answer(statement, step->saw);

        g_string_append_printf(out, " -> %s", saw);
    }
    return g_string_free(out, FALSE);
}

static void
append_columns(GString *out, const char *left, const char *right, guint width)
{
    g_autofree char *shown = pga_phrase_cut(left, width);
    g_autofree char *other = pga_phrase_cut(right, width);
    g_autofree char *line = g_strdup_printf("%s%s%*s" MIDDLE "%s", INDENT, shown,
                                            (int)(width - pga_text_width(shown)), "", other);

    g_string_append_printf(out, "%s\n", g_strchomp(line));
}

static void
append_step(GString *out, const PgaInterleavingStep *step, guint width, gboolean whole)
{
    g_autofree char *phrase = phrase_step(step, whole);
    g_autofree char *printable = pga_text_printable(phrase);
    g_autofree char *wrapped = pga_text_wrap(printable, width, "");
    g_auto(GStrv) lines = g_strsplit(wrapped, "\n", -1);

    for (guint i = 0; lines[i]; i++)
        append_columns(out, step->process == 1 ? lines[i] : "", step->process == 1 ? "" : lines[i],
                       width);
}

static void
text_steps(PgaDjangoPage *page, const char *label, const GPtrArray *steps)
{
    const guint room = page->page.width - (guint)strlen(INDENT MIDDLE);
    const guint width = MAX(room / 2, 12);
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *head = g_strdup_printf("   %-6s ", label);

    append_columns(out, "process 1", "process 2", width);
    g_string_overwrite(out, 0, head);
    for (guint i = 0; i < steps->len; i++)
        append_step(out, g_ptr_array_index(steps, i), width, page->page.all);
    g_string_append_len(page->page.out, out->str, (gssize)out->len);
}

static void
markdown_steps(PgaDjangoPage *page, const char *label, const GPtrArray *steps)
{
    static const char *const titles[] = {"process 1", "process 2"};
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    const PgaGrid grid = {titles, G_N_ELEMENTS(titles), rows};

    for (guint i = 0; i < steps->len; i++) {
        const PgaInterleavingStep *step = g_ptr_array_index(steps, i);
        char **row = g_new0(char *, 3);

        row[step->process == 1 ? 0 : 1] = phrase_step(step, TRUE);
        row[step->process == 1 ? 1 : 0] = g_strdup("");
        g_ptr_array_add(rows, row);
    }
    g_string_append_printf(page->page.out, "\n**%s:**\n\n", label);
    page->page.style->grid(&page->page, &grid);
}

static void
write_steps(PgaDjangoPage *page, const char *label, const GPtrArray *steps)
{
    if (steps->len == 0)
        return;
    if (page->markdown)
        markdown_steps(page, label, steps);
    else
        text_steps(page, label, steps);
}

/* (transfer full): what is there in the end: the lab's own sentence, else what is known. */
static char *
phrase_end(const PgaInterleaving *interleaving)
{
    if (interleaving->outcome)
        return g_strdup(interleaving->outcome);
    return interleaving->expected
               ? g_strdup_printf("one after the other: %s", interleaving->expected)
               : NULL;
}

void
pga_django_page_interleaving(PgaDjangoPage *page, const PgaInterleaving *interleaving)
{
    g_autofree char *end = NULL;

    if (!interleaving)
        return;
    end = phrase_end(interleaving);
    write_steps(page, "Race", interleaving->steps);
    if (page->page.all)
        write_steps(page, "Fixed", interleaving->fixed);
    pga_django_page_label(page, "Then", end);
}
