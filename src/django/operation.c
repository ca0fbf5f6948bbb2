/* Each operation of django.db.migrations: what it changes in the models, and its SQL. */
#include <stdarg.h>
#include <string.h>

#include "models_internal.h"
#include "project_internal.h"

static void
add_statement(DjangoRun *run, GPtrArray *to, char *sql, char *why)
{
    PgaDjangoStatement *statement = g_new0(PgaDjangoStatement, 1);

    statement->sql = sql;
    statement->why = why;
    statement->line = run->line;
    statement->column = run->column;
    statement->remark = g_strdup(run->remark);
    statement->operation = g_strdup(run->text);
    g_ptr_array_add(to, statement);
}

void
pga_django_emit(DjangoRun *run, const char *format, ...)
{
    va_list arguments;

    if (run->state_only)
        return;
    va_start(arguments, format);
    add_statement(run, run->migration->statements, g_strdup_vprintf(format, arguments), NULL);
    va_end(arguments);
}

void
pga_django_defer(DjangoRun *run, const char *format, ...)
{
    va_list arguments;

    if (run->state_only)
        return;
    va_start(arguments, format);
    add_statement(run, run->deferred, g_strdup_vprintf(format, arguments), NULL);
    va_end(arguments);
}

void
pga_django_cannot(DjangoRun *run, const char *format, ...)
{
    va_list arguments;

    if (run->state_only)
        return;
    va_start(arguments, format);
    add_statement(run, run->migration->statements, NULL, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

/* --- what arguments name --- */

static DjangoModel *
model_of(const DjangoRun *run, const PgaPyValue *operation, const char *argument)
{
    const char *name = pga_py_argument_text(operation, 0, argument);

    return name ? pga_django_model(run->state, run->migration->app, name) : NULL;
}

static gboolean
has_table(const DjangoModel *model)
{
    return model->managed && !model->proxy;
}

/* Of an operation on a model that no migration made: another app's history is not here. */
static DjangoModel *
known_model(DjangoRun *run, const PgaPyValue *operation, const char *argument)
{
    DjangoModel *model = model_of(run, operation, argument);
    const char *name = pga_py_argument_text(operation, 0, argument);

    if (!model && name) { /* by its name alone: what is known of it is its table */
        model = pga_django_model_add(run->state, run->migration->app, name);
        model->is_partial = TRUE;
    }
    return model;
}

/* --- models --- */

static const PgaPyValue *
option(const PgaPyValue *options, const char *name)
{
    for (guint i = 0; options && options->kind == PGA_PY_DICT && i < options->keys->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(options->keys, i);

        if (key->kind == PGA_PY_STRING && g_str_equal(key->text, name))
            return g_ptr_array_index(options->items, i);
    }
    return NULL;
}

static gboolean
option_is(const PgaPyValue *options, const char *name, gboolean value)
{
    const PgaPyValue *item = option(options, name);

    return item && item->kind == PGA_PY_BOOL && item->truth == value;
}

/* {("a", "b"), …}, [("a", "b")], or ("a", "b") for one. */
void
pga_django_take_together(GPtrArray *into, const PgaPyValue *value)
{
    g_ptr_array_set_size(into, 0);
    if (!value || value->kind != PGA_PY_LIST || value->items->len == 0) {
        const PgaPyValue *of_set = value ? pga_py_argument(value, 0, NULL) : NULL; /* set([…]) */

        if (of_set)
            value = of_set;
        if (!value || value->kind != PGA_PY_LIST || value->items->len == 0)
            return;
    }
    if (((const PgaPyValue *)g_ptr_array_index(value->items, 0))->kind == PGA_PY_STRING) {
        g_ptr_array_add(into, (gpointer)value);
        return;
    }
    for (guint i = 0; i < value->items->len; i++)
        if (((const PgaPyValue *)g_ptr_array_index(value->items, i))->kind == PGA_PY_LIST)
            g_ptr_array_add(into, g_ptr_array_index(value->items, i));
}

static void
take_options(DjangoRun *run, DjangoModel *model, const PgaPyValue *options)
{
    const PgaPyValue *table = option(options, "db_table"),
                     *swappable = option(options, "swappable"),
                     *comment = option(options, "db_table_comment");

    if (comment && comment->kind == PGA_PY_STRING)
        model->comment = comment->text;
    model->managed = !option_is(options, "managed", FALSE);
    model->proxy = option_is(options, "proxy", TRUE);
    if (table && table->kind == PGA_PY_STRING && *table->text) {
        g_free(model->table);
        model->table = g_strdup(table->text);
    }
    if (swappable && swappable->text && g_str_equal(swappable->text, "AUTH_USER_MODEL")) {
        g_autofree char *lower = g_ascii_strdown(model->name, -1);

        g_free(run->state->user_model);
        run->state->user_model = g_strdup_printf("%s.%s", model->app, lower);
    }
    pga_django_take_together(model->unique_together, option(options, "unique_together"));
    pga_django_take_together(model->index_together, option(options, "index_together"));
}

static void
take_fields(DjangoModel *model, const PgaPyValue *fields)
{
    model->is_partial = !fields || fields->kind != PGA_PY_LIST;
    for (guint i = 0; fields && fields->kind == PGA_PY_LIST && i < fields->items->len; i++) {
        const PgaPyValue *pair = g_ptr_array_index(fields->items, i);
        const PgaPyValue *name = pair->kind == PGA_PY_LIST && pair->items->len == 2
                                     ? g_ptr_array_index(pair->items, 0)
                                     : NULL;

        if (name && name->kind == PGA_PY_STRING)
            pga_django_field_add(model, name->text, g_ptr_array_index(pair->items, 1));
        else
            model->is_partial = TRUE;
    }
}

/* @list (nullable) */
static void
take_calls(GPtrArray *into, const PgaPyValue *list)
{
    for (guint i = 0; list && list->items && i < list->items->len; i++)
        g_ptr_array_add(into, g_ptr_array_index(list->items, i));
}

/* @name (nullable). Returns its place; G_MAXUINT: not there. */
static guint
place_of_named(const GPtrArray *calls, const char *name)
{
    for (guint i = 0; name && i < calls->len; i++)
        if (g_strcmp0(pga_py_argument_text(g_ptr_array_index(calls, i), G_MAXUINT, "name"), name) ==
            0)
            return i;
    return G_MAXUINT;
}

static void
forget_named(GPtrArray *calls, const char *name)
{
    const guint place = place_of_named(calls, name);

    if (place != G_MAXUINT)
        g_ptr_array_remove_index(calls, place);
}

static void
create_model(DjangoRun *run, const PgaPyValue *operation)
{
    const char *name = pga_py_argument_text(operation, 0, "name");
    const PgaPyValue *options = pga_py_argument(operation, 2, "options");
    const PgaPyValue *indexes = option(options, "indexes");
    const PgaPyValue *constraints = option(options, "constraints");
    DjangoModel *model;

    if (!name)
        return;
    model = pga_django_model_add(run->state, run->migration->app, name);
    take_fields(model, pga_py_argument(operation, 1, "fields"));
    take_options(run, model, options);
    if (!has_table(model))
        return;
    pga_django_create_model(run, model);
    take_calls(model->indexes, indexes);
    take_calls(model->constraints, constraints);
    for (guint i = 0; i < model->indexes->len; i++)
        pga_django_index_sql(run, model, g_ptr_array_index(model->indexes, i), FALSE);
    for (guint i = 0; i < model->constraints->len; i++)
        pga_django_constraint_sql(run, model, g_ptr_array_index(model->constraints, i), FALSE);
}

static void
drop_many_tables(DjangoRun *run, const DjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const DjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_django_is_many(field) && !pga_py_argument(field->call, G_MAXUINT, "through"))
            pga_django_emit(run, "DROP TABLE \"%s_%s\" CASCADE", model->table, field->name);
    }
}

