/* Tables and columns: create_model(), add_field() and what both leave for later. */
#include <string.h>

#include "models_internal.h"

#define FOREIGN_KEY_END "DEFERRABLE INITIALLY DEFERRED"

static DjangoContext
context_of(const DjangoRun *run, const DjangoModel *model)
{
    return (DjangoContext){run->state, model, run->version};
}

char *
pga_django_foreign_key_name(const DjangoContext *context, const DjangoField *field)
{
    g_auto(DjangoTarget) target = {0};
    g_autofree char *column = pga_django_column(field), *suffix = NULL;
    const char *columns[] = {column, NULL};

    pga_django_target(context, field, &target);
    suffix = g_strdup_printf("_fk_%s_%s", target.table, target.column);
    return pga_django_name(context->model->table, columns, suffix);
}

void
pga_django_drop_foreign_key(DjangoRun *run, const DjangoModel *model, const DjangoField *field)
{
    const DjangoContext context = context_of(run, model);
    g_autofree char *plain = pga_django_foreign_key_name(&context, field);
    g_autofree char *name = pga_django_quote(plain), *table = pga_django_quote(model->table);

    pga_django_emit(run, "SET CONSTRAINTS %s IMMEDIATE", name);
    pga_django_emit(run, "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
}

void
pga_django_add_foreign_key(DjangoRun *run, const DjangoModel *model, const DjangoField *field,
                           gboolean deferred)
{
    const DjangoContext context = context_of(run, model);
    g_auto(DjangoTarget) target = {0};
    g_autofree char *plain = pga_django_foreign_key_name(&context, field);
    g_autofree char *name = pga_django_quote(plain), *table = pga_django_quote(model->table);
    g_autofree char *column = pga_django_column(field), *quoted = pga_django_quote(column);
    g_autofree char *of = NULL, *key = NULL;

    pga_django_target(&context, field, &target);
    of = pga_django_quote(target.table);
    key = pga_django_quote(target.column);
    (deferred ? pga_django_defer : pga_django_emit)(
        run,
        "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) " FOREIGN_KEY_END,
        table, name, quoted, of, key);
}

void
pga_django_field_indexes(DjangoRun *run, const DjangoModel *model, const DjangoField *field,
                         gboolean deferred)
{
    const DjangoContext context = context_of(run, model);
    const char *like = pga_django_like_opclass(&context, field);
    g_autofree char *column = pga_django_column(field), *quoted = pga_django_quote(column);
    g_autofree char *table = pga_django_quote(model->table);
    const char *columns[] = {column, NULL};

    if (pga_django_has_index(field)) {
        g_autofree char *plain = pga_django_name(model->table, columns, "");
        g_autofree char *name = pga_django_quote(plain);

        (deferred ? pga_django_defer : pga_django_emit)(run, "CREATE INDEX %s ON %s (%s)", name,
                                                        table, quoted);
    }
    if (like) {
        g_autofree char *plain = pga_django_name(model->table, columns, "_like");
        g_autofree char *name = pga_django_quote(plain);

        (deferred ? pga_django_defer : pga_django_emit)(run, "CREATE INDEX %s ON %s (%s %s)", name,
                                                        table, quoted, like);
    }
}

static void
append_column(GString *sql, const DjangoContext *context, const DjangoField *field)
{
    g_autofree char *column = pga_django_column(field), *quoted = pga_django_quote(column);
    g_autofree char *type = pga_django_column_sql(context, field, FALSE);
    g_autofree char *check = pga_django_check(field);

    g_string_append_printf(sql, "%s%s %s", g_str_has_suffix(sql->str, "(") ? "" : ", ", quoted,
                           type);
    if (check)
        g_string_append_printf(sql, " CHECK (%s)", check);
}

static gboolean
has_column(const DjangoField *field)
{
    static const char *const without[] = {"GenericForeignKey", "GenericRelation",
                                          "CompositePrimaryKey", NULL};

    return field->call && !pga_django_is_many(field) &&
           !g_strv_contains(without, pga_py_last_name(field->call));
}

void
pga_django_together(DjangoRun *run, const DjangoModel *model, const PgaPyValue *names,
                    gboolean unique, gboolean drop, gboolean deferred)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *list = pga_django_columns(model, names, columns);
    g_autofree char *table = pga_django_quote(model->table), *plain = NULL, *name = NULL;

    g_ptr_array_add(columns, NULL);
    plain = pga_django_name(model->table, (const char *const *)columns->pdata,
                            unique ? "_uniq" : "_idx");
    name = pga_django_quote(plain);
    if (drop && unique)
        pga_django_emit(run, "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
    else if (drop)
        pga_django_emit(run, "DROP INDEX IF EXISTS %s", name);
    else if (unique)
        (deferred ? pga_django_defer : pga_django_emit)(
            run, "ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (%s)", table, name, list);
    else
        (deferred ? pga_django_defer : pga_django_emit)(run, "CREATE INDEX %s ON %s (%s)", name,
                                                        table, list);
}

/* --- many to many --- */

/* One side's column in the table between: its name, its table and key. */
static char *
side_column(const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    return g_strconcat(lower, "_id", NULL);
}

static void
side_constraint(DjangoRun *run, const char *table, const char *column, const DjangoTarget *target)
{
    const char *columns[] = {column, NULL};
    g_autofree char *suffix = g_strdup_printf("_fk_%s_%s", target->table, target->column);
    g_autofree char *plain = pga_django_name(table, columns, suffix);
    g_autofree char *name = pga_django_quote(plain), *in = pga_django_quote(table);
    g_autofree char *quoted = pga_django_quote(column), *of = pga_django_quote(target->table);
    g_autofree char *key = pga_django_quote(target->column);

    pga_django_defer(
        run,
        "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) " FOREIGN_KEY_END, in,
        name, quoted, of, key);
}

static void
side_index(DjangoRun *run, const char *table, const char *column, const char *type)
{
    const char *columns[] = {column, NULL};
    g_autofree char *plain = pga_django_name(table, columns, "");
    g_autofree char *name = pga_django_quote(plain), *in = pga_django_quote(table);
    g_autofree char *quoted = pga_django_quote(column);

    pga_django_defer(run, "CREATE INDEX %s ON %s (%s)", name, in, quoted);
    if (g_str_has_prefix(type, "varchar") || g_str_has_prefix(type, "text")) {
        g_autofree char *like_plain = pga_django_name(table, columns, "_like");
        g_autofree char *like = pga_django_quote(like_plain);

        pga_django_defer(run, "CREATE INDEX %s ON %s (%s %s_pattern_ops)", like, in, quoted,
                         type[0] == 'v' ? "varchar" : "text");
    }
}

static char *
key_type(const DjangoContext *context, const DjangoModel *model)
{
    const DjangoField *key = model ? pga_django_primary_key(model) : NULL;
    DjangoContext of = *context;

    of.model = model;
    return key ? pga_django_relation_type(&of, key) : g_strdup("bigint");
}

static char *
many_table_name(const DjangoModel *model, const DjangoField *field)
{
    const char *stated = pga_py_argument_text(field->call, G_MAXUINT, "db_table");

    g_autofree char *name =
        stated ? g_strdup(stated) : g_strdup_printf("%s_%s", model->table, field->name);

    return pga_django_truncated(name);
}

/* The key of a table between: "bigserial NOT NULL PRIMARY KEY". */
static char *
between_key(const DjangoRun *run, const DjangoModel *model)
{
    const gboolean is_small = g_strcmp0(model->auto_field, "AutoField") == 0;

    if (run->version >= 401)
        return g_strconcat(is_small ? "integer" : "bigint",
                           " NOT NULL PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY", NULL);
    return g_strconcat(is_small ? "" : "big", "serial NOT NULL PRIMARY KEY", NULL);
}

void
pga_django_many_table(DjangoRun *run, const DjangoModel *model, const DjangoField *field)
{
    const DjangoContext context = context_of(run, model);
    const PgaPyValue *to = pga_py_argument(field->call, 0, "to");
    const gboolean is_self = to && to->text && g_ascii_strcasecmp(to->text, "self") == 0;
    const DjangoModel *other = is_self ? model : pga_django_model_of(run->state, model->app, to);
    const DjangoField *key = pga_django_primary_key(model);
    g_autofree char *table = many_table_name(model, field), *quoted = pga_django_quote(table);
    g_auto(DjangoTarget) here = {0}, there = {0};
    g_autofree char *from_name = is_self ? g_strconcat("from_", model->name, NULL) : NULL;
    g_autofree char *to_name = is_self ? g_strconcat("to_", model->name, NULL) : NULL;
    g_autofree char *from = side_column(is_self ? from_name : model->name), *to_column = NULL;
    g_autofree char *from_type = key_type(&context, model), *to_type = key_type(&context, other);
    const char *dot = to && to->text ? strrchr(to->text, '.') : NULL;
    const char *columns[] = {from, NULL, NULL};
    g_autofree char *unique_plain = NULL, *unique = NULL, *id = between_key(run, model);

    if (pga_py_argument(field->call, G_MAXUINT, "through"))
        return;
    to_column = side_column(is_self ? to_name : other ? other->name : dot ? dot + 1 : "user");
    columns[1] = to_column;
    here.table = g_strdup(model->table);
    here.column = key ? pga_django_column(key) : g_strdup("id");
    pga_django_target(&context, field, &there);
    unique_plain = pga_django_name(table, columns, "_uniq");
    unique = pga_django_quote(unique_plain);
    pga_django_emit(run, "CREATE TABLE %s (\"id\" %s, \"%s\" %s NOT NULL, \"%s\" %s NOT NULL)",
                    quoted, id, from, from_type, to_column, to_type);
    pga_django_defer(run, "ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (\"%s\", \"%s\")", quoted,
                     unique, from, to_column);
    side_constraint(run, table, from, &here);
    side_constraint(run, table, to_column, &there);
    side_index(run, table, from, from_type);
    side_index(run, table, to_column, to_type);
}

/* --- models --- */

/* What they leave for later comes behind what the model itself does: @between. */
static void
create_many_tables(DjangoRun *run, const DjangoModel *model, GPtrArray *between)
{
    GPtrArray *deferred = run->deferred;

    run->deferred = between;
    for (guint i = 0; i < model->fields->len; i++)
        if (pga_django_is_many(g_ptr_array_index(model->fields, i)))
            pga_django_many_table(run, model, g_ptr_array_index(model->fields, i));
    run->deferred = deferred;
}

/* pk = models.CompositePrimaryKey("tenant", "id") */
static void
append_composite_key(GString *sql, const DjangoModel *model)
{
    for (guint i = 0; i < model->fields->len; i++) {
        const DjangoField *field = g_ptr_array_index(model->fields, i);
        g_autofree char *columns = NULL;

        if (!g_str_equal(pga_py_last_name(field->call), "CompositePrimaryKey"))
            continue;
        columns = pga_django_columns(model, field->call, NULL);
        g_string_append_printf(sql, ", PRIMARY KEY (%s)", columns);
    }
}

static void
emit_comments(DjangoRun *run, const DjangoModel *model, const char *table)
{
    if (model->comment) {
        g_autofree char *text = pga_django_quoted_literal(model->comment);

        pga_django_emit(run, "COMMENT ON TABLE %s IS %s", table, text);
    }
    for (guint i = 0; i < model->fields->len; i++) {
        const DjangoField *field = g_ptr_array_index(model->fields, i);
        const char *comment = pga_py_argument_text(field->call, G_MAXUINT, "db_comment");
        g_autofree char *column = NULL, *quoted = NULL, *text = NULL;

        if (!comment || !has_column(field))
            continue;
        column = pga_django_column(field);
        quoted = pga_django_quote(column);
        text = pga_django_quoted_literal(comment);
        pga_django_emit(run, "COMMENT ON COLUMN %s.%s IS %s", table, quoted, text);
    }
}

void
pga_django_create_model(DjangoRun *run, DjangoModel *model)
{
    const DjangoContext context = context_of(run, model);
    g_autofree char *table = pga_django_quote(model->table);
    g_autoptr(GPtrArray) between = g_ptr_array_new();
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "CREATE TABLE %s (", table);
    for (guint i = 0; i < model->fields->len; i++) {
        const DjangoField *field = g_ptr_array_index(model->fields, i);

        if (has_column(field))
            append_column(sql, &context, field);
    }
    append_composite_key(sql, model);
    g_string_append_c(sql, ')');
    pga_django_emit(run, "%s", sql->str);
    emit_comments(run, model, table);
    create_many_tables(run, model, between);
    for (guint i = 0; i < model->unique_together->len; i++)
        pga_django_together(run, model, g_ptr_array_index(model->unique_together, i), TRUE, FALSE,
                            TRUE);
    for (guint i = 0; i < model->fields->len; i++) {
        const DjangoField *field = g_ptr_array_index(model->fields, i);

        if (pga_django_has_foreign_key(field))
            pga_django_add_foreign_key(run, model, field, TRUE);
        if (has_column(field))
            pga_django_field_indexes(run, model, field, TRUE);
    }
    for (guint i = 0; i < model->index_together->len; i++)
        pga_django_together(run, model, g_ptr_array_index(model->index_together, i), FALSE, FALSE,
                            TRUE);
    g_ptr_array_extend(run->deferred, between, NULL, NULL);
}

