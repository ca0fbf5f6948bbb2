/* The schema of a project's models, made by what makes it of migrations. */
#include <string.h>

#include "django/rewrite.h"
#include "models_internal.h"
#include "project_internal.h"

static gboolean
is_installed(const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    gboolean any = FALSE;

    for (guint i = 0; i < project->apps->len; i++) {
        const PgaDjangoApp *app = g_ptr_array_index(project->apps, i);

        if (!g_str_equal(app->label, model->app))
            continue;
        any = TRUE;
        if (app->is_installed)
            return TRUE;
    }
    return !any;
}

static gboolean
has_table(const PgaDjangoModel *model)
{
    return !model->is_abstract && !model->is_proxy && !model->is_swapped;
}

/* With what they refer to: auth.Group of a user of the project's own. */
static void /* NOLINTNEXTLINE(misc-no-recursion): each model once */
choose(const PgaDjangoProject *project, const PgaDjangoModel *model, GPtrArray *chosen)
{
    if (!model || !has_table(model) || g_ptr_array_find(chosen, model, NULL))
        return;
    g_ptr_array_add(chosen, (gpointer)model);
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->target && field->kind != PGA_DJANGO_GENERIC_RELATION)
            choose(project, pga_django_project_model(project, field->target), chosen);
    }
}

/* A foreign key to what is not here has no constraint; a proxy's table is its parent's. */
static void
settle_target(DjangoRun *run, const PgaDjangoProject *project, const PgaDjangoModel *model,
              PgaPyValue *call, const PgaDjangoField *field)
{
    const PgaDjangoModel *target =
        field->target ? pga_django_project_model(project, field->target) : NULL;

    for (guint i = 0; target && target->is_proxy && target->parent && i < 16; i++)
        target = pga_django_project_model(project, target->parent);
    if (target && has_table(target)) {
        g_autofree char *name = g_strconcat(target->app, ".", target->name, NULL);

        pga_django_set_argument(call, "to", pga_django_string(name));
    }
    if (target && has_table(target) && (target->is_managed || !model->is_managed))
        return;
    pga_django_set_argument(call, "db_constraint", pga_django_truth(FALSE));
    run->line = field->line;
    pga_django_cannot(run, "%s.%s references %s, %s", model->name, field->name,
                      field->target ? field->target : "a model that is computed",
                      target ? "which Django does not manage" : "which is not in the project");
}

/* What decides on a column and is no constant: unique=app_settings.UNIQUE_EMAIL. */
static void
note_computed(DjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    static const char *const names[] = {"max_length", "max_digits",  "decimal_places", "null",
                                        "unique",     "primary_key", "db_index",       "db_column"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const PgaPyValue *value = pga_py_argument(field->call, G_MAXUINT, names[i]);

        if (!value || value->kind <= PGA_PY_STRING)
            continue;
        run->line = field->line;
        pga_django_cannot(run, "%s.%s: its %s is computed", model->name, field->name, names[i]);
    }
}

static DjangoModel *
state_model(DjangoRun *run, const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    DjangoModel *made = pga_django_model_add(run->state, model->app, model->name);

    g_free(made->table);
    made->table = g_strdup(model->table);
    made->managed = model->is_managed;
    made->comment = model->comment;
    made->auto_field = pga_django_auto_field(project, NULL);
    g_ptr_array_extend(made->unique_together, model->unique_together, NULL, NULL);
    g_ptr_array_extend(made->index_together, model->index_together, NULL, NULL);
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        PgaPyValue *call;

        if (field->kind == PGA_DJANGO_GENERIC_KEY || field->kind == PGA_DJANGO_GENERIC_RELATION)
            continue;
        if (model->is_managed)
            note_computed(run, model, field);
        call = pga_py_value_copy(field->call);
        g_ptr_array_add(run->state->kept, call);
        if (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE)
            settle_target(run, project, model, call, field);
        pga_django_field_add(made, field->name, call);
    }
    return made;
}

