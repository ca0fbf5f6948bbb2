/* A finding and the answer speak of one index: where the answer's has another name, or serves with
 * more columns, the finding's fix names that one. */
#include <string.h>

#include "django_answer_internal.h"

static gboolean
is_part_of_word(char byte)
{
    return g_ascii_isalnum(byte) || byte == '_';
}

char *
pga_django_name_replaced(const char *text, const char *from, const char *to)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const gsize length = strlen(from);
    const char *at = text, *found;

    while (length && (found = strstr(at, from))) {
        const gboolean is_whole =
            (found == text || !is_part_of_word(found[-1])) && !is_part_of_word(found[length]);

        g_string_append_len(out, at, found - at);
        g_string_append(out, is_whole ? to : from);
        at = found + length;
    }
    g_string_append(out, at);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
rename_in(char **text, const char *from, const char *to)
{
    char *made = *text ? pga_django_name_replaced(*text, from, to) : NULL;

    g_free(*text);
    *text = made;
}

static void
rename_all(GPtrArray *texts, const char *from, const char *to)
{
    for (guint i = 0; texts && i < texts->len; i++)
        rename_in((char **)&texts->pdata[i], from, to);
}

/* (transfer full) (nullable): that makes the index of @wish. */
static char *
creation_of(DjangoAnswer *answer, const DjangoWish *wish)
{
    g_autofree char *sql =
        wish->sql ? g_strdup(wish->sql)
                  : pga_django_answer_statement(answer, wish, "AddIndexConcurrently", "index");

    if (!sql || g_str_has_suffix(sql, ";"))
        return g_steal_pointer(&sql);
    return g_strconcat(sql, ";", NULL);
}

static void
replace_creation(DjangoAnswer *answer, GPtrArray *statements, const DjangoWish *wish)
{
    for (guint i = 0; statements && i < statements->len; i++) {
        char **statement = (char **)&statements->pdata[i];
        char *sql =
            g_str_has_prefix(*statement, "CREATE INDEX ") ? creation_of(answer, wish) : NULL;

        if (!sql)
            continue;
        g_free(*statement);
        *statement = sql;
    }
}

void
pga_django_fix_agree(DjangoAnswer *answer, PgaFinding *finding, const char *stated,
                     const DjangoWish *wish, gboolean is_own)
{
    PgaFix *fix = &finding->fix;

    if (!is_own && wish->kind != DJANGO_WISH_UNIQUE)
        replace_creation(answer, fix->sql, wish);
    if (!stated || g_str_equal(stated, wish->name))
        return;
    rename_all(fix->sql, stated, wish->name);
    rename_all(fix->undo, stated, wish->name);
    rename_in(&fix->verify, stated, wish->name);
    for (guint i = 0; fix->steps && i < fix->steps->len; i++)
        rename_all(((PgaFixStep *)g_ptr_array_index(fix->steps, i))->sql, stated, wish->name);
}
