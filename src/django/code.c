/* The files of a project, one tree at a time: functions and classes. */
#include <django/code.h>
#include <string.h>

#include "code_internal.h"

static guint64
lines_of(const PgaDjangoFile *file)
{
    guint64 n = 0;

    for (const char *at = file->text; (at = strchr(at, '\n')); at++)
        n++;
    return n;
}

static gboolean
is_followed(const PgaDjangoFile *file)
{
    return !file->is_built_in && !file->is_migration && !file->is_test;
}

/* Classes first: what a method's self is about is told by them. */
static void
follow(const PgaDjangoFile *file, const PgaPythonSource *source, gpointer data)
{
    DjangoIndex *index = data;

    if (!source)
        return;
    pga_django_code_add_classes(index->code, file, source);
    pga_django_add_functions(index, file, source);
}

PgaDjangoCode *
pga_django_code_read(const PgaDjangoProject *project)
{
    PgaDjangoCode *code = g_new0(PgaDjangoCode, 1);
    DjangoIndex *index;

    code->project = project;
    code->functions = g_ptr_array_new_with_free_func(pga_django_function_free);
    code->contexts = g_ptr_array_new_with_free_func(pga_django_context_free);
    code->classes = g_ptr_array_new_with_free_func(pga_django_class_free);
    index = pga_django_code_index_new(code);
    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);

        if (!file->is_built_in && !file->is_migration)
            code->n_lines += lines_of(file);
    }
    pga_django_each_source(project, is_followed, follow, index);
    pga_django_settle_given(index);
    pga_django_settle_atomic(index);
    pga_django_code_index_free(index);
    return code;
}

void
pga_django_code_free(PgaDjangoCode *code)
{
    if (!code)
        return;
    g_ptr_array_unref(code->functions);
    g_ptr_array_unref(code->classes);
    g_ptr_array_unref(code->contexts);
    g_free(code);
}
