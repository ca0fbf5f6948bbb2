/* dj-json-in-textfield: documents that the database cannot look into. */
#include <base/text.h>
#include <string.h>

#include "../column_internal.h"
#include "../django_event_internal.h"
#include "../django_field_internal.h"

/** What was seen of a field. */
typedef struct {
    const PgaDjangoModel *model;
    const PgaDjangoField *field;
    char *written, *read; /* (nullable): "shop/views.py:12" */
} Use;

static void
use_free(gpointer data)
{
    Use *use = data;

    g_free(use->written);
    g_free(use->read);
    g_free(use);
}

static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new_full(NULL, NULL, NULL, use_free);
}

/* "changes_text" beside a JSONField "changes": on its way there. */
static gboolean
is_replaced(const PgaDjangoModel *model, const PgaDjangoField *field)
{
    static const char *const ends[] = {"_text", "_str", "_old", NULL};

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *other = g_ptr_array_index(model->fields, i);

        if (pga_field_is_json(other) && g_str_has_prefix(field->name, other->name) &&
            g_strv_contains(ends, field->name + strlen(other->name)))
            return TRUE;
    }
    return FALSE;
}

static void
note(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaAttributeOf *what, gboolean writes)
{
    Use *use = g_hash_table_lookup(run->memory, what->field);
    char **place;

    if (!pga_field_is_text(what->field) || !what->field->file || what->field->file->is_built_in ||
        what->model->file->is_built_in || is_replaced(what->model, what->field))
        return;
    if (!use) {
        use = g_new0(Use, 1);
        use->model = what->model;
        use->field = what->field;
        g_hash_table_insert(run->memory, (gpointer)what->field, use);
    }
    place = writes ? &use->written : &use->read;
    if (!*place)
        *place = g_strdup_printf("%s:%u", event->function->file->path, event->line);
}

/* json.dumps(x), orjson.dumps(x).decode() */
static gboolean
is_dumped(const PgaPyValue *value)
{
    static const char *const writers[] = {"json.dumps", "orjson.dumps", "ujson.dumps",
                                          "simplejson.dumps", NULL};

    if (value->kind == PGA_PY_CALL && pga_value_call(value, writers) == value)
        return TRUE;
    return value->kind == PGA_PY_CALL && value->text && strstr(value->text, "json.dumps(") &&
           g_str_has_suffix(value->text, ").decode");
}

/* Django's own JSONField writes JSON of what it is given: of JSON a string that holds it. */
static void
report_twice(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaAttributeOf *what)
{
    g_autofree char *table = pga_quote_identifier(what->model->table);
    g_autofree char *column = pga_quote_identifier(what->field->column);
    PgaFinding *finding = pga_django_add_at_event(
        run, event,
        "%s.%s is a JSONField, which writes JSON itself: of json.dumps() it keeps one string, into "
        "which no lookup by key looks.",
        what->model->name, what->field->name);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_note(finding,
                     "Assign the value as it is. Rows that are there already: UPDATE %s SET %s = "
                     "(%s #>> '{}')::jsonb WHERE jsonb_typeof(%s) = 'string', once the code that "
                     "reads them calls json.loads() no more.",
                     table, column, column, column);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaAttributeOf *what,
      const PgaPyValue *value)
{
    if (!is_dumped(value))
        return;
    if (pga_field_is_json(what->field) && g_str_equal(what->field->class, what->field->base))
        report_twice(run, event, what);
    else
        note(run, event, what, TRUE);
}

static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    static const char *const readers[] = {"json.loads", "orjson.loads", "ujson.loads",
                                          "simplejson.loads", NULL};
    const PgaPyValue *call = pga_value_call(event->value, readers);
    const PgaPyValue *argument = call ? pga_py_argument(call, 0, "s") : NULL;
    PgaAttributeOf what;

    pga_event_each_write(run, event, visit);
    if (argument && argument->kind == PGA_PY_NAME &&
        pga_event_attribute(event, argument->text, &what))
        note(run, event, &what, FALSE);
}

static PgaFinding *
complete(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoField *field)
{
    enum { FIRST_WITH_JSON = 301 };

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    if (run->project->version < FIRST_WITH_JSON) {
        pga_finding_note(finding, "JSONField is one of models from Django 3.1 on; before it "
                                  "django.contrib.postgres.fields has one.");
        return finding;
    }
    pga_django_fix_code(finding,
                        g_strdup_printf("%s = models.JSONField(default=dict)", field->name));
    pga_finding_note(finding, "A new column filled in batches takes no long lock; rows that are no "
                              "JSON are found with pg_input_is_valid() (PostgreSQL 16).");
    return finding;
}

