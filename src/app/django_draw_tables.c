/* The models as tables with the index map: what there is, and what is recommended. */
#include <base/text.h>
#include <django/index.h>

#include "django_draw_internal.h"

/* Short names of PostgreSQL's types, by Django's classes. */
static const struct {
    const char *class, *type;
} types[] = {
    {"AutoField", "integer"},
    {"BigAutoField", "bigint"},
    {"SmallAutoField", "smallint"},
    {"BigIntegerField", "bigint"},
    {"BinaryField", "bytea"},
    {"BooleanField", "boolean"},
    {"NullBooleanField", "boolean"},
    {"CharField", "varchar"},
    {"EmailField", "varchar"},
    {"URLField", "varchar"},
    {"SlugField", "varchar"},
    {"FileField", "varchar"},
    {"ImageField", "varchar"},
    {"FilePathField", "varchar"},
    {"CommaSeparatedIntegerField", "varchar"},
    {"DateField", "date"},
    {"DateTimeField", "timestamptz"},
    {"DecimalField", "numeric"},
    {"DurationField", "interval"},
    {"FloatField", "float8"},
    {"GenericIPAddressField", "inet"},
    {"IPAddressField", "inet"},
    {"IntegerField", "integer"},
    {"JSONField", "jsonb"},
    {"PositiveBigIntegerField", "bigint"},
    {"PositiveIntegerField", "integer"},
    {"PositiveSmallIntegerField", "smallint"},
    {"SmallIntegerField", "smallint"},
    {"TextField", "text"},
    {"TimeField", "time"},
    {"UUIDField", "uuid"},
    {"HStoreField", "hstore"},
    {"ArrayField", "array"},
    {"SearchVectorField", "tsvector"},
    {"DateRangeField", "daterange"},
    {"DateTimeRangeField", "tstzrange"},
    {"IntegerRangeField", "int4range"},
    {"BigIntegerRangeField", "int8range"},
    {"DecimalRangeField", "numrange"},
};

static const PgaDjangoField *
primary_of(const PgaDjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->is_primary_key)
            return field;
    }
    return NULL;
}

static gboolean
is_relation(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE;
}

/* Of a relation that of the key at its other end. */
static const char *
type_of(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    for (guint depth = 0; field && is_relation(field) && depth < 8; depth++) {
        const PgaDjangoModel *target = pga_django_target_model(project, field);

        field = target ? primary_of(target) : NULL;
    }
    for (guint i = 0; field && i < G_N_ELEMENTS(types); i++)
        if (g_strcmp0(types[i].class, field->base) == 0)
            return g_str_has_suffix(types[i].class, "AutoField") && field->kind != PGA_DJANGO_PLAIN
                       ? "bigint"
                       : types[i].type;
    return field && field->base ? field->base : "unknown";
}

static const char *
column_of(const PgaDjangoModel *model, const char *name)
{
    const PgaDjangoField *field = pga_django_model_field(model, name);

    return field && field->column ? field->column : NULL;
}

/* The first column that an expression names: there the index is told. */
static const char *
column_in(const PgaDjangoModel *model, const char *expression)
{
    for (guint i = 0; expression && i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const char *names[] = {field->column, field->name};

        for (guint j = 0; field->column && j < G_N_ELEMENTS(names); j++)
            if (pga_text_has_word(expression, names[j]))
                return field->column;
    }
    return NULL;
}

static char *
name_of(const PgaDjangoIndex *index)
{
    const gboolean is_btree = g_strcmp0(index->method, "btree") == 0;
    g_autofree char *method = g_ascii_strup(index->method ? index->method : "", -1);

    return g_strconcat(index->name ? index->name : index->origin, is_btree ? "" : " ",
                       is_btree ? "" : method, NULL);
}

static void
add_key(PgaDesignTable *table, const PgaDjangoModel *model, const PgaDjangoIndex *index)
{
    const gboolean is_primary = g_strcmp0(index->origin, "primary_key") == 0;
    PgaDesignKey *key;

    if (index->is_pattern)
        return;
    key = pga_design_table_add_key(table, is_primary         ? PGA_DESIGN_PRIMARY
                                          : index->is_unique ? PGA_DESIGN_UNIQUE
                                                             : PGA_DESIGN_INDEX);
    key->name = is_primary ? NULL : name_of(index);
    key->where = g_strdup(index->predicate);
    for (guint i = 0; i < index->columns->len; i++) {
        const char *field = g_ptr_array_index(index->columns, i);
        const char *column =
            field ? column_of(model, field)
                  : column_in(model, i < index->keys->len ? g_ptr_array_index(index->keys, i) : "");

        if (column)
            g_ptr_array_add(key->columns, g_strdup(column));
    }
}

static void
add_indexes(DjangoDrawing *drawing, PgaDesignTable *table, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(drawing->work->project, model);

    for (guint pass = 0; pass < 2; pass++) /* the primary key first */
        for (guint i = 0; i < indexes->len; i++) {
            const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

            if ((g_strcmp0(index->origin, "primary_key") == 0) == (pass == 0))
                add_key(table, model, index);
        }
}

