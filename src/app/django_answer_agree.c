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

/* Takes @sql. */
static void
replace_statement(GPtrArray *statements, guint place, char *sql)
{
    g_free(g_ptr_array_index(statements, place));
    g_ptr_array_index(statements, place) = sql;
}

static gint
creation_at(const GPtrArray *statements)
{
    for (guint i = 0; i < statements->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(statements, i), "CREATE INDEX "))
            return (gint)i;
    return -1;
}

static void
replace_creation(DjangoAnswer *answer, GPtrArray *statements, const DjangoWish *wish)
{
    const gint place = creation_at(statements);
    char *sql = place < 0 ? NULL : creation_of(answer, wish);

    if (sql)
        replace_statement(statements, (guint)place, sql);
}

/* The fix of a finding that there is no index becomes the key that serves as one. */
static void
take_key(DjangoAnswer *answer, PgaFix *fix, const DjangoWish *wish)
{
    const gint place = creation_at(fix->sql);
    g_autofree char *index = NULL, *adopt = NULL, *table = pga_django_wish_table(wish);

    if (place < 0 || !pga_django_unique_statements(answer, wish, &index, &adopt))
        return;
    replace_statement(fix->sql, (guint)place, g_strconcat(index, ";", NULL));
    g_ptr_array_insert(fix->sql, place + 1, g_strconcat(adopt, ";", NULL));
    g_ptr_array_set_size(fix->undo, 0);
    g_ptr_array_add(fix->undo,
                    g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT \"%s\";", table, wish->name));
    g_free(fix->note);
    fix->note = g_strdup("The unique key that is wished for anyway serves: an index besides it "
                         "would be its double.");
}

void
pga_django_fix_agree(DjangoAnswer *answer, PgaFinding *finding, const char *stated,
                     const DjangoWish *wish, gboolean is_own)
{
    PgaFix *fix = &finding->fix;

    if (!is_own && wish->kind == DJANGO_WISH_UNIQUE)
        take_key(answer, fix, wish);
    else if (!is_own)
        replace_creation(answer, fix->sql, wish);
    if (!stated || g_str_equal(stated, wish->name))
        return;
    rename_all(fix->sql, stated, wish->name);
    rename_all(fix->undo, stated, wish->name);
    rename_in(&fix->verify, stated, wish->name);
    for (guint i = 0; fix->steps && i < fix->steps->len; i++)
        rename_all(((PgaFixStep *)g_ptr_array_index(fix->steps, i))->sql, stated, wish->name);
}

void
pga_django_plans_agree(const PgaDjangoReport *report, const char *advised, const char *name)
{
    if (g_str_equal(advised, name))
        return;
    for (guint i = 0; i < report->plans->len; i++) {
        PgaDjangoPlan *plan = g_ptr_array_index(report->plans, i);

        rename_in(&plan->scan_after, advised, name);
        rename_in(&plan->plan_after, advised, name);
        rename_all(plan->indexes, advised, name);
    }
}