static void
delete_model(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "name");
    g_autofree char *table = NULL;

    if (!model)
        return;
    table = pga_django_quote(model->table);
    if (has_table(model)) {
        drop_many_tables(run, model);
        pga_django_emit(run, "DROP TABLE %s CASCADE", table);
    }
    pga_django_model_remove(run->state, model);
}

/** Foreign keys of other models. */
typedef struct {
    DjangoModel *model;
    const DjangoField *field;
} Reference;

static GArray *
references_to(const DjangoRun *run, const DjangoModel *target)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Reference));
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, run->state->models);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        DjangoModel *model = value;

        for (guint i = 0; has_table(model) && i < model->fields->len; i++) {
            const DjangoField *field = g_ptr_array_index(model->fields, i);

            if (pga_django_has_foreign_key(field) &&
                pga_django_model_of(run->state, model->app,
                                    pga_py_argument(field->call, 0, "to")) == target) {
                const Reference reference = {model, field};

                g_array_append_val(found, reference);
            }
        }
    }
    return found;
}

static gint
compare_references(gconstpointer one, gconstpointer other)
{
    const Reference *a = one, *b = other;
    const gint by_table = strcmp(a->model->table, b->model->table);

    return by_table ? by_table : strcmp(a->field->name, b->field->name);
}

