/* The statements that a project sends. Still to come: none is known. */
#include <django/query.h>

GPtrArray *
pga_django_queries(const PgaDjangoProject *project G_GNUC_UNUSED,
                   const PgaDjangoCode *code G_GNUC_UNUSED)
{
    return g_ptr_array_new();
}
