/* dj-not-in-nullable: NOT IN (SELECT column …) is true of no row as soon as the column is NULL in
 * one. Django adds IS NOT NULL for the outer column only. */
#include "../django_lookups_internal.h"
#include "../django_once_internal.h"

/* The column that the subquery gives. (nullable) */
static const PgaDjangoField *
given_column(const PgaDjangoRun *run, const PgaDjangoQuerySet *inner)
{
    g_auto(PgaDjangoPath) path = {0};

    if (!inner->model || !inner->has_values || !inner->values || inner->values->len != 1)
        return NULL; /* the primary key, which is never NULL */
    pga_django_path_init(&path, run->project, inner->model, inner->annotations,
                         g_ptr_array_index(inner->values, 0));
    return path.transforms && path.transforms->len ? NULL : path.field;
}

/* A condition that no NULL passes. */
static gboolean
excludes_null(const PgaDjangoQuerySet *inner, const PgaDjangoField *field)
{
    g_autoptr(GArray) lookups = pga_django_used_lookups(inner);

    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);
        const PgaDjangoLookup *lookup = used->lookup;
        const gboolean is_null = pga_django_lookup_is_null_test(lookup) &&
                                 !(g_str_equal(lookup->path.lookup, "isnull") && lookup->value &&
                                   lookup->value->kind == PGA_PY_BOOL && !lookup->value->truth);

        if (lookup->path.hops && lookup->path.hops->len)
            return TRUE; /* maybe by the join */
        if (lookup->path.field == field && (used->role == PGA_LOOKUP_NEGATED ? is_null : !is_null))
            return TRUE;
    }
    return FALSE;
}

static void
report(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaDjangoLookup *lookup,
       const PgaDjangoField *given)
{
    PgaFinding *finding = pga_django_add_at_event(
        run, event,
        "%s of %s.%s may be NULL: NOT IN is then true of no row, and nothing comes at all",
        given->name, lookup->subquery->model->app, lookup->subquery->model->name);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_finding_note(finding,
                     "filter(~Exists(….filter(%s=OuterRef(\"%s\")))) is not fooled by NULL and can "
                     "be an anti-join; %s__isnull=False in the subquery is the smallest change.",
                     given->name, lookup->path.field ? lookup->path.field->name : "pk",
                     given->name);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    g_autoptr(GArray) lookups = NULL;

    if (!event->queryset || !event->queryset->where)
        return;
    lookups = pga_django_used_lookups(event->queryset);
    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);
        const PgaDjangoQuerySet *inner = used->lookup->subquery;
        const PgaDjangoField *given;

        if (used->role != PGA_LOOKUP_NEGATED || !inner ||
            !g_str_equal(used->lookup->path.lookup, "in"))
            continue;
        given = given_column(run, inner);
        if (given && given->is_null && !excludes_null(inner, given) && pga_django_once(run, event))
            report(run, event, used->lookup, given);
    }
}

const PgaRule pga_rule_dj_not_in_nullable = {
    .id = "dj-not-in-nullable",
    .title = "exclude() by a subquery of a nullable column",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "One NULL in the subquery and NOT IN is true of no row: the result is empty, without an "
           "error.",
    .when_not = "The column is never NULL, though it could be.",
    .condition = "exclude(…__in=subquery) or ~Q(…__in=subquery) where the one column that the "
                 "subquery gives may be NULL and no condition of it rules that out.",
    .example = "# shop/models.py\n"
               "from django.db import models\n"
               "\n"
               "\n"
               "class Part(models.Model):\n"
               "    parent = models.ForeignKey(\"self\", models.CASCADE, null=True)\n"
               "    made = models.DateTimeField(auto_now_add=True)\n"
               "\n"
               "# shop/views.py\n"
               "from shop.models import Part\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    parents = Part.objects.values(\"parent\")\n"
               "    return list(Part.objects.exclude(id__in=parents))",
    .fix = "None is generated: ~Exists(), or a condition on the column.",
    .docs = "functions-subquery.html#FUNCTIONS-SUBQUERY-NOTIN",
    .docs_title = "Subquery Expressions: NOT IN",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = pga_django_once_begin, .event = judge, .forget = pga_django_once_free},
};