static void
emit_model(DjangoRun *run, const PgaDjangoModel *model)
{
    DjangoModel *made = pga_django_model(run->state, model->app, model->name);

    if (!made || !made->managed)
        return;
    run->line = model->line;
    run->column = 1;
    pga_django_create_model(run, made);
    for (guint i = 0; i < model->indexes->len; i++)
        if (!pga_django_index_sql(run, made, g_ptr_array_index(model->indexes, i), FALSE))
            pga_django_cannot(run, "an index of %s: its expression or condition cannot be told",
                              model->name);
    for (guint i = 0; i < model->constraints->len; i++)
        if (!pga_django_constraint_sql(run, made, g_ptr_array_index(model->constraints, i), FALSE))
            pga_django_cannot(run, "a constraint of %s: its condition cannot be told", model->name);
}

/* --- extensions --- */

static const struct {
    const char *mark; /* in a statement */
    const char *extension;
} extensions[] = {
    {" hstore", "hstore"},      {" citext", "citext"},     {"_trgm_ops", "pg_trgm"},
    {"USING bloom", "bloom"},   {" WITH =", "btree_gist"}, {"UNACCENT(", "unaccent"},
    {"btree_gin", "btree_gin"},
};

static void
prepend_extensions(GPtrArray *statements)
{
    for (guint i = 0; i < G_N_ELEMENTS(extensions); i++) {
        gboolean is_needed = FALSE;

        for (guint j = 0; j < statements->len && !is_needed; j++) {
            const PgaDjangoStatement *statement = g_ptr_array_index(statements, j);

            is_needed = statement->sql && strstr(statement->sql, extensions[i].mark);
        }
        if (is_needed) {
            PgaDjangoStatement *made = g_new0(PgaDjangoStatement, 1);

            made->sql =
                g_strdup_printf("CREATE EXTENSION IF NOT EXISTS \"%s\"", extensions[i].extension);
            g_ptr_array_insert(statements, 0, made);
        }
    }
}

/* --- the whole --- */

static void
add_placeholder(DjangoRun *run, const PgaDjangoProject *project)
{
    g_autofree char *user = g_ascii_strdown(pga_django_project_user_model(project), -1);

    g_free(run->state->user_model);
    run->state->user_model = g_steal_pointer(&user);
}

static void
choose_all(const PgaDjangoProject *project, DjangoRun *run, GPtrArray *chosen)
{
    for (guint i = 0; i < project->models->len; i++)
        if (is_installed(project, g_ptr_array_index(project->models, i)))
            choose(project, g_ptr_array_index(project->models, i), chosen);
    add_placeholder(run, project);
    for (guint i = 0; i < chosen->len; i++)
        state_model(run, project, g_ptr_array_index(chosen, i));
}

PgaDjangoState *
pga_django_project_state(const PgaDjangoProject *project)
{
    PgaDjangoState *state = pga_django_state_new();
    g_autoptr(PgaDjangoMigration) migration = pga_django_migration_new("models");
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    DjangoRun run = {.state = state, .migration = migration, .version = project->version};

    choose_all(project, &run, chosen);
    return state;
}

GPtrArray *
pga_django_project_statements(const PgaDjangoProject *project)
{
    g_autoptr(PgaDjangoState) state = pga_django_state_new();
    g_autoptr(PgaDjangoMigration) migration = pga_django_migration_new("models");
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    DjangoRun run = {.state = state, .migration = migration, .version = project->version};
    GPtrArray *statements;

    run.deferred = g_ptr_array_new_with_free_func(pga_django_statement_free);
    choose_all(project, &run, chosen);
    for (guint i = 0; i < chosen->len; i++)
        emit_model(&run, g_ptr_array_index(chosen, i));
    g_ptr_array_extend_and_steal(migration->statements, run.deferred);
    statements = g_ptr_array_ref(migration->statements);
    prepend_extensions(statements);
    return statements;
}

char *
pga_django_project_sql(const PgaDjangoProject *project)
{
    g_autoptr(GPtrArray) statements = pga_django_project_statements(project);
    g_autoptr(GString) script = g_string_new(NULL);

    for (guint i = 0; i < statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(statements, i);

        if (statement->sql) {
            g_string_append_printf(script, "%s;\n", statement->sql);
        } else {
            g_autofree char *why = g_strdelimit(g_strdup(statement->why), "\r\n", ' ');

            g_string_append_printf(script, "-- not told: %s\n", why);
        }
    }
    return g_string_free(g_steal_pointer(&script), FALSE);
}