static void
rename_table(DjangoRun *run, DjangoModel *model, char *table)
{
    g_autofree char *before = pga_django_quote(model->table), *after = pga_django_quote(table);

    if (has_table(model) && !g_str_equal(model->table, table))
        pga_django_emit(run, "ALTER TABLE %s RENAME TO %s", before, after);
    g_free(model->table);
    model->table = table;
}

/* "app.New", as a field would say it. */
static void
retarget(const Reference *reference, const DjangoModel *model)
{
    PgaPyValue *to = (PgaPyValue *)pga_py_argument(reference->field->call, 0, "to");

    if (to && to->kind == PGA_PY_STRING) {
        g_free(to->text);
        to->text = g_strdup_printf("%s.%s", model->app, model->name);
    }
}

static void
rename_model(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "old_name");
    const char *name = pga_py_argument_text(operation, 1, "new_name");
    g_autofree char *lower = name ? g_ascii_strdown(name, -1) : NULL, *usual = NULL;
    g_autoptr(GArray) references = NULL;

    if (!model || !name)
        return;
    {
        g_autofree char *old_lower = g_ascii_strdown(model->name, -1);

        usual = g_strdup_printf("%s_%s", model->app, old_lower);
    }
    references = references_to(run, model);
    g_array_sort(references, compare_references);
    if (g_str_equal(model->table, usual))
        rename_table(run, model, g_strdup_printf("%s_%s", model->app, lower));
    for (guint i = 0; i < references->len; i++) { /* named after the table as it was */
        const Reference *reference = &g_array_index(references, Reference, i);
        g_autofree char *table = g_steal_pointer(&model->table);

        model->table = g_strdup(usual);
        pga_django_drop_foreign_key(run, reference->model, reference->field);
        g_free(model->table);
        model->table = g_steal_pointer(&table);
    }
    pga_django_model_rename(run->state, model, name);
    for (guint i = 0; i < references->len; i++) {
        const Reference *reference = &g_array_index(references, Reference, i);

        retarget(reference, model);
        pga_django_add_foreign_key(run, reference->model, reference->field, FALSE);
    }
}

static void
alter_model_table(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "name");
    const char *table = pga_py_argument_text(operation, 1, "table");
    g_autofree char *lower = NULL;

    if (!model)
        return;
    lower = g_ascii_strdown(model->name, -1);
    rename_table(run, model, table ? g_strdup(table) : g_strdup_printf("%s_%s", model->app, lower));
}

static void
alter_together(DjangoRun *run, const PgaPyValue *operation, gboolean unique)
{
    DjangoModel *model = known_model(run, operation, "name");
    g_autoptr(GPtrArray) after = g_ptr_array_new();
    GPtrArray *before;

    if (!model)
        return;
    before = unique ? model->unique_together : model->index_together;
    pga_django_take_together(
        after, pga_py_argument(operation, 1, unique ? "unique_together" : "index_together"));
    for (guint i = 0; has_table(model) && i < before->len; i++)
        if (!g_ptr_array_find_with_equal_func(after, g_ptr_array_index(before, i),
                                              (GEqualFunc)pga_py_equal, NULL))
            pga_django_together(run, model, g_ptr_array_index(before, i), unique, TRUE, FALSE);
    for (guint i = 0; has_table(model) && i < after->len; i++)
        if (!g_ptr_array_find_with_equal_func(before, g_ptr_array_index(after, i),
                                              (GEqualFunc)pga_py_equal, NULL))
            pga_django_together(run, model, g_ptr_array_index(after, i), unique, FALSE, FALSE);
    g_ptr_array_set_size(before, 0);
    for (guint i = 0; i < after->len; i++)
        g_ptr_array_add(before, g_ptr_array_index(after, i));
}

