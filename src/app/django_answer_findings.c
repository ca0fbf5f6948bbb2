/* What fixes of findings say in Python: indexes and constraints for a Meta, definitions of fields.
 */
#include <string.h>

#include "django_answer_internal.h"

#define MAX_DEPTH 40 /* of what a fix says */

/** A finding's fix being read. */
typedef struct {
    DjangoAnswer *answer;
    PgaFinding *finding;
    const PgaDjangoModel *model;
    const PgaPythonSource *source;
    GPtrArray *edits; /* of Edit *: in the order of the text */
    gboolean keys;    /* unique keys are looked for, nothing else */
} Fix;

/** What the answer says in place of a call of the fix. */
typedef struct {
    guint start, end; /* bytes */
    char *text;
} Edit;

static void
edit_free(gpointer data)
{
    g_free(((Edit *)data)->text);
    g_free(data);
}

/* "shop.Order.total", "shop.Order in shop.views.ship": the model. (nullable) */
static const PgaDjangoModel *
model_of(const PgaDjangoProject *project, const char *object)
{
    const char *dot = object ? strchr(object, '.') : NULL;
    g_autofree char *name =
        dot ? g_strndup(object, (gsize)(dot - object) + 1 + strcspn(dot + 1, ". ,(")) : NULL;
    const PgaDjangoModel *model = name ? pga_django_project_model(project, name) : NULL;

    return model && !model->is_abstract && !model->is_proxy && model->is_managed &&
                   !model->file->is_built_in
               ? model
               : NULL;
}

static void
set_argument(PgaPyValue *call, const char *name, const char *value)
{
    g_autofree char *text = g_strdup_printf("f(%s=\"%s\")", name, value);
    g_autoptr(PgaPyValue) made = pga_django_python_value(text);

    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key && g_str_equal(key->text, name)) {
            g_ptr_array_remove_index(call->keys, i);
            g_ptr_array_remove_index(call->items, i);
            break;
        }
    }
    g_ptr_array_add(call->keys, g_ptr_array_steal_index(made->keys, 0));
    g_ptr_array_add(call->items, g_ptr_array_steal_index(made->items, 0));
}

/* check= until 5.0, condition= from 5.1 on. */
static void
settle_check(const PgaDjangoProject *project, PgaPyValue *call)
{
    const char *right = project->version >= 501 ? "condition" : "check";
    const char *wrong = project->version >= 501 ? "check" : "condition";

    for (guint i = 0; i < call->keys->len; i++) {
        PgaPyValue *key = g_ptr_array_index(call->keys, i);

        if (key && g_str_equal(key->text, wrong)) {
            g_free(key->text);
            key->text = g_strdup(right);
        }
    }
}

/* A key names a field once. */
static void
settle_fields(PgaPyValue *call)
{
    const PgaPyValue *fields = pga_py_argument(call, G_MAXUINT, "fields");
    guint place;

    for (guint i = fields && fields->items ? fields->items->len : 0; i > 1; i--)
        if (g_ptr_array_find_with_equal_func(fields->items, g_ptr_array_index(fields->items, i - 1),
                                             (GEqualFunc)pga_py_equal, &place) &&
            place < i - 1)
            g_ptr_array_remove_index(fields->items, i - 1);
}

static gboolean
is_list_among(const GPtrArray *lists, const PgaPyValue *fields)
{
    g_autofree char *text = pga_py_value_text(fields);

    for (guint i = 0; i < lists->len; i++) {
        g_autoptr(PgaPyValue) list = pga_py_value_copy(g_ptr_array_index(lists, i));
        g_autofree char *other = NULL;

        list->is_tuple = fields->is_tuple;
        other = pga_py_value_text(list);
        if (g_str_equal(text, other))
            return TRUE;
    }
    return FALSE;
}

/* Whether the model has all that is named: the finding may be about another one. */
static gboolean
has_fields(const PgaDjangoModel *model, const PgaPyValue *call)
{
    const PgaPyValue *fields = pga_py_argument(call, G_MAXUINT, "fields");

    for (guint i = 0; fields && fields->items && i < fields->items->len; i++) {
        const PgaPyValue *field = g_ptr_array_index(fields->items, i);
        const char *name = field->text ? field->text : "";

        if (!pga_django_model_field(model, *name == '-' ? name + 1 : name))
            return FALSE;
    }
    return TRUE;
}

/* unique_together and index_together are keys as well. */
static gboolean
is_together(const PgaDjangoModel *model, const PgaPyValue *call)
{
    const PgaPyValue *fields = pga_py_argument(call, G_MAXUINT, "fields");

    return fields && (is_list_among(model->unique_together, fields) ||
                      is_list_among(model->index_together, fields));
}

