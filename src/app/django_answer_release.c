/* What the project's release of Django has no words for yet: indexes and keys of expressions. They
 * are made by SQL, and the models do not have them. */
#include <string.h>

#include "django_answer_internal.h"

#define FIRST_INDEX_OF_EXPRESSIONS 302
#define FIRST_KEY_OF_EXPRESSIONS   400

static gboolean
has_expressions(const PgaPyValue *call)
{
    for (guint i = 0; i < call->items->len; i++)
        if (!g_ptr_array_index(call->keys, i))
            return TRUE;
    return FALSE;
}

/* 0: all that are judged have it. */
static guint
first_release(const DjangoWish *wish)
{
    const gboolean is_key = wish->kind == DJANGO_WISH_UNIQUE;

    if (has_expressions(wish->call))
        return is_key ? FIRST_KEY_OF_EXPRESSIONS : FIRST_INDEX_OF_EXPRESSIONS;
    return pga_py_argument(wish->call, G_MAXUINT, "include") ||
                   (is_key && pga_py_argument(wish->call, G_MAXUINT, "opclasses"))
               ? FIRST_INDEX_OF_EXPRESSIONS
               : 0;
}

/* (transfer full) (nullable): outside a transaction. */
static char *
concurrent_index(DjangoAnswer *answer, const DjangoWish *wish)
{
    static const char key[] = "CREATE UNIQUE INDEX ";
    g_autofree char *sql =
        wish->kind == DJANGO_WISH_UNIQUE
            ? pga_django_answer_statement(answer, wish, "AddConstraint", "constraint")
            : pga_django_answer_statement(answer, wish, "AddIndexConcurrently", "index");

    if (sql && g_str_has_prefix(sql, key))
        return g_strdup_printf("%sCONCURRENTLY %s", key, sql + strlen(key));
    return sql && g_str_has_prefix(sql, "CREATE INDEX CONCURRENTLY ") ? g_steal_pointer(&sql)
                                                                      : NULL;
}

static char *
cannot_text(const DjangoAnswer *answer, guint first)
{
    const guint version = answer->project->version;

    return g_strdup_printf("Django %u.%u cannot state it in the model (%u.%u can)", version / 100,
                           version % 100, first / 100, first % 100);
}

void
pga_django_wish_settle(DjangoAnswer *answer, DjangoWish *wish)
{
    const gboolean may_be = wish->kind == DJANGO_WISH_INDEX || wish->kind == DJANGO_WISH_UNIQUE;
    const guint first = may_be ? first_release(wish) : 0;
    g_autofree char *cannot = NULL;
    char *sql;

    if (answer->project->version >= first)
        return;
    sql = concurrent_index(answer, wish);
    if (!sql)
        return;
    g_free(wish->sql);
    g_free(wish->undo);
    wish->sql = sql;
    wish->undo = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS \"%s\"", wish->name);
    wish->kind = DJANGO_WISH_SQL;
    wish->first_release = first;
    cannot = cannot_text(answer, first);
    g_ptr_array_add(
        answer->work->report->notes,
        g_strdup_printf("%s: %s: its migration makes it by RunSQL.", wish->name, cannot));
}

void
pga_django_fix_settle(const DjangoAnswer *answer, PgaFinding *finding, const DjangoWish *wish)
{
    g_autofree char *cannot = NULL, *before = NULL;

    if (!wish->first_release)
        return;
    before = g_steal_pointer(&finding->fix.note);
    cannot = cannot_text(answer, wish->first_release);
    finding->fix.note = g_strdup_printf("%s%s%s: RunSQL of %s.", before ? before : "",
                                        before ? " " : "", cannot, wish->sql);
}
