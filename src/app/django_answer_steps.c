/* One wish as migrations: what does not make others wait for long, each step one file. */
#include <string.h>

#include "django_answer_internal.h"

#define LOCK_TIMEOUT "2s"

char *
pga_django_lower(const char *text)
{
    return g_ascii_strdown(text, -1);
}

/* An operation of a model with one argument more. */
static char *
operation(const char *class, const DjangoWish *wish, const char *argument)
{
    g_autofree char *model = pga_django_lower(wish->model->name);
    g_autofree char *value = pga_django_call_text(wish->call, 12, (guint)strlen(argument) + 2);

    return g_strdup_printf("%s(\n            model_name=\"%s\",\n            %s=%s,\n        )",
                           class, model, argument, value);
}

/* The same in state_operations, eight blanks deeper. */
char *
pga_django_inner_operation(const char *class, const DjangoWish *wish, const char *argument)
{
    g_autofree char *text = operation(class, wish, argument);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    return g_strjoinv("\n        ", lines);
}

/* RunSQL(); @reverse, @state (nullable). */
char *
pga_django_run_sql(const char *sql, const char *reverse, const char *state)
{
    g_autofree char *forward = pga_django_python_string(sql);
    g_autofree char *back =
        reverse ? pga_django_python_string(reverse) : g_strdup("migrations.RunSQL.noop");
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_printf(text, "migrations.RunSQL(\n            sql=%s,\n            reverse_sql=%s,\n",
                    forward, back);
    if (state)
        g_string_append_printf(
            text, "            state_operations=[\n                %s,\n            ],\n", state);
    g_string_append(text, "        )");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Whoever waits for this lock makes all others wait: not for long. */
void
pga_django_step_lock_timeout(DjangoFile *file)
{
    pga_django_file_add(
        file, pga_django_run_sql("SET LOCAL lock_timeout = '" LOCK_TIMEOUT "'", NULL, NULL));
}

DjangoFile *
pga_django_step(GPtrArray *files, const char *name, const char *lock, PgaSafety safety, char *why)
{
    DjangoFile *file = pga_django_file_new(name, why, lock, safety);

    g_ptr_array_add(files, file);
    return file;
}

/* (transfer full): the table, quoted. */
char *
pga_django_wish_table(const DjangoWish *wish)
{
    g_auto(GStrv) parts = g_strsplit(wish->model->table, "\"", -1);
    g_autofree char *escaped = g_strjoinv("\"\"", parts);

    return g_strdup_printf("\"%s\"", escaped);
}

char *
pga_django_answer_statement(DjangoAnswer *answer, const DjangoWish *wish, const char *class,
                            const char *argument)
{
    g_autofree char *text = operation(class, wish, argument);
    g_autoptr(GPtrArray) statements = pga_django_answer_statements(answer, wish->model->app, text);
    const PgaDjangoStatement *first = statements->len ? g_ptr_array_index(statements, 0) : NULL;

    return first ? g_strdup(first->sql) : NULL;
}

/* --- indexes --- */

/* As 3.0 and later do it by an operation of their own. FALSE: what it runs cannot be told. */
static gboolean
add_index_as_sql(DjangoAnswer *answer, const DjangoWish *wish, DjangoFile *file)
{
    g_autofree char *sql =
        file->sql ? g_strdup(file->sql)
                  : pga_django_answer_statement(answer, wish, "AddIndexConcurrently", "index");
    g_autofree char *undo = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS \"%s\"", wish->name);
    g_autofree char *state = pga_django_inner_operation("migrations.AddIndex", wish, "index");

    if (!sql)
        return FALSE;
    pga_django_file_add(file, pga_django_run_sql(sql, undo, state));
    return TRUE;
}

static DjangoFile *
index_file(const DjangoWish *wish, GPtrArray *files)
{
    DjangoFile *file;

    if (wish->sql && g_str_has_prefix(wish->sql, "CREATE UNIQUE"))
        return pga_django_unique_index_file(wish, wish->name, files);
    file = pga_django_step(files, wish->name, "SHARE UPDATE EXCLUSIVE", PGA_SAFETY_SAFE,
                           g_strdup_printf("Builds %s " PGA_DJANGO_ALONE
                                           ". If it is stopped: DROP INDEX CONCURRENTLY "
                                           "\"%s\", then again.",
                                           wish->name, wish->name));
    file->alone = TRUE;
    return file;
}

