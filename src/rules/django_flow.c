/* Which rows others can change meanwhile, and what keeps them from it. */
#include "django_flow_internal.h"

#include <string.h>

static const struct {
    const char *base;
    PgaFlowKind kind;
} kinds[] = {
    {"IntegerField", PGA_FLOW_NUMBER},
    {"BigIntegerField", PGA_FLOW_NUMBER},
    {"SmallIntegerField", PGA_FLOW_NUMBER},
    {"PositiveIntegerField", PGA_FLOW_NUMBER},
    {"PositiveBigIntegerField", PGA_FLOW_NUMBER},
    {"PositiveSmallIntegerField", PGA_FLOW_NUMBER},
    {"DecimalField", PGA_FLOW_NUMBER},
    {"FloatField", PGA_FLOW_NUMBER},
    {"BooleanField", PGA_FLOW_BOOLEAN},
    {"NullBooleanField", PGA_FLOW_BOOLEAN},
    {"CharField", PGA_FLOW_TEXT},
    {"TextField", PGA_FLOW_TEXT},
    {"SlugField", PGA_FLOW_TEXT},
    {"EmailField", PGA_FLOW_TEXT},
    {"URLField", PGA_FLOW_TEXT},
    {"DateField", PGA_FLOW_DATE},
    {"DateTimeField", PGA_FLOW_MOMENT},
    {"DurationField", PGA_FLOW_DURATION},
    {"JSONField", PGA_FLOW_JSON},
    {"ArrayField", PGA_FLOW_ARRAY},
    {"HStoreField", PGA_FLOW_HSTORE},
};

PgaFlowKind
pga_flow_kind(const PgaDjangoField *field)
{
    if (field && g_str_equal(field->base, "TextField") && strstr(field->class, "JSON"))
        return PGA_FLOW_JSON; /* a document, kept as text */
    for (guint i = 0; field && i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(field->base, kinds[i].base))
            return field->kind == PGA_DJANGO_PLAIN ? kinds[i].kind : PGA_FLOW_OTHER;
    return PGA_FLOW_OTHER;
}

gboolean
pga_flow_is_lock(const char *name)
{
    static const char *const words[] = {"lock",     "locked",  "locking",   "mutex",
                                        "advisory", "acquire", "semaphore", NULL};
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_auto(GStrv) parts = g_strsplit_set(lower, "._()[]'\" ,", -1);

    for (guint i = 0; parts[i]; i++)
        if (g_strv_contains(words, parts[i]) || g_str_has_suffix(parts[i], "lock:"))
            return TRUE;
    return FALSE;
}

/* A statement of the code's own: LOCK TABLE, pg_advisory_xact_lock(), SELECT … FOR UPDATE. */
static gboolean
is_locking_sql(const PgaDjangoEvent *event)
{
    g_autofree char *upper = g_ascii_strup(event->text ? event->text : "", -1);

    return strstr(upper, "LOCK TABLE") || strstr(upper, "ADVISORY") ||
           strstr(upper, "FOR UPDATE") || strstr(upper, "FOR NO KEY UPDATE");
}

static gboolean
is_lock_event(const PgaDjangoEvent *event)
{
    if (event->queryset && event->queryset->is_for_update)
        return TRUE;
    if (event->act == PGA_DJANGO_CURSOR)
        return is_locking_sql(event);
    return event->act == PGA_DJANGO_CALL && event->name && pga_flow_is_lock(event->name);
}

static gboolean
is_in_lock(const PgaDjangoEvent *event)
{
    const GPtrArray *blocks = event->function->blocks;

    for (guint at = event->block;;) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, at);

        if (block->kind == PGA_DJANGO_BLOCK_WITH && block->name && pga_flow_is_lock(block->name))
            return TRUE;
        if (block->parent == at)
            return FALSE;
        at = block->parent;
    }
}

gboolean
pga_flow_is_guarded(const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;
    const PgaDjangoObject *object = pga_django_event_object(event);

    if ((object && object->is_locked) || is_in_lock(event))
        return TRUE;
    for (guint i = 0; i < function->decorators->len; i++)
        if (pga_flow_is_lock(g_ptr_array_index(function->decorators, i)))
            return TRUE;
    for (guint i = 0; i < event->number; i++) {
        const PgaDjangoEvent *before = g_ptr_array_index(function->events, i);

        if (is_lock_event(before) && pga_django_event_precedes(before, event))
            return TRUE;
    }
    return FALSE;
}

const char *
pga_flow_operator(const PgaDjangoEvent *set)
{
    return set->operator? set->operator: "";
}

