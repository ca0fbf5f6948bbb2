/* Relations that templates read row by row. */
#pragma once
#include "django_declared_internal.h"

G_BEGIN_DECLS

/** What one template shows of what it is given under one name. */
typedef struct {
    const PgaDjangoContext *context;
    PgaDeclared declared; /* its reads have file and line */
} PgaTemplateSource;

/* Takes what each template of the project reads of each row: calls @see for each view's name with
 * at least one read. */
typedef void (*PgaTemplateVisit)(const PgaTemplateSource *source, gpointer data);
void pga_django_template_reads(PgaDjangoNames *names, const PgaDjangoCode *code,
                               PgaTemplateVisit visit, gpointer data);

G_END_DECLS
