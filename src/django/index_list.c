/* The indexes of a model's own table: what Django makes for keys, for fields' options, for Meta. */
#include <django/index.h>
#include <string.h>

#include "models_internal.h"

#define MAX_KEYS 8 /* keys that reference keys */

typedef struct {
    const PgaDjangoProject *project;
    const PgaDjangoModel *model;
    const DjangoModel *plain; /* the same, as expressions are made of it */
    GPtrArray *indexes;
} IndexList;

static const struct {
    const char *class;
    const char *method;
} methods[] = {
    {"SpGistIndex", "spgist"}, {"GinIndex", "gin"},   {"GistIndex", "gist"},
    {"BrinIndex", "brin"},     {"HashIndex", "hash"}, {"BloomIndex", "bloom"},
};

void
pga_django_index_free(PgaDjangoIndex *index)
{
    if (!index)
        return;
    g_free(index->name);
    g_ptr_array_unref(index->columns);
    g_ptr_array_unref(index->keys);
    g_clear_pointer(&index->opclasses, g_ptr_array_unref);
    g_free(index->method);
    g_free(index->predicate);
    g_free(index);
}

static void
index_free(gpointer data)
{
    pga_django_index_free(data);
}

static PgaDjangoIndex *
index_add(const IndexList *list, const char *origin, const char *method)
{
    PgaDjangoIndex *index = g_new0(PgaDjangoIndex, 1);

    index->columns = g_ptr_array_new_with_free_func(g_free);
    index->keys = g_ptr_array_new_with_free_func(g_free);
    index->method = g_strdup(method);
    index->origin = origin;
    g_ptr_array_add(list->indexes, index);
    return index;
}

/* Takes @key; @column (nullable). */
static void
key_add(PgaDjangoIndex *index, const char *column, char *key)
{
    g_ptr_array_add(index->columns, g_strdup(column));
    g_ptr_array_add(index->keys, key);
}

static void
opclass_add(PgaDjangoIndex *index, const char *opclass)
{
    if (!index->opclasses)
        index->opclasses = g_ptr_array_new_with_free_func(g_free);
    while (index->opclasses->len + 1 < index->columns->len)
        g_ptr_array_add(index->opclasses, g_strdup(""));
    g_ptr_array_add(index->opclasses, g_strdup(opclass));
}

/* "pk", "customer_id" too. (nullable) */
static const PgaDjangoField *
named_field(const PgaDjangoModel *model, const char *name)
{
    const PgaDjangoField *field = pga_django_model_field(model, name);

    for (guint i = 0; !field && i < model->fields->len; i++) {
        const PgaDjangoField *one = g_ptr_array_index(model->fields, i);

        if (g_strcmp0(one->column, name) == 0)
            field = one;
    }
    return field;
}

/* "-created". */
static void
name_add(const IndexList *list, PgaDjangoIndex *index, const char *name)
{
    const PgaDjangoField *field = named_field(list->model, name + (name[0] == '-' ? 1 : 0));
    const char *plain = field ? field->name : name + (name[0] == '-' ? 1 : 0);

    key_add(index, plain, g_strconcat(name[0] == '-' ? "-" : "", plain, NULL));
}

/* --- of fields --- */

/* The field whose type a relation's column has. (nullable) */
static const PgaDjangoField *
typed_field(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    for (guint i = 0; field && i < MAX_KEYS; i++) {
        const PgaDjangoModel *target;
        const char *to_field;

        if (field->kind != PGA_DJANGO_FOREIGN_KEY && field->kind != PGA_DJANGO_ONE_TO_ONE)
            return field;
        target = field->target ? pga_django_project_model(project, field->target) : NULL;
        to_field = pga_py_argument_text(field->call, G_MAXUINT, "to_field");
        field = target ? pga_django_model_field(target, to_field ? to_field : "pk") : NULL;
    }
    return NULL;
}

/* "varchar_pattern_ops" of a column of characters. (nullable) */
static const char *
pattern_opclass(const IndexList *list, const PgaDjangoField *field)
{
    const DjangoContext context = {.model = list->plain, .version = list->project->version};
    const PgaDjangoField *typed = typed_field(list->project, field);
    const DjangoField plain = {.name = typed ? typed->name : NULL,
                               .call = typed ? typed->call : NULL};
    g_autofree char *type = typed ? pga_django_type(&context, &plain) : NULL;

    if (!type || strchr(type, '['))
        return NULL;
    if (g_str_has_prefix(type, "varchar"))
        return "varchar_pattern_ops";
    return g_str_has_prefix(type, "text") ? "text_pattern_ops" : NULL;
}

static const char *
origin_of(const PgaDjangoField *field)
{
    if (field->is_primary_key)
        return "primary_key";
    if (field->is_unique)
        return "unique";
    return field->kind == PGA_DJANGO_FOREIGN_KEY ? "foreign key" : "db_index";
}

