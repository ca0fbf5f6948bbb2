/* Names as Django makes them: BaseDatabaseSchemaEditor._create_index_name(). */
#include <string.h>

#include "models_internal.h"

#define MAX_NAME 63

char *
pga_django_quote(const char *name)
{
    g_autoptr(GString) quoted = g_string_new("\"");

    for (const char *at = name; *at; at++) {
        if (*at == '"')
            g_string_append_c(quoted, '"');
        g_string_append_c(quoted, *at);
    }
    g_string_append_c(quoted, '"');
    return g_string_free(g_steal_pointer(&quoted), FALSE);
}

/* The first eight digits of the MD5 of all of them. */
static char *
digest_of(const char *table, const char *const *columns)
{
    GChecksum *sum = g_checksum_new(G_CHECKSUM_MD5);
    char *digits;

    g_checksum_update(sum, (const guchar *)table, (gssize)strlen(table));
    for (guint i = 0; columns[i]; i++)
        g_checksum_update(sum, (const guchar *)columns[i], (gssize)strlen(columns[i]));
    digits = g_strndup(g_checksum_get_string(sum), 8);
    g_checksum_free(sum);
    return digits;
}

char *
pga_django_name(const char *table, const char *const *columns, const char *suffix)
{
    g_autofree char *digest = digest_of(table, columns);
    g_autofree char *joined = g_strjoinv("_", (char **)columns);
    g_autofree char *end = g_strconcat(digest, suffix, NULL);
    g_autofree char *name = g_strdup_printf("%s_%s_%s", table, joined, end);
    gint each;

    if (strlen(name) <= MAX_NAME)
        return g_steal_pointer(&name);
    if (strlen(end) > MAX_NAME / 3)
        end[MAX_NAME / 3] = '\0';
    each = (gint)((MAX_NAME - strlen(end)) / 2 - 1);
    g_free(name);
    name = g_strdup_printf("%.*s_%.*s_%s", each, table, each, joined, end);
    if (name[0] == '_' || g_ascii_isdigit(name[0])) {
        name[strlen(name) - 1] = '\0';
        return g_strconcat("D", name, NULL);
    }
    return g_steal_pointer(&name);
}

static const char *
digits_of(GChecksum *sum, char *out, guint n)
{
    g_strlcpy(out, g_checksum_get_string(sum), n + 1);
    return out;
}

char *
pga_django_truncated(const char *name)
{
    g_autofree char *cut = NULL;
    g_autoptr(GChecksum) sum = NULL;
    char digits[5];

    if (g_utf8_strlen(name, -1) <= MAX_NAME)
        return g_strdup(name);
    sum = g_checksum_new(G_CHECKSUM_MD5);
    g_checksum_update(sum, (const guchar *)name, (gssize)strlen(name));
    cut = g_utf8_substring(name, 0, MAX_NAME - 4);
    return g_strconcat(cut, digits_of(sum, digits, 4), NULL);
}

/* @columns: "-" before one that descends. */
char *
pga_django_index_name(const char *table, const char *const *columns, const char *suffix)
{
    const char *first = columns[0] ? columns[0] + (columns[0][0] == '-' ? 1 : 0) : "";
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
    char digits[7], *name;

    g_checksum_update(sum, (const guchar *)table, (gssize)strlen(table));
    for (guint i = 0; columns[i]; i++)
        g_checksum_update(sum, (const guchar *)columns[i], (gssize)strlen(columns[i]));
    g_checksum_update(sum, (const guchar *)suffix, (gssize)strlen(suffix));
    name = g_strdup_printf("%.11s_%.7s_%s_%s", table, first, digits_of(sum, digits, 6), suffix);
    if (name[0] == '_' || g_ascii_isdigit(name[0]))
        name[0] = 'D';
    return name;
}

char *
pga_django_column_named(const DjangoModel *model, const char *name)
{
    const DjangoField *field =
        g_str_equal(name, "pk") ? pga_django_primary_key(model) : pga_django_field(model, name);

    return field ? pga_django_column(field) : g_strdup(name);
}

char *
pga_django_columns(const DjangoModel *model, const PgaPyValue *names, GPtrArray *columns)
{
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; names && names->items && i < names->items->len; i++) {
        const PgaPyValue *name = g_ptr_array_index(names->items, i);
        const gboolean descends = name->text && name->text[0] == '-';
        g_autofree char *column = NULL, *quoted = NULL;

        if (name->kind != PGA_PY_STRING || !name->text)
            continue;
        column = pga_django_column_named(model, name->text + (descends ? 1 : 0));
        quoted = pga_django_quote(column);
        g_string_append_printf(list, "%s%s%s", list->len ? ", " : "", quoted,
                               descends ? " DESC" : "");
        if (columns)
            g_ptr_array_add(columns, g_steal_pointer(&column));
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}