static void
add_reference(PgaDesignTable *table, const char *column, const PgaDjangoModel *target)
{
    PgaDesignReference *reference = pga_design_table_add_reference(table, target->table);

    g_ptr_array_add(reference->columns, g_strdup(column));
}

static void
add_columns(DjangoDrawing *drawing, PgaDesignTable *table, const PgaDjangoModel *model)
{
    const PgaDjangoProject *project = drawing->work->project;

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        const PgaDjangoModel *target =
            is_relation(field) ? pga_django_target_model(project, field) : NULL;

        if (!field->column)
            continue;
        pga_design_table_add_column(table, field->column, type_of(project, field))->not_null =
            !field->is_null;
        if (target && pga_django_has_table(target))
            add_reference(table, field->column, target);
    }
}

/* The table that Django makes between two models. */
static void
add_link(DjangoDrawing *drawing, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const PgaDjangoModel *target = pga_django_target_model(drawing->work->project, field);
    const char *given = pga_py_argument_text(field->call, G_MAXUINT, "db_table");
    g_autofree char *name =
        given ? g_strdup(given) : g_strconcat(model->table, "_", field->name, NULL);
    g_autofree char *from = g_ascii_strdown(model->name, -1);
    g_autofree char *to = target ? g_ascii_strdown(target->name, -1) : NULL;
    const PgaDjangoModel *ends[] = {model, target};
    PgaDesignTable *table;

    if (!target || field->through || !pga_django_has_table(target))
        return;
    table = pga_architecture_add_table(drawing->architecture, name);
    pga_design_table_add_column(table, "id", "bigint")->not_null = TRUE;
    g_ptr_array_add(pga_design_table_add_key(table, PGA_DESIGN_PRIMARY)->columns, g_strdup("id"));
    for (guint i = 0; i < G_N_ELEMENTS(ends); i++) {
        const PgaDjangoField *primary = primary_of(ends[i]);
        g_autofree char *column = g_strconcat(target == model ? (i == 0 ? "from_" : "to_") : "",
                                              i == 0 ? from : to, "_id", NULL);
        PgaDesignKey *key = pga_design_table_add_key(table, PGA_DESIGN_INDEX);

        key->name = g_strdup("foreign key");
        g_ptr_array_add(key->columns, g_strdup(column));
        pga_design_table_add_column(table, column,
                                    primary ? type_of(drawing->work->project, primary) : "bigint")
            ->not_null = TRUE;
        add_reference(table, column, ends[i]);
    }
    g_ptr_array_add(drawing->tables, table);
    g_hash_table_insert(drawing->models, table, (gpointer)model);
}

static void
add_model(DjangoDrawing *drawing, const PgaDjangoModel *model)
{
    PgaDesignTable *table = pga_architecture_add_table(drawing->architecture, model->table);

    add_columns(drawing, table, model);
    add_indexes(drawing, table, model);
    if (!model->file || model->file->is_built_in ||
        !pga_django_is_judged(drawing->work, model->file))
        return;
    g_ptr_array_add(drawing->tables, table);
    g_hash_table_insert(drawing->models, table, (gpointer)model);
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->kind == PGA_DJANGO_MANY_TO_MANY)
            add_link(drawing, model, field);
    }
}

/* What the answer makes, beside what there is. */
static void
draw_coming(PgaDesignTable *table, const PgaDjangoModel *model, const PgaDjangoMapEntry *entry)
{
    const char *key = entry->keys->len ? g_ptr_array_index(entry->keys, 0) : "";
    const char *column = column_in(model, key);
    const gboolean is_btree = g_str_equal(entry->method, "btree");
    g_autofree char *method = is_btree ? NULL : g_ascii_strup(entry->method, -1);
    PgaDesignKey *drawn;

    if (!column)
        return;
    drawn =
        pga_design_table_add_key(table, entry->is_unique ? PGA_DESIGN_UNIQUE : PGA_DESIGN_INDEX);
    drawn->name = g_strdup_printf("%s%s%s (recommended)", entry->name ? entry->name : entry->origin,
                                  method ? " " : "", method ? method : "");
    drawn->where = g_strdup(entry->condition);
    g_ptr_array_add(drawn->columns, g_strdup(column));
}

static void
add_coming(DjangoDrawing *drawing)
{
    const GPtrArray *map = drawing->work->report->index_map;
    g_autoptr(GHashTable) tables = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < drawing->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(drawing->tables, i);

        g_hash_table_insert(tables, table->name, table);
    }
    for (guint i = 0; i < map->len; i++) {
        const PgaDjangoMapEntry *entry = g_ptr_array_index(map, i);
        PgaDesignTable *table = g_hash_table_lookup(tables, entry->table);
        const PgaDjangoModel *model = table ? g_hash_table_lookup(drawing->models, table) : NULL;

        if (model && entry->change == PGA_DJANGO_INDEX_COMES)
            draw_coming(table, model, entry);
    }
}

void
pga_django_drawing_fill(DjangoDrawing *drawing)
{
    const GPtrArray *models = drawing->work->project->models;

    for (guint i = 0; i < models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(models, i);

        if (pga_django_has_table(model))
            add_model(drawing, model);
    }
    add_coming(drawing);
}
