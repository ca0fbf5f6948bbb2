/* dj-get-or-create-no-unique: get_or_create() is a look and an INSERT; only a unique constraint
 * makes them one. */
#include <string.h>

#include "../django_race_internal.h"

/** What rows are looked for by. */
typedef struct {
    GPtrArray *fields; /* of const PgaDjangoField *: columns that are compared with "=" */
    GPtrArray *folded; /* of const PgaDjangoField *: whatever the case of their letters */
    gboolean is_whole; /* by nothing else */
    gboolean is_known; /* every name is understood */
} Lookup;

static void
take_name(Lookup *lookup, const PgaDjangoModel *model, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "__", 3);
    const PgaDjangoField *field = pga_flow_field_named(model, parts[0]);
    const gboolean is_exact = !parts[1] || (g_str_equal(parts[1], "exact") && !parts[2]);

    lookup->is_known = lookup->is_known && field != NULL;
    if (field && is_exact && field->column)
        pga_flow_add_field(lookup->fields, field);
    else
        lookup->is_whole = FALSE;
    if (field && field->column && parts[1] && g_str_equal(parts[1], "iexact") && !parts[2])
        pga_flow_add_field(lookup->folded, field);
}

/* The keywords, and what the manager or QuerySet in front of it says. */
static Lookup
lookup_of(const PgaDjangoEvent *event)
{
    Lookup lookup = {.is_known = TRUE, .folded = g_ptr_array_new()};

    lookup.fields = pga_flow_exact_fields(event->queryset, &lookup.is_whole);
    for (guint i = 0; i < event->lookups->len; i++)
        take_name(&lookup, event->queryset->model, g_ptr_array_index(event->lookups, i));
    return lookup;
}

/* (transfer full): "name, job"; what the QuerySet says too stands once. */
static char *
names_of(const PgaDjangoEvent *event)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GString *names = g_string_new(NULL);

    for (guint i = 0; i < event->lookups->len; i++) {
        char *name = g_ptr_array_index(event->lookups, i);

        if (g_hash_table_add(seen, name))
            g_string_append_printf(names, "%s%s", i ? ", " : "", name);
    }
    return g_string_free(names, FALSE);
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const Lookup *lookup)
{
    const PgaDjangoModel *model = event->queryset->model;
    g_autofree char *names = NULL, *constraint = NULL;
    PgaFinding *finding;

    names = names_of(event);
    finding = pga_django_add_at_event(
        run, event,
        "No unique constraint of %s covers %s: two processes both find nothing and both create a "
        "row, and from then on the call raises MultipleObjectsReturned.",
        model->name, names);
    finding->confidence = pga_flow_is_single(event->function) ? PGA_CONFIDENCE_POSSIBLE
                          : pga_flow_is_concurrent(event->function) && lookup->is_whole
                              ? PGA_CONFIDENCE_CERTAIN
                              : PGA_CONFIDENCE_LIKELY;
    if (!lookup->is_whole || lookup->fields->len == 0)
        return;
    constraint = pga_race_constraint(run->project, model, lookup->fields);
    pga_django_fix_code(finding, g_strdup_printf("# in Meta.constraints:\n%s", constraint));
    pga_race_double_create(run, finding, model, lookup->fields);
}

static gboolean
is_candidate(const PgaDjangoEvent *event)
{
    return (event->act == PGA_DJANGO_GET_OR_CREATE || event->act == PGA_DJANGO_UPDATE_OR_CREATE) &&
           event->queryset && event->queryset->model && !event->queryset->incomplete &&
           event->lookups && event->lookups->len > 0;
}

/* UPPER("email") or LOWER("email") of one of them. */
static gboolean
is_folded(const GPtrArray *folded, const char *key)
{
    for (guint i = 0; key && i < folded->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(folded, i);
        g_autofree char *upper = g_strdup_printf("UPPER(\"%s\")", field->column);
        g_autofree char *lower = g_strdup_printf("LOWER(\"%s\")", field->column);

        if (g_str_equal(key, upper) || g_str_equal(key, lower))
            return TRUE;
    }
    return FALSE;
}

static gboolean
covers(const PgaDjangoIndex *index, const Lookup *lookup)
{
    if (!index->is_unique || index->predicate)
        return FALSE;
    for (guint i = 0; i < index->columns->len; i++) {
        const char *column = g_ptr_array_index(index->columns, i);
        gboolean found = !column && is_folded(lookup->folded, g_ptr_array_index(index->keys, i));

        for (guint j = 0; column && !found && j < lookup->fields->len; j++)
            found = g_str_equal(
                ((const PgaDjangoField *)g_ptr_array_index(lookup->fields, j))->name, column);
        if (!found)
            return FALSE;
    }
    return TRUE;
}