const PgaDjangoObject *
pga_flow_shared_object(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    return object && object->origin != PGA_DJANGO_OBJECT_NEW &&
                   object->origin != PGA_DJANGO_OBJECT_CREATED
               ? object
               : NULL;
}

gboolean
pga_flow_writes(const PgaDjangoEvent *event, const char *field)
{
    return !event->written ||
           g_ptr_array_find_with_equal_func(event->written, field, g_str_equal, NULL);
}

const PgaDjangoEvent *
pga_flow_save(const PgaDjangoEvent *set)
{
    const GPtrArray *events = set->function->events;

    for (guint i = set->number + 1; i < events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(events, i);

        if (event->object != set->object || !pga_django_event_precedes(set, event))
            continue;
        if (event->act == PGA_DJANGO_REFRESH)
            return NULL;
        if (event->act == PGA_DJANGO_SAVE && pga_flow_writes(event, set->field->name))
            return event;
    }
    return NULL;
}

gboolean
pga_flow_is_concurrent(const PgaDjangoFunction *function)
{
    return function->is_view || function->is_task || function->is_receiver;
}

gboolean
pga_flow_is_single(const PgaDjangoFunction *function)
{
    static const char *const words[] = {"/scripts/", "/seed",       "populate",
                                        "/demo",     "sample_data", "management/"};
    g_autofree char *path = g_strconcat("/", function->file->path, NULL);

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (strstr(path, words[i]))
            return TRUE;
    return function->is_command || g_str_equal(function->name, "<module>");
}

static gboolean
is_admin(const PgaDjangoFunction *function)
{
    g_autofree char *name = g_path_get_basename(function->file->path);

    return g_str_has_prefix(name, "admin") ||
           (function->class && g_str_has_suffix(function->class, "Admin"));
}

void
pga_flow_set_confidence(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *event)
{
    const PgaDjangoFunction *function = event->function;
    const PgaDjangoObject *object = pga_django_event_object(event);
    const gboolean is_fetched = object && (object->origin == PGA_DJANGO_OBJECT_QUERIED ||
                                           object->origin == PGA_DJANGO_OBJECT_LOOP ||
                                           object->origin == PGA_DJANGO_OBJECT_VIEW);

    if (pga_flow_is_single(function))
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    else if (is_fetched && pga_flow_is_concurrent(function) && !is_admin(function))
        finding->confidence = PGA_CONFIDENCE_CERTAIN;
    else
        finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (is_admin(function) && !run->severity_fixed && finding->severity == PGA_SEVERITY_ERROR)
        finding->severity = PGA_SEVERITY_WARNING;
}

static gboolean
asks_for_snapshot(const char *text)
{
    return (strstr(text, "REPEATABLE") || strstr(text, "SERIALIZABLE")) &&
           (strstr(text, "isolation_level") || strstr(text, "ISOLATION"));
}

char *
pga_flow_lines(const PgaDjangoFile *file, guint first, guint last)
{
    const char *start = file->text, *end;

    for (guint line = 1; line < first && start; line++) {
        start = strchr(start, '\n');
        start = start ? start + 1 : NULL;
    }
    end = start;
    for (guint line = first; line <= last && end; line++) {
        end = strchr(end, '\n');
        end = end ? end + 1 : NULL;
    }
    return end ? g_strndup(start, (gsize)(end - start)) : g_strdup(start ? start : "");
}

void
pga_flow_heed_isolation(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *event)
{
    enum { DECORATORS = 6 }; /* lines above */
    const PgaDjangoFunction *function = event->function;
    const guint first = function->line > DECORATORS ? function->line - DECORATORS : 1;
    g_autofree char *text = pga_flow_lines(function->file, first, event->line);
    gboolean is_isolated = asks_for_snapshot(text);

    for (guint i = 0; i < run->project->settings->len; i++) {
        const PgaDjangoSettings *settings = g_ptr_array_index(run->project->settings, i);

        is_isolated |= asks_for_snapshot(settings->file->text);
    }
    if (is_isolated)
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
}

/* "taken" of "taken = Seat.objects.filter(…).exists()"; (transfer full) (nullable) */
static char *
assigned_name(const PgaDjangoEvent *event)
{
    const char *text = event->text ? event->text : "";
    const gsize length =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

    return length > 0 && g_str_has_prefix(text + length, " = ") ? g_strndup(text, length) : NULL;
}

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* Whether @name stands in @text by itself, not in a longer one. */
static gboolean
has_word(const char *text, const char *name)
{
    const gsize length = strlen(name);

    for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
        if ((at == text || (!is_word(at[-1]) && at[-1] != '.')) && !is_word(at[length]))
            return TRUE;
    return FALSE;
}

