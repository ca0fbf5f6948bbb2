/* dj-unique-in-code-only: a look before the insert is all that keeps it unique. */
#include <string.h>

#include "../django_field_internal.h"
#include "../django_flow_internal.h"

/* Fields that the question compares, and whether it is more than that. */
typedef struct {
    GPtrArray *fields; /* of const char * */
    gboolean is_other; /* over a relation, by another lookup, with an expression */
    gboolean folds_case;
} Question;

static void
visit(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    Question *question = data;
    const PgaDjangoPath *path = &lookup->path;

    if (!required) { /* exclude(pk=self.pk) is all but the row itself; one of several does */
        question->is_other |= !path->field || !path->field->is_primary_key;
        return;
    }
    if (!path->field || path->hops->len > 0 || path->transforms->len > 0 ||
        lookup->value_is_expression || lookup->subquery) {
        question->is_other = TRUE;
        return;
    }
    if (g_str_equal(path->lookup, "iexact"))
        question->folds_case = TRUE;
    else if (!g_str_equal(path->lookup, "exact"))
        question->is_other = TRUE;
    g_ptr_array_add(question->fields, path->field->name);
}

/* A unique key over some of them, or over an expression, refuses a row that agrees in all. */
static gboolean
is_kept_by_index(const PgaDjangoProject *project, const PgaDjangoModel *model,
                 const GPtrArray *fields)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(project, model);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        guint n = 0;

        for (guint j = 0; j < index->columns->len; j++) {
            const char *name = g_ptr_array_index(index->columns, j);

            n += !name ||
                 g_ptr_array_find_with_equal_func((GPtrArray *)fields, name, g_str_equal, NULL);
        }
        if (index->is_unique && n == index->columns->len)
            return TRUE;
    }
    return FALSE;
}

/* By Meta, or by a migration's RunSQL. */
static gboolean
is_kept(const PgaDjangoRun *run, const PgaDjangoModel *model, const GPtrArray *names)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new();

    if (is_kept_by_index(run->project, model, names))
        return TRUE;
    for (guint i = 0; i < names->len; i++) {
        const PgaDjangoField *field = pga_django_model_field(model, g_ptr_array_index(names, i));

        if (field)
            g_ptr_array_add(fields, (gpointer)field);
    }
    return pga_flow_is_unique_by_sql(run, model, fields, fields);
}

/* "if not …exists(): raise": it refuses what is not there. */
static gboolean
is_negated(const PgaDjangoEvent *raise)
{
    const PgaDjangoBlock *block = pga_django_event_block(raise, PGA_DJANGO_BLOCK_IF);
    g_autofree char *text = block && block->condition ? pga_py_value_text(block->condition) : NULL;

    return text && g_str_has_prefix(text, "not ");
}

/* It refuses what is there already: an error right behind the question. */
static gboolean
refuses(const PgaDjangoEvent *event, const char *error)
{
    const GPtrArray *events = event->function->events;

    for (guint i = 0; i < events->len; i++) {
        const PgaDjangoEvent *next = g_ptr_array_index(events, i);

        if (next->act == PGA_DJANGO_RAISE && next->line > event->line &&
            next->line <= event->last_line + 4 && strstr(next->text, error))
            return !is_negated(next);
    }
    return FALSE;
}

static gboolean
is_validation(const PgaDjangoFunction *function)
{
    return g_str_has_prefix(function->name, "clean") ||
           g_str_has_prefix(function->name, "validate");
}

/* "if Order.objects.filter(name=new).exists(): raise", then "order.name = new": whose row is given
 * a value that no other has. */
static gboolean
renames(const PgaDjangoEvent *event, const GPtrArray *names)
{
    const GPtrArray *events = event->function->events;

    for (guint i = event->number + 1; i < events->len; i++) {
        const PgaDjangoEvent *set = g_ptr_array_index(events, i);
        const PgaDjangoObject *object =
            set->act == PGA_DJANGO_SET_ATTRIBUTE ? pga_flow_shared_object(set) : NULL;

        if (object && set->field && object->model == event->queryset->model &&
            !pga_flow_is_guarded(set) && pga_django_event_precedes(event, set) &&
            pga_flow_save(set) &&
            g_ptr_array_find_with_equal_func((GPtrArray *)names, set->field->name, g_str_equal,
                                             NULL))
            return TRUE;
    }
    return FALSE;
}

