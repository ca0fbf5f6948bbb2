/* SQL that Python puts together. The text is read, not run: strings with f, %, + and format(). */
#include <string.h>

#include "django_built_sql_internal.h"

#define MAX_DEPTH 32
/* Lines before a statement in which its variables are looked for. */
#define MAX_LINES 2000

typedef struct {
    const PgaDjangoFunction *function;
    const PgaPyValue *at;
    GString *before; /* what was written out so far */
    PgaBuiltPart part;
} Built;

/* --- expressions --- */

/* Parts of an expression's text that make it harmless: what quotes, counts, or is written by the
 * same people as the code. */
static const char *const harmless[] = {
    "quote_name(", "quote_ident", "Identifier(", "Literal(",    "_meta.",   "connection.ops",
    "db_table",    ".column",     "%s",          "placeholder", "int(",     "len(",
    "float(",      "mogrify(",    "__name__",    "as_sql",      "compiler", "sql.SQL(",
    "qn(",         "quote(",      "escape",      "literal(",    "adapt(",   "vendor"};

/* "MAX_ROWS", "settings.TABLE", "self.TABLE", "TABLES[name]"; "5" */
static gboolean
is_constant(const char *expression)
{
    const char *end = expression + strcspn(expression, "[");
    const char *last = g_strrstr_len(expression, end - expression, ".");
    gboolean has_letter = FALSE;

    for (const char *at = last ? last + 1 : expression; at < end; at++) {
        if (!g_ascii_isupper(*at) && !g_ascii_isdigit(*at) && *at != '_')
            return FALSE;
        has_letter = TRUE;
    }
    return has_letter && !strstr(expression, "request."); /* request.GET["name"] */
}

static gboolean
is_harmless(const char *expression)
{
    for (guint i = 0; i < G_N_ELEMENTS(harmless); i++)
        if (strstr(expression, harmless[i]))
            return TRUE;
    return is_constant(expression) || strchr("\"'0123456789([{", *expression) != NULL;
}