/* By name, by help text, by a class of the project's own. */
static void
judge_field(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    static const char *const words[] = {"json", NULL};
    const gboolean is_class =
        !g_str_equal(field->class, field->base) && pga_name_contains(field->class, words);
    PgaFinding *finding;

    if (!pga_field_is_text(field) || is_replaced(model, field) ||
        !(is_class || pga_name_has_word(field->name, words) || pga_field_says(field, "json")))
        return;
    finding = complete(run,
                       pga_django_add_at_field(run, model, field,
                                               is_class ? "%s keeps JSON in a column of text"
                                                        : "%s: JSON by its name or its help text",
                                               is_class ? field->class : field->name),
                       field);
    finding->confidence = is_class ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
}

/* What code shows says more than a name. */
static gboolean
was_reported(const PgaDjangoRun *run, const Use *use)
{
    for (guint i = 0; i < run->findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(run->findings, i);

        if (finding->rule != run->rule->id || finding->line != use->field->line ||
            g_strcmp0(finding->file, use->field->file->path) != 0)
            continue;
        finding->confidence = PGA_CONFIDENCE_LIKELY;
        return TRUE;
    }
    return FALSE;
}

static int
compare_uses(gconstpointer left, gconstpointer right)
{
    const Use *a = *(Use *const *)left, *b = *(Use *const *)right;
    const int order = strcmp(a->field->file->path, b->field->file->path);

    return order ? order : (a->field->line > b->field->line) - (a->field->line < b->field->line);
}

/* (transfer full): "json.dumps() in shop/views.py:3, json.loads() in shop/tasks.py:9". */
static char *
phrase_use(const Use *use)
{
    g_autofree char *written =
        use->written ? g_strconcat("json.dumps() in ", use->written, NULL) : NULL;
    g_autofree char *read = use->read ? g_strconcat("json.loads() in ", use->read, NULL) : NULL;

    if (written && read)
        return g_strdup_printf("%s, %s", written, read);
    return g_strdup(written ? written : read);
}

static void
report_use(PgaDjangoRun *run, const Use *use)
{
    g_autofree char *how = phrase_use(use);
    PgaFinding *finding = pga_django_add_at_field(run, use->model, use->field, "%s", how);

    complete(run, finding, use->field)->confidence = PGA_CONFIDENCE_LIKELY;
}

static void
finish(PgaDjangoRun *run)
{
    g_autoptr(GPtrArray) uses = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, run->memory);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(uses, value);
    g_ptr_array_sort(uses, compare_uses);
    for (guint i = 0; i < uses->len; i++)
        if (!was_reported(run, g_ptr_array_index(uses, i)))
            report_use(run, g_ptr_array_index(uses, i));
}

const PgaRule pga_rule_dj_json_in_textfield = {
    .id = "dj-json-in-textfield",
    .title = "JSON kept as text",
    .category = "jsonb",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The database takes any text for it, cannot look into it and indexes nothing of it: "
           "each search by a part reads and parses every row in Python.",
    .when_not = "The bytes have to stay as they came, for a signature or a log.",
    .condition =
        "A CharField or TextField that code writes json.dumps() to or reads with "
        "json.loads(), or of a class of the project's own with JSON in its name; one with "
        "json in its name or help text is only possible. Not one that a JSONField beside it "
        "takes the place of: extra_text, extra. Also a JSONField of Django's own that code writes "
        "json.dumps() to, which makes a string of it.",
    .example = "# shop/models.py\nimport json\nfrom django.db import models\n\n\n"
               "class Order(models.Model):\n    extra = models.TextField()\n\n"
               "    def keep(self, extra):\n        self.extra = json.dumps(extra)\n"
               "        self.save()",
    .fix = "Proposes a JSONField; the change of type rewrites the table and fails at a row that is "
           "no JSON.",
    .docs = "datatype-json.html",
    .docs_title = "JSON Types",
    .requirements = "DJ-3 DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin,
               .field = judge_field,
               .event = judge_event,
               .finish = finish,
               .forget = pga_fields_forget},
};