static gboolean
asks(const PgaDjangoEvent *event)
{
    return (event->act == PGA_DJANGO_EXISTS_CALL || event->act == PGA_DJANGO_TRUTH ||
            event->act == PGA_DJANGO_COUNT) &&
           event->queryset && event->queryset->model && event->queryset->where &&
           !event->queryset->incomplete;
}

/* "if self.vrf.enforce_unique", "if settings.ALLOW_DUPLICATES": somebody decides whether rows may
 * repeat, which no unique key can ask. */
static gboolean
is_decided_elsewhere(const PgaDjangoEvent *event)
{
    static const char *const words[] = {"settings", "config", "enforce",
                                        "unique",   "allow",  "duplicate"};
    const GPtrArray *blocks = event->function->blocks;

    for (guint at = event->block;;) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, at);
        g_autofree char *text = block->condition ? pga_py_value_text(block->condition) : NULL;
        g_autofree char *lower = text ? g_ascii_strdown(text, -1) : NULL;

        for (guint i = 0; lower && i < G_N_ELEMENTS(words); i++)
            if (strstr(lower, words[i]))
                return TRUE;
        if (block->parent == at)
            return FALSE;
        at = block->parent;
    }
}

/* --- periods that may not overlap --- */

/** Where one of the fields is at most something, and the other at least. */
typedef struct {
    const PgaDjangoField *start, *end;
    gboolean is_other; /* more than one each, or of no one row */
} Period;

static void
take_bound(const PgaDjangoField **bound, const PgaDjangoField *field, Period *period)
{
    period->is_other |= *bound && *bound != field;
    *bound = field;
}

static void
visit_bound(const PgaDjangoLookup *lookup, G_GNUC_UNUSED gboolean required, gpointer data)
{
    Period *period = data;
    const PgaDjangoPath *path = &lookup->path;

    if (!path->field || path->hops->len > 0 || path->transforms->len > 0)
        period->is_other = TRUE;
    else if (g_str_equal(path->lookup, "lt") || g_str_equal(path->lookup, "lte"))
        take_bound(&period->start, path->field, period);
    else if (g_str_equal(path->lookup, "gt") || g_str_equal(path->lookup, "gte"))
        take_bound(&period->end, path->field, period);
    else
        period->is_other |= !path->field->is_primary_key && !g_str_equal(path->lookup, "exact");
}

/* The function that makes a range of two values of the field: (nullable) */
static const char *
range_of(const PgaDjangoField *field)
{
    static const struct {
        const char *base, *range;
    } ranges[] = {{"DateField", "daterange"},
                  {"DateTimeField", "tstzrange"},
                  {"IntegerField", "int4range"},
                  {"BigIntegerField", "int8range"}};

    for (guint i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (g_str_equal(field->base, ranges[i].base))
            return ranges[i].range;
    return NULL;
}

static gboolean
has_exclusion(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->constraints->len; i++)
        if (g_str_has_suffix(pga_py_last_name(g_ptr_array_index(model->constraints, i)),
                             "ExclusionConstraint"))
            return TRUE;
    return FALSE;
}

static void
visit_same(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    const PgaDjangoPath *path = &lookup->path;

    if (required && path->field && path->hops->len == 0 && !path->field->is_primary_key &&
        g_str_equal(path->lookup, "exact"))
        g_string_append_printf(data, "\n#     (\"%s\", RangeOperators.EQUAL),", path->field->name);
}

static gboolean
is_period(const Period *period, const PgaDjangoModel *model)
{
    return !period->is_other && period->start && period->end && period->start != period->end &&
           range_of(period->start) && g_str_equal(period->start->base, period->end->base) &&
           !has_exclusion(model);
}

