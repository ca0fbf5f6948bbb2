/* Statements as Django's compiler writes them for one row of one table. */
#include "django_race_internal.h"

#include <string.h>

/* A literal for a column of each class of fields that takes any such value. */
static const struct {
    const char *base, *literal;
} samples[] = {
    {"AutoField", "1"},
    {"BigAutoField", "1"},
    {"SmallAutoField", "1"},
    {"IntegerField", "1"},
    {"BigIntegerField", "1"},
    {"SmallIntegerField", "1"},
    {"PositiveIntegerField", "1"},
    {"PositiveBigIntegerField", "1"},
    {"PositiveSmallIntegerField", "1"},
    {"DecimalField", "1"},
    {"FloatField", "1"},
    {"BooleanField", "false"},
    {"CharField", "'x'"},
    {"TextField", "'x'"},
    {"SlugField", "'x'"},
    {"EmailField", "'x@example.org'"},
    {"URLField", "'https://example.org/'"},
    {"DateField", "'2026-01-01'"},
    {"DateTimeField", "'2026-01-01 12:00+00'"},
    {"TimeField", "'12:00'"},
    {"DurationField", "'1 hour'"},
    {"UUIDField", "'00000000-0000-4000-8000-000000000001'"},
    {"GenericIPAddressField", "'192.0.2.1'"},
    {"JSONField", "'{}'"},
};

char *
pga_race_quote(const char *name)
{
    g_auto(GStrv) parts = g_strsplit(name, "\"", -1);
    g_autofree char *doubled = g_strjoinv("\"\"", parts);

    return g_strdup_printf("\"%s\"", doubled);
}

static const PgaDjangoField *
target_key(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    const PgaDjangoModel *model =
        field->target ? pga_django_project_model(project, field->target) : NULL;

    return model && !pga_py_argument(field->call, G_MAXUINT, "to_field")
               ? pga_django_model_field(model, "pk")
               : NULL;
}

char *
pga_race_sample(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    enum { FURTHEST = 5 };

    for (guint n = 0; field && n < FURTHEST; n++) {
        if (field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE) {
            field = target_key(project, field);
            continue;
        }
        for (guint i = 0; i < G_N_ELEMENTS(samples); i++)
            if (g_str_equal(field->base, samples[i].base))
                return g_strdup(samples[i].literal);
        break;
    }
    return NULL;
}

const PgaDjangoModel *
pga_race_owner(const PgaDjangoProject *project, const PgaDjangoModel *model,
               const PgaDjangoField *field)
{
    enum { FURTHEST = 10 };

    for (guint n = 0; model && n < FURTHEST; n++) {
        if (g_ptr_array_find(model->fields, field, NULL))
            return model;
        model = model->parent ? pga_django_project_model(project, model->parent) : NULL;
    }
    return NULL;
}

