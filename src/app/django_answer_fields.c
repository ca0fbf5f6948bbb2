/* A field's other definition as migrations: NOT NULL by a proof; whatever else as Django does it.
 */
#include <string.h>

#include "django_answer_internal.h"

#define MAX_DEPTH 8 /* of an argument */

/* What is imported for it. */
static gboolean
is_known(const char *text, const char *behind)
{
    g_autofree char *code = g_strconcat(text, behind, NULL);
    g_autoptr(GPtrArray) imports = pga_django_imports(code);

    return imports->len > 0 || g_str_equal(text, "dict") || g_str_equal(text, "list");
}

static gboolean /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
is_writable(const PgaPyValue *value, guint depth)
{
    if (depth > MAX_DEPTH || value->kind >= PGA_PY_BINARY ||
        (value->kind == PGA_PY_NAME && !is_known(value->text, "")) ||
        (value->kind == PGA_PY_CALL && !is_known(value->text, "(")))
        return FALSE;
    for (guint i = 0; value->items && i < value->items->len; i++)
        if (!is_writable(g_ptr_array_index(value->items, i), depth + 1))
            return FALSE;
    return TRUE;
}

gboolean
pga_django_is_writable(const PgaPyValue *call)
{
    return is_writable(call, 0);
}

char *
pga_django_wish_alter_field(const DjangoWish *wish, gboolean inner)
{
    g_autofree char *model = pga_django_lower(wish->model->name);
    g_autofree char *value = pga_django_call_text(wish->call, inner ? 20 : 12, 7);
    const char *blanks = inner ? "        " : "";

    return g_strdup_printf("migrations.AlterField(\n"
                           "%s            model_name=\"%s\",\n"
                           "%s            name=\"%s\",\n"
                           "%s            field=%s,\n"
                           "%s        )",
                           blanks, model, blanks, wish->name, blanks, value, blanks);
}

static gboolean
is_null(const PgaPyValue *call)
{
    return pga_py_argument_is_true(call, "null");
}

/* Only null= changes, from True to False. */
static gboolean
forbids_null(const DjangoWish *wish)
{
    static const char *const names[] = {"max_length", "max_digits", "decimal_places", "unique",
                                        "db_index",   "db_column",  "primary_key"};

    if (!is_null(wish->field->call) || is_null(wish->call) ||
        !g_str_equal(pga_py_last_name(wish->field->call), pga_py_last_name(wish->call)))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const PgaPyValue *now = pga_py_argument(wish->field->call, G_MAXUINT, names[i]);
        const PgaPyValue *then = pga_py_argument(wish->call, G_MAXUINT, names[i]);

        if ((now == NULL) != (then == NULL) || (now && !pga_py_equal(now, then)))
            return FALSE;
    }
    return TRUE;
}

/* What a row that has none gets: (nullable): Python. */
static char *
filler_of(const DjangoWish *wish)
{
    static const char *const texts[] = {"CharField", "TextField", "EmailField", "SlugField",
                                        "URLField"};
    const PgaPyValue *value = pga_py_argument(wish->call, G_MAXUINT, "default");

    if (value && value->kind > PGA_PY_NONE && value->kind <= PGA_PY_STRING)
        return pga_py_value_text(value);
    for (guint i = 0; !value && i < G_N_ELEMENTS(texts); i++)
        if (g_str_equal(pga_py_last_name(wish->call), texts[i]))
            return g_strdup("\"\"");
    return NULL;
}

/* Batches of rows that have none: each its own transaction; may be stopped and run again. */
static void
fill_step(const DjangoWish *wish, const char *filler, GPtrArray *files)
{
    g_autofree char *name = g_strdup_printf("fill_%s_%s", wish->model->name, wish->name);
    g_autofree char *file_name = pga_django_lower(name);
    DjangoFile *file = pga_django_step(
        files, file_name, "ROW EXCLUSIVE", PGA_SAFETY_SAFE,
        g_strdup_printf("Gives rows without %s a value, 10,000 at a time.", wish->name));

    file->alone = TRUE;
    g_string_append_printf(
        file->functions,
        "def fill(apps, schema_editor):\n"
        "    rows = apps.get_model(\"%s\", \"%s\").objects.using(schema_editor.connection.alias)\n"
        "    missing = rows.filter(%s__isnull=True).order_by(\"pk\")\n"
        "    while True:\n"
        "        keys = list(missing.values_list(\"pk\", flat=True)[:10000])\n"
        "        if not keys:\n"
        "            return\n"
        "        rows.filter(pk__in=keys, %s__isnull=True).update(%s=%s)\n",
        wish->model->app, wish->model->name, wish->name, wish->name, wish->name, filler);
    pga_django_file_add(
        file, g_strdup("migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)"));
}

void
pga_django_not_null_clear(DjangoNotNull *names)
{
    g_free(names->table);
    g_free(names->column);
    g_free(names->check);
}