static void
index_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    DjangoFile *file = index_file(wish, files);

    file->sql = g_strdup(wish->sql);
    if (file->sql && g_str_has_suffix(file->sql, ";"))
        file->sql[strlen(file->sql) - 1] = '\0';
    if (wish->kind == DJANGO_WISH_SQL)
        pga_django_file_add(file, pga_django_run_sql(file->sql, wish->undo, NULL));
    else if (answer->project->version >= 300 || !add_index_as_sql(answer, wish, file))
        pga_django_file_add(file, operation("AddIndexConcurrently", wish, "index"));
}

/* --- CHECK --- */

static void
add_check(DjangoAnswer *answer, const DjangoWish *wish, DjangoFile *file, const char *sql)
{
    g_autofree char *table = pga_django_wish_table(wish), *state = NULL, *undo = NULL;

    pga_django_step_lock_timeout(file);
    if (answer->project->version >= 400) {
        pga_django_file_add(file, operation("AddConstraintNotValid", wish, "constraint"));
        return;
    }
    state = pga_django_inner_operation("migrations.AddConstraint", wish, "constraint");
    undo = g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT \"%s\"", table, wish->name);
    pga_django_file_add(file, pga_django_run_sql(sql, undo, state));
}

static void
add_validation(DjangoAnswer *answer, const DjangoWish *wish, DjangoFile *file)
{
    g_autofree char *model = pga_django_lower(wish->model->name),
                    *table = pga_django_wish_table(wish), *sql = NULL;

    if (answer->project->version >= 400) {
        pga_django_file_add(file,
                            g_strdup_printf("ValidateConstraint(model_name=\"%s\", name=\"%s\")",
                                            model, wish->name));
        return;
    }
    sql = g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT \"%s\"", table, wish->name);
    pga_django_file_add(file, pga_django_run_sql(sql, NULL, NULL));
}

/* (transfer full): "… CHECK (c) NOT VALID": rows that break it. */
static char *
broken_rows(const DjangoWish *wish, const char *sql)
{
    const char *check = strstr(sql, " CHECK ");
    g_autofree char *table = pga_django_wish_table(wish);
    g_autofree char *condition =
        check ? g_strndup(check + 7, strlen(check + 7) - strlen(" NOT VALID")) : g_strdup("true");

    return g_strdup_printf("SELECT count(*) FROM %s WHERE NOT %s", table, condition);
}

static void
check_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    g_autofree char *sql =
        pga_django_answer_statement(answer, wish, "AddConstraintNotValid", "constraint");
    g_autofree char *validate = g_strdup_printf("validate_%s", wish->name), *broken = NULL;

    if (!sql || !g_str_has_suffix(sql, " NOT VALID")) {
        pga_django_not_done(answer->work, wish->name,
                            g_strdup("its condition cannot be told as SQL: no migration is "
                                     "written for it"));
        return;
    }
    broken = broken_rows(wish, sql);
    add_check(
        answer, wish,
        pga_django_step(files, wish->name, "ACCESS EXCLUSIVE", PGA_SAFETY_LOCK,
                        g_strdup_printf("From now on rows that are written obey %s; those that are "
                                        "there are not read.",
                                        wish->name)),
        sql);
    add_validation(
        answer, wish,
        pga_django_step(files, validate, "SHARE UPDATE EXCLUSIVE", PGA_SAFETY_SAFE,
                        g_strdup_printf("Reads all rows while others write. It fails where "
                                        "rows break it: %s",
                                        broken)));
}

void
pga_django_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    DjangoFile *file;

    switch (wish->kind) {
    case DJANGO_WISH_INDEX:
    case DJANGO_WISH_SQL:
        index_steps(answer, wish, files);
        return;
    case DJANGO_WISH_CHECK:
        check_steps(answer, wish, files);
        return;
    case DJANGO_WISH_UNIQUE:
        pga_django_unique_steps(answer, wish, files);
        return;
    case DJANGO_WISH_FIELD:
        pga_django_field_steps(answer, wish, files);
        return;
    case DJANGO_WISH_REMOVAL:
        pga_django_removal_steps(answer, wish, files);
        return;
    case DJANGO_WISH_CONSTRAINT:
        file = pga_django_step(
            files, wish->name, "ACCESS EXCLUSIVE", PGA_SAFETY_REVIEW,
            g_strdup_printf("For review: adds %s: nobody writes until all rows are read; there is "
                            "no other way for this kind.",
                            wish->name));
        pga_django_step_lock_timeout(file);
        pga_django_file_add(file, operation("migrations.AddConstraint", wish, "constraint"));
        return;
    }
}
