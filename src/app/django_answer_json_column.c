/* A text that becomes JSON while others use it: a column beside it, which a trigger keeps the same,
 * filled in batches; then the two change names, and the text stays until nobody goes back. */
#include <string.h>

#include "django_answer_internal.h"

#define BATCH "10000"

/** What the files name. */
typedef struct {
    const DjangoWish *wish;
    char *table, *model; /* quoted; lower case */
    char *sync;          /* the trigger and its function */
    char *text, *json;   /* columns beside the one that has the field's name */
    const char *column;
    const char *empty; /* (nullable): what '' becomes */
} Names;

static void
names_clear(Names *names)
{
    g_free(names->table);
    g_free(names->model);
    g_free(names->sync);
    g_free(names->text);
    g_free(names->json);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

/* --- SQL --- */

/* Before: JSON follows the text; what is none is kept as a string. */
static char *
follow_text(const Names *names)
{
    const char *column = names->column, *json = names->json;

    return g_strdup_printf(
        "CREATE OR REPLACE FUNCTION \"%s\"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF coalesce(btrim(NEW.\"%s\", E' \\t\\r\\n'), '') = '' THEN NEW.\"%s\" := %s%s%s; ELSE "
        "BEGIN NEW.\"%s\" := NEW.\"%s\"::jsonb; EXCEPTION WHEN data_exception OR "
        "program_limit_exceeded THEN NEW.\"%s\" := to_jsonb(NEW.\"%s\"); END; END IF; "
        "RETURN NEW; END $$",
        names->sync, column, json, names->empty ? "'" : "", names->empty ? names->empty : "NULL",
        names->empty ? "'" : "", json, column, json, column);
}

/* Afterwards: the text follows, for those who go back. */
static char *
follow_json(const Names *names)
{
    return g_strdup_printf(
        "CREATE OR REPLACE FUNCTION \"%s\"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "NEW.\"%s\" := NEW.\"%s\"::text; RETURN NEW; END $$",
        names->sync, names->text, names->column);
}

static char *
create_trigger(const Names *names)
{
    return g_strdup_printf("CREATE TRIGGER \"%s\" BEFORE INSERT OR UPDATE OF \"%s\" ON %s FOR EACH "
                           "ROW EXECUTE FUNCTION \"%s\"()",
                           names->sync, names->column, names->table, names->sync);
}

static char *
drop_trigger(const Names *names)
{
    return g_strdup_printf("DROP TRIGGER IF EXISTS \"%s\" ON %s", names->sync, names->table);
}

static char *
drop_function(const Names *names)
{
    return g_strdup_printf("DROP FUNCTION IF EXISTS \"%s\"()", names->sync);
}

static char *
rename_column(const Names *names, const char *from, const char *to)
{
    return g_strdup_printf("ALTER TABLE %s RENAME COLUMN \"%s\" TO \"%s\"", names->table, from, to);
}

/* ALTER TABLE … ALTER COLUMN: takes nothing. */
static char *
alter_column(const Names *names, const char *column, const char *how)
{
    return g_strdup_printf("ALTER TABLE %s ALTER COLUMN \"%s\" %s", names->table, column, how);
}

/* Takes both; @state: (nullable). */
static void
add_sql(DjangoFile *file, char *sql, char *reverse, const char *state)
{
    pga_django_file_add(file, pga_django_run_sql(sql, reverse, state));
    g_free(sql);
    g_free(reverse);
}

/* --- files --- */

/* For review, in a transaction; takes @why. */
static DjangoFile *
step(const Names *names, const char *before, const char *after, char *why, GPtrArray *files)
{
    g_autofree char *plain =
        g_strdup_printf("%s%s_%s%s", before, names->wish->model->name, names->wish->name, after);
    g_autofree char *name = pga_django_lower(plain);
    DjangoFile *file = pga_django_step(files, name, "ACCESS EXCLUSIVE", PGA_SAFETY_REVIEW, why);

    pga_django_step_lock_timeout(file);
    return file;
}

static void
column_step(const Names *names, GPtrArray *files)
{
    const char *empty = names->empty ? names->empty : "NULL";
    DjangoFile *file = step(
        names, "", "_json",
        g_strdup_printf("For review: %s of %s becomes JSON by a column beside it: this file makes "
                        "it, and a trigger that keeps it the same as the text; the next ones fill "
                        "it, then it takes the text's place. '' becomes %s; a text that is no JSON "
                        "becomes a JSON string, and is counted.",
                        names->wish->name, names->wish->model->name, empty),
        files);

    add_sql(file,
            g_strdup_printf("ALTER TABLE %s ADD COLUMN \"%s\" jsonb", names->table, names->json),
            g_strdup_printf("ALTER TABLE %s DROP COLUMN \"%s\"", names->table, names->json), NULL);
    add_sql(file, follow_text(names), drop_function(names), NULL);
    add_sql(file, create_trigger(names), drop_trigger(names), NULL);
}

/* The trigger fills what an UPDATE touches: the text itself stays. */
static void
fill_step(const Names *names, GPtrArray *files)
{
    const DjangoWish *wish = names->wish;
    g_autofree char *plain = g_strdup_printf("fill_%s_%s_json", wish->model->name, wish->name);
    g_autofree char *name = pga_django_lower(plain);
    g_autofree char *waiting = g_strdup_printf(
        "%s.\"%s\" IS NULL%s%s%s%s%s", names->table, names->json, names->empty ? "" : " AND ",
        names->empty ? "" : names->table, names->empty ? "" : ".\"",
        names->empty ? "" : names->column, names->empty ? "" : "\" IS NOT NULL");
    g_autofree char *no_json =
        g_strdup_printf("\"%s\" = to_jsonb(\"%s\")", names->json, names->column);
    DjangoFile *file = pga_django_step(
        files, name, "ROW EXCLUSIVE", PGA_SAFETY_SAFE,
        g_strdup_printf("Fills %s, 10,000 rows at a time, each batch a transaction: stopped, it "
                        "goes on where it was. Says how many texts are no JSON.",
                        names->json));

    file->alone = TRUE;
    file->sql = g_strdup_printf("UPDATE %s SET \"%s\" = \"%s\" WHERE \"%s\" IS NULL", names->table,
                                names->column, names->column, names->json);
    g_string_append_printf(
        file->functions,
        "def fill(apps, schema_editor):\n"
        "    connection = schema_editor.connection\n"
        "    rows = apps.get_model(\"%s\", \"%s\")._base_manager.using(connection.alias)\n"
        "    waiting = rows.extra(where=['%s']).order_by(\"pk\")\n"
        "    keys = list(waiting.values_list(\"pk\", flat=True)[:" BATCH "])\n"
        "    while keys:\n"
        "        rows.filter(pk__in=keys).update(%s=models.F(\"%s\"))\n"
        "        more = waiting.filter(pk__gt=keys[-1])\n"
        "        keys = list(more.values_list(\"pk\", flat=True)[:" BATCH "])\n"
        "    sql = 'SELECT count(*) FROM %s WHERE %s'\n"
        "    with connection.cursor() as cursor:\n"
        "        cursor.execute(sql)\n"
        "        (count,) = cursor.fetchone()\n"
        "    if count:\n"
        "        print(f\"\\n  {count} of %s.%s are no JSON and became JSON strings: {sql}\")\n",
        wish->model->app, wish->model->name, waiting, wish->name, wish->name, names->table, no_json,
        wish->model->name, wish->name);
    pga_django_file_add(
        file, g_strdup("migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)"));
}

static void
add_not_null(const Names *names, const DjangoNotNull *check, DjangoFile *file)
{
    add_sql(file, alter_column(names, names->json, "SET NOT NULL"),
            alter_column(names, names->json, "DROP NOT NULL"), NULL);
    add_sql(file,
            g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS \"%s\"", names->table,
                            check->check),
            g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT \"%s\" CHECK (\"%s\" IS NOT NULL) NOT "
                            "VALID",
                            names->table, check->check, names->json),
            NULL);
}

