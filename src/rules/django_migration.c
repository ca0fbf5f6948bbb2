/* What rules about migrations of Django have in common. */
#include "django_migration_internal.h"

#include <string.h>

#define MAX_DEPTH 200 /* of a function's tree */

const PgaDjangoHistoryEntry *
pga_new_migration(const PgaDjangoRun *run, const PgaDjangoFile *file)
{
    const PgaDjangoHistoryEntry *entry =
        file->is_migration
            ? pga_django_history_entry(pga_django_project_history(run->project), file)
            : NULL;

    return entry && entry->is_new ? entry : NULL;
}

/* --- operations --- */

static gboolean
is_among(const PgaPyValue *operation, const char *const *names)
{
    return g_strv_contains(names, pga_py_last_name(operation));
}

static const char *const altering[] = {
    "AddField",    "AlterField",    "RemoveField",      "RenameField",         "AddIndex",
    "RemoveIndex", "AddConstraint", "RemoveConstraint", "AlterUniqueTogether", "AlterIndexTogether",
    NULL};

gboolean
pga_operation_is_schema(const PgaPyValue *operation)
{
    static const char *const others[] = {"CreateModel", "DeleteModel", "RenameModel",
                                         "AlterModelTable", NULL};

    return is_among(operation, altering) || is_among(operation, others);
}

static gboolean
creates(const PgaDjangoHistoryEntry *entry, const char *model)
{
    for (guint i = 0; i < entry->operations->len; i++) {
        const PgaPyValue *operation = g_ptr_array_index(entry->operations, i);
        const char *name = g_str_equal(pga_py_last_name(operation), "CreateModel")
                               ? pga_py_argument_text(operation, 0, "name")
                               : NULL;

        if (name && g_ascii_strcasecmp(name, model) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_operation_alters(const PgaDjangoHistoryEntry *entry, const PgaPyValue *operation)
{
    const char *model = pga_py_argument_text(operation, 0, "model_name");

    if (!is_among(operation, altering))
        return FALSE;
    if (!model)
        model = pga_py_argument_text(operation, 0, "name");
    return model && !creates(entry, model);
}

const char *
pga_operation_function(const PgaPyValue *operation)
{
    const PgaPyValue *code = g_str_equal(pga_py_last_name(operation), "RunPython")
                                 ? pga_py_argument(operation, 0, "code")
                                 : NULL;

    return code && code->kind == PGA_PY_NAME && !g_str_has_suffix(code->text, "noop") ? code->text
                                                                                      : NULL;
}

/* --- reporting --- */

static PgaFinding *
report(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, guint line, const char *statement,
       const char *evidence)
{
    g_autofree char *object =
        g_strdup_printf("%s.%s", entry->migration->app, entry->migration->name);
    PgaFinding *finding =
        pga_django_add_finding(run, entry->file, line, object, statement, "%s", evidence);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    return finding;
}

PgaFinding *
pga_add_at_operation(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry,
                     const PgaPyValue *operation, const char *format, ...)
{
    g_autofree char *statement = pga_py_value_text(operation), *evidence = NULL;
    va_list arguments;

    va_start(arguments, format);
    evidence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return report(run, entry, operation->line, statement, evidence);
}

PgaFinding *
pga_add_at_migration(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, guint line,
                     const char *statement, const char *format, ...)
{
    g_autofree char *evidence = NULL;
    va_list arguments;

    va_start(arguments, format);
    evidence = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return report(run, entry, line, statement, evidence);
}

/* --- functions --- */

gboolean
pga_node_is(TSNode node, const char *type)
{
    return !ts_node_is_null(node) && strcmp(ts_node_type(node), type) == 0;
}

char *
pga_node_text(const PgaPythonSource *source, TSNode node)
{
    g_autofree char *text = pga_python_text(source, node);
    g_auto(GStrv) words = g_strsplit_set(text, " \t\r\n\\", -1);

    return g_strjoinv("", words);
}

typedef struct {
    PgaDjangoRun *run;
    const PgaDjangoHistoryEntry *entry;
    const PgaPythonSource *source;
    PgaMigrationNode see;
} Walk;

static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
walk(const Walk *self, TSNode node, guint depth)
{
    if (depth > MAX_DEPTH)
        return;
    self->see(self->run, self->entry, self->source, node);
    for (guint i = 0; i < ts_node_named_child_count(node); i++)
        walk(self, ts_node_named_child(node, i), depth + 1);
}

static gboolean
is_named(const PgaDjangoHistoryEntry *entry, const char *function)
{
    for (guint i = 0; i < entry->operations->len; i++)
        if (g_strcmp0(pga_operation_function(g_ptr_array_index(entry->operations, i)), function) ==
            0)
            return TRUE;
    return FALSE;
}

void
pga_each_migration_node(PgaDjangoRun *run, const PgaDjangoHistoryEntry *entry, PgaMigrationNode see)
{
    g_autoptr(PgaPythonSource) source = pga_django_file_parse(entry->file, NULL);
    const Walk self = {run, entry, source, see};
    const TSNode root = source ? pga_python_root(source) : (TSNode){0};

    for (guint i = 0; source && i < ts_node_named_child_count(root); i++) {
        TSNode node = ts_node_named_child(root, i);
        g_autofree char *name = NULL;

        if (pga_node_is(node, "decorated_definition"))
            node = ts_node_child_by_field_name(node, "definition", 10);
        if (!pga_node_is(node, "function_definition"))
            continue;
        name = pga_python_text(source, ts_node_child_by_field_name(node, "name", 4));
        if (is_named(entry, name))
            walk(&self, ts_node_child_by_field_name(node, "body", 4), 0);
    }
}