static void
alter_unique_together(DjangoRun *run, const PgaPyValue *operation)
{
    alter_together(run, operation, TRUE);
}

static void
alter_index_together(DjangoRun *run, const PgaPyValue *operation)
{
    alter_together(run, operation, FALSE);
}

static void
order_with_respect_to(DjangoRun *run, const PgaPyValue *operation)
{
    const DjangoModel *model = known_model(run, operation, "name");
    const PgaPyValue *to = pga_py_argument(operation, 1, "order_with_respect_to");
    g_autofree char *table = NULL;

    if (!model || !to || to->kind != PGA_PY_STRING || !has_table(model))
        return;
    table = pga_django_quote(model->table);
    pga_django_emit(run, "ALTER TABLE %s ADD COLUMN \"_order\" integer DEFAULT 0 NOT NULL", table);
    pga_django_emit(run, "ALTER TABLE %s ALTER COLUMN \"_order\" DROP DEFAULT", table);
}

/* --- fields --- */

static void
add_field(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const char *name = pga_py_argument_text(operation, 1, "name");
    const PgaPyValue *call = pga_py_argument(operation, 2, "field");
    const DjangoField *field;

    if (!model || !name || !call)
        return;
    field = pga_django_field_add(model, name, call);
    if (has_table(model))
        pga_django_add_field(run, model, field);
}

static void
remove_field(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const char *name = pga_py_argument_text(operation, 1, "name");
    const DjangoField *field = model && name ? pga_django_field(model, name) : NULL;
    g_autofree char *table = NULL, *column = NULL, *quoted = NULL;

    if (!model || !name)
        return;
    table = pga_django_quote(model->table);
    column = field ? pga_django_column(field) : g_strdup(name);
    quoted = pga_django_quote(column);
    if (field && pga_django_is_many(field)) {
        if (!pga_py_argument(field->call, G_MAXUINT, "through"))
            pga_django_emit(run, "DROP TABLE \"%s_%s\" CASCADE", model->table, name);
    } else if (has_table(model)) {
        if (field && pga_django_has_foreign_key(field))
            pga_django_drop_foreign_key(run, model, field);
        pga_django_emit(run, "ALTER TABLE %s DROP COLUMN %s CASCADE", table, quoted);
    }
    pga_django_field_remove(model, name);
}

static void
alter_field(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const char *name = pga_py_argument_text(operation, 1, "name");
    const PgaPyValue *call = pga_py_argument(operation, 2, "field");
    DjangoField *field = model && name ? pga_django_field(model, name) : NULL;
    DjangoField before;

    if (!model || !name || !call)
        return;
    if (!field) {
        pga_django_cannot(run, "AlterField of %s.%s: what it was before is not known", model->name,
                          name);
        pga_django_field_add(model, name, call);
        return;
    }
    before = *field;
    if (has_table(model)) {
        const DjangoField after = {.name = field->name, .call = call};

        pga_django_alter_field(run, model, &before, &after);
    }
    field->call = call;
}

static void
rename_field(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const char *old_name = pga_py_argument_text(operation, 1, "old_name");
    const char *new_name = pga_py_argument_text(operation, 2, "new_name");
    DjangoField *field;
    g_autofree char *before = NULL, *after = NULL;

    if (!model || !old_name || !new_name)
        return;
    field = pga_django_field(model, old_name);
    before = field ? pga_django_column(field) : g_strdup(old_name);
    if (field) {
        g_free(field->name);
        field->name = g_strdup(new_name);
    }
    after = field ? pga_django_column(field) : g_strdup(new_name);
    if (has_table(model) && !g_str_equal(before, after)) {
        g_autofree char *table = pga_django_quote(model->table);
        g_autofree char *old_column = pga_django_quote(before);
        g_autofree char *new_column = pga_django_quote(after);

        pga_django_emit(run, "ALTER TABLE %s RENAME COLUMN %s TO %s", table, old_column,
                        new_column);
    }
}

