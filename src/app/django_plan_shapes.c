/* What is assumed of the values that a project's tables hold, by kinds and names of fields: what
 * the planner is told where there is no database to ask. docs/decisions/ has the rules. */
#include <math.h>
#include <string.h>

#include "django_plan_internal.h"

#define LINK_ROWS       1e6 /* of a table between two models */
#define COMMON_SHARE    0.9 /* of the more common value of two */
#define NULLS           0.2 /* of a column that may be NULL, */
#define TIME_NULLS      0.5 /* of one that says when something happened */
#define MANY_VALUES     1e4 /* texts and numbers of no special name */
#define ROWS_A_VALUE    10.0
#define UNKNOWN_CHOICES 5
#define TEXT_WIDTH      200
#define STRING_WIDTH    16
#define DAYS            730
#define AUTO_NOW_ORDER  0.5

/** A column on its way. */
typedef struct {
    const PgaRelation *relation;
    const PgaAttribute *attribute;
    const PgaDjangoField *field; /* (nullable): made by Django between two models */
    double rows;                 /* of its table */
    PgaDesignColumn *column;
} Subject;

/** What is known of all tables. */
typedef struct {
    const PgaCatalog *catalog;
    GHashTable *rows, *references;
} Known;

static gboolean
is_one_of(const char *name, const char *const *words)
{
    for (guint i = 0; words[i]; i++)
        if (strstr(name, words[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_unique(const Subject *subject)
{
    for (guint i = 0; i < subject->relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(subject->relation->indexes, i);

        if (index->indisunique && !index->pred && index->n_key_atts == 1 &&
            g_array_index(index->indkey, gint16, 0) == subject->attribute->attnum)
            return TRUE;
    }
    return FALSE;
}

/* (nullable): the table that the column alone refers to: by a constraint, or by the models. */
static const char *
parent_of(const Subject *subject, const Known *known)
{
    g_autofree char *name =
        g_strconcat(subject->relation->relname, ".", subject->attribute->attname, NULL);

    for (guint i = 0; i < subject->relation->constraints->len; i++) {
        const PgaConstraint *one = g_ptr_array_index(subject->relation->constraints, i);
        const PgaRelation *parent =
            one->contype == 'f' && one->conkey->len == 1 &&
                    g_array_index(one->conkey, gint16, 0) == subject->attribute->attnum
                ? pga_catalog_relation(known->catalog, one->confrelid)
                : NULL;

        if (parent)
            return parent->relname;
    }
    return g_hash_table_lookup(known->references, name);
}

static double
rows_of_table(GHashTable *rows, const char *table)
{
    const DjangoRows *known = g_hash_table_lookup(rows, table);

    return known ? known->rows : LINK_ROWS;
}

static void
shape_reference(const Subject *subject, double parents)
{
    PgaColumnShape *shape = &subject->column->shape;

    shape->distinct = MAX(MIN(parents, subject->rows), 1);
    if (pga_value_class(subject->column->type) == PGA_VALUES_INTEGER) {
        shape->low = g_strdup("1");
        shape->high = g_strdup_printf("%.0f", MAX(parents, 1));
    }
}

static void
shape_boolean(const Subject *subject)
{
    static const char *const mostly[] = {"active", "enabled", "public", "visible", "valid", NULL};
    const PgaPyValue *value =
        subject->field ? pga_py_argument(subject->field->call, G_MAXUINT, "default") : NULL;
    const gboolean is_true = value && value->kind == PGA_PY_BOOL
                                 ? value->truth
                                 : is_one_of(subject->column->name, mostly);
    PgaColumnShape *shape = &subject->column->shape;
    const double present = 1 - shape->null_share;

    shape->distinct = 2;
    shape->width = 1;
    pga_spec_add_share(shape->common, is_true ? "true" : "false", COMMON_SHARE * present);
    pga_spec_add_share(shape->common, is_true ? "false" : "true", (1 - COMMON_SHARE) * present);
}

/* The first of those listed is the most common one, the n-th has an n-th of its share. */
static gboolean
shape_choices(const Subject *subject, const PgaPyValue *choices)
{
    PgaColumnShape *shape = &subject->column->shape;
    double sum = 0;
    guint n = 0;

    if (choices->kind != PGA_PY_LIST || choices->items->len == 0 || choices->items->len > 100) {
        shape->distinct =
            choices->kind == PGA_PY_LIST ? MAX(choices->items->len, 1) : UNKNOWN_CHOICES;
        return TRUE;
    }
    for (guint i = 0; i < choices->items->len; i++)
        sum += 1.0 / (i + 1);
    for (guint i = 0; i < choices->items->len; i++) {
        const PgaPyValue *one = g_ptr_array_index(choices->items, i);
        const PgaPyValue *value = one->kind == PGA_PY_LIST && one->items->len > 0
                                      ? g_ptr_array_index(one->items, 0)
                                      : NULL;

        if (!value || !value->text ||
            (value->kind != PGA_PY_STRING && value->kind != PGA_PY_NUMBER))
            continue;
        pga_spec_add_share(shape->common, value->text, (1 - shape->null_share) / (i + 1) / sum);
        n++;
    }
    shape->distinct = MAX(n, choices->items->len);
    return TRUE;
}

static gboolean
is_true_argument(const Subject *subject, const char *name)
{
    return subject->field && pga_py_argument_is_true(subject->field->call, name);
}

static void
shape_time(const Subject *subject)
{
    static const char *const birth[] = {"created",   "joined",    "inserted", "added",
                                        "date_sent", "timestamp", "logged",   NULL};
    PgaColumnShape *shape = &subject->column->shape;

    if (is_true_argument(subject, "auto_now_add") || is_one_of(subject->column->name, birth))
        shape->correlation = 1;
    else if (is_true_argument(subject, "auto_now"))
        shape->correlation = AUTO_NOW_ORDER;
    shape->distinct = MAX(subject->rows * (1 - shape->null_share), 1);
    if (pga_value_class(subject->column->type) == PGA_VALUES_DATE)
        shape->distinct = MIN(shape->distinct, DAYS);
}

static void
shape_text(const Subject *subject)
{
    static const char *const keys[] = {"email", "slug",   "username", "token", "uuid",
                                       "hash",  "key",    "path",     "url",   "phone",
                                       "iban",  "serial", NULL};
    static const char *const names[] = {"name", "title", "subject", "label", NULL};
    const gboolean is_long = g_str_equal(subject->column->type, "text");
    PgaColumnShape *shape = &subject->column->shape;
    gint64 length = subject->attribute->atttypmod > 4 ? subject->attribute->atttypmod - 4 : 0;

    shape->width = is_long ? TEXT_WIDTH : STRING_WIDTH;
    if (length > 0)
        shape->width = MIN(shape->width, (double)length);
    shape->low = g_strdup(DJANGO_FIRST_TEXT);
    shape->high = g_strdup(DJANGO_LAST_TEXT);
    if (is_long || is_one_of(subject->column->name, keys))
        shape->distinct = MAX(subject->rows * (1 - shape->null_share), 1);
    else if (is_one_of(subject->column->name, names))
        shape->distinct = MAX(subject->rows / 2, 1);
    else
        shape->distinct = CLAMP(subject->rows / ROWS_A_VALUE, 1, MANY_VALUES);
}

static void
shape_elements(const Subject *subject)
{
    PgaColumnShape *shape = &subject->column->shape;

    shape->distinct = MAX(subject->rows / ROWS_A_VALUE, 1);
    shape->width = TEXT_WIDTH;
    shape->elements = MANY_VALUES;
    shape->elements_a_row = ROWS_A_VALUE;
}

static void
shape_other(const Subject *subject)
{
    PgaColumnShape *shape = &subject->column->shape;

    switch (pga_value_class(subject->column->type)) {
    case PGA_VALUES_BOOLEAN:
        shape_boolean(subject);
        break;
    case PGA_VALUES_DATE:
    case PGA_VALUES_TIMESTAMP:
    case PGA_VALUES_TIME:
        shape_time(subject);
        break;
    case PGA_VALUES_TEXT:
        shape_text(subject);
        break;
    case PGA_VALUES_JSON:
    case PGA_VALUES_ARRAY:
    case PGA_VALUES_TSVECTOR:
        shape_elements(subject);
        break;
    case PGA_VALUES_UUID:
        shape->width = 16;
        shape->distinct = MAX(subject->rows * (1 - shape->null_share), 1);
        break;
    case PGA_VALUES_INTEGER:
    case PGA_VALUES_NUMBER:
    case PGA_VALUES_RANGE:
    case PGA_VALUES_INET:
    case PGA_VALUES_POINT:
    case PGA_VALUES_BYTES:
    case PGA_VALUES_OTHER:
    default:
        shape->distinct = CLAMP(subject->rows / ROWS_A_VALUE, 1, MANY_VALUES);
        break;
    }
}

static double
nulls_of(const Subject *subject)
{
    const PgaValueClass class = pga_value_class(subject->column->type);

    if (subject->attribute->attnotnull)
        return 0;
    return class == PGA_VALUES_TIMESTAMP || class == PGA_VALUES_DATE ? TIME_NULLS : NULLS;
}

/* Keys that a sequence gives come in its order. */
static gboolean
is_counted(const Subject *subject)
{
    const PgaAttribute *attribute = subject->attribute;

    return attribute->attidentity || attribute->owned_sequence ||
           (attribute->default_expr && g_str_has_prefix(attribute->default_expr, "nextval("));
}

static void
shape(const Subject *subject, const Known *known)
{
    PgaColumnShape *out = &subject->column->shape;
    const char *parent = parent_of(subject, known);
    const PgaPyValue *choices =
        subject->field ? pga_py_argument(subject->field->call, G_MAXUINT, "choices") : NULL;

    out->width = 8;
    out->null_share = nulls_of(subject);
    if (is_unique(subject)) {
        shape_other(subject); /* for its width */
        out->distinct = -1;
        out->correlation = is_counted(subject) || parent ? 1 : 0;
    } else if (parent) {
        shape_reference(subject, rows_of_table(known->rows, parent));
    } else if (!choices || choices->kind == PGA_PY_NONE || !shape_choices(subject, choices)) {
        shape_other(subject);
    }
}

/* (transfer full): of char * to const PgaDjangoField *: columns of the model's own table. */
static GHashTable *
fields_of(const PgaDjangoModel *model)
{
    GHashTable *fields = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; model && i < model->fields->len; i++) {
        PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->column)
            g_hash_table_insert(fields, field->column, field);
    }
    return fields;
}

static void
add_table(PgaArchitecture *shapes, const PgaRelation *relation, const Known *known)
{
    PgaDesignTable *table = pga_architecture_add_table(shapes, relation->relname);
    const DjangoRows *rows = g_hash_table_lookup(known->rows, relation->relname);
    g_autoptr(GHashTable) fields = fields_of(rows ? rows->model : NULL);

    table->rows = rows_of_table(known->rows, relation->relname);
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const Subject subject = {
            relation, attribute, g_hash_table_lookup(fields, attribute->attname), table->rows,
            pga_design_table_add_column(table, attribute->attname, attribute->type)};

        shape(&subject, known);
    }
}

PgaArchitecture *
pga_django_shapes(const PgaCatalog *catalog, GHashTable *rows, GHashTable *references)
{
    PgaArchitecture *shapes = pga_architecture_new(pga_requirements_new());
    const Known known = {catalog, rows, references};

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (relation->relkind == 'r' || relation->relkind == 'p')
            add_table(shapes, relation, &known);
    }
    return shapes;
}