/* "shop_order_status_uniq" of what has no name. */
static char *
name_for(const Fix *fix, const PgaPyValue *call, const char *ending)
{
    const PgaPyValue *fields = pga_py_argument(call, G_MAXUINT, "fields");
    g_autoptr(GString) name = g_string_new(fix->model->table);

    for (guint i = 0; fields && fields->items && i < fields->items->len; i++) {
        const PgaPyValue *field = g_ptr_array_index(fields->items, i);

        g_string_append_printf(name, "_%s", field->text ? field->text : "");
    }
    g_string_append_printf(name, "_%s", ending);
    return g_string_free(g_steal_pointer(&name), FALSE);
}

static const struct {
    const char *class;
    DjangoWishKind kind;
    const char *ending;
} classes[] = {
    {"CheckConstraint", DJANGO_WISH_CHECK, "check"},
    {"UniqueConstraint", DJANGO_WISH_UNIQUE, "uniq"},
    {"ExclusionConstraint", DJANGO_WISH_CONSTRAINT, "excl"},
    {"Index", DJANGO_WISH_INDEX, "idx"},
    {"GinIndex", DJANGO_WISH_INDEX, "gin"},
    {"GistIndex", DJANGO_WISH_INDEX, "gist"},
    {"BrinIndex", DJANGO_WISH_INDEX, "brin"},
    {"HashIndex", DJANGO_WISH_INDEX, "hash"},
    {"SpGistIndex", DJANGO_WISH_INDEX, "spgist"},
};

static gint
class_of(const PgaPyValue *call)
{
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
        if (g_str_equal(pga_py_last_name(call), classes[i].class))
            return (gint)i;
    return -1;
}

/* What its operator classes are of. (nullable) */
static const char *
extension_for(const PgaPyValue *call)
{
    g_autofree char *text = pga_py_value_text(call);

    if (strstr(text, "_trgm_ops"))
        return "pg_trgm";
    return g_str_equal(pga_py_last_name(call), "ExclusionConstraint") ? "btree_gist" : NULL;
}

static DjangoWish *
wish_for(const Fix *fix, DjangoWishKind kind, PgaPyValue *call)
{
    DjangoWish *wish = pga_django_wish_new(kind, fix->model);

    wish->call = call;
    wish->why = g_strdup(fix->finding->title);
    wish->rule = fix->finding->rule;
    return wish;
}

/* The call at @node is another one in the answer, or has another name there. Takes @stated. */
static void
agree(const Fix *fix, TSNode node, char *stated, const DjangoWish *wish, gboolean is_own)
{
    g_autofree char *name = stated, *text = pga_python_text(fix->source, node);
    Edit *edit;

    if (is_own && g_strcmp0(name, wish->name) == 0)
        return;
    edit = g_new0(Edit, 1);
    edit->start = ts_node_start_byte(node);
    edit->end = ts_node_end_byte(node);
    edit->text = is_own && name ? pga_django_name_replaced(text, name, wish->name)
                                : pga_py_value_text(wish->call);
    g_ptr_array_add(fix->edits, edit);
    pga_django_fix_agree(fix->answer, fix->finding, name, wish, is_own);
}

static void
wish_named(const Fix *fix, TSNode node, PgaPyValue *call, guint class)
{
    DjangoWish *wish = wish_for(fix, classes[class].kind, call);
    const char *written = pga_py_argument_text(call, G_MAXUINT, "name");
    char *stated = written && !strstr(written, "…") ? g_strdup(written) : NULL;
    g_autofree char *made = stated ? NULL : name_for(fix, call, classes[class].ending);
    const DjangoWish *kept;

    if (wish->kind == DJANGO_WISH_CHECK)
        settle_check(fix->answer->project, call);
    wish->name = pga_django_wish_name(fix->answer, stated ? stated : made);
    set_argument(call, "name", wish->name);
    wish->extension = g_strdup(extension_for(call));
    kept = pga_django_wish_add(fix->answer, wish);
    if (kept == wish)
        pga_django_fix_settle(fix->answer, fix->finding, wish);
    if (kept)
        agree(fix, node, stated, kept, kept == wish);
    else
        g_free(stated);
}