/* NOLINTBEGIN(misc-no-recursion): depth ends it */
static gboolean
names(const PgaPyValue *value, const char *name, guint depth)
{
    if (depth == 0)
        return FALSE;
    if (value->kind == PGA_PY_OPAQUE && value->text && has_word(value->text, name))
        return TRUE;
    if (value->kind == PGA_PY_NAME && g_str_equal(value->text, name))
        return TRUE;
    for (guint i = 0; value->items && i < value->items->len; i++)
        if (names(g_ptr_array_index(value->items, i), name, depth - 1))
            return TRUE;
    return FALSE;
}

/* NOLINTEND(misc-no-recursion) */

/* The arm of the if whose condition is @event's statement, or names what it was assigned to. */
static gboolean
is_decided(const PgaDjangoBlock *arm, const PgaDjangoEvent *event, const char *name)
{
    enum { DEEPEST = 8 };

    if (arm->kind != PGA_DJANGO_BLOCK_IF || arm->first_event <= event->number)
        return FALSE;
    if (event->is_condition)
        return arm->parent == event->block;
    return name && arm->condition && names(arm->condition, name, DEEPEST);
}

const PgaDjangoBlock *
pga_flow_decision(const PgaDjangoEvent *event)
{
    const GPtrArray *blocks = event->function->blocks;
    g_autofree char *name = event->is_condition ? NULL : assigned_name(event);

    for (guint i = 0; i < blocks->len; i++)
        if (is_decided(g_ptr_array_index(blocks, i), event, name))
            return g_ptr_array_index(blocks, i);
    return NULL;
}

/* The arm ends the function, or this round of its loop. */
static gboolean
leaves(const PgaDjangoFunction *function, const PgaDjangoBlock *arm)
{
    for (guint i = 0; i < arm->n_events; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, arm->first_event + i);

        if ((event->act == PGA_DJANGO_RETURN || event->act == PGA_DJANGO_RAISE) &&
            g_ptr_array_index(function->blocks, event->block) == arm)
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_flow_depends_on(const PgaDjangoEvent *later, const PgaDjangoBlock *decision)
{
    const GPtrArray *blocks = later->function->blocks;

    for (guint at = later->block;;) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, at);

        if (block == decision ||
            (block->kind == PGA_DJANGO_BLOCK_ELSE && block->first_arm == decision->first_arm))
            return TRUE;
        if (block->parent == at)
            break;
        at = block->parent;
    }
    return later->number >= decision->first_event + decision->n_events &&
           leaves(later->function, decision);
}

/* What follows "b.f = " of "a.f = b.f = 1"; NULL: it is no other target. */
static const char *
chained(const char *text)
{
    const char *end = text;

    while (g_ascii_isalnum(*end) || *end == '_' || *end == '.')
        end++;
    return end > text && g_str_has_prefix(end, " = ") ? end + 3 : NULL;
}

char *
pga_flow_assigned(const PgaDjangoEvent *set)
{
    enum { LONGEST = 160 }; /* bytes: a longer text may have been cut */
    const char *sign = set->text ? strstr(set->text, "= ") : NULL;

    while (sign && chained(sign + 2))
        sign = chained(sign + 2) - 2;
    return sign && strlen(set->text) <= LONGEST ? g_strdup(sign + 2) : NULL;
}

gboolean
pga_flow_reads_itself(const PgaDjangoEvent *set)
{
    const PgaDjangoObject *object = pga_django_event_object(set);
    g_autofree char *text = pga_flow_assigned(set);
    g_autofree char *self = object && object->name && set->field
                                ? g_strdup_printf("%s.%s", object->name, set->field->name)
                                : NULL;

    return set->reads_itself || (text && self && has_word(text, self));
}

static gboolean
is_around(const PgaDjangoFunction *function, guint outer, guint at)
{
    for (;;) {
        const PgaDjangoBlock *block = g_ptr_array_index(function->blocks, at);

        if (at == outer)
            return TRUE;
        if (block->parent == at)
            return FALSE;
        at = block->parent;
    }
}

gboolean
pga_flow_is_fresh(const PgaDjangoEvent *set)
{
    const PgaDjangoObject *object = pga_django_event_object(set);

    for (guint i = set->number; i-- > 0;) {
        const PgaDjangoEvent *before = g_ptr_array_index(set->function->events, i);
        g_autofree char *text = NULL;

        if (before->act != PGA_DJANGO_SET_ATTRIBUTE || before->object != set->object ||
            before->field != set->field || pga_flow_reads_itself(before) ||
            !is_around(set->function, before->block, set->block))
            continue;
        text = pga_flow_assigned(before);
        return text && object->name && !has_word(text, object->name);
    }
    return FALSE;
}

