/* What mends a lost update, as code that is right or as words: the lines that depend on what was
 * read stand below the lock, as they are in the source. */
#include <python/source.h>
#include <string.h>

#include "django_race_internal.h"
#include "rule_internal.h"

#define MOST_LINES 20 /* more below a lock is no example any more */

/** Lines of a file, 1-based. */
typedef struct {
    char **lines; /* from @floor + 1 */
    guint floor;  /* what is at or above it stays out */
    guint first, last;
} Span;

/* --- what a fix would leave out --- */

/* Of the model's class or one that it inherits from. */
static gboolean
is_method_of(const PgaDjangoFunction *function, const PgaDjangoModel *model)
{
    for (guint i = 0; i < function->objects->len; i++) {
        const PgaDjangoObject *object = g_ptr_array_index(function->objects, i);

        if (object->origin == PGA_DJANGO_OBJECT_SELF && object->model == model)
            return TRUE;
    }
    for (guint i = 0; i < model->bases->len; i++) {
        const char *base = g_ptr_array_index(model->bases, i);

        if (g_str_has_prefix(function->qualified, base) &&
            g_str_equal(function->qualified + strlen(base), ".save"))
            return TRUE;
    }
    return function->self_model == model;
}

gboolean
pga_race_has_own_save(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    for (guint i = 0; i < run->code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(run->code->functions, i);

        if (g_str_equal(function->name, "save") && is_method_of(function, model))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_race_is_auto_now(const PgaDjangoField *field)
{
    return pga_py_argument_is_true(field->call, "auto_now");
}

void
pga_race_note_update(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const gboolean has_own_save = pga_race_has_own_save(run, model);

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_race_is_auto_now(field))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", field->name);
    }
    if (has_own_save)
        pga_finding_note(finding,
                         "update() does not call save(), which %s has of its own: what it does "
                         "besides has to be done here, too.",
                         model->name);
    if (names->len > 0)
        pga_finding_note(finding,
                         "update() does not set what is auto_now: add %s to it where the time of "
                         "this change counts.",
                         names->str);
}

/* --- the lines below the lock --- */

static gsize
indent_of(const char *line)
{
    return strspn(line, " \t");
}

static gboolean
is_blank(const char *line)
{
    return !line[strspn(line, " \t\r")];
}

static const char *
line_at(const Span *span, guint line)
{
    return span->lines[line - span->floor - 1];
}

/* The arm of a statement that begins above. */
static gboolean
is_later_arm(const char *line)
{
    static const char *const words[] = {"elif ", "else:", "except", "finally:"};

    line += indent_of(line);
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(line, words[i]))
            return TRUE;
    return FALSE;
}

static gsize
least_indent(const Span *span)
{
    gsize least = G_MAXSIZE;

    for (guint line = span->first; line <= span->last; line++)
        if (!is_blank(line_at(span, line)))
            least = MIN(least, indent_of(line_at(span, line)));
    return least;
}

/* Upwards, until it begins with a whole statement that all the others stand below or beside. */
static gboolean
widen(Span *span)
{
    const gsize least = least_indent(span);

    while (is_blank(line_at(span, span->first)) || indent_of(line_at(span, span->first)) > least ||
           is_later_arm(line_at(span, span->first)))
        if (--span->first <= span->floor)
            return FALSE;
    return span->last - span->first < MOST_LINES;
}

static gboolean
is_python(const char *code)
{
    char *text = g_strconcat("def fix():\n", code, "\n", NULL);
    g_autoptr(PgaPythonSource) source = pga_python_source_new("fix", text, strlen(text), NULL);

    return source && !source->has_errors;
}

/* (transfer full) (nullable): the lines, four columns to the right of the least. */
static char *
carried(Span *span)
{
    static const char *const hard[] = {"\"\"\"", "'''", "yield", "await ", "\\\n"};
    g_autoptr(GString) code = g_string_new(NULL);
    gsize least;

    if (!widen(span))
        return NULL;
    least = least_indent(span);
    for (guint line = span->first; line <= span->last; line++) {
        const char *text = line_at(span, line);

        if (is_blank(text))
            continue;
        g_string_append_printf(code, "%s    %s", code->len > 0 ? "\n" : "", text + least);
    }
    for (guint i = 0; i < G_N_ELEMENTS(hard); i++)
        if (strstr(code->str, hard[i]))
            return NULL;
    return is_python(code->str) ? g_strdup(code->str) : NULL;
}

/* (transfer full): of const PgaDjangoField *: what is looked at and what is set up to the end. */
static GHashTable *
fields_set(const PgaRaceChange *change)
{
    GHashTable *fields = g_hash_table_new(g_direct_hash, g_direct_equal);

    g_hash_table_add(fields, (gpointer)change->look->field);
    for (guint i = 0; i <= change->end->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(change->look->function->events, i);

        if (event->act == PGA_DJANGO_SET_ATTRIBUTE && event->object == change->look->object)
            g_hash_table_add(fields, (gpointer)event->field);
    }
    return fields;
}

