/* alter_field(): BaseDatabaseSchemaEditor._alter_field() in its order. */
#include <string.h>

#include "models_internal.h"

/* What a field says that no column knows of. */
static const char *const of_python[] = {"blank",
                                        "choices",
                                        "editable",
                                        "error_messages",
                                        "help_text",
                                        "limit_choices_to",
                                        "on_delete",
                                        "related_name",
                                        "related_query_name",
                                        "validators",
                                        "verbose_name",
                                        "default",
                                        "auto_now",
                                        "auto_now_add",
                                        "serialize",
                                        "db_column",
                                        NULL};

/** Both sides of the change. */
typedef struct {
    DjangoRun *run;
    DjangoModel *model;
    const DjangoField *before, *after;
    DjangoContext context;
    char *table, *column; /* quoted; the column as it is after */
    char *old_column, *new_column;
    char *old_type, *new_type;
    gboolean dropped_key; /* the foreign key, to be made again */
} Change;

static gboolean
is_of_python(const char *name)
{
    return g_strv_contains(of_python, name);
}

/* Every argument of @one that the database knows of stands in @other as well; what is no call has
 * none. */
static gboolean
covers(const PgaPyValue *one, const PgaPyValue *other)
{
    guint place = 0;

    for (guint i = 0; one->kind == PGA_PY_CALL && i < one->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(one->keys, i);

        if (key && is_of_python(key->text))
            continue;
        if (!pga_py_equal(g_ptr_array_index(one->items, i),
                          key ? pga_py_argument(other, G_MAXUINT, key->text)
                              : pga_py_argument(other, place++, "to")))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_same(const Change *change)
{
    const PgaPyValue *before = change->before->call, *after = change->after->call;

    return g_str_equal(change->old_column, change->new_column) &&
           g_str_equal(pga_py_last_name(before), pga_py_last_name(after)) &&
           covers(before, after) && covers(after, before) &&
           pga_django_is_null(change->before) == pga_django_is_null(change->after);
}

static char *
named(const Change *change, const char *suffix)
{
    const char *columns[] = {change->old_column, NULL};
    g_autofree char *plain = pga_django_name(change->model->table, columns, suffix);

    return pga_django_quote(plain);
}

/* From 4.2 on only when something of the key changes. */
static void
drop_key(Change *change)
{
    if (!pga_django_has_foreign_key(change->before))
        return;
    pga_django_drop_foreign_key(change->run, change->model, change->before);
    change->dropped_key = TRUE;
}

static gboolean
loses(gboolean before, gboolean after)
{
    return before && !after;
}

static void
drop_old(Change *change)
{
    const gboolean was_unique = pga_django_is_unique(change->before);
    const gboolean is_unique = pga_django_is_unique(change->after);
    g_autofree char *old_check = pga_django_check(change->before);
    g_autofree char *new_check = pga_django_check(change->after);

    if (loses(was_unique, is_unique) && !pga_django_is_primary(change->before)) {
        g_autofree char *name = named(change, "_uniq");

        pga_django_emit(change->run, "ALTER TABLE %s DROP CONSTRAINT %s", change->table, name);
    }
    if (pga_django_has_index(change->before) && !pga_django_has_index(change->after)) {
        g_autofree char *name = named(change, "");

        pga_django_emit(change->run, "DROP INDEX IF EXISTS %s", name);
    }
    if (old_check && !new_check) {
        g_autofree char *name = named(change, "_check");

        pga_django_emit(change->run, "ALTER TABLE %s DROP CONSTRAINT %s", change->table, name);
    }
    if (pga_django_like_opclass(&change->context, change->before) &&
        !pga_django_like_opclass(&change->context, change->after)) {
        g_autofree char *name = named(change, "_like");

        pga_django_emit(change->run, "DROP INDEX IF EXISTS %s", name);
    }
}

static void
rename_column(const Change *change)
{
    g_autofree char *before = pga_django_quote(change->old_column);

    if (!g_str_equal(change->old_column, change->new_column))
        pga_django_emit(change->run, "ALTER TABLE %s RENAME COLUMN %s TO %s", change->table, before,
                        change->column);
}

static void
change_type(const Change *change)
{
    g_autofree char *before = pga_django_data_type(&change->context, change->before);
    g_autofree char *after = pga_django_data_type(&change->context, change->after);
    g_autofree char *type = pga_django_relation_type(&change->context, change->after);

    if (!type || g_strcmp0(change->old_type, change->new_type) == 0)
        return;
    if (g_strcmp0(before, after) == 0)
        pga_django_emit(change->run, "ALTER TABLE %s ALTER COLUMN %s TYPE %s", change->table,
                        change->column, type);
    else
        pga_django_emit(change->run, "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::%s",
                        change->table, change->column, type, change->column, type);
}

/* NULL to NOT NULL with a default: the rows that exist get it first. */
static void
change_null(const Change *change)
{
    const gboolean was_null = pga_django_is_null(change->before);
    const gboolean is_null = pga_django_is_null(change->after);
    g_autofree char *value = NULL;

    if (was_null == is_null)
        return;
    value = was_null ? pga_django_default(&change->context, change->after) : NULL;
    if (value) {
        pga_django_emit(change->run, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", change->table,
                        change->column, value);
        pga_django_emit(change->run, "UPDATE %s SET %s = %s WHERE %s IS NULL", change->table,
                        change->column, value, change->column);
    }
    pga_django_emit(change->run, "ALTER TABLE %s ALTER COLUMN %s %s NOT NULL", change->table,
                    change->column, is_null ? "DROP" : "SET");
    if (value)
        pga_django_emit(change->run, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", change->table,
                        change->column);
}

static void
add_like(const Change *change)
{
    const char *like = pga_django_like_opclass(&change->context, change->after);
    const char *columns[] = {change->new_column, NULL};
    g_autofree char *plain = NULL, *name = NULL;

    if (!like || pga_django_like_opclass(&change->context, change->before))
        return;
    plain = pga_django_name(change->model->table, columns, "_like");
    name = pga_django_quote(plain);
    pga_django_emit(change->run, "CREATE INDEX %s ON %s (%s %s)", name, change->table,
                    change->column, like);
}

static void
add_new(const Change *change)
{
    const char *columns[] = {change->new_column, NULL};
    const char *table = change->model->table;

    if (loses(pga_django_is_unique(change->after), pga_django_is_unique(change->before))) {
        g_autofree char *plain = pga_django_name(table, columns, "_uniq");
        g_autofree char *name = pga_django_quote(plain);

        pga_django_emit(change->run, "ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (%s)", change->table,
                        name, change->column);
    }
    if (pga_django_has_index(change->after) && !pga_django_has_index(change->before)) {
        g_autofree char *plain = pga_django_name(table, columns, "");
        g_autofree char *name = pga_django_quote(plain);

        pga_django_emit(change->run, "CREATE INDEX %s ON %s (%s)", name, change->table,
                        change->column);
    }
    add_like(change);
    if (pga_django_has_foreign_key(change->after) &&
        (change->dropped_key || !pga_django_has_foreign_key(change->before)))
        pga_django_add_foreign_key(change->run, change->model, change->after, FALSE);
}

static void
add_check(const Change *change)
{
    const char *columns[] = {change->new_column, NULL};
    g_autofree char *before = pga_django_check(change->before);
    g_autofree char *check = pga_django_check(change->after);
    g_autofree char *plain = pga_django_name(change->model->table, columns, "_check");
    g_autofree char *name = pga_django_quote(plain);

    if (check && !before)
        pga_django_emit(change->run, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s)", change->table,
                        name, check);
}

/* --- keys of other tables that reference the column --- */

typedef void (*Visit)(const Change *change, DjangoModel *model, const DjangoField *field);

static gint
compare_tables(gconstpointer one, gconstpointer other)
{
    return strcmp((*(DjangoModel *const *)one)->table, (*(DjangoModel *const *)other)->table);
}

static void
each_reference(const Change *change, Visit visit)
{
    g_autoptr(GPtrArray) models = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, change->run->state->models);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(models, value);
    g_ptr_array_sort(models, compare_tables);
    for (guint i = 0; i < models->len; i++) {
        DjangoModel *model = g_ptr_array_index(models, i);

        for (guint j = 0; model->managed && !model->proxy && j < model->fields->len; j++) {
            const DjangoField *field = g_ptr_array_index(model->fields, j);
            const DjangoContext of = {change->run->state, model, change->run->version};
            g_auto(DjangoTarget) target = {0};

            if (!pga_django_has_foreign_key(field))
                continue;
            pga_django_target(&of, field, &target);
            if (g_str_equal(target.table, change->model->table) &&
                g_str_equal(target.column, change->old_column))
                visit(change, model, field);
        }
    }
}

