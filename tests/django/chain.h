/* A chain of QuerySet methods as text, followed for tests. */
#pragma once
#include <django/queryset.h>

/* "Order.objects.filter(total__gt=F('paid')).first()": of models of @app; a QuerySet may stand in
 * arguments. (transfer full) */
PgaDjangoQuerySet *pga_test_chain(const PgaDjangoProject *project, const char *app,
                                  const char *text);
/* A project of one module of models. (transfer full) */
PgaDjangoProject *pga_test_models(const char *app, const char *models);