/* The first event that sets the object's attributes or reads what is set: what it saw is old. */
static const PgaDjangoEvent *
first_use(const PgaRaceChange *change)
{
    g_autoptr(GHashTable) fields = fields_set(change);

    for (guint i = 0; i < change->look->number; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(change->look->function->events, i);

        if (event->object == change->look->object &&
            (event->act == PGA_DJANGO_SET_ATTRIBUTE ||
             (event->act == PGA_DJANGO_GET_ATTRIBUTE &&
              g_hash_table_contains(fields, event->field))))
            return event;
    }
    return change->look;
}

/* What is set on the object is on its way to the row: to read that again would lose it. */
static gboolean
is_in_save(const PgaDjangoFunction *function, const PgaDjangoObject *object)
{
    return object->origin == PGA_DJANGO_OBJECT_SELF && g_str_equal(function->name, "save");
}

/* (transfer full) (nullable): from the first use of what was read to the last line. */
static char *
lines_below(const PgaRaceChange *change, const PgaDjangoObject *object)
{
    const PgaDjangoFunction *function = change->look->function;
    const PgaDjangoEvent *read = pga_django_object_event(function, object);
    const PgaDjangoEvent *first = first_use(change);
    Span span = {.floor = read ? MAX(read->last_line, function->line) : function->line,
                 .first = first->line,
                 .last = change->end->last_line};
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (function->is_async || is_in_save(function, object) || span.first <= span.floor ||
        span.last < span.first)
        return NULL;
    text = pga_flow_lines(function->file, span.floor + 1, span.last);
    lines = g_strsplit(text, "\n", -1);
    span.lines = lines;
    return g_strv_length(lines) >= span.last - span.floor ? carried(&span) : NULL;
}

/* --- the lock --- */

gboolean
pga_race_is_own_variable(const PgaDjangoObject *object)
{
    return object->name && !strchr(object->name, '.') &&
           (object->origin == PGA_DJANGO_OBJECT_QUERIED ||
            object->origin == PGA_DJANGO_OBJECT_LOOP || object->origin == PGA_DJANGO_OBJECT_VIEW ||
            object->origin == PGA_DJANGO_OBJECT_RETURNED);
}

/* (transfer full): "fields=["stock"]" of a save() that names them, else all. */
static char *
fields_of(const PgaDjangoEvent *save)
{
    g_autoptr(GString) fields = g_string_new(NULL);

    for (guint i = 0; save->written && i < save->written->len; i++)
        g_string_append_printf(fields, "%s\"%s\"", i ? ", " : "fields=[",
                               (char *)g_ptr_array_index(save->written, i));
    if (fields->len > 0)
        g_string_append_c(fields, ']');
    return g_strdup(fields->str);
}

char *
pga_race_class(const PgaDjangoObject *object, const char *name)
{
    return object->model->is_abstract ? g_strdup_printf("type(%s)", name)
                                      : g_strdup(object->model->name);
}

/* (transfer full): others hold the object, too: it is read again, not replaced. */
static char *
lock_of(const PgaRaceChange *change, const PgaDjangoObject *object, const char *name)
{
    g_autofree char *model = pga_race_class(object, name);
    g_autofree char *fields = fields_of(change->end);

    if (pga_race_is_own_variable(object))
        return g_strdup_printf("    %s = %s.objects.select_for_update().get(pk=%s.pk)", name, model,
                               name);
    return g_strdup_printf("    %s.objects.select_for_update().get(pk=%s.pk)  # locks the row\n"
                           "    %s.refresh_from_db(%s)",
                           model, name, name, fields);
}

void
pga_race_fix_words(PgaFinding *finding, const PgaRaceChange *change)
{
    const PgaDjangoObject *object = pga_django_event_object(change->look);
    const PgaDjangoEvent *first = first_use(change);

    pga_finding_note(finding,
                     "Lock first, then read and compute: in one transaction.atomic() get the row "
                     "with %s.objects.select_for_update(), and only then do what lines %u to %u do "
                     "with %s. What was computed of it before the lock must not be saved.",
                     object->model->name, MIN(first->line, change->end->last_line),
                     change->end->last_line, change->look->field->name);
}

void
pga_race_fix_lock(PgaFinding *finding, const PgaRaceChange *change)
{
    const PgaDjangoObject *object = pga_django_event_object(change->look);
    g_autofree char *lines = object->name ? lines_below(change, object) : NULL;
    g_autofree char *lock = NULL;

    if (!lines) {
        pga_race_fix_words(finding, change);
        return;
    }
    lock = lock_of(change, object, object->name);
    pga_django_fix_code(finding,
                        g_strdup_printf("with transaction.atomic():\n%s\n%s", lock, lines));
    if (!pga_race_is_own_variable(object) && !change->end->written)
        pga_finding_note(finding,
                         "refresh_from_db() reads the row that is locked: what was set on %s "
                         "before and not saved is lost.",
                         object->name);
}

void
pga_race_add_locked(GPtrArray *steps, const char *reads, const char *lock, const char *changes,
                    const PgaRaceWrite writes[2])
{
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(steps, process, "begins a transaction", g_strdup("BEGIN"));
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(steps, process, reads, g_strdup(lock));
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add_when(steps, process, changes, g_strdup(writes[process - 1].when),
                                  g_strdup(writes[process - 1].sql));
        pga_interleaving_add(steps, process, "commits", g_strdup("COMMIT"));
    }
}
