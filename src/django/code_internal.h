/* The parts that read code: what functions do, what classes declare. */
#pragma once
#include <django/code.h>
#include <python/source.h>

G_BEGIN_DECLS

/* Adds what the classes of the file declare to @code->classes. */
void pga_django_code_add_classes(PgaDjangoCode *code, const PgaDjangoFile *file,
                                 const PgaPythonSource *source);
void pga_django_class_free(gpointer class);

/* Adds what the functions of the file do to @code->functions. */
void pga_django_code_add_functions(PgaDjangoCode *code, const PgaDjangoFile *file,
                                   const PgaPythonSource *source);
void pga_django_function_free(gpointer function);

G_END_DECLS