/* JSON as text may be longer than what was written. */
static void
add_room(const Names *names, DjangoFile *file)
{
    g_autofree char *type = pga_django_json_type_before(names->wish);
    g_autofree char *back = g_strconcat("TYPE ", type, NULL);

    if (!g_str_equal(type, "text"))
        add_sql(file, alter_column(names, names->text, "TYPE text"),
                alter_column(names, names->text, back), NULL);
}

static void
swap_step(const Names *names, const DjangoNotNull *check, const char *state, GPtrArray *files)
{
    const char *name = names->wish->name;
    DjangoFile *file = step(
        names, "", "_is_json",
        g_strdup_printf("For review: %s is JSON from here on, no row is read. The model with "
                        "JSONField goes with this deployment, and json.dumps() and json.loads() of "
                        "%s go out of the code. The text is kept beside it, as %s: the way back "
                        "loses nothing.",
                        name, name, names->text),
        files);

    add_sql(file, drop_trigger(names), create_trigger(names), NULL);
    if (check)
        add_not_null(names, check, file);
    add_sql(file, rename_column(names, names->column, names->text),
            rename_column(names, names->text, names->column), NULL);
    add_sql(file, rename_column(names, names->json, names->column),
            rename_column(names, names->column, names->json), state);
    add_room(names, file);
    add_sql(file, follow_json(names), follow_text(names), NULL);
    add_sql(file, create_trigger(names), drop_trigger(names), NULL);
}

