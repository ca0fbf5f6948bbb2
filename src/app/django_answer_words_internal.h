/* SQL of indexes in the words of Django. */
#pragma once
#include <pg_query/pg_query.pb-c.h>

#include "django_answer_internal.h"

G_BEGIN_DECLS

/** An index being put into words. */
typedef struct {
    const PgaDjangoModel *model;
    gboolean may_wrap; /* OpClass() works: django.contrib.postgres is installed */
} DjangoWords;

/* The name of the field that has the column: (nullable); of a node: of a plain column. */
const char *pga_django_words_field(const DjangoWords *words, const char *column);
const char *pga_django_words_field_at(const DjangoWords *words, const PgQuery__Node *node);
/* "" of what has no plain name. */
const char *pga_django_words_operator(const PgQuery__AExpr *expression);
/* (transfer full) (nullable): as Python. */
char *pga_django_words_constant(const PgQuery__Node *node);
/* (transfer full) (nullable): Q(); @depth: 0. */
char *pga_django_words_condition(const DjangoWords *words, const PgQuery__Node *node, guint depth);

G_END_DECLS