static gboolean
is_word_char(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Where the lines of the function before the byte @at begin, borrowed. */
static const char *
function_text(const PgaDjangoFunction *function, guint line, guint at)
{
    const char *text = function->file->text, *start = text + MIN(at, function->file->length);
    guint n_lines = MIN(line - MIN(line, function->line), MAX_LINES) + 1;

    while (start > text && (start[-1] != '\n' || --n_lines > 0))
        start--;
    return start;
}

/* What stands right of "name =" at @line, up to its end. (transfer full) (nullable) */
static char *
assigned_text(const char *line, const char *name)
{
    const gsize length = strlen(name);
    const char *at = line;

    while (*at == ' ' || *at == '\t')
        at++;
    if (strncmp(at, name, length) != 0 || is_word_char(at[length]))
        return NULL;
    at += length;
    at += strspn(at, " +");
    if (*at != '=' || at[1] == '=')
        return NULL;
    at++;
    at += strspn(at, " ");
    return g_strndup(at, strcspn(at, "\n"));
}

/* The variable is given something in the function, and only what is harmless. */
static gboolean
is_given_harmless(const Built *built, const char *name)
{
    const PgaDjangoFile *file = built->function->file;
    const char *end = file->text + MIN(built->at->start, file->length);
    gboolean found = FALSE;

    for (const char *line = function_text(built->function, built->at->line, built->at->start);
         line < end;) {
        const char *newline = strchr(line, '\n');
        g_autofree char *given = assigned_text(line, name);

        if (given && (!is_harmless(given) || strstr(given, "request.")))
            return FALSE;
        found |= given != NULL;
        line = newline ? newline + 1 : end;
    }
    return found;
}

static gboolean
is_name(const char *expression)
{
    for (const char *at = expression; *at; at++)
        if (!is_word_char(*at))
            return FALSE;
    return *expression != '\0';
}

/* --- places --- */

/* Where a value stands: after an operator, inside quotes, in a list; SET takes no parameters. */
static gboolean
is_value_place(const GString *before)
{
    static const char *const words[] = {" like",   " ilike",  " between", " limit",
                                        " offset", " values", " in"};
    g_autofree char *text = g_ascii_strdown(before->str, -1);
    const char *last;

    g_strstrip(text);
    if (g_str_has_prefix(text + strspn(text, "rf\"'"), "set "))
        return FALSE;
    last = *text ? text + strlen(text) - 1 : "";
    if (strchr("=<>'%", *last) && *last)
        return TRUE;
    while (last > text && (*last == '(' || *last == ' '))
        last--;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        const gsize length = strlen(words[i]);

        if ((gsize)(last + 1 - text) >= length && strncmp(last + 1 - length, words[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The first value, else the first name. */
static void
see_expression(Built *built, const char *text)
{
    g_autofree char *expression = g_strstrip(g_strdup(text));
    const gboolean is_value = is_value_place(built->before);

    if (is_harmless(expression) || (built->part.expression && !is_value) ||
        (built->part.expression && built->part.is_value) ||
        (is_name(expression) && is_given_harmless(built, expression)))
        return;
    g_free(built->part.expression);
    built->part.expression = g_steal_pointer(&expression);
    built->part.is_value = is_value;
}

/* --- kinds of building --- */

/* "f'…{name!r:>5}…'": the source. */
static void
see_f_string(Built *built, const char *source)
{
    for (const char *at = source; *at; at++) {
        const char *end;
        g_autofree char *expression = NULL;

        if (*at != '{' || at[1] == '{') {
            g_string_append_c(built->before, *at);
            at += *at == '{';
            continue;
        }
        end = at + strcspn(at, "}");
        expression = g_strndup(at + 1, (gsize)(end - at - 1));
        see_expression(built, expression);
        g_string_append(built->before, "x");
        at = *end ? end : end - 1;
    }
}

/* (transfer full): the source's text of a value. */
static char *
source_of(const Built *built, const PgaPyValue *value)
{
    const PgaDjangoFile *file = built->function->file;

    if (value->kind == PGA_PY_NAME || value->start >= value->end || value->end > file->length)
        return g_strdup(value->text ? value->text : "");
    return g_strndup(file->text + value->start, value->end - value->start);
}

/* The n-th of what fills in; one alone fills in the first. (nullable) */
static const PgaPyValue *
filler(const PgaPyValue *fillers, guint n)
{
    if (fillers->kind != PGA_PY_LIST || !fillers->is_tuple)
        return n == 0 ? fillers : NULL;
    return fillers->items && n < fillers->items->len ? g_ptr_array_index(fillers->items, n) : NULL;
}

static void
see_filler(Built *built, const PgaPyValue *value)
{
    g_autofree char *source = value ? source_of(built, value) : NULL;

    if (source)
        see_expression(built, source);
    g_string_append(built->before, "x");
}

/* "… %s …" % fillers */
static void
see_percent(Built *built, const char *format, const PgaPyValue *fillers)
{
    guint n = 0;

    for (const char *at = format; *at; at++) {
        if (*at != '%' || at[1] == '%') {
            g_string_append_c(built->before, *at);
            at += *at == '%';
            continue;
        }
        at += strcspn(at, "sdrif");
        if (*at == 's' || *at == 'r')
            see_filler(built, filler(fillers, n));
        if (!*at)
            return;
        n++;
    }
}

/* "… {} …".format(…) */
static void
see_format(Built *built, const char *format, const PgaPyValue *call)
{
    guint n = 0;

    for (const char *at = format; *at; at++) {
        if (*at != '{') {
            g_string_append_c(built->before, *at);
            continue;
        }
        at += strcspn(at, "}");
        if (call->items && n < call->items->len)
            see_filler(built, g_ptr_array_index(call->items, n));
        if (!*at)
            return;
        n++;
    }
}

static gboolean
is_binary(const PgaPyValue *value, const char *operator)
{
    return value->kind == PGA_PY_BINARY && value->items && value->items->len == 2 &&
           g_str_equal(value->text, operator);
}

static void
see_binary_percent(Built *built, const PgaPyValue *value)
{
    const PgaPyValue *format = g_ptr_array_index(value->items, 0);
    g_autofree char *source = source_of(built, format);

    see_percent(built, format->kind == PGA_PY_STRING ? format->text : source,
                g_ptr_array_index(value->items, 1));
}

/* request.GET["name"] */
static gboolean
is_subscript(const char *source)
{
    return g_str_has_suffix(source, "]") && (g_ascii_isalpha(*source) || *source == '_') &&
           !strchr(source, ' ');
}

/* f"…", rf'…': not the end of "elf". */
static gboolean
has_f_string(const char *source)
{
    for (const char *at = source; *at; at++) {
        const char *before = at;

        if (g_ascii_tolower(*at) != 'f' || (at[1] != '"' && at[1] != '\''))
            continue;
        if (before > source && g_ascii_tolower(before[-1]) == 'r')
            before--;
        if (before == source || (!is_word_char(before[-1]) && !strchr("\"'", before[-1])))
            return TRUE;
    }
    return FALSE;
}

/* One that is opaque, maybe an f-string; as part of another one anything. */
static void
see_other(Built *built, const PgaPyValue *value, gboolean is_part)
{
    g_autofree char *source = source_of(built, value);

    if (has_f_string(source)) {
        see_f_string(built, source);
    } else if (is_part && (value->kind != PGA_PY_OPAQUE || is_subscript(source))) {
        see_expression(built, source);
        g_string_append(built->before, "x");
    }
}

/* NOLINTBEGIN(misc-no-recursion): bounded by MAX_DEPTH */

static void see(Built *built, const PgaPyValue *value, guint depth);

/* extra(where=["…"], select={"a": "…"}): each text is one of its own. */
static void
see_texts(Built *built, const PgaPyValue *value, guint depth)
{
    for (guint i = 0; value->items && i < value->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(value->items, i);

        g_string_truncate(built->before, 0);
        if ((item->kind == PGA_PY_LIST || item->kind == PGA_PY_DICT) && depth < 2)
            see_texts(built, item, depth + 1);
        else
            see(built, item, 0);
    }
}

static void
see(Built *built, const PgaPyValue *value, guint depth)
{
    if (depth > MAX_DEPTH)
        return;
    if (value->kind == PGA_PY_STRING) {
        g_string_append(built->before, value->text);
    } else if (is_binary(value, "+")) {
        see(built, g_ptr_array_index(value->items, 0), depth + 1);
        see(built, g_ptr_array_index(value->items, 1), depth + 1);
    } else if (is_binary(value, "%")) {
        see_binary_percent(built, value);
    } else if (value->kind == PGA_PY_CALL && value->text &&
               g_str_has_suffix(value->text, ".format")) {
        if (!strstr(value->text, "SQL("))
            see_format(built, value->text, value);
    } else if (value->kind == PGA_PY_CALL && depth == 0 &&
               g_str_equal(pga_py_last_name(value), "extra")) {
        see_texts(built, value, 0);
    } else {
        see_other(built, value, depth > 0);
    }
}

/* NOLINTEND(misc-no-recursion) */

PgaBuiltPart
pga_django_built_part(const PgaDjangoFunction *function, const PgaPyValue *value)
{
    g_autoptr(GString) before = g_string_new(NULL);
    Built built = {.function = function, .at = value, .before = before};

    see(&built, value, 0);
    return built.part;
}