/* The text again, as it was: of what was no JSON with quotes. */
static char *
text_again(const Names *names)
{
    g_autofree char *set =
        names->wish->field->is_null ? NULL : alter_column(names, names->text, "SET NOT NULL");

    return g_strdup_printf("ALTER TABLE %s ADD COLUMN \"%s\" text;\n"
                           "UPDATE %s SET \"%s\" = \"%s\"::text%s%s",
                           names->table, names->text, names->table, names->text, names->column,
                           set ? ";\n" : "", set ? set : "");
}

static void
drop_step(const Names *names, GPtrArray *files)
{
    DjangoFile *file =
        step(names, "drop_", "_text",
             g_strdup_printf(
                 "For review: drops %s, the text of before. Leave this file out until nobody wants "
                 "to go back: run backwards, it makes the text anew, of the JSON.",
                 names->text),
             files);

    file->late = TRUE;
    add_sql(file, drop_trigger(names), create_trigger(names), NULL);
    add_sql(file, drop_function(names), follow_json(names), NULL);
    add_sql(file, g_strdup_printf("ALTER TABLE %s DROP COLUMN \"%s\"", names->table, names->text),
            text_again(names), NULL);
}

static void
not_null_steps(const Names *names, const DjangoNotNull *check, GPtrArray *files)
{
    pga_django_forbid_step(check,
                           g_strdup_printf("No row without %s is written, as the trigger sets it; "
                                           "those that are there are not read.",
                                           names->json),
                           files);
    pga_django_validate_step(check, files);
}

void
pga_django_json_column_steps(DjangoAnswer *answer, const DjangoWish *wish, const char *state,
                             GPtrArray *files)
{
    const char *column = wish->field->column;
    g_autofree char *sync = g_strdup_printf("%s_%s_sync", wish->model->table, column);
    g_autofree char *plain = g_strdup_printf("%s_%s_filled", wish->model->table, column);
    g_auto(Names) names = {
        .wish = wish,
        .table = pga_django_wish_table(wish),
        .model = pga_django_lower(wish->model->name),
        .sync = pga_django_wish_name(answer, sync),
        .text = g_strconcat(column, "_text", NULL),
        .json = g_strconcat(column, "_json", NULL),
        .column = column,
        .empty = pga_django_json_empty(wish),
    };
    g_auto(DjangoNotNull) check = {0};

    column_step(&names, files);
    fill_step(&names, files);
    if (names.empty) {
        check.table = g_strdup(names.table);
        check.column = g_strdup(names.json);
        check.check = pga_django_wish_name(answer, plain);
        not_null_steps(&names, &check, files);
    }
    swap_step(&names, names.empty ? &check : NULL, state, files);
    drop_step(&names, files);
}
