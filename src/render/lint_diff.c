/* What --fix would write, as a unified diff: hunks with three lines around them. */
#include <render/lint.h>

#include <base/text.h>
#include <string.h>

#define CONTEXT 3

/** Lines of a text: where each begins. */
typedef struct {
    const char *text;
    GArray *begins; /* of gsize; one more than there are lines: the end */
} Lines;

/** Lines that an edit touches, from 0; the ends are exclusive. */
typedef struct {
    guint before, before_end, after, after_end;
} Hunk;

static Lines
lines_of(const char *text)
{
    Lines lines = {text, g_array_new(FALSE, FALSE, sizeof(gsize))};
    const gsize length = strlen(text);

    for (gsize at = 0; at < length;) {
        const char *end = strchr(text + at, '\n');

        g_array_append_val(lines.begins, at);
        at = end ? (gsize)(end - text) + 1 : length;
    }
    g_array_append_val(lines.begins, length);
    return lines;
}

static guint
count(const Lines *lines)
{
    return lines->begins->len - 1;
}

/* The line that byte @offset stands in. */
static guint
line_at(const Lines *lines, gsize offset)
{
    guint low = 0, high = count(lines);

    while (low + 1 < high) {
        const guint middle = (low + high) / 2;

        if (g_array_index(lines->begins, gsize, middle) <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The line behind those that [@from, @end) touches; nothing touches none at a line's beginning. */
static guint
line_behind(const Lines *lines, gsize from, gsize end)
{
    if (from == end)
        return line_at(lines, from);
    return line_at(lines, end - 1) + 1;
}

static GArray *
hunks_of(const PgaLintFix *fix, const Lines *before, const Lines *after)
{
    GArray *hunks = g_array_new(FALSE, FALSE, sizeof(Hunk));

    for (guint i = 0; i < fix->edits->len; i++) {
        const PgaLintEdit *edit = &g_array_index(fix->edits, PgaLintEdit, i);
        const Hunk hunk = {
            line_at(before, edit->before), line_behind(before, edit->before, edit->before_end),
            line_at(after, edit->after), line_behind(after, edit->after, edit->after_end)};
        Hunk *last = hunks->len ? &g_array_index(hunks, Hunk, hunks->len - 1) : NULL;

        if (last && hunk.before < last->before_end) { /* on one line */
            last->before_end = hunk.before_end;
            last->after_end = hunk.after_end;
        } else {
            g_array_append_val(hunks, hunk);
        }
    }
    return hunks;
}

static void
append_lines(GString *out, char mark, const Lines *lines, guint from, guint end)
{
    for (guint i = from; i < end; i++) {
        const gsize begin = g_array_index(lines->begins, gsize, i);
        const gsize next = g_array_index(lines->begins, gsize, i + 1);

        g_string_append_c(out, mark);
        g_string_append_len(out, lines->text + begin, (gssize)(next - begin));
        if (lines->text[next - 1] != '\n')
            g_string_append(out, "\n\\ No newline at end of file\n");
    }
}

/* The hunks from @first to before @end stand in one: their contexts touch. */
static void
append_group(GString *out, const GArray *hunks, guint first, guint end, const Lines *before,
             const Lines *after)
{
    const Hunk *head = &g_array_index(hunks, Hunk, first);
    const Hunk *tail = &g_array_index(hunks, Hunk, end - 1);
    const guint lead = MIN(head->before, CONTEXT);
    const guint trail = MIN(count(before) - tail->before_end, CONTEXT);
    guint at = head->before - lead;

    g_string_append_printf(out, "@@ -%u,%u +%u,%u @@\n", head->before - lead + 1,
                           tail->before_end - head->before + lead + trail, head->after - lead + 1,
                           tail->after_end - head->after + lead + trail);
    for (guint i = first; i < end; i++) {
        const Hunk *hunk = &g_array_index(hunks, Hunk, i);

        append_lines(out, ' ', before, at, hunk->before);
        append_lines(out, '-', before, hunk->before, hunk->before_end);
        append_lines(out, '+', after, hunk->after, hunk->after_end);
        at = hunk->before_end;
    }
    append_lines(out, ' ', before, at, at + trail);
}

static void
append_fix(GString *out, const PgaLintFix *fix)
{
    const Lines before = lines_of(fix->before), after = lines_of(fix->after);
    g_autoptr(GArray) before_begins = before.begins, after_begins = after.begins;
    g_autoptr(GArray) hunks = hunks_of(fix, &before, &after);
    g_autofree char *name = pga_text_printable(fix->file);

    g_string_append_printf(out, "--- %s\n+++ %s\n", name, name);
    for (guint i = 0; i < hunks->len;) {
        guint end = i + 1;

        while (end < hunks->len && g_array_index(hunks, Hunk, end).before <=
                                       g_array_index(hunks, Hunk, end - 1).before_end + 2 * CONTEXT)
            end++;
        append_group(out, hunks, i, end, &before, &after);
        i = end;
    }
    (void)before_begins;
    (void)after_begins;
}

char *
pga_render_lint_diff(const PgaLintReport *report)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < report->fixes->len; i++)
        append_fix(out, g_ptr_array_index(report->fixes, i));
    return g_string_free(out, FALSE);
}