/* By a unique index of an expression: UniqueConstraint(Lower("email"), name=…). */
static gboolean
is_unique_folded(const PgaDjangoRun *run, const PgaDjangoModel *model, const Lookup *lookup)
{
    g_autoptr(GPtrArray) indexes = NULL;

    if (lookup->folded->len == 0)
        return FALSE;
    indexes = pga_django_model_indexes(run->project, model);
    for (guint i = 0; i < indexes->len; i++)
        if (covers(g_ptr_array_index(indexes, i), lookup))
            return TRUE;
    return pga_flow_is_unique_by_sql(run, model, lookup->fields, lookup->folded);
}

/* defaults={"a": 1} says so, or says what cannot be told. */
static gboolean
is_set_besides(const PgaDjangoEvent *event, const char *name)
{
    static const char *const arguments[] = {"defaults", "create_defaults"};

    for (guint i = 0; i < G_N_ELEMENTS(arguments); i++) {
        const PgaPyValue *values =
            event->value ? pga_py_argument(event->value, G_MAXUINT, arguments[i]) : NULL;

        if (values && values->kind != PGA_PY_DICT)
            return TRUE;
        for (guint j = 0; values && values->keys && j < values->keys->len; j++) {
            const PgaPyValue *key = g_ptr_array_index(values->keys, j);

            if (key->kind != PGA_PY_STRING || g_str_equal(key->text, name))
                return TRUE;
        }
    }
    return FALSE;
}

/* What both processes would write into the column, because the field says so. */
static gboolean
has_same_default(const PgaDjangoEvent *event, const PgaDjangoField *field)
{
    const PgaPyValue *value =
        field->call && field->column ? pga_py_argument(field->call, G_MAXUINT, "default") : NULL;

    return value && event->value &&
           (value->kind == PGA_PY_STRING || value->kind == PGA_PY_NUMBER ||
            value->kind == PGA_PY_BOOL) &&
           !is_set_besides(event, field->name);
}

/* The second row would be the same in these too: a unique key over them all refuses it. */
static gboolean
is_unique_by_default(const PgaDjangoRun *run, const PgaDjangoEvent *event, const Lookup *lookup)
{
    const PgaDjangoModel *model = event->queryset->model;
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    gboolean partial;

    for (guint i = 0; i < lookup->fields->len; i++)
        g_ptr_array_add(fields, g_ptr_array_index(lookup->fields, i));
    for (guint i = 0; i < model->fields->len; i++)
        if (has_same_default(event, g_ptr_array_index(model->fields, i)))
            pga_flow_add_field(fields, g_ptr_array_index(model->fields, i));
    return fields->len > lookup->fields->len && pga_flow_is_unique(run, model, fields, &partial);
}

static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    gboolean partial = FALSE;
    Lookup lookup = lookup_of(event);

    if (lookup.is_known &&
        !pga_flow_is_unique(run, event->queryset->model, lookup.fields, &partial) && !partial &&
        !is_unique_folded(run, event->queryset->model, &lookup) &&
        !is_unique_by_default(run, event, &lookup) && !pga_flow_is_guarded(event))
        report(run, event, &lookup);
    g_ptr_array_unref(lookup.folded);
    g_ptr_array_unref(lookup.fields);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    guint n = 0;

    for (guint i = 0; i < function->events->len && n < PGA_FLOW_MOST; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (!is_candidate(event))
            continue;
        n++;
        judge_event(run, event);
    }
}

const PgaRule pga_rule_dj_get_or_create_no_unique = {
    .id = "dj-get-or-create-no-unique",
    .title = "get_or_create() or update_or_create() without a unique constraint",
    .category = "concurrency",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_ERROR,
    .why =
        "get_or_create() asks and then inserts; that it makes one row only is the work of a unique "
        "constraint. Without it two requests make two rows, and every later call fails.",
    .when_not = "One process only calls it for such rows.",
    .condition =
        "The keywords besides defaults, and the conditions of the QuerySet, hold no unique "
        "field or set of fields of the model; a field that both rows would have the same constant "
        "default of counts as one of them, __iexact is held by one over Upper() or Lower(), and "
        "what a migration makes unique by RunSQL counts.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "class Tag(models.Model):\n"
               "    name = models.CharField(max_length=30)\n"
               "# shop/views.py\n"
               "from .models import Tag\n"
               "def tag(request, name):\n"
               "    return Tag.objects.get_or_create(name=name)",
    .fix =
        "A UniqueConstraint over these fields, after the duplicates that are there are gone; with "
        "nullable fields nulls_distinct=False, from Django 5.0 and PostgreSQL 15 on. Run in the "
        "lab.",
    .docs = "https://docs.djangoproject.com/en/5.2/ref/models/querysets/#get-or-create",
    .docs_title = "Django: get_or_create()",
    .requirements = "DJ-2 DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};