static void
add_of_field(const IndexList *list, const PgaDjangoField *field)
{
    PgaDjangoIndex *index;
    const char *opclass;

    if (!field->column || !(field->is_primary_key || field->is_unique || field->has_index))
        return;
    index = index_add(list, origin_of(field), "btree");
    name_add(list, index, field->name);
    index->is_unique = field->is_primary_key || field->is_unique;
    index->line = field->line;
    opclass = pattern_opclass(list, field);
    if (!opclass)
        return;
    index = index_add(list, origin_of(field), "btree");
    name_add(list, index, field->name);
    opclass_add(index, opclass);
    index->is_pattern = TRUE;
}

/* pk = models.CompositePrimaryKey("tenant", "id") */
static void
add_composite_key(const IndexList *list, const PgaDjangoField *field)
{
    PgaDjangoIndex *index = index_add(list, "primary_key", "btree");

    for (guint i = 0; field->call->items && i < field->call->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(field->call->items, i);

        if (item->kind == PGA_PY_STRING && !g_ptr_array_index(field->call->keys, i))
            name_add(list, index, item->text);
    }
    index->is_unique = TRUE;
    index->line = field->line;
}

/* --- of Meta --- */

static void
add_names(const IndexList *list, PgaDjangoIndex *index, const PgaPyValue *names)
{
    for (guint i = 0; names && names->items && i < names->items->len; i++) {
        const PgaPyValue *name = g_ptr_array_index(names->items, i);

        if (name->kind == PGA_PY_STRING && name->text[0])
            name_add(list, index, name->text);
    }
}

static void
add_together(const IndexList *list, const GPtrArray *together, gboolean is_unique)
{
    for (guint i = 0; i < together->len; i++) {
        const PgaPyValue *names = g_ptr_array_index(together, i);
        PgaDjangoIndex *index =
            index_add(list, is_unique ? "unique_together" : "index_together", "btree");

        add_names(list, index, names);
        index->is_unique = is_unique;
        index->line = names->line;
    }
}

/* The name in "F("made").desc", "F("made").asc". (transfer full) (nullable) */
static char *
ordered_name(const char *function, gboolean *descends)
{
    const char *end;

    *descends = g_str_has_suffix(function, ".desc");
    if (!*descends && !g_str_has_suffix(function, ".asc"))
        return NULL;
    if (!g_str_has_prefix(function, "F(") && !g_str_has_prefix(function, "models.F("))
        return NULL;
    function = strchr(function, '(') + 1;
    if (function[0] != '"' && function[0] != '\'')
        return NULL;
    end = strchr(function + 1, function[0]);
    return end ? g_strndup(function + 1, (gsize)(end - function - 1)) : NULL;
}

/* The field's name that an expression is no more than. (transfer full) (nullable) */
static char *
bare_name(const PgaPyValue *expression, gboolean *descends)
{
    const char *text;

    *descends = FALSE;
    if (expression->kind == PGA_PY_STRING) {
        *descends = expression->text[0] == '-';
        return g_strdup(expression->text + (*descends ? 1 : 0));
    }
    if (expression->kind != PGA_PY_CALL)
        return NULL;
    if (g_str_equal(pga_py_last_name(expression), "F")) {
        text = pga_py_argument_text(expression, 0, "name");
        return g_strdup(text);
    }
    return expression->text ? ordered_name(expression->text, descends) : NULL;
}

/* Upper("sku"), OpClass(Upper("note"), name="gin_trgm_ops"), F("made").desc(). */
static void
add_expression(const IndexList *list, PgaDjangoIndex *index, const PgaPyValue *item)
{
    const gboolean has_opclass = g_str_equal(pga_py_last_name(item), "OpClass");
    const PgaPyValue *inner = has_opclass ? pga_py_argument(item, 0, "expression") : item;
    const char *opclass = has_opclass ? pga_py_argument_text(item, 1, "name") : NULL;
    gboolean descends = FALSE;
    g_autofree char *name = inner ? bare_name(inner, &descends) : NULL;
    char *sql;

    if (!inner)
        return;
    if (name && named_field(list->model, name)) {
        g_autofree char *signed_name = g_strconcat(descends ? "-" : "", name, NULL);

        name_add(list, index, signed_name);
    } else {
        sql = pga_django_expression(list->plain, inner);
        key_add(index, NULL, sql ? sql : pga_py_value_text(inner));
    }
    if (opclass)
        opclass_add(index, opclass);
}

static void
add_expressions(const IndexList *list, PgaDjangoIndex *index, const PgaPyValue *call)
{
    for (guint i = 0; call->items && i < call->items->len; i++)
        if (!g_ptr_array_index(call->keys, i))
            add_expression(list, index, g_ptr_array_index(call->items, i));
}

