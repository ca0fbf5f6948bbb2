/* The SQL that Django's compiler makes of a QuerySet on PostgreSQL. */
#pragma once
#include <django/code.h>
#include <django/queryset.h>
#include <glib.h>

G_BEGIN_DECLS

/** One statement that the project sends, with all places that send it. */
typedef struct {
    char *sql;           /* (nullable): one statement without semicolon; values that
                            the source does not tell are $1 …, cast to their type */
    char *why;           /* (nullable): why there is no SQL, or what of it is left out */
    gboolean is_partial; /* a condition, a join or an order is missing: @why */
    char *name;          /* "shop.views.OrderList.get_queryset" of the first place */
    const PgaDjangoQuerySet *queryset; /* (nullable): of the first place; borrowed */
    PgaDjangoAct act;
    GPtrArray *places;  /* of PgaDjangoEvent *, borrowed; empty for what a class declares */
    GPtrArray *classes; /* of PgaDjangoClass *, borrowed: an admin, a filter set, a view */
    gboolean in_loop, in_request, in_test, in_command;
    /*< private >*/
    PgaDjangoQuerySet *own; /* (nullable): made of what a class declares */
    const PgaDjangoFile *file;
    guint line;
} PgaDjangoQuery;

/* (transfer full) (nullable): what @act on @queryset sends; NULL: nothing, or @why (nullable out,
 * transfer full). @event (nullable): for what update(), create() write. */
char *pga_django_queryset_sql(const PgaDjangoProject *project, const PgaDjangoQuerySet *queryset,
                              PgaDjangoAct act, const PgaDjangoEvent *event, char **why);

/* (transfer full): of PgaDjangoQuery *: everything that the code and its classes send, the same
 * text once, by file and line of the first place. Tests and migrations are not asked. */
GPtrArray *pga_django_queries(const PgaDjangoProject *project, const PgaDjangoCode *code);
void pga_django_query_free(PgaDjangoQuery *query);

G_END_DECLS