const PgaDjangoModel *
pga_flow_created_model(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);

    if (event->act != PGA_DJANGO_CREATE)
        return NULL;
    return event->queryset ? event->queryset->model : object ? object->model : NULL;
}

gboolean
pga_flow_is_caught(const PgaDjangoEvent *event, const char *name)
{
    const PgaDjangoBlock *attempt = pga_django_event_block(event, PGA_DJANGO_BLOCK_TRY);
    const GPtrArray *blocks = event->function->blocks;

    for (guint i = 0; attempt && i < blocks->len; i++) {
        const PgaDjangoBlock *block = g_ptr_array_index(blocks, i);

        if (block->kind == PGA_DJANGO_BLOCK_EXCEPT && block->first_arm == attempt->first_arm &&
            (!block->name || strstr(block->name, name) || g_str_equal(block->name, "Exception")))
            return TRUE;
    }
    return FALSE;
}

const PgaDjangoField *
pga_flow_field_named(const PgaDjangoModel *model, const char *name)
{
    const PgaDjangoField *field = pga_django_model_field(model, name);

    for (guint i = 0; !field && i < model->fields->len; i++) {
        const PgaDjangoField *other = g_ptr_array_index(model->fields, i);

        if (g_strcmp0(other->column, name) == 0)
            field = other;
    }
    return field;
}

void
pga_flow_add_field(GPtrArray *fields, const PgaDjangoField *field)
{
    for (guint i = 0; i < fields->len; i++)
        if (g_str_equal(((const PgaDjangoField *)g_ptr_array_index(fields, i))->name, field->name))
            return;
    g_ptr_array_add(fields, (gpointer)field);
}

typedef struct {
    GPtrArray *fields;
    gboolean whole;
} Exact;

static void
take_exact(const PgaDjangoLookup *lookup, gboolean required, gpointer data)
{
    Exact *exact = data;

    if (required && lookup->path.field && lookup->path.field->column &&
        lookup->path.hops->len == 0 && g_strcmp0(lookup->path.lookup, "exact") == 0 &&
        lookup->path.transforms->len == 0 && !lookup->subquery &&
        !(lookup->value && lookup->value->kind == PGA_PY_NONE))
        pga_flow_add_field(exact->fields, lookup->path.field);
    else
        exact->whole = FALSE;
}

GPtrArray *
pga_flow_exact_fields(const PgaDjangoQuerySet *queryset, gboolean *whole)
{
    Exact exact = {g_ptr_array_new(), !queryset->incomplete && !queryset->has_extra};

    pga_django_queryset_each_lookup(queryset, take_exact, &exact);
    *whole = exact.whole;
    return exact.fields;
}

static const PgaDjangoField *
field_of(const GPtrArray *fields, const char *name)
{
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        if (g_str_equal(field->name, name))
            return field;
    }
    return NULL;
}

/* Whether @index is over some of @fields only; @nulls (out): one of these may be NULL. */
static gboolean
is_over(const PgaDjangoIndex *index, const GPtrArray *fields, gboolean *nulls)
{
    *nulls = FALSE;
    for (guint i = 0; i < index->columns->len; i++) {
        const char *column = g_ptr_array_index(index->columns, i);
        const PgaDjangoField *field = column ? field_of(fields, column) : NULL;

        if (!field)
            return FALSE;
        *nulls |= field->is_null;
    }
    return index->columns->len > 0;
}

static gboolean
is_unique_in(const PgaDjangoRun *run, const PgaDjangoModel *model, const GPtrArray *fields,
             gboolean *partial)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(run->project, model);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        gboolean nulls;

        if (!index->is_unique || !is_over(index, fields, &nulls))
            continue;
        if (!index->predicate && !nulls)
            return TRUE;
        *partial = TRUE;
    }
    return FALSE;
}

gboolean
pga_flow_is_unique(const PgaDjangoRun *run, const PgaDjangoModel *model, const GPtrArray *fields,
                   gboolean *partial)
{
    enum { FURTHEST = 10 };

    *partial = FALSE;
    for (guint n = 0; model && n < FURTHEST; n++) {
        if (is_unique_in(run, model, fields, partial) ||
            pga_flow_is_unique_by_sql(run, model, fields, NULL))
            return TRUE;
        model = model->parent ? pga_django_project_model(run->project, model->parent) : NULL;
    }
    return FALSE;
}