/* --- indexes and constraints --- */

static void
add_index_as(DjangoRun *run, const PgaPyValue *operation, gboolean concurrently)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const PgaPyValue *index = pga_py_argument(operation, 1, "index");

    if (model && index)
        g_ptr_array_add(model->indexes, (gpointer)index);
    if (model && index && has_table(model) &&
        !pga_django_index_sql(run, model, index, concurrently))
        pga_django_cannot(run, "AddIndex on %s: its expression or condition cannot be told",
                          model->name);
}

static void
add_index(DjangoRun *run, const PgaPyValue *operation)
{
    add_index_as(run, operation, FALSE);
}

static void
add_index_concurrently(DjangoRun *run, const PgaPyValue *operation)
{
    add_index_as(run, operation, TRUE);
}

static void
remove_index_as(DjangoRun *run, const PgaPyValue *operation, const char *how)
{
    const char *name = pga_py_argument_text(operation, 1, "name");
    DjangoModel *model = model_of(run, operation, "model_name");
    g_autofree char *quoted = name ? pga_django_quote(name) : NULL;

    if (model)
        forget_named(model->indexes, name);
    if (quoted)
        pga_django_emit(run, "DROP INDEX %sIF EXISTS %s", how, quoted);
}

static void
remove_index(DjangoRun *run, const PgaPyValue *operation)
{
    remove_index_as(run, operation, "");
}

static void
remove_index_concurrently(DjangoRun *run, const PgaPyValue *operation)
{
    remove_index_as(run, operation, "CONCURRENTLY ");
}

/* The index under its new name: one of index_together is none any more. */
static void
keep_renamed(DjangoRun *run, DjangoModel *model, const PgaPyValue *operation)
{
    const char *old_name = pga_py_argument_text(operation, 2, "old_name");
    const PgaPyValue *fields = pga_py_argument(operation, 3, "old_fields"), *before = NULL;
    const PgaPyValue *new_name = pga_py_argument(operation, 1, "new_name");
    const guint place = place_of_named(model->indexes, old_name);
    PgaPyValue *index;
    guint together = 0;

    if (place != G_MAXUINT)
        before = g_ptr_array_steal_index(model->indexes, place);
    index = pga_py_value_copy(before ? before : operation);
    g_ptr_array_add(run->state->kept, index);
    pga_django_set_argument(index, "name", pga_py_value_copy(new_name));
    g_ptr_array_add(model->indexes, index);
    if (fields && g_ptr_array_find_with_equal_func(model->index_together, fields,
                                                   (GEqualFunc)pga_py_equal, &together))
        g_ptr_array_remove_index(model->index_together, together);
}

static void
rename_index(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const char *new_name = pga_py_argument_text(operation, 1, "new_name");
    const char *old_name = pga_py_argument_text(operation, 2, "old_name");
    const PgaPyValue *fields = pga_py_argument(operation, 3, "old_fields");
    g_autofree char *after = new_name ? pga_django_quote(new_name) : NULL, *before = NULL;

    if (!model || !after)
        return;
    if (old_name) {
        before = pga_django_quote(old_name);
    } else if (fields) {
        g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
        g_autofree char *plain = NULL;

        g_free(pga_django_columns(model, fields, columns));
        g_ptr_array_add(columns, NULL);
        plain = pga_django_name(model->table, (const char *const *)columns->pdata, "_idx");
        before = pga_django_quote(plain);
    }
    if (before)
        pga_django_emit(run, "ALTER INDEX %s RENAME TO %s", before, after);
    keep_renamed(run, model, operation);
}

static void
add_constraint_as(DjangoRun *run, const PgaPyValue *operation, gboolean not_valid)
{
    DjangoModel *model = known_model(run, operation, "model_name");
    const PgaPyValue *constraint = pga_py_argument(operation, 1, "constraint");

    if (model && constraint)
        g_ptr_array_add(model->constraints, (gpointer)constraint);
    if (model && constraint && has_table(model) &&
        !pga_django_constraint_sql(run, model, constraint, not_valid))
        pga_django_cannot(run, "AddConstraint on %s: its condition cannot be told", model->name);
}

