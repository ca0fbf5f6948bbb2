/* A unique key as migrations: its index is built while others write, then becomes the constraint's.
 */
#include <string.h>

#include "django_answer_internal.h"

/** ADD CONSTRAINT n UNIQUE … (columns) timing, taken apart. */
typedef struct {
    char *columns; /* "(\"a\", \"b\")" with what stands before it: NULLS NOT DISTINCT */
    char *nulls, *timing;
} Unique;

static gboolean
take_apart(const char *sql, Unique *out)
{
    const char *at = strstr(sql, " UNIQUE");
    const char *open = at ? strchr(at, '(') : NULL, *close = open ? strrchr(open, ')') : NULL;

    if (!close || !g_str_has_prefix(sql, "ALTER TABLE"))
        return FALSE;
    at += strlen(" UNIQUE");
    out->nulls = g_strchomp(g_strndup(at, (gsize)(open - at)));
    out->columns = g_strndup(open, (gsize)(close - open) + 1);
    out->timing = g_strdup(close + 1);
    return TRUE;
}

static void
unique_clear(Unique *unique)
{
    g_free(unique->columns);
    g_free(unique->nulls);
    g_free(unique->timing);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Unique, unique_clear)

static char *
creation_of(DjangoAnswer *answer, const DjangoWish *wish)
{
    return pga_django_answer_statement(answer, wish, "AddConstraint", "constraint");
}

/* The constraint of @index, where it is one of the server's. (transfer full) */
static char *
adoption_of(const DjangoWish *wish, const Unique *unique)
{
    g_autofree char *table = pga_django_wish_table(wish);

    return g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT \"%s\" UNIQUE USING INDEX \"%s\"%s",
                           table, wish->name, wish->name, unique->timing);
}

/* (transfer full) */
static char *
index_of(const DjangoWish *wish, const Unique *unique)
{
    g_autofree char *table = pga_django_wish_table(wish);

    return g_strdup_printf("CREATE UNIQUE INDEX CONCURRENTLY \"%s\" ON %s %s%s", wish->name, table,
                           unique->columns, unique->nulls);
}

gboolean
pga_django_unique_statements(DjangoAnswer *answer, const DjangoWish *wish, char **index,
                             char **adopt)
{
    g_autofree char *sql = creation_of(answer, wish);
    g_auto(Unique) unique = {0};

    if (!sql || !take_apart(sql, &unique))
        return FALSE;
    *index = index_of(wish, &unique);
    *adopt = adoption_of(wish, &unique);
    return TRUE;
}

DjangoFile *
pga_django_unique_index_file(const DjangoWish *wish, const char *name, GPtrArray *files)
{
    DjangoFile *file = pga_django_step(
        files, name, "SHARE UPDATE EXCLUSIVE", PGA_SAFETY_SAFE,
        g_strdup_printf("Builds the unique index " PGA_DJANGO_ALONE
                        ". It fails where values are there "
                        "twice: then DROP INDEX CONCURRENTLY \"%s\", remove them, again.",
                        wish->name));

    file->alone = TRUE;
    return file;
}

static void
adopt_step(const DjangoWish *wish, const Unique *unique, const char *state, GPtrArray *files)
{
    g_autofree char *table = pga_django_wish_table(wish), *adopt = adoption_of(wish, unique);
    g_autofree char *drop =
        g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT \"%s\"", table, wish->name);
    DjangoFile *file = pga_django_step(
        files, wish->name, "ACCESS EXCLUSIVE", PGA_SAFETY_LOCK,
        g_strdup_printf("The index becomes the constraint %s: no row is read.", wish->name));

    pga_django_step_lock_timeout(file);
    pga_django_file_add(file, pga_django_run_sql(adopt, drop, state));
}

void
pga_django_unique_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    g_autofree char *sql = creation_of(answer, wish), *index = NULL;
    g_autofree char *state =
        pga_django_inner_operation("migrations.AddConstraint", wish, "constraint");
    g_autofree char *undo = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS \"%s\"", wish->name);
    g_autofree char *first = g_strdup_printf("%s_index", wish->name);
    g_auto(Unique) unique = {0};

    if (!sql) {
        pga_django_not_done(answer->work, wish->name,
                            g_strdup("what it is on cannot be told as SQL: no migration is "
                                     "written for it"));
        return;
    }
    if (!take_apart(sql, &unique)) { /* CREATE UNIQUE INDEX: no constraint of the server's */
        index = g_strdup_printf("CREATE UNIQUE INDEX CONCURRENTLY%s",
                                sql + strlen("CREATE UNIQUE INDEX"));
        pga_django_file_add(pga_django_unique_index_file(wish, wish->name, files),
                            pga_django_run_sql(index, undo, state));
        return;
    }
    index = index_of(wish, &unique);
    pga_django_file_add(pga_django_unique_index_file(wish, first, files),
                        pga_django_run_sql(index, undo, NULL));
    adopt_step(wish, &unique, state, files);
}