void
pga_django_forbid_step(const DjangoNotNull *names, char *why, GPtrArray *files)
{
    g_autofree char *add =
        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT \"%s\" CHECK (\"%s\" IS NOT NULL) NOT VALID",
                        names->table, names->check, names->column);
    g_autofree char *drop = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS \"%s\"",
                                            names->table, names->check);
    DjangoFile *file =
        pga_django_step(files, names->check, "ACCESS EXCLUSIVE", PGA_SAFETY_LOCK, why);

    pga_django_step_lock_timeout(file);
    pga_django_file_add(file, pga_django_run_sql(add, drop, NULL));
}

void
pga_django_validate_step(const DjangoNotNull *names, GPtrArray *files)
{
    g_autofree char *name = g_strdup_printf("validate_%s", names->check);
    g_autofree char *sql =
        g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT \"%s\"", names->table, names->check);
    DjangoFile *file = pga_django_step(
        files, name, "SHARE UPDATE EXCLUSIVE", PGA_SAFETY_SAFE,
        g_strdup_printf("Reads all rows while others write. It fails where some are "
                        "missing: SELECT count(*) FROM %s WHERE \"%s\" IS NULL",
                        names->table, names->column));

    pga_django_file_add(file, pga_django_run_sql(sql, NULL, NULL));
}

/* The server takes the constraint for a proof and reads nothing (12+). */
static void
settle_step(const DjangoWish *wish, const DjangoNotNull *names, GPtrArray *files)
{
    g_autofree char *name = g_strdup_printf("%s_not_null", wish->name);
    g_autofree char *set = g_strdup_printf("ALTER TABLE %s ALTER COLUMN \"%s\" SET NOT NULL",
                                           names->table, names->column);
    g_autofree char *unset = g_strdup_printf("ALTER TABLE %s ALTER COLUMN \"%s\" DROP NOT NULL",
                                             names->table, names->column);
    g_autofree char *drop = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS \"%s\"",
                                            names->table, names->check);
    g_autofree char *add =
        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT \"%s\" CHECK (\"%s\" IS NOT NULL) NOT VALID",
                        names->table, names->check, names->column);
    g_autofree char *state = pga_django_wish_alter_field(wish, TRUE);
    DjangoFile *file =
        pga_django_step(files, name, "ACCESS EXCLUSIVE", PGA_SAFETY_LOCK,
                        g_strdup_printf("%s becomes NOT NULL without reading a row: the "
                                        "constraint proves it, and goes.",
                                        wish->name));

    pga_django_step_lock_timeout(file);
    pga_django_file_add(file, pga_django_run_sql(set, unset, state));
    pga_django_file_add(file, pga_django_run_sql(drop, add, NULL));
}

static void
not_null_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    g_autofree char *filler = filler_of(wish);
    g_autofree char *plain =
        g_strdup_printf("%s_%s_not_null", wish->model->table, wish->field->column);
    g_auto(DjangoNotNull) names = {
        .table = pga_django_wish_table(wish),
        .column = g_strdup(wish->field->column),
        .check = pga_django_wish_name(answer, plain),
    };

    pga_django_forbid_step(
        &names,
        g_strdup_printf("Deploy code that always sets %s first. From now on no row without it is "
                        "written; those that are there are not read.",
                        wish->name),
        files);
    if (filler)
        fill_step(wish, filler, files);
    pga_django_validate_step(&names, files);
    settle_step(wish, &names, files);
}

static gboolean
changes_class(const DjangoWish *wish)
{
    return !g_str_equal(pga_py_last_name(wish->field->call), pga_py_last_name(wish->call));
}

static void
not_written(DjangoAnswer *answer, const DjangoWish *wish)
{
    g_autofree char *model = pga_django_model_name(wish->model);
    g_autofree char *what = g_strdup_printf("%s.%s", model, wish->name);

    pga_django_not_done(answer->work, what,
                        g_strdup("its definition names what a migration would have to import from "
                                 "the project: change the model, then \"makemigrations\""));
}

void
pga_django_field_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    g_autofree char *name = g_strdup_printf("alter_%s_%s", wish->model->name, wish->name);
    g_autofree char *file_name = pga_django_lower(name);
    DjangoFile *file;

    if (!pga_django_is_writable(wish->call)) {
        not_written(answer, wish);
        return;
    }
    if (forbids_null(wish)) {
        not_null_steps(answer, wish, files);
        return;
    }
    if (wish->sql) {
        pga_django_reference_step(wish, pga_django_wish_alter_field(wish, TRUE), files);
        return;
    }
    if (pga_django_becomes_json(wish)) {
        pga_django_json_steps(answer, wish, pga_django_wish_alter_field(wish, TRUE), files);
        return;
    }
    file = pga_django_step(
        files, file_name, "ACCESS EXCLUSIVE", PGA_SAFETY_REVIEW,
        g_strdup_printf("For review: changes %s.%s where it stands: on a large table nobody reads "
                        "or writes until it is done%s.",
                        wish->model->name, wish->name,
                        changes_class(wish) ? "; into such a one rather comes a new nullable "
                                              "column that is filled in batches"
                                            : ""));
    pga_django_step_lock_timeout(file);
    pga_django_file_add(file, pga_django_wish_alter_field(wish, FALSE));
}
