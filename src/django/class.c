/* Classes that say what is asked for: admins, filter sets, serializers, forms, generic views. */
#include "code_internal.h"

void
pga_django_class_free(gpointer class)
{
    g_free(class);
}

void
pga_django_code_add_classes(PgaDjangoCode *code, const PgaDjangoFile *file,
                            const PgaPythonSource *source)
{
    (void)code;
    (void)file;
    (void)source;
}
