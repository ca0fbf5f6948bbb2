/* How many rows each table of the models has: as stated, as the source says, else assumed by what
 * the model is and what references it. docs/decisions/ has the rules. */
#include <string.h>

#include "django_plan_internal.h"

#define LEAF_ROWS       1e6 /* a table that no other references: orders' lines, events, logs */
#define REFERENCED_ROWS 1e5 /* and one that others do: orders, customers, users */
#define LOOKUP_ROWS     1e3 /* countries, categories, states */
#define LOOKUP_FIELDS   8   /* so many columns at most */
#define MAX_DEPTH       16

/** What is known of a model before its rows are assumed. */
typedef struct {
    guint n_references; /* by others' foreign keys, not one to one */
} Place;

typedef struct {
    const PgaDjangoWork *work;
    GHashTable *places; /* of const PgaDjangoModel * to Place * */
} Guess;

gboolean
pga_django_has_table(const PgaDjangoModel *model)
{
    return !model->is_abstract && !model->is_proxy && !model->is_swapped && model->table;
}

const PgaDjangoModel *
pga_django_target_model(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    const PgaDjangoModel *target =
        field->target ? pga_django_project_model(project, field->target) : NULL;

    for (guint i = 0; target && target->is_proxy && target->parent && i < MAX_DEPTH; i++)
        target = pga_django_project_model(project, target->parent);
    return target;
}

static gboolean
is_reference(const PgaDjangoField *field)
{
    return field->column &&
           (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE);
}

static void
count_reference(const Guess *guess, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaDjangoModel *target = pga_django_target_model(guess->work->project, field);
    Place *place = target ? g_hash_table_lookup(guess->places, target) : NULL;

    if (!target || target == model)
        return;
    if (!place) {
        place = g_new0(Place, 1);
        g_hash_table_insert(guess->places, (gpointer)target, place);
    }
    place->n_references++;
}

static void
count_references(const Guess *guess)
{
    const GPtrArray *models = guess->work->project->models;

    for (guint i = 0; i < models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(models, i);

        for (guint j = 0; pga_django_has_table(model) && j < model->fields->len; j++) {
            const PgaDjangoField *field = g_ptr_array_index(model->fields, j);

            if (is_reference(field) && !field->is_unique && field->kind != PGA_DJANGO_ONE_TO_ONE)
                count_reference(guess, model, field);
        }
    }
}

/* The last word of a name of several: "OrderStatus". */
static gboolean
ends_in_word(const char *name, const char *word)
{
    const gsize length = strlen(name), n = strlen(word);
    const char *at = length >= n ? name + length - n : NULL;

    return at && g_ascii_strcasecmp(at, word) == 0 && (at == name || g_ascii_isupper(*at));
}

/* Few rows that others refer to, by its name. */
static gboolean
is_lookup(const Guess *guess, const PgaDjangoModel *model)
{
    static const char *const words[] = {
        "Type",     "Status",   "State",  "Category", "Kind",   "Tag",           "Country",
        "Currency", "Language", "Region", "Role",     "Group",  "Permission",    "ContentType",
        "Site",     "Setting",  "Plan",   "Tier",     "Level",  "Option",        "Unit",
        "Color",    "Colour",   "Size",   "Locale",   "Brand",  "Genre",         "Department",
        "Config",   "Timezone", "Class",  "Reason",   "Method", "Configuration", "Settings"};
    guint n = 0;

    if (!g_hash_table_contains(guess->places, model) && g_strcmp0(model->app, "contenttypes") != 0)
        return FALSE;
    for (guint i = 0; i < model->fields->len; i++)
        n += ((const PgaDjangoField *)g_ptr_array_index(model->fields, i))->column != NULL;
    for (guint i = 0; n <= LOOKUP_FIELDS && i < G_N_ELEMENTS(words); i++)
        if (ends_in_word(model->name, words[i]))
            return TRUE;
    return FALSE;
}