static void
append_reference(GString *sql, DjangoRun *run, const DjangoModel *model, const DjangoField *field)
{
    const DjangoContext context = context_of(run, model);
    g_auto(DjangoTarget) target = {0};
    g_autofree char *plain = pga_django_foreign_key_name(&context, field);
    g_autofree char *name = pga_django_quote(plain), *of = NULL, *key = NULL;

    pga_django_target(&context, field, &target);
    of = pga_django_quote(target.table);
    key = pga_django_quote(target.column);
    g_string_append_printf(sql, " CONSTRAINT %s REFERENCES %s(%s) " FOREIGN_KEY_END, name, of, key);
    pga_django_emit(run, "%s", sql->str);
    pga_django_emit(run, "SET CONSTRAINTS %s IMMEDIATE", name);
}

void
pga_django_add_field(DjangoRun *run, DjangoModel *model, const DjangoField *field)
{
    const DjangoContext context = context_of(run, model);
    g_autofree char *table = pga_django_quote(model->table), *column = pga_django_column(field);
    g_autofree char *quoted = pga_django_quote(column), *check = pga_django_check(field);
    g_autofree char *type = NULL, *initial = NULL;
    g_autoptr(GString) sql = g_string_new(NULL);

    if (pga_django_is_many(field)) {
        pga_django_many_table(run, model, field);
        return;
    }
    if (!has_column(field))
        return;
    type = pga_django_column_sql(&context, field, TRUE);
    g_string_printf(sql, "ALTER TABLE %s ADD COLUMN %s %s", table, quoted, type);
    if (check)
        g_string_append_printf(sql, " CHECK (%s)", check);
    if (pga_django_has_foreign_key(field))
        append_reference(sql, run, model, field);
    else
        pga_django_emit(run, "%s", sql->str);
    initial = pga_django_default(&context, field);
    if (initial && !pga_py_argument(field->call, G_MAXUINT, "db_default"))
        pga_django_emit(run, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, quoted);
    pga_django_field_indexes(run, model, field, TRUE);
}
