/* A file that is not all Python: the statements that are not, found by their indentation, give way
 * to "pass" and blanks of the same length, so that the rest reads as if they were not there. */
#include <string.h>

#include "project_internal.h"

#define MAX_NESTING 8
#define MAX_LINES   200000

/** A run of lines: first to before last. */
typedef struct {
    guint first, last;
} Run;

typedef struct {
    GString *text;    /* changed in place, its length is kept */
    GArray *starts;   /* of gsize: where lines begin; one more: the end */
    GArray *broken;   /* of PgaDjangoLines */
    gboolean is_kept; /* some of these are as they were */
} Repair;

static gsize
start_of(const Repair *repair, guint line)
{
    return g_array_index(repair->starts, gsize, line);
}

static gsize
indent_of(const Repair *repair, guint line)
{
    return strspn(repair->text->str + start_of(repair, line), " \t");
}

static gboolean
begins_with(const char *text, const char *const *words)
{
    for (guint i = 0; words[i]; i++)
        if (g_str_has_prefix(text, words[i]))
            return TRUE;
    return FALSE;
}

/* "class A", "n = 1", "@property", "if x": not "else:", not ") + 1". */
static gboolean
is_statement(const char *text)
{
    static const char *const parts[] = {"else", "elif", "except", "finally", NULL};
    static const char *const words[] = {
        "class ", "def ",  "async ", "from ", "import ", "if ",     "for ",   "while ", "return ",
        "raise ", "with ", "try:",   "pass",  "del ",    "assert ", "yield ", "return", NULL};
    gsize name;

    if (*text == '@' || begins_with(text, words))
        return TRUE;
    if (begins_with(text, parts) || !(g_ascii_isalpha(*text) || *text == '_'))
        return FALSE;
    for (name = 0; g_ascii_isalnum(text[name]) || strchr("_.", text[name]) != NULL; name++)
        if (!text[name])
            return FALSE;
    name += strspn(text + name, " ");
    return strchr("=(+[:|", text[name]) != NULL && text[name];
}

/* Whether the lines are Python, as what stands in an if. */
static gboolean
is_python(const Repair *repair, Run run)
{
    const gsize from = start_of(repair, run.first);
    GString *text = g_string_new(indent_of(repair, run.first) > 0 ? "if 1:\n" : "");
    g_autoptr(PgaPythonSource) source = NULL;
    gsize length;

    g_string_append_len(text, repair->text->str + from,
                        (gssize)(start_of(repair, run.last) - from));
    length = text->len;
    source = pga_python_source_new("", g_string_free(text, FALSE), length, NULL);
    return source && !source->has_errors;
}

static void
blank(Repair *repair, Run run)
{
    static const char nothing[] = "pass";
    const PgaDjangoLines lines = {run.first + 1, run.last};
    char *text = repair->text->str + start_of(repair, run.first);
    const char *end = repair->text->str + start_of(repair, run.last);
    gsize length;

    text += strspn(text, " \t");
    length = strcspn(text, "\n");
    for (char *at = text; at < end; at++)
        if (*at != '\n' && *at != '\r')
            *at = ' ';
    for (gsize i = 0; length >= strlen(nothing) && nothing[i]; i++)
        text[i] = nothing[i];
    g_array_append_val(repair->broken, lines);
}

/* A statement's head and what is in it: where that begins; 0: it has nothing in it. */
static guint
body_of(const Repair *repair, Run run)
{
    const gsize indent = indent_of(repair, run.first);

    for (guint i = run.first + 1; i < run.last; i++) {
        const char *line = repair->text->str + start_of(repair, i);

        line += strspn(line, " \t");
        if (*line == '\n' || *line == '\r' || *line == '#' || !*line)
            continue;
        if (indent_of(repair, i) > indent)
            return i;
    }
    return 0;
}

