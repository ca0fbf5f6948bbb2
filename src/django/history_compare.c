/* Models as they are beside the models that the migrations make. */
#include "django/history.h"

#include <string.h>

#include "django/rewrite.h"
#include "history_internal.h"
#include "models_internal.h"
#include "project_internal.h"

void
pga_django_difference_free(PgaDjangoDifference *difference)
{
    if (!difference)
        return;
    g_free(difference->text);
    g_free(difference);
}

static void
difference_free(gpointer data)
{
    pga_django_difference_free(data);
}

typedef struct {
    const PgaDjangoProject *project;
    const PgaDjangoModel *model;
    const DjangoModel *made; /* by the migrations */
    DjangoSide now, before;
    GPtrArray *differences, *untold /* (nullable) */;
} Comparison;

static void differ(const Comparison *comparison, const PgaDjangoField *field, const char *format,
                   ...) G_GNUC_PRINTF(3, 4);

static void
differ(const Comparison *comparison, const PgaDjangoField *field, const char *format, ...)
{
    PgaDjangoDifference *difference = g_new0(PgaDjangoDifference, 1);
    va_list arguments;

    difference->model = comparison->model;
    difference->field = field;
    va_start(arguments, format);
    difference->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(comparison->differences, difference);
}

/* One of both is not told by the source. */
static void
leave_out(const Comparison *comparison, const PgaDjangoField *field, const char *name)
{
    PgaDjangoDifference *untold;

    if (!comparison->untold)
        return;
    untold = g_new0(PgaDjangoDifference, 1);
    untold->model = comparison->model;
    untold->field = field;
    untold->text = g_strdup(name);
    g_ptr_array_add(comparison->untold, untold);
}

/* --- fields --- */

/* What decides on a column stands there, and is no call or name. */
static gboolean
is_plain(const PgaPyValue *call)
{
    static const char *const names[] = {"max_length", "max_digits",  "decimal_places",
                                        "null",       "unique",      "db_index",
                                        "db_column",  "primary_key", "db_constraint"};

    if (call->kind != PGA_PY_CALL)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const PgaPyValue *value = pga_py_argument(call, G_MAXUINT, names[i]);

        if (value && value->kind > PGA_PY_STRING)
            return FALSE;
    }
    return TRUE;
}

/* Of Django, as migrations write it. */
static gboolean
is_own(const PgaPyValue *call)
{
    return g_str_has_prefix(call->text, "models.") || g_str_has_prefix(call->text, "django.");
}

/* (transfer full) (nullable): the column's type; a relation's is its class. */
static char *
own_type(const Comparison *comparison, const DjangoField *field)
{
    const DjangoContext context = {
        .state = ((const PgaDjangoHistory *)comparison->project->history)->state,
        .model = comparison->made,
        .version = comparison->project->version,
    };

    if (pga_django_is_relation(field) || pga_django_is_many(field))
        return g_strdup(pga_py_last_name(field->call));
    return pga_django_type(&context, field);
}

static void
compare_truth(const Comparison *comparison, const PgaDjangoField *field, const char *what,
              gboolean is, gboolean was)
{
    if (is != was)
        differ(comparison, field, "%s=%s, in the migrations %s", what, is ? "True" : "False",
               was ? "True" : "False");
}

static void
compare_types(const Comparison *comparison, const PgaDjangoField *field, const DjangoField *now,
              const DjangoField *before)
{
    g_autofree char *type = own_type(comparison, now), *earlier = own_type(comparison, before);

    if (type && earlier && !g_str_equal(type, earlier))
        differ(comparison, field, "it is %s (%s), in the migrations %s (%s)",
               pga_py_last_name(now->call), type, pga_py_last_name(before->call), earlier);
}

static void
compare_targets(const Comparison *comparison, const PgaDjangoField *field,
                const DjangoField *before)
{
    const DjangoField *now =
        comparison->now.model ? pga_django_field(comparison->now.model, field->name) : NULL;
    g_auto(DjangoDefinitions) texts = {0};

    if (now &&
        pga_django_targets_differ(&comparison->now, now, &comparison->before, before, &texts))
        differ(comparison, field, "it references %s, in the migrations %s", texts.now,
               texts.before);
}