static void
add_constraint(DjangoRun *run, const PgaPyValue *operation)
{
    add_constraint_as(run, operation, FALSE);
}

static void
add_constraint_not_valid(DjangoRun *run, const PgaPyValue *operation)
{
    add_constraint_as(run, operation, TRUE);
}

static void
constraint_as(DjangoRun *run, const PgaPyValue *operation, const char *verb)
{
    const DjangoModel *model = known_model(run, operation, "model_name");
    const char *name = pga_py_argument_text(operation, 1, "name");
    g_autofree char *table = NULL, *quoted = NULL;

    if (!model || !name || !has_table(model))
        return;
    table = pga_django_quote(model->table);
    quoted = pga_django_quote(name);
    pga_django_emit(run, "ALTER TABLE %s %s CONSTRAINT %s", table, verb, quoted);
}

static void
remove_constraint(DjangoRun *run, const PgaPyValue *operation)
{
    DjangoModel *model = model_of(run, operation, "model_name");

    if (model)
        forget_named(model->constraints, pga_py_argument_text(operation, 1, "name"));
    constraint_as(run, operation, "DROP");
}

static void
validate_constraint(DjangoRun *run, const PgaPyValue *operation)
{
    constraint_as(run, operation, "VALIDATE");
}

/* --- SQL, code, extensions --- */

/* "… = %s" with its parameters put in. (transfer full) (nullable) */
static char *
with_parameters(const char *sql, const PgaPyValue *parameters)
{
    g_auto(GStrv) parts = g_strsplit(sql, "%s", -1);
    g_autoptr(GString) whole = g_string_new(parts[0]);

    for (guint i = 1; parts[i]; i++) {
        g_autofree char *value = NULL;

        if (parameters && parameters->items && i <= parameters->items->len)
            value = pga_django_literal(g_ptr_array_index(parameters->items, i - 1));
        if (!value)
            return NULL;
        g_string_append_printf(whole, "%s%s", value, parts[i]);
    }
    return g_string_free(g_steal_pointer(&whole), FALSE);
}

static void
run_sql_item(DjangoRun *run, const PgaPyValue *item)
{
    if (item->kind == PGA_PY_STRING) {
        pga_django_emit(run, "%s", item->text);
    } else if (item->kind == PGA_PY_LIST && item->items->len == 2 &&
               ((const PgaPyValue *)g_ptr_array_index(item->items, 0))->kind == PGA_PY_STRING) {
        const PgaPyValue *text = g_ptr_array_index(item->items, 0);
        g_autofree char *sql = with_parameters(text->text, g_ptr_array_index(item->items, 1));

        if (sql)
            pga_django_emit(run, "%s", sql);
        else
            pga_django_cannot(run, "RunSQL whose parameters are computed");
    } else if (!(item->kind == PGA_PY_NAME && g_str_has_suffix(item->text, "noop"))) {
        pga_django_cannot(run, "RunSQL of a text that is computed");
    }
}

/* @state_only: they change the models and not the database. @operations (nullable). */
static void
apply_each(DjangoRun *run, const PgaPyValue *operations, gboolean state_only)
{
    const gboolean was = run->state_only;

    run->state_only |= state_only;
    for (guint i = 0; operations && operations->items && i < operations->items->len; i++)
        pga_django_operation(run, g_ptr_array_index(operations->items, i));
    run->state_only = was;
}

static void
run_sql(DjangoRun *run, const PgaPyValue *operation)
{
    const PgaPyValue *sql = pga_py_argument(operation, 0, "sql");
    const PgaPyValue *state = pga_py_argument(operation, 2, "state_operations");

    if (!sql)
        return;
    if (sql->kind == PGA_PY_LIST)
        for (guint i = 0; i < sql->items->len; i++)
            run_sql_item(run, g_ptr_array_index(sql->items, i));
    else
        run_sql_item(run, sql);
    apply_each(run, state, TRUE);
}