/* What the fix does not speak of stays as it is: verbose_name, null, choices. */
static void
keep_arguments(const PgaDjangoField *field, PgaPyValue *call)
{
    static const char *const kept[] = {"verbose_name", "null",       "blank",     "default",
                                       "db_default",   "unique",     "db_index",  "db_column",
                                       "choices",      "validators", "help_text", "editable",
                                       "primary_key",  "db_comment"};

    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        const PgaPyValue *value = pga_py_argument(field->call, i == 0 ? 0 : G_MAXUINT, kept[i]);
        g_autofree char *text = NULL;
        g_autoptr(PgaPyValue) made = NULL;

        if (!value || value->kind == PGA_PY_OPAQUE ||
            pga_py_argument(call, i == 0 ? 0 : G_MAXUINT, kept[i]))
            continue;
        text = g_strdup_printf("f(%s=0)", kept[i]);
        made = pga_django_python_value(text);
        g_ptr_array_add(call->keys, g_ptr_array_steal_index(made->keys, 0));
        g_ptr_array_add(call->items, pga_py_value_copy(value));
    }
}

/* note = models.TextField(): of a field that the model has otherwise. */
static void
wish_field(const Fix *fix, TSNode assignment)
{
    const TSNode right = ts_node_child_by_field_name(assignment, "right", 5);
    g_autofree char *name =
        pga_python_text(fix->source, ts_node_child_by_field_name(assignment, "left", 4));
    const PgaDjangoField *field = pga_django_model_field(fix->model, name);
    g_autoptr(PgaPyValue) call = NULL;
    g_autofree char *now = NULL, *then = NULL;
    DjangoWish *wish;

    if (!field || !field->file || field->file != fix->model->file || !pga_python_is(right, "call"))
        return;
    call = pga_py_value_new(fix->source, right);
    keep_arguments(field, call);
    now = pga_py_value_text(field->call);
    then = pga_py_value_text(call);
    if (!g_str_has_suffix(pga_py_last_name(call), "Field") || g_str_equal(now, then))
        return;
    wish = wish_for(fix, DJANGO_WISH_FIELD, g_steal_pointer(&call));
    wish->field = field;
    wish->name = g_strdup(field->name);
    pga_django_wish_add(fix->answer, wish);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
read_node(const Fix *fix, TSNode node, guint depth)
{
    if (depth > MAX_DEPTH)
        return;
    if (pga_python_is(node, "call")) {
        g_autoptr(PgaPyValue) call = pga_py_value_new(fix->source, node);
        const gint class = class_of(call);

        if (class >= 0) {
            settle_fields(call);
            if ((classes[class].kind == DJANGO_WISH_UNIQUE) == fix->keys &&
                !is_together(fix->model, call) && has_fields(fix->model, call))
                wish_named(fix, node, g_steal_pointer(&call), (guint) class);
            return;
        }
    }
    if (!fix->keys && pga_python_is(node, "assignment"))
        wish_field(fix, node);
    for (guint i = 0; i < ts_node_named_child_count(node); i++)
        read_node(fix, ts_node_named_child(node, i), depth + 1);
}

/* From the end, so that places before it stay. */
static void
apply_edits(const Fix *fix)
{
    for (guint i = fix->edits->len; i > 0; i--) {
        const Edit *edit = g_ptr_array_index(fix->edits, i - 1);
        char *code = fix->finding->fix.code;

        fix->finding->fix.code =
            g_strdup_printf("%.*s%s%s", (int)edit->start, code, edit->text, code + edit->end);
        g_free(code);
    }
}

static void
read_fix(DjangoAnswer *answer, PgaFinding *finding, const PgaDjangoModel *model, gboolean keys)
{
    g_autoptr(PgaPythonSource) source = pga_python_source_new(
        "the fix", g_strdup(finding->fix.code), strlen(finding->fix.code), NULL);
    g_autoptr(GPtrArray) edits = g_ptr_array_new_with_free_func(edit_free);
    const Fix fix = {answer, finding, model, source, edits, keys};

    if (!source || source->has_errors)
        return;
    read_node(&fix, pga_python_root(source), 0);
    apply_edits(&fix);
}

static void
read_fixes(DjangoAnswer *answer, gboolean keys)
{
    const GPtrArray *findings = answer->work->report->findings;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);
        const PgaDjangoModel *model = model_of(answer->project, finding->object);

        if (!model || !finding->fix.code || finding->severity < PGA_SEVERITY_WARNING ||
            g_str_has_prefix(finding->rule, "dj-mig-"))
            continue;
        if (!g_str_equal(finding->rule, "dj-fk-no-index"))
            read_fix(answer, finding, model, keys);
        else if (!keys)
            pga_django_wish_reference(answer, finding, model);
    }
}

void
pga_django_wish_keys(DjangoAnswer *answer)
{
    read_fixes(answer, TRUE);
}

void
pga_django_wish_fixes(DjangoAnswer *answer)
{
    read_fixes(answer, FALSE);
}