/* (nullable): the model that it has one row for each of. */
static const PgaDjangoModel *
twin_of(const Guess *guess, const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (is_reference(field) && !field->is_null &&
            (field->kind == PGA_DJANGO_ONE_TO_ONE || field->is_unique))
            return pga_django_target_model(guess->work->project, field);
    }
    return NULL;
}

static const double *
known_rows(const Guess *guess, const PgaDjangoModel *model)
{
    g_autofree char *name = pga_django_model_name(model);

    return guess->work->rows ? g_hash_table_lookup(guess->work->rows, name) : NULL;
}

/* Of what is stated for a table that it references, there are as many at least. */
static double
most_of_parents(const Guess *guess, const PgaDjangoModel *model)
{
    double most = 0;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const PgaDjangoModel *target =
            is_reference(field) ? pga_django_target_model(guess->work->project, field) : NULL;
        const double *rows = target ? known_rows(guess, target) : NULL;

        if (rows)
            most = MAX(most, *rows);
    }
    return most;
}

static double
assume(const Guess *guess, const PgaDjangoModel *model)
{
    const PgaDjangoModel *at = model;

    for (guint i = 0; at && i < MAX_DEPTH; i++) {
        const PgaDjangoModel *twin = twin_of(guess, at);

        if (known_rows(guess, at))
            return *known_rows(guess, at);
        if (!twin || twin == at)
            break;
        at = twin;
    }
    if (is_lookup(guess, at))
        return LOOKUP_ROWS;
    if (g_hash_table_contains(guess->places, at))
        return MAX(REFERENCED_ROWS, most_of_parents(guess, at));
    return MAX(LEAF_ROWS, most_of_parents(guess, at));
}

static const char *
how_known(const PgaDjangoWork *work, const char *name)
{
    if (work->rows_stated && g_hash_table_contains(work->rows_stated, name))
        return "stated";
    if (work->source.environment && work->source.environment->source_kind == PGA_SOURCE_SNAPSHOT)
        return "of the snapshot";
    return "of the database";
}

static void
add_rows(const Guess *guess, GHashTable *tables, const PgaDjangoModel *model)
{
    g_autofree char *name = pga_django_model_name(model);
    const double *known = known_rows(guess, model);
    DjangoRows *rows = g_new0(DjangoRows, 1);

    rows->model = model;
    rows->rows = known ? *known : assume(guess, model);
    rows->how = known ? how_known(guess->work, name) : "assumed";
    g_hash_table_replace(tables, g_strdup(model->table), rows);
}

GHashTable *
pga_django_rows_of_tables(const PgaDjangoWork *work)
{
    GHashTable *tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) places = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    Guess guess = {work, places};

    count_references(&guess);
    for (guint i = 0; i < work->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(work->project->models, i);

        if (pga_django_has_table(model))
            add_rows(&guess, tables, model);
    }
    return tables;
}

static int
compare_rows(gconstpointer a, gconstpointer b)
{
    const PgaDjangoRows *first = *(PgaDjangoRows *const *)a, *second = *(PgaDjangoRows *const *)b;

    return strcmp(first->model, second->model);
}

void
pga_django_tell_rows(DjangoPlanner *planner)
{
    GPtrArray *list = planner->work->report->rows;
    GHashTableIter iter;
    gpointer table, value;

    g_hash_table_iter_init(&iter, planner->rows);
    while (g_hash_table_iter_next(&iter, &table, &value)) {
        const DjangoRows *rows = value;
        PgaDjangoRows *told;

        if (!pga_django_is_judged(planner->work, rows->model->file))
            continue;
        told = g_new0(PgaDjangoRows, 1);
        told->model = pga_django_model_name(rows->model);
        told->table = g_strdup(table);
        told->rows = rows->rows;
        told->how = rows->how;
        g_ptr_array_add(list, told);
    }
    g_ptr_array_sort(list, compare_rows);
}
