/* Lost updates, by the kind of value and what is done to it: two changes whose order does not
 * matter when each sees the other's result. */
#include "django_race_internal.h"

#include <string.h>

/** "@" is the value as it was. */
typedef struct {
    PgaFlowKind kind;
    const char *operator; /* "" any other */
    const char *start;
    const char *first, *second;     /* what the processes write */
    const char *observe, *expected; /* "@" is the column */
} Change;

static const Change changes[] = {
    {PGA_FLOW_NUMBER, "-", "5", "@ - 1", "@ - 1", "CAST(@ AS double precision)", "3"},
    {PGA_FLOW_NUMBER, "*", "2", "@ * 2", "@ * 2", "CAST(@ AS double precision)", "8"},
    {PGA_FLOW_NUMBER, "/", "8", "@ / 2", "@ / 2", "CAST(@ AS double precision)", "2"},
    {PGA_FLOW_NUMBER, "max", "5", "greatest(@, 7)", "greatest(@, 6)", "CAST(@ AS double precision)",
     "7"},
    {PGA_FLOW_NUMBER, "min", "5", "least(@, 3)", "least(@, 4)", "CAST(@ AS double precision)", "3"},
    {PGA_FLOW_NUMBER, "", "5", "@ + 1", "@ + 1", "CAST(@ AS double precision)", "7"},
    {PGA_FLOW_BOOLEAN, "", "false", "NOT @", "NOT @", "@", "f"},
    {PGA_FLOW_TEXT, "", "'x'", "@ || 'a'", "@ || 'b'", "@", "xab"},
    {PGA_FLOW_DATE, "-", "'2026-01-03'", "CAST(@ AS date) - 1", "CAST(@ AS date) - 1", "@",
     "2026-01-01"},
    {PGA_FLOW_DATE, "", "'2026-01-01'", "CAST(@ AS date) + 1", "CAST(@ AS date) + 1", "@",
     "2026-01-03"},
    {PGA_FLOW_MOMENT, "-", "'2026-01-03 12:00+00'", "CAST(@ AS timestamptz) - interval '1 day'",
     "CAST(@ AS timestamptz) - interval '1 day'", "CAST(@ AT TIME ZONE 'UTC' AS date)",
     "2026-01-01"},
    {PGA_FLOW_MOMENT, "", "'2026-01-01 12:00+00'", "CAST(@ AS timestamptz) + interval '1 day'",
     "CAST(@ AS timestamptz) + interval '1 day'", "CAST(@ AT TIME ZONE 'UTC' AS date)",
     "2026-01-03"},
    {PGA_FLOW_DURATION, "", "'1 hour'", "CAST(@ AS interval) + interval '1 hour'",
     "CAST(@ AS interval) + interval '1 hour'", "@", "03:00:00"},
    {PGA_FLOW_JSON, "", "'{}'", "jsonb_set(CAST(@ AS jsonb), '{a}', '1')",
     "jsonb_set(CAST(@ AS jsonb), '{b}', '2')", "@", "{\"a\": 1, \"b\": 2}"},
};

static const Change text_array = {PGA_FLOW_ARRAY,
                                  "",
                                  "'{}'",
                                  "array_append(CAST(@ AS text[]), 'a')",
                                  "array_append(CAST(@ AS text[]), 'b')",
                                  "@",
                                  "{a,b}"};
static const Change number_array = {PGA_FLOW_ARRAY,
                                    "",
                                    "'{}'",
                                    "array_append(CAST(@ AS integer[]), 1)",
                                    "array_append(CAST(@ AS integer[]), 2)",
                                    "@",
                                    "{1,2}"};

/* "- 1" of "left = product.stock - 1", where product.stock = left follows; "" none. */
static const char *
sign_before(const PgaDjangoEvent *set)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    g_autofree char *self = g_strdup_printf("%s.%s ", object->name, set->field->name);

    for (guint i = 0; i <= set->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(set->function->events, i);
        const char *at = strstr(event->text ? event->text : "", self);

        if (event->act == PGA_DJANGO_GET_ATTRIBUTE && event->object == set->object &&
            event->field == set->field && !event->is_condition && at)
            return at + strlen(self);
    }
    return "";
}

