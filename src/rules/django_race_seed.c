/* Rows that the source names, which no two requests make. */
#include "django_race_internal.h"

static gboolean
is_fixed(const PgaPyValue *value)
{
    return value && (value->kind == PGA_PY_STRING || value->kind == PGA_PY_NUMBER ||
                     value->kind == PGA_PY_BOOL || value->kind == PGA_PY_NONE ||
                     (value->kind == PGA_PY_NAME && g_str_has_prefix(value->text, "settings.")));
}

static void
take_fixed(const PgaDjangoLookup *lookup, G_GNUC_UNUSED gboolean required, gpointer data)
{
    gboolean *fixed = data;

    *fixed &= is_fixed(lookup->value);
}

/* Got by what the source says: Group.objects.get(name="Users"). */
static gboolean
is_fixed_row(const PgaDjangoFunction *function, const char *name)
{
    gboolean fixed = FALSE;

    for (guint i = 0; i < function->objects->len; i++) {
        const PgaDjangoObject *object = g_ptr_array_index(function->objects, i);
        const PgaDjangoEvent *event = pga_django_object_event(function, object);

        if (g_strcmp0(object->name, name) != 0)
            continue;
        fixed = event && event->act == PGA_DJANGO_GET && event->queryset && event->queryset->where;
        if (fixed)
            pga_django_queryset_each_lookup(event->queryset, take_fixed, &fixed);
        if (!fixed)
            return FALSE;
    }
    return fixed;
}

/** Whether rows are looked for by rows that the source names. */
typedef struct {
    const PgaDjangoFunction *function;
    gboolean is_seed;
} Seed;

static void
take_seed(const PgaDjangoLookup *lookup, G_GNUC_UNUSED gboolean required, gpointer data)
{
    Seed *seed = data;

    seed->is_seed &= lookup->value && lookup->value->kind == PGA_PY_NAME &&
                     is_fixed_row(seed->function, lookup->value->text);
}

gboolean
pga_race_is_seed(const PgaDjangoEvent *check)
{
    Seed seed = {check->function, !pga_flow_is_concurrent(check->function)};

    if (seed.is_seed)
        pga_django_queryset_each_lookup(check->queryset, take_seed, &seed);
    return seed.is_seed;
}