static void
add_opclasses(PgaDjangoIndex *index, const PgaPyValue *call)
{
    const PgaPyValue *opclasses = pga_py_argument(call, G_MAXUINT, "opclasses");

    if (!opclasses || opclasses->kind != PGA_PY_LIST || opclasses->items->len == 0)
        return;
    g_clear_pointer(&index->opclasses, g_ptr_array_unref);
    index->opclasses = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < opclasses->items->len; i++) {
        const PgaPyValue *name = g_ptr_array_index(opclasses->items, i);

        g_ptr_array_add(index->opclasses, g_strdup(name->kind == PGA_PY_STRING ? name->text : ""));
    }
}

/* What Index and UniqueConstraint have in common. */
static void
complete(const IndexList *list, PgaDjangoIndex *index, const PgaPyValue *call)
{
    const PgaPyValue *fields = pga_py_argument(call, G_MAXUINT, "fields");
    const PgaPyValue *condition = pga_py_argument(call, G_MAXUINT, "condition");

    index->name = g_strdup(pga_py_argument_text(call, G_MAXUINT, "name"));
    index->line = call->line;
    add_names(list, index, fields);
    add_expressions(list, index, call);
    add_opclasses(index, call);
    if (condition && condition->kind != PGA_PY_NONE)
        index->predicate = pga_py_value_text(condition);
}

static const char *
method_of(const char *class)
{
    for (guint i = 0; i < G_N_ELEMENTS(methods); i++)
        if (g_str_has_suffix(class, methods[i].class))
            return methods[i].method;
    return "btree";
}

static void
add_exclusion(const IndexList *list, const PgaPyValue *call)
{
    const char *method = pga_py_argument_text(call, G_MAXUINT, "index_type");
    const PgaPyValue *items = pga_py_argument(call, G_MAXUINT, "expressions");
    const PgaPyValue *condition = pga_py_argument(call, G_MAXUINT, "condition");
    g_autofree char *lower = g_ascii_strdown(method ? method : "gist", -1);
    PgaDjangoIndex *index = index_add(list, "Meta.constraints", lower);

    index->name = g_strdup(pga_py_argument_text(call, G_MAXUINT, "name"));
    index->line = call->line;
    for (guint i = 0; items && items->items && i < items->items->len; i++) {
        const PgaPyValue *pair = g_ptr_array_index(items->items, i);

        if (pair->kind == PGA_PY_LIST && pair->items->len > 0)
            add_expression(list, index, g_ptr_array_index(pair->items, 0));
    }
    if (condition && condition->kind != PGA_PY_NONE)
        index->predicate = pga_py_value_text(condition);
}

static void
add_of_meta(const IndexList *list)
{
    const PgaDjangoModel *model = list->model;

    add_together(list, model->unique_together, TRUE);
    add_together(list, model->index_together, FALSE);
    for (guint i = 0; i < model->indexes->len; i++) {
        const PgaPyValue *call = g_ptr_array_index(model->indexes, i);

        if (call->kind == PGA_PY_CALL)
            complete(list, index_add(list, "Meta.indexes", method_of(pga_py_last_name(call))),
                     call);
    }
    for (guint i = 0; i < model->constraints->len; i++) {
        const PgaPyValue *call = g_ptr_array_index(model->constraints, i);
        const char *class = pga_py_last_name(call);

        if (g_str_has_suffix(class, "UniqueConstraint")) {
            PgaDjangoIndex *index = index_add(list, "Meta.constraints", "btree");

            index->is_unique = TRUE;
            complete(list, index, call);
        } else if (g_str_has_suffix(class, "ExclusionConstraint")) {
            add_exclusion(list, call);
        }
    }
}

/* --- the whole --- */

static GPtrArray *
plain_fields(const PgaDjangoModel *model)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        DjangoField *plain = g_new0(DjangoField, 1);

        plain->name = field->name;
        plain->call = field->call;
        g_ptr_array_add(fields, plain);
    }
    return fields;
}

GPtrArray *
pga_django_model_indexes(const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) fields = plain_fields(model);
    const DjangoModel plain = {
        .app = model->app, .name = model->name, .table = model->table, .fields = fields};
    GPtrArray *indexes = g_ptr_array_new_with_free_func(index_free);
    const IndexList list = {project, model, &plain, indexes};

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->kind == PGA_DJANGO_COMPOSITE_KEY)
            add_composite_key(&list, field);
        else
            add_of_field(&list, field);
    }
    add_of_meta(&list);
    return indexes;
}

gboolean
pga_django_indexes_lead_with(const GPtrArray *indexes, const char *field)
{
    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

        if (!index->predicate && index->columns->len > 0 &&
            g_strcmp0(g_ptr_array_index(index->columns, 0), field) == 0)
            return TRUE;
    }
    return FALSE;
}
