/* Functions: what they are, and the walk through them. */
#include "code_internal.h"

void
pga_django_function_free(gpointer function)
{
    g_free(function);
}

void
pga_django_code_add_functions(PgaDjangoCode *code, const PgaDjangoFile *file,
                              const PgaPythonSource *source)
{
    (void)code;
    (void)file;
    (void)source;
}
