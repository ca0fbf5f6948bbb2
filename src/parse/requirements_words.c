/* Sizes, whole numbers, flags, words, names. */
#include "requirements_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <math.h>
#include <string.h>

enum { MAX_NAME = 63 }; /* bytes: NAMEDATALEN - 1 */

static gboolean
read_bytes(const PgaSpecValue *value, gboolean memory, gint64 *out, GError **error)
{
    const char *allowed = memory ? "Allowed: a size above 0 with its unit, as in 64GB or 16GiB."
                                 : "Allowed: a size above 0 with its unit, as in 500GB or 2TiB.";
    const char *text = value->node->scalar;

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (*text == '-')
        return pga_spec_fail(value, allowed, error, "is negative");
    if (!pga_spec_bytes_text(text, memory, out))
        return pga_spec_fail(value, allowed, error, "is no size");
    if (g_ascii_isdigit(text[strlen(text) - 1]) && *out < 1 << 20)
        return pga_spec_fail(value, allowed, error, *out > 0 ? "needs a unit" : "must be above 0");
    return *out > 0 || pga_spec_fail(value, allowed, error, "must be above 0");
}

gboolean
pga_spec_storage_bytes(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return read_bytes(value, FALSE, out, error);
}

gboolean
pga_spec_storage_size(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    gint64 bytes = 0;

    (void)with;
    if (!read_bytes(value, FALSE, &bytes, error))
        return FALSE;
    *(double *)out = (double)bytes;
    return TRUE;
}

gboolean
pga_spec_memory_bytes(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return read_bytes(value, TRUE, out, error);
}

gboolean
pga_spec_integer(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] = "Allowed: a whole number above 0.";
    const double most = with ? (double)GPOINTER_TO_UINT(with) : 9e15;
    const char *rest;
    double number;

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!pga_spec_count_text(value->node->scalar, &number, &rest) || *rest ||
        number != floor(number) || number < 1)
        return pga_spec_fail(value, allowed, error, "is no whole number above 0");
    if (number > most) {
        g_autofree char *range = g_strdup_printf("Allowed: 1 to %.0f.", most);

        return pga_spec_fail(value, range, error, "is too large");
    }
    *(gint64 *)out = (gint64)number;
    return TRUE;
}

gboolean
pga_spec_signed(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] = "Allowed: a number, as in -40, 0.5 or 5M.";
    const char *text = value->node->scalar, *rest;
    double number;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!pga_spec_count_text(text + (*text == '-'), &number, &rest) || *rest)
        return pga_spec_fail(value, allowed, error, "is no number");
    *(double *)out = *text == '-' ? -number : number;
    return TRUE;
}

static gboolean
read_flag(const PgaSpecValue *value, gboolean *out, GError **error)
{
    static const char *const words[2][5] = {{"false", "no", "off", "n", NULL},
                                            {"true", "yes", "on", "y", NULL}};
    g_autofree char *word = NULL;

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    word = g_ascii_strdown(value->node->scalar, -1);
    for (guint i = 0; i < 2; i++)
        if (g_strv_contains(words[i], word)) {
            *out = i == 1;
            return TRUE;
        }
    return pga_spec_fail(value, "Allowed: true, false.", error, "is neither true nor false");
}

gboolean
pga_spec_flag(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return read_flag(value, out, error);
}

gboolean
pga_spec_no_flag(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    gboolean flag = FALSE;

    (void)with;
    if (!read_flag(value, &flag, error))
        return FALSE;
    *(gboolean *)out = !flag;
    return TRUE;
}

gboolean
pga_spec_three(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    gboolean flag = FALSE;

    (void)with;
    if (!read_flag(value, &flag, error))
        return FALSE;
    *(gint64 *)out = flag;
    return TRUE;
}

gboolean
pga_spec_text(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    g_free(*(char **)out);
    *(char **)out = g_strdup(value->node->scalar);
    return TRUE;
}

