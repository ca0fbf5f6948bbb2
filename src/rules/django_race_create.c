/* Rows that two processes make at the same time, each of which saw none. */
#include <string.h>

#include "django_race_internal.h"

/** How a new row gets its primary key. */
typedef struct {
    gboolean is_given; /* by the code; else by the database */
    const char *values[2];
} Key;

/* FALSE: of neither kind. */
static gboolean
key_of(const PgaDjangoModel *model, Key *key)
{
    const PgaDjangoField *field = pga_django_model_field(model, "pk");
    const char *base = field ? field->base : "";

    *key = (Key){.is_given = g_str_equal(base, "UUIDField"),
                 .values = {"'00000000-0000-4000-8000-000000000001'",
                            "'00000000-0000-4000-8000-000000000002'"}};
    return key->is_given || g_str_has_suffix(base, "AutoField");
}

/* (transfer full): INSERT of the fields with these literals (of char *). */
static char *
insert(const PgaRace *race, const Key *key, guint process, const GPtrArray *fields,
       const GPtrArray *values)
{
    g_autoptr(GString) columns = g_string_new(key->is_given ? race->key : "");
    g_autoptr(GString) row = g_string_new(key->is_given ? key->values[process - 1] : "");

    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        g_string_append_printf(columns, "%s\"%s\"", columns->len > 0 ? ", " : "", field->column);
        g_string_append_printf(row, "%s%s", row->len > 0 ? ", " : "",
                               (char *)g_ptr_array_index(values, i));
    }
    return g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)", race->table, columns->str, row->str);
}

/* (transfer full) */
static char *
look(const PgaRace *race, const GPtrArray *fields, const GPtrArray *values)
{
    g_autoptr(GString) sql = g_string_new(NULL);

    g_string_printf(sql, "SELECT %s FROM %s WHERE ", race->key, race->table);
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        g_string_append_printf(sql, "%s\"%s\" = %s", i ? " AND " : "", field->column,
                               (char *)g_ptr_array_index(values, i));
    }
    g_string_append(sql, " LIMIT 1");
    return g_strdup(sql->str);
}

/* (transfer full) */
static char *
constrain(const PgaRace *race, const GPtrArray *fields)
{
    g_autoptr(GString) columns = g_string_new(NULL);

    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        g_string_append_printf(columns, "%s\"%s\"", i ? ", " : "", field->column);
    }
    return g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT \"only_one\" UNIQUE (%s)", race->table,
                           columns->str);
}

/* (transfer full) (nullable): a literal for each field; NULL: not of each. */
static GPtrArray *
samples_of(const PgaDjangoProject *project, const PgaRace *race, const GPtrArray *fields)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);
        char *sample = pga_race_has_column(race, field) ? pga_race_sample(project, field) : NULL;

        if (!sample)
            return NULL;
        g_ptr_array_add(values, sample);
    }
    return values->len > 0 ? g_steal_pointer(&values) : NULL;
}

void
pga_race_double_create(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
                       const GPtrArray *fields)
{
    PgaRace *race = pga_race_new(run->project, model);
    g_autoptr(GPtrArray) values = race ? samples_of(run->project, race, fields) : NULL;
    GPtrArray *steps, *fixed;
    Key key;

    if (!values || !key_of(model, &key)) {
        g_clear_pointer(&race, pga_race_free);
        return;
    }
    steps = race->interleaving->steps;
    fixed = race->interleaving->fixed;
    pga_interleaving_add(fixed, 1, "a migration adds the constraint", constrain(race, fields));
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add(steps, process, "looks for the row", look(race, fields, values));
        pga_interleaving_add(fixed, process, "looks for the row", look(race, fields, values));
    }
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add_when(steps, process, "creates it", g_strdup(":rows = 0"),
                                  insert(race, &key, process, fields, values));
        pga_interleaving_add_when(fixed, process, "creates it, unless the constraint refuses",
                                  g_strdup(":rows = 0"),
                                  insert(race, &key, process, fields, values));
    }
    pga_race_finish(race, finding, g_strdup_printf("SELECT count(*) FROM %s", race->table), "1");
}

/* (transfer full): INSERT of the number that @expression is. */
static char *
insert_number(const PgaRace *race, const Key *key, guint process, const PgaDjangoField *field,
              const char *expression)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new();
    g_autoptr(GPtrArray) values = g_ptr_array_new();

    g_ptr_array_add(fields, (gpointer)field);
    g_ptr_array_add(values, (gpointer)expression);
    return insert(race, key, process, fields, values);
}

void
pga_race_double_number(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
                       const PgaDjangoField *field)
{
    PgaRace *race = pga_race_new(run->project, model);
    GPtrArray *steps, *fixed;
    Key key;

    if (!race || !pga_race_has_column(race, field) || !key_of(model, &key)) {
        g_clear_pointer(&race, pga_race_free);
        return;
    }
    steps = race->interleaving->steps;
    fixed = race->interleaving->fixed;
    pga_interleaving_add(fixed, 1, "a migration makes a sequence",
                         g_strdup("CREATE SEQUENCE \"next_number\""));
    for (guint process = 1; process <= 2; process++)
        pga_interleaving_add(steps, process, "asks for the last number",
                             g_strdup_printf("SELECT coalesce(max(\"%s\"), 0) AS \"last\" FROM %s",
                                             field->column, race->table));
    for (guint process = 1; process <= 2; process++) {
        pga_interleaving_add(steps, process, "creates a row with the next one",
                             insert_number(race, &key, process, field, ":last + 1"));
        pga_interleaving_add(fixed, process, "creates a row with the sequence's next number",
                             insert_number(race, &key, process, field, "nextval('next_number')"));
    }
    pga_race_finish(
        race, finding,
        g_strdup_printf("SELECT count(DISTINCT \"%s\") FROM %s", field->column, race->table), "2");
}

char *
pga_race_constraint(const PgaDjangoProject *project, const PgaDjangoModel *model,
                    const GPtrArray *fields)
{
    g_autoptr(GString) parts = g_string_new(NULL);
    gboolean has_text = FALSE;

    for (guint i = 0; project->version >= 400 && i < fields->len; i++)
        has_text |=
            g_str_equal(((const PgaDjangoField *)g_ptr_array_index(fields, i))->base, "TextField");
    for (guint i = 0; i < fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);
        const gboolean is_hash = has_text && g_str_equal(field->base, "TextField");

        g_string_append_printf(parts, is_hash ? "%sMD5(\"%s\")" : "%s\"%s\"", i ? ", " : "",
                               field->name);
    }
    return g_strdup_printf(has_text ? "models.UniqueConstraint(%s, name=\"%s_uniq\")"
                                    : "models.UniqueConstraint(fields=[%s], name=\"%s_uniq\")",
                           parts->str, model->table);
}