static void
drop_reference(const Change *change, DjangoModel *model, const DjangoField *field)
{
    pga_django_drop_foreign_key(change->run, model, field);
}

static void
change_reference(const Change *change, DjangoModel *model, const DjangoField *field)
{
    g_autofree char *table = pga_django_quote(model->table), *plain = pga_django_column(field);
    g_autofree char *column = pga_django_quote(plain);
    g_autofree char *type = pga_django_relation_type(&change->context, change->after);

    pga_django_emit(change->run, "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::%s", table,
                    column, type, column, type);
}

static void
add_reference(const Change *change, DjangoModel *model, const DjangoField *field)
{
    pga_django_add_foreign_key(change->run, model, field, FALSE);
}

static void
apply(Change *change)
{
    const gboolean is_key = pga_django_is_unique(change->before) &&
                            pga_django_is_unique(change->after) &&
                            g_strcmp0(change->old_type, change->new_type) != 0;

    drop_key(change);
    if (is_key)
        each_reference(change, drop_reference);
    drop_old(change);
    rename_column(change);
    change_type(change);
    change_null(change);
    if (is_key)
        each_reference(change, change_reference);
    add_new(change);
    if (is_key)
        each_reference(change, add_reference);
    add_check(change);
}

void
pga_django_alter_field(DjangoRun *run, DjangoModel *model, const DjangoField *before,
                       const DjangoField *after)
{
    Change change = {.run = run, .model = model, .before = before, .after = after};

    if (pga_django_is_many(before) || pga_django_is_many(after))
        return;
    change.context = (DjangoContext){run->state, model, run->version};
    change.table = pga_django_quote(model->table);
    change.old_column = pga_django_column(before);
    change.new_column = pga_django_column(after);
    change.column = pga_django_quote(change.new_column);
    change.old_type = pga_django_type(&change.context, before);
    change.new_type = pga_django_type(&change.context, after);
    if (!is_same(&change) || pga_django_is_auto(before) != pga_django_is_auto(after))
        apply(&change);
    g_free(change.table);
    g_free(change.column);
    g_free(change.old_column);
    g_free(change.new_column);
    g_free(change.old_type);
    g_free(change.new_type);
}