/* "-" of "-=", of obj.f - 1, "max" of max(obj.f, e). */
static const char *
operator_of(const PgaDjangoEvent *set)
{
    const PgaPyValue *value = set->value;

    if (*pga_flow_operator(set))
        return set->operator;
    if (value && (value->kind == PGA_PY_BINARY || value->kind == PGA_PY_CALL) && value->text)
        return value->text;
    return sign_before(set);
}

/* (nullable) */
static const Change *
array_change(const PgaDjangoField *field)
{
    const PgaPyValue *base = pga_py_argument(field->call, 0, "base_field");
    const char *class = base ? pga_py_last_name(base) : "";

    if (g_str_equal(class, "CharField") || g_str_equal(class, "TextField"))
        return &text_array;
    return g_str_has_suffix(class, "IntegerField") ? &number_array : NULL;
}

/* (nullable) */
static const Change *
change_of(const PgaDjangoEvent *set)
{
    const PgaFlowKind kind = pga_flow_kind(set->field);
    const char *how = operator_of(set);

    if (kind == PGA_FLOW_ARRAY)
        return array_change(set->field);
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++)
        if (changes[i].kind == kind &&
            (g_str_has_prefix(how, changes[i].operator) || g_str_equal(changes[i].operator, "")))
            return &changes[i];
    return NULL;
}

static void
add_steps(PgaRace *race, const PgaDjangoField *field, const Change *change, gboolean only)
{
    GPtrArray *steps = race->interleaving->steps;
    g_autofree char *reads = g_strdup_printf("reads %s", field->name);
    g_autofree char *saves = g_strdup_printf("saves %s made of what it read", field->name);

    pga_interleaving_add(steps, 1, reads, pga_race_select(race, FALSE));
    pga_interleaving_add(steps, 2, reads, pga_race_select(race, FALSE));
    pga_interleaving_add(steps, 1, saves, pga_race_save(race, field, change->first, only));
    pga_interleaving_add(steps, 2, saves, pga_race_save(race, field, change->second, only));
}

static void
add_fixed(PgaRace *race, const PgaDjangoField *field, const Change *change)
{
    GPtrArray *fixed = race->interleaving->fixed;
    g_autofree char *updates = g_strdup_printf("changes %s as it is there", field->name);

    pga_interleaving_add(fixed, 1, updates, pga_race_update(race, field, change->first, ""));
    pga_interleaving_add(fixed, 2, updates, pga_race_update(race, field, change->second, ""));
}

static void
add_locked(PgaRace *race, const PgaDjangoField *field, const Change *change, gboolean only)
{
    g_autofree char *reads = g_strdup_printf("locks the row and reads %s", field->name);
    g_autofree char *saves = g_strdup_printf("saves %s made of what it read", field->name);
    g_autofree char *lock = pga_race_select(race, TRUE);
    g_autofree char *first = pga_race_save(race, field, change->first, only);
    g_autofree char *second = pga_race_save(race, field, change->second, only);

    pga_race_add_locked(race->interleaving->fixed, reads, lock, saves,
                        (const PgaRaceWrite[]){{NULL, first}, {NULL, second}});
}

void
pga_race_lost_update(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *set,
                     const PgaDjangoEvent *save, gboolean locks)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    const PgaDjangoModel *owner = pga_race_owner(run->project, object->model, set->field);
    const Change *change = change_of(set);
    PgaRace *race = change ? pga_race_new(run->project, owner) : NULL;
    g_auto(GStrv) observe = change ? g_strsplit(change->observe, "@", 2) : NULL;

    if (!race || !pga_race_has_column(race, set->field)) {
        g_clear_pointer(&race, pga_race_free);
        return;
    }
    pga_race_start(race, set->field, change->start);
    pga_race_insert_row(race);
    add_steps(race, set->field, change, save->written != NULL);
    if (locks)
        add_locked(race, set->field, change, save->written != NULL);
    else
        add_fixed(race, set->field, change);
    pga_race_finish(race, finding,
                    g_strdup_printf("SELECT %s\"%s\"%s FROM %s", observe[0], set->field->column,
                                    observe[1], race->table),
                    change->expected);
}