/* A name that can be told from what stands around it: see PgaInterleavingStep. */
static gboolean
is_plain(const char *column)
{
    return column && strspn(column, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789_") == strlen(column);
}

/* What save() writes besides: the other columns, as many as one still reads. */
static void
add_columns(PgaRace *race, const PgaDjangoProject *project)
{
    enum { MOST = 6 };

    for (guint i = 0; i < race->model->fields->len && race->columns->len < MOST; i++) {
        const PgaDjangoField *field = g_ptr_array_index(race->model->fields, i);
        g_autofree char *sample = pga_race_sample(project, field);

        if (!sample || field->is_primary_key || !is_plain(field->column))
            continue;
        g_ptr_array_add(race->columns, g_strdup(field->column));
        g_ptr_array_add(race->values, g_steal_pointer(&sample));
    }
}

PgaRace *
pga_race_new(const PgaDjangoProject *project, const PgaDjangoModel *model)
{
    const PgaDjangoField *key = model ? pga_django_model_field(model, "pk") : NULL;
    g_autofree char *sample = key && key->column ? pga_race_sample(project, key) : NULL;
    PgaRace *race;

    if (!sample || !model->is_managed)
        return NULL;
    race = g_new0(PgaRace, 1);
    race->interleaving = pga_interleaving_new();
    race->model = model;
    race->table = pga_race_quote(model->table);
    race->key = pga_race_quote(key->column);
    race->key_value = g_steal_pointer(&sample);
    race->columns = g_ptr_array_new_with_free_func(g_free);
    race->values = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(race->interleaving->tables, g_strdup(model->table));
    add_columns(race, project);
    return race;
}

void
pga_race_free(PgaRace *race)
{
    g_clear_pointer(&race->interleaving, pga_interleaving_free);
    g_free(race->table);
    g_free(race->key);
    g_free(race->key_value);
    g_ptr_array_unref(race->columns);
    g_ptr_array_unref(race->values);
    g_free(race);
}

gboolean
pga_race_has_column(const PgaRace *race, const PgaDjangoField *field)
{
    return is_plain(field->column) && g_ptr_array_find(race->model->fields, field, NULL);
}

void
pga_race_start(PgaRace *race, const PgaDjangoField *field, const char *value)
{
    guint at;

    if (g_ptr_array_find_with_equal_func(race->columns, field->column, g_str_equal, &at)) {
        g_ptr_array_remove_index(race->columns, at);
        g_ptr_array_remove_index(race->values, at);
    }
    g_ptr_array_insert(race->columns, 0, g_strdup(field->column));
    g_ptr_array_insert(race->values, 0, g_strdup(value));
}

void
pga_race_insert_row(PgaRace *race)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "INSERT INTO %s (%s", race->table, race->key);
    for (guint i = 0; i < race->columns->len; i++)
        g_string_append_printf(sql, ", \"%s\"", (char *)g_ptr_array_index(race->columns, i));
    g_string_append_printf(sql, ") VALUES (%s", race->key_value);
    for (guint i = 0; i < race->values->len; i++)
        g_string_append_printf(sql, ", %s", (char *)g_ptr_array_index(race->values, i));
    g_string_append_c(sql, ')');
    g_ptr_array_add(race->interleaving->setup, g_strdup(sql->str));
}

char *
pga_race_select(const PgaRace *race, gboolean lock)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");

    g_string_append(sql, race->key);
    for (guint i = 0; i < race->columns->len; i++)
        g_string_append_printf(sql, ", \"%s\"", (char *)g_ptr_array_index(race->columns, i));
    g_string_append_printf(sql, " FROM %s WHERE %s = %s%s", race->table, race->key, race->key_value,
                           lock ? " FOR UPDATE" : "");
    return g_strdup(sql->str);
}

/* (transfer full): @expression with @value for each "@". */
static char *
put_in(const char *expression, const char *value)
{
    g_auto(GStrv) parts = g_strsplit(expression, "@", -1);

    return g_strjoinv(value, parts);
}

char *
pga_race_save(const PgaRace *race, const PgaDjangoField *field, const char *expression,
              gboolean only)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_autofree char *read = g_strconcat(":", field->column, NULL);
    g_autofree char *value = put_in(expression, read);

    g_string_printf(sql, "UPDATE %s SET \"%s\" = %s", race->table, field->column, value);
    for (guint i = 0; !only && i < race->columns->len; i++) {
        const char *column = g_ptr_array_index(race->columns, i);

        if (!g_str_equal(column, field->column))
            g_string_append_printf(sql, ", \"%s\" = :%s", column, column);
    }
    g_string_append_printf(sql, " WHERE %s = %s", race->key, race->key_value);
    return g_strdup(sql->str);
}

char *
pga_race_update(const PgaRace *race, const PgaDjangoField *field, const char *expression,
                const char *where)
{
    g_autofree char *column = g_strdup_printf("\"%s\"", field->column);
    g_autofree char *value = put_in(expression, column);

    return g_strdup_printf("UPDATE %s SET %s = %s WHERE %s = %s%s", race->table, column, value,
                           race->key, race->key_value, where);
}

void
pga_race_finish(PgaRace *race, PgaFinding *finding, char *observe, const char *expected)
{
    race->interleaving->observe = observe;
    race->interleaving->expected = g_strdup(expected);
    finding->interleaving = g_steal_pointer(&race->interleaving);
    pga_race_free(race);
}