/* A class or a function all the same: "class Box[T](Base):" of a newer Python. */
static gboolean
is_definition(const Repair *repair, Run run)
{
    const gsize from = start_of(repair, run.first), length = start_of(repair, run.last) - from;
    g_autoptr(PgaPythonSource) source =
        pga_python_source_new("", g_strndup(repair->text->str + from, length), length, NULL);
    const char *type = source ? ts_node_type(pga_python_part(pga_python_root(source), 0)) : "";

    return g_str_has_suffix(type, "_definition") &&
           ts_node_named_child_count(pga_python_root(source)) == 1;
}

static void
keep(Repair *repair, Run head)
{
    const PgaDjangoLines lines = {head.first + 1, head.last};

    g_array_append_val(repair->broken, lines);
    repair->is_kept = TRUE;
}

static gboolean
is_head_python(const Repair *repair, Run head)
{
    const gsize from = start_of(repair, head.first) + indent_of(repair, head.first);
    GString *text =
        g_string_new_len(repair->text->str + from, (gssize)(start_of(repair, head.last) - from));
    g_autoptr(PgaPythonSource) source = NULL;
    gsize length;

    g_string_append(text, "\n    pass\n");
    length = text->len;
    source = pga_python_source_new("", g_string_free(text, FALSE), length, NULL);
    return source && !source->has_errors;
}

/* Whether a text of several lines is open behind the line. */
static gboolean
goes_on(const Repair *repair, guint line, gboolean is_open)
{
    const char *end = repair->text->str + start_of(repair, line + 1);

    for (const char *at = repair->text->str + start_of(repair, line); at + 2 < end; at++) {
        if ((*at != '"' && *at != '\'') || at[1] != *at || at[2] != *at)
            continue;
        is_open = !is_open;
        at += 2;
    }
    return is_open;
}

/* Where the next statement of that indentation begins, decorators with what they decorate. */
static guint
end_of(const Repair *repair, Run run, gsize indent)
{
    gboolean is_decorated = *(repair->text->str + start_of(repair, run.first) + indent) == '@';
    gboolean is_open = FALSE;

    for (guint i = run.first + 1; i < run.last; i++) {
        const char *line = repair->text->str + start_of(repair, i) + indent;

        is_open = goes_on(repair, i - 1, is_open);
        if (is_open || indent_of(repair, i) != indent || !is_statement(line))
            continue;
        if (!is_decorated)
            return i;
        is_decorated = *line == '@';
    }
    return run.last;
}

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

static void repair_run(Repair *repair, Run run, guint depth);

static void
repair_statement(Repair *repair, Run run, guint depth)
{
    const guint body = depth < MAX_NESTING ? body_of(repair, run) : 0;

    if (is_python(repair, run))
        return;
    if (body > 0 && is_head_python(repair, (Run){run.first, body}))
        repair_run(repair, (Run){body, run.last}, depth + 1);
    else if (depth == 0 && body > 0 && is_definition(repair, run))
        keep(repair, (Run){run.first, body});
    else
        blank(repair, run);
}

static void
repair_run(Repair *repair, Run run, guint depth)
{
    const gsize indent = depth == 0 ? 0 : indent_of(repair, run.first);

    while (run.first < run.last) {
        const guint end = end_of(repair, run, indent);

        repair_statement(repair, (Run){run.first, end}, depth);
        run.first = end;
    }
}

/* NOLINTEND(misc-no-recursion) */

GArray *
pga_django_repair(PgaDjangoFile *file)
{
    g_autoptr(GString) text = g_string_new_len(file->text, (gssize)file->length);
    g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(gsize));
    g_autoptr(GArray) broken = g_array_new(FALSE, FALSE, sizeof(PgaDjangoLines));
    Repair repair = {text, starts, broken, FALSE};
    gsize at = 0;

    g_array_append_val(starts, at);
    for (at = 1; at <= text->len; at++)
        if (text->str[at - 1] == '\n' || at == text->len)
            g_array_append_val(starts, at);
    if (starts->len < 2 || starts->len > MAX_LINES)
        return NULL;
    repair_run(&repair, (Run){0, starts->len - 1}, 0);
    if (broken->len == 0 || (!repair.is_kept && !is_python(&repair, (Run){0, starts->len - 1})))
        return NULL;
    memcpy(file->text, text->str, file->length);
    return g_steal_pointer(&broken);
}
