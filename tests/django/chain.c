/* A chain of QuerySet methods as text, followed for tests. */
#include "chain.h"

#include <python/value.h>
#include <string.h>

typedef struct {
    const PgaDjangoProject *project;
    const PgaPythonSource *source;
    const char *app;
} Follow;

/* NOLINTBEGIN(misc-no-recursion): as deep as the test's own text */

static PgaDjangoQuerySet *follow(Follow *self, TSNode node);

static PgaDjangoQuerySet *
queryset_of(gpointer data, const PgaPyValue *value)
{
    Follow *self = data;

    return follow(self, ts_node_descendant_for_byte_range(pga_python_root(self->source),
                                                          value->start, value->end));
}

static PgaDjangoQuerySet *
follow(Follow *self, TSNode node)
{
    const PgaDjangoResolver resolver = {queryset_of, NULL, self};
    const gboolean is_call = strcmp(ts_node_type(node), "call") == 0;
    const TSNode function =
        is_call ? ts_node_child_by_field_name(node, "function", 8) : (TSNode){0};
    PgaDjangoQuerySet *queryset;

    if (!is_call) {
        g_autofree char *text = pga_python_text(self->source, node);
        g_autofree char *name = g_strndup(text, strcspn(text, "."));
        g_autofree char *whole = g_strdup_printf("%s.%s", self->app, name);
        const PgaDjangoModel *model = pga_django_project_model(self->project, whole);

        return model ? pga_django_queryset_new(model) : NULL;
    }
    if (strcmp(ts_node_type(function), "attribute") != 0)
        return NULL;
    queryset = follow(self, ts_node_child_by_field_name(function, "object", 6));
    if (queryset) {
        g_autoptr(PgaPyValue) call = pga_py_value_new(self->source, node);

        pga_django_queryset_apply(queryset, self->project, call, &resolver);
    }
    return queryset;
}

/* NOLINTEND(misc-no-recursion) */

PgaDjangoQuerySet *
pga_test_chain(const PgaDjangoProject *project, const char *app, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source =
        pga_python_source_new("chain.py", g_strdup(text), strlen(text), &error);
    PgaDjangoQuerySet *queryset;
    TSNode node;

    g_assert_no_error(error);
    node = ts_node_named_child(pga_python_root(source), 0);
    if (strcmp(ts_node_type(node), "expression_statement") == 0)
        node = ts_node_named_child(node, 0);
    queryset = follow(&(Follow){project, source, app}, node);
    g_assert_nonnull(queryset);
    return queryset;
}

PgaDjangoProject *
pga_test_models(const char *app, const char *models)
{
    g_autofree char *path = g_strconcat(app, "/models.py", NULL);
    g_autofree char *init = g_strconcat(app, "/__init__.py", NULL);
    PgaDjangoProject *project = pga_django_project_new();

    pga_django_project_add(project, init, "", 0);
    pga_django_project_add(project, path, models, strlen(models));
    pga_django_project_resolve(project);
    return project;
}