static void
compare_computed(const Comparison *comparison, const PgaDjangoField *field,
                 const DjangoField *before)
{
    const DjangoField *now =
        comparison->now.model ? pga_django_field(comparison->now.model, field->name) : NULL;
    g_auto(DjangoDefinitions) texts = {0};

    if (now &&
        pga_django_computed_differ(&comparison->now, now, &comparison->before, before, &texts))
        differ(comparison, field, "it has %s, in the migrations %s", texts.now, texts.before);
    else if (texts.is_untold)
        leave_out(comparison, field, field->name);
}

static void
compare_field(const Comparison *comparison, const PgaDjangoField *field, const DjangoField *before)
{
    const DjangoField now = {.name = field->name, .call = field->call};
    g_autofree char *column = NULL, *earlier = NULL;

    if (!is_plain(now.call) || !is_plain(before->call))
        return;
    if (is_own(before->call))
        compare_types(comparison, field, &now, before);
    if (is_own(before->call) && pga_django_is_relation(&now) && pga_django_is_relation(before))
        compare_targets(comparison, field, before);
    if (is_own(before->call))
        compare_computed(comparison, field, before);
    if (pga_django_is_many(&now) || pga_django_is_many(before))
        return;
    compare_truth(comparison, field, "null", pga_django_is_null(&now), pga_django_is_null(before));
    compare_truth(comparison, field, "unique", pga_django_is_unique(&now),
                  pga_django_is_unique(before));
    if (is_own(before->call))
        compare_truth(comparison, field, "db_index", pga_django_has_index(&now),
                      pga_django_has_index(before));
    column = pga_django_column(&now);
    earlier = pga_django_column(before);
    if (!g_str_equal(column, earlier))
        differ(comparison, field, "its column is %s, in the migrations %s", column, earlier);
}

/* Whether all of its fields are Django's: others may add some of their own to the model. */
static gboolean
has_strange_fields(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (!g_str_equal(field->class, field->base))
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_column(const PgaDjangoField *field)
{
    return field->kind != PGA_DJANGO_GENERIC_KEY && field->kind != PGA_DJANGO_GENERIC_RELATION &&
           field->kind != PGA_DJANGO_COMPOSITE_KEY;
}

static void
compare_fields(const Comparison *comparison)
{
    const PgaDjangoModel *model = comparison->model;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const DjangoField *before = pga_django_field(comparison->made, field->name);

        if (!has_column(field) || field->is_auto_created ||
            (field->file && field->file->is_built_in))
            continue;
        if (before)
            compare_field(comparison, field, before);
        else if (field->file && is_plain(field->call))
            differ(comparison, field, "no migration adds it");
    }
    if (has_strange_fields(model))
        return;
    for (guint i = 0; i < comparison->made->fields->len; i++) {
        const DjangoField *before = g_ptr_array_index(comparison->made->fields, i);

        if (!pga_django_model_field(model, before->name) && before->call->kind == PGA_PY_CALL &&
            is_own(before->call) && !pga_django_is_primary(before) &&
            !g_str_has_suffix(before->name, "_ptr"))
            differ(comparison, NULL, "the migrations add %s, which the model does not have",
                   before->name);
    }
}

/* --- Meta --- */

/* (transfer full): set of names of calls; @whole: FALSE when one has none that is written there. */
static GHashTable *
names_of(const GPtrArray *calls, gboolean *whole)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < calls->len; i++) {
        const char *name = pga_py_argument_text(g_ptr_array_index(calls, i), G_MAXUINT, "name");

        if (name)
            g_hash_table_add(names, (gpointer)name);
        else
            *whole = FALSE;
    }
    return names;
}

/* Of the same name. */
static void
compare_definition(const Comparison *comparison, const char *what, const PgaPyValue *now,
                   const GPtrArray *before)
{
    const char *name = pga_py_argument_text(now, G_MAXUINT, "name");
    g_auto(DjangoDefinitions) texts = {.is_index = g_str_equal(what, "index")};

    for (guint i = 0; i < before->len; i++) {
        const PgaPyValue *was = g_ptr_array_index(before, i);

        if (g_strcmp0(pga_py_argument_text(was, G_MAXUINT, "name"), name) != 0)
            continue;
        if (pga_django_definitions_differ(&comparison->now, now, &comparison->before, was, &texts))
            differ(comparison, NULL, "its %s %s is %s, in the migrations %s", what, name, texts.now,
                   texts.before);
        else if (texts.is_untold)
            leave_out(comparison, NULL, name);
        return;
    }
}