/* "Invoice.objects.filter(start__lte=self.end, end__gte=self.start).exists()" */
static gboolean
judge_period(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    const PgaDjangoModel *model = event->queryset->model;
    Period period = {NULL, NULL, FALSE};
    g_autoptr(GString) same = NULL;
    PgaFinding *finding;

    pga_django_queryset_each_lookup(event->queryset, visit_bound, &period);
    if (!is_period(&period, model))
        return FALSE;
    finding =
        pga_django_add_at_event(run, event,
                                "rows of %s.%s whose %s to %s overlap are refused only here: "
                                "two requests that both look before either saves get both in",
                                model->app, model->name, period.start->name, period.end->name);
    finding->confidence =
        is_decided_elsewhere(event) ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    same = g_string_new(NULL);
    pga_django_queryset_each_lookup(event->queryset, visit_same, same);
    pga_django_fix_code(
        finding,
        g_strdup_printf("# in Meta.constraints:\n"
                        "# ExclusionConstraint(name=\"…\", expressions=[\n"
                        "#     (Func(\"%s\", \"%s\", Value(\"[]\"), function=\"%s\"), "
                        "RangeOperators.OVERLAPS),%s\n# ])%s",
                        period.start->name, period.end->name, range_of(period.start), same->str,
                        same->len ? "\n# and BtreeGistExtension() in a migration before it" : ""));
    return TRUE;
}

static char *
joined(GPtrArray *names, const char *separator)
{
    char *text;

    g_ptr_array_add(names, NULL);
    text = g_strjoinv(separator, (char **)names->pdata);
    g_ptr_array_remove_index(names, names->len - 1);
    return text;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    g_autofree char *names = NULL, *code = NULL;
    Question question = {.fields = fields};
    const PgaDjangoModel *model;
    gboolean is_validated;
    PgaFinding *finding;

    if (!asks(event) || !refuses(event, ""))
        return;
    model = event->queryset->model;
    is_validated = is_validation(event->function) && refuses(event, "ValidationError");
    if (model->is_abstract || !model->is_managed || model->file->is_built_in ||
        (is_validated && judge_period(run, event)))
        return;
    pga_django_queryset_each_lookup(event->queryset, visit, &question);
    if (question.is_other || fields->len == 0 || !(is_validated || renames(event, fields)) ||
        is_kept(run, model, fields))
        return;
    names = joined(fields, ", ");
    code = joined(fields, "\", \"");
    finding = pga_django_add_at_event(run, event,
                                      "%s of %s.%s is unique only here: two requests that both "
                                      "look before either saves get both rows in",
                                      names, model->app, model->name);
    finding->confidence =
        is_decided_elsewhere(event) ? PGA_CONFIDENCE_POSSIBLE : PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_django_fix_code(
        finding,
        question.folds_case
            ? g_strdup_printf("models.UniqueConstraint(Lower(\"%s\"), name=\"…\"),",
                              (const char *)g_ptr_array_index(fields, 0))
            : g_strdup_printf("models.UniqueConstraint(fields=[\"%s\"], name=\"…\"),", code));
}

const PgaRule pga_rule_dj_unique_in_code_only = {
    .id = "dj-unique-in-code-only",
    .title = "Unique by a look before the insert",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Between the look and the insert another request looks too and finds nothing; forms "
           "check, imports and the shell do not.",
    .when_not = "A duplicate now and then does no harm.",
    .condition =
        "clean…() or validate…() that asks for rows by exact values of a model's own "
        "fields and raises ValidationError when there are some, or a function that raises "
        "then and else gives such a value to a row of the model, while no unique key of "
        "the model is over such fields; or by a start and an end, so that no periods overlap, "
        "without an ExclusionConstraint.",
    .example = "# shop/models.py\nfrom django.core.exceptions import ValidationError\n"
               "from django.db import models\n\n\nclass Coupon(models.Model):\n"
               "    code = models.CharField(max_length=20)\n\n    def clean(self):\n"
               "        if Coupon.objects.filter(code=self.code).exclude(pk=self.pk).exists():\n"
               "            raise ValidationError(\"taken\")",
    .fix = "Proposes a UniqueConstraint, for periods an ExclusionConstraint; rows that repeat are "
           "found first.",
    .docs = "ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
    .docs_title = "Unique Constraints",
    .requirements = "DJ-4 DJ-2",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};