/* What is wrong with a name; NULL: nothing. */
static const char *
name_fault(const char *name)
{
    static const char *const system[] = {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", NULL};

    if (!*name)
        return "is empty";
    if (strlen(name) > MAX_NAME)
        return "is longer than the 63 bytes that PostgreSQL keeps of a name";
    if (strchr(name, '.'))
        return "holds a dot, which separates names here";
    for (const char *p = name; *p; p = g_utf8_next_char(p))
        if (g_unichar_iscntrl(g_utf8_get_char(p)))
            return "holds a control character";
    if (g_ascii_isspace(*name) || g_ascii_isspace(name[strlen(name) - 1]))
        return "begins or ends with a blank";
    return g_strv_contains(system, name) ? "is the name of a system column of PostgreSQL" : NULL;
}

gboolean
pga_spec_check_name(const PgaSpecValue *value, const char *name, PgaSpecPlace place, GError **error)
{
    const char *fault = name_fault(name);
    g_autofree char *shown = NULL;

    if (!fault)
        return TRUE;
    shown = pga_text_printable(name);
    return pga_spec_fail_at(value, place,
                            "Allowed: 1 to 63 bytes without dots and control characters.", error,
                            "name \"%.80s\" %s", shown, fault);
}

gboolean
pga_spec_name(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error) ||
        !pga_spec_check_name(value, value->node->scalar, pga_spec_place(value->node), error))
        return FALSE;
    g_free(*(char **)out);
    *(char **)out = g_strdup(value->node->scalar);
    return TRUE;
}

/* One name, or several with commas between. */
static gboolean
add_names(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    g_auto(GStrv) parts = NULL;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    parts = g_strsplit(value->node->scalar, ",", -1);
    for (guint i = 0; parts[i]; i++) {
        g_strstrip(parts[i]);
        if (!*parts[i])
            return pga_spec_fail(value, "Allowed: names, commas between them.", error,
                                 "has an empty name");
        g_ptr_array_add(out, g_strdup(parts[i]));
    }
    return TRUE;
}

gboolean
pga_spec_names(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return pga_spec_each(value, add_names, *(GPtrArray **)out, error);
}

static gboolean
add_text(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (!*value->node->scalar)
        return pga_spec_fail(value, NULL, error, "is empty");
    g_ptr_array_add(out, g_strdup(value->node->scalar));
    return TRUE;
}

gboolean
pga_spec_texts(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    (void)with;
    return pga_spec_each(value, add_text, *(GPtrArray **)out, error);
}

/* Each number's first word. */
static char *
words_listed(const PgaSpecWord *words)
{
    GString *list = g_string_new("Allowed: ");
    gint64 before = G_MININT64;

    for (; words->word; words++) {
        if (words->number != before)
            g_string_append_printf(list, "%s%s", before == G_MININT64 ? "" : ", ", words->word);
        before = words->number;
    }
    g_string_append_c(list, '.');
    return g_string_free(list, FALSE);
}

static gboolean
find_word(const PgaSpecValue *value, const PgaSpecWord *words, gint64 *number, GError **error)
{
    g_autofree char *word = NULL, *allowed = NULL;
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    word = g_strdelimit(g_strstrip(g_ascii_strdown(value->node->scalar, -1)), "_ ", '-');
    for (const PgaSpecWord *candidate = words; candidate->word; candidate++) {
        if (!strcmp(candidate->word, word)) {
            *number = candidate->number;
            return TRUE;
        }
        g_ptr_array_add(known, (gpointer)candidate->word);
    }
    allowed = words_listed(words);
    pga_spec_fail(value, allowed, error, "is not known");
    pga_spec_hint_closest_of(error, word, known);
    return FALSE;
}

gboolean
pga_spec_word(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    gint64 number = 0;

    if (!find_word(value, with, &number, error))
        return FALSE;
    *(int *)out = (int)number;
    return TRUE;
}

gboolean
pga_spec_word64(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    return find_word(value, with, out, error);
}