static void
compare_named(const Comparison *comparison, const char *what, const GPtrArray *now,
              const GPtrArray *before)
{
    gboolean now_whole = TRUE, before_whole = TRUE;
    g_autoptr(GHashTable) is = names_of(now, &now_whole), was = names_of(before, &before_whole);

    for (guint i = 0; before_whole && i < now->len; i++) {
        const char *name = pga_py_argument_text(g_ptr_array_index(now, i), G_MAXUINT, "name");

        if (name && !g_hash_table_contains(was, name))
            differ(comparison, NULL, "no migration makes its %s %s", what, name);
        else if (name)
            compare_definition(comparison, what, g_ptr_array_index(now, i), before);
    }
    for (guint i = 0; now_whole && i < before->len; i++) {
        const char *name = pga_py_argument_text(g_ptr_array_index(before, i), G_MAXUINT, "name");

        if (name && !g_hash_table_contains(is, name))
            differ(comparison, NULL, "the migrations make the %s %s, which Meta does not have",
                   what, name);
    }
}

/* "a,b" of each list. */
static GHashTable *
lists_of(const GPtrArray *lists)
{
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < lists->len; i++) {
        const PgaPyValue *list = g_ptr_array_index(lists, i);
        g_autoptr(GString) text = g_string_new(NULL);

        for (guint j = 0; list->items && j < list->items->len; j++) {
            const PgaPyValue *item = g_ptr_array_index(list->items, j);

            g_string_append_printf(text, "%s%s", j ? ", " : "", item->text ? item->text : "?");
        }
        g_hash_table_add(found, g_string_free(g_steal_pointer(&text), FALSE));
    }
    return found;
}

static void
compare_together(const Comparison *comparison, const char *what, const GPtrArray *now,
                 const GPtrArray *before)
{
    g_autoptr(GHashTable) is = lists_of(now), was = lists_of(before);
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, is);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(was, key))
            differ(comparison, NULL, "no migration makes its %s (%s)", what, (const char *)key);
    g_hash_table_iter_init(&iter, was);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(is, key))
            differ(comparison, NULL, "the migrations have %s (%s), which Meta does not have", what,
                   (const char *)key);
}

/* --- models --- */

static gboolean
is_compared(const PgaDjangoModel *model)
{
    return !model->is_abstract && !model->is_proxy && model->is_managed && !model->is_swapped &&
           !model->is_partial && !model->file->is_built_in && !model->file->is_test;
}

/* (transfer full): set of labels that have migrations. */
static GHashTable *
labels_of(const PgaDjangoHistory *history)
{
    GHashTable *labels = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        g_hash_table_add(labels, entry->migration->app);
    }
    return labels;
}

static void
compare_model(const Comparison *comparison)
{
    const PgaDjangoModel *model = comparison->model;
    const DjangoModel *made = comparison->made;

    if (!made) {
        differ(comparison, NULL, "no migration creates it");
        return;
    }
    if (made->is_partial)
        return;
    compare_fields(comparison);
    if (!g_str_equal(model->table, made->table))
        differ(comparison, NULL, "its table is %s, in the migrations %s", model->table,
               made->table);
    compare_named(comparison, "index", model->indexes, made->indexes);
    compare_named(comparison, "constraint", model->constraints, made->constraints);
    compare_together(comparison, "unique_together", model->unique_together, made->unique_together);
    compare_together(comparison, "index_together", model->index_together, made->index_together);
}

GPtrArray *
pga_django_history_compare(const PgaDjangoProject *project, GPtrArray *untold)
{
    const PgaDjangoHistory *history = pga_django_project_history(project);
    g_autoptr(GHashTable) labels = labels_of(history);
    g_autoptr(PgaDjangoState) now = pga_django_project_state(project);
    GPtrArray *differences = g_ptr_array_new_with_free_func(difference_free);

    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);
        const DjangoModel *made = pga_django_model(history->state, model->app, model->name);
        const Comparison comparison = {
            .project = project,
            .model = model,
            .made = made,
            .now = {now, pga_django_model(now, model->app, model->name), project->version},
            .before = {history->state, made, project->version},
            .differences = differences,
            .untold = untold,
        };

        if (is_compared(model) && g_hash_table_contains(labels, model->app) &&
            !g_hash_table_contains(history->unknown, model->app))
            compare_model(&comparison);
    }
    return differences;
}

GPtrArray *
pga_django_history_differences(const PgaDjangoProject *project)
{
    return pga_django_history_compare(project, NULL);
}