static void
run_python(DjangoRun *run, const PgaPyValue *operation)
{
    const PgaPyValue *code = pga_py_argument(operation, 0, "code");
    const char *calls = NULL;

    if (code && code->kind == PGA_PY_NAME && g_str_has_suffix(code->text, "noop"))
        return;
    if (code && code->kind == PGA_PY_NAME)
        calls = g_hash_table_lookup(run->migration->functions, code->text);
    if (calls && *calls)
        pga_django_cannot(run,
                          "RunPython(%s) is code; it calls %s, whose locks last to the end of "
                          "the transaction",
                          code->text, calls);
    else
        pga_django_cannot(run, "RunPython(%s) is code: what it reads, writes and locks is not seen",
                          code && code->kind == PGA_PY_NAME ? code->text : "…");
}

static void
separate(DjangoRun *run, const PgaPyValue *operation)
{
    apply_each(run, pga_py_argument(operation, 0, "database_operations"), FALSE);
    apply_each(run, pga_py_argument(operation, 1, "state_operations"), TRUE);
}

static void
create_extension(DjangoRun *run, const PgaPyValue *operation)
{
    static const struct {
        const char *class, *extension;
    } known[] = {
        {"TrigramExtension", "pg_trgm"},    {"HStoreExtension", "hstore"},
        {"CITextExtension", "citext"},      {"UnaccentExtension", "unaccent"},
        {"BtreeGinExtension", "btree_gin"}, {"BtreeGistExtension", "btree_gist"},
        {"CryptoExtension", "pgcrypto"},    {"BloomExtension", "bloom"},
    };
    const char *name = pga_py_argument_text(operation, 0, "name");

    for (guint i = 0; !name && i < G_N_ELEMENTS(known); i++)
        if (g_str_equal(pga_py_last_name(operation), known[i].class))
            name = known[i].extension;
    if (name)
        pga_django_emit(run, "CREATE EXTENSION IF NOT EXISTS \"%s\"", name);
}

static void
nothing(DjangoRun *run, const PgaPyValue *operation)
{
    (void)run;
    (void)operation;
}

static const struct {
    const char *name;
    void (*apply)(DjangoRun *run, const PgaPyValue *operation);
} operations[] = {
    {"CreateModel", create_model},
    {"DeleteModel", delete_model},
    {"RenameModel", rename_model},
    {"AlterModelTable", alter_model_table},
    {"AlterModelTableComment", nothing},
    {"AlterModelOptions", nothing},
    {"AlterModelManagers", nothing},
    {"AlterUniqueTogether", alter_unique_together},
    {"AlterIndexTogether", alter_index_together},
    {"AlterOrderWithRespectTo", order_with_respect_to},
    {"AddField", add_field},
    {"RemoveField", remove_field},
    {"AlterField", alter_field},
    {"RenameField", rename_field},
    {"AddIndex", add_index},
    {"AddIndexConcurrently", add_index_concurrently},
    {"RemoveIndex", remove_index},
    {"RemoveIndexConcurrently", remove_index_concurrently},
    {"RenameIndex", rename_index},
    {"AddConstraint", add_constraint},
    {"AddConstraintNotValid", add_constraint_not_valid},
    {"ValidateConstraint", validate_constraint},
    {"RemoveConstraint", remove_constraint},
    {"RunSQL", run_sql},
    {"RunPython", run_python},
    {"SeparateDatabaseAndState", separate},
};

/* On the line before the operation or on one of its own. (nullable) */
static const char *
remark_at(const PgaDjangoMigration *migration, const PgaPyValue *operation)
{
    const guint first = MAX(operation->line, 2) - 2;

    for (guint i = first; i < operation->last_line && i < migration->remarks->len; i++)
        if (g_ptr_array_index(migration->remarks, i))
            return g_ptr_array_index(migration->remarks, i);
    return NULL;
}

void /* NOLINTNEXTLINE(misc-no-recursion): operations in operations, as deep as the source */
pga_django_operation(DjangoRun *run, const PgaPyValue *operation)
{
    const char *name = pga_py_last_name(operation);

    run->line = operation->line;
    run->column = operation->column;
    run->remark = remark_at(run->migration, operation);
    run->text = operation->source;
    for (guint i = 0; i < G_N_ELEMENTS(operations); i++) {
        if (g_str_equal(name, operations[i].name)) {
            operations[i].apply(run, operation);
            return;
        }
    }
    if (g_str_has_suffix(name, "Extension"))
        create_extension(run, operation);
    else
        pga_django_cannot(run, "%s is no operation of Django's", *name ? name : "what stands here");
}
