/* An index that goes as a migration: while others write where that can be, and for review. */
#include <string.h>

#include "django_answer_internal.h"

#define LOOK "Look at pg_stat_user_indexes.idx_scan first."

/* {("a", "b")}: what is left of index_together. (transfer full) */
static char *
left_of(const DjangoWish *wish)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < wish->model->index_together->len; i++) {
        const PgaPyValue *list = g_ptr_array_index(wish->model->index_together, i);
        g_autoptr(PgaPyValue) copy = pga_py_value_copy(list);
        g_autofree char *one = NULL;

        copy->is_tuple = TRUE;
        one = pga_py_value_text(copy);
        if (!pga_py_equal(list, wish->call))
            g_string_append_printf(text, "%s%s", text->len ? ", " : "", one);
    }
    return text->len ? g_strdup_printf("{%s}", text->str) : g_strdup("set()");
}

static char *
alter_together(const DjangoWish *wish)
{
    g_autofree char *model = pga_django_lower(wish->model->name), *left = left_of(wish);

    return g_strdup_printf("migrations.AlterIndexTogether(\n            name=\"%s\",\n"
                           "            index_together=%s,\n        )",
                           model, left);
}

/* Of index_together: Django looks the index's name up in the database. */
static void
together_step(const DjangoWish *wish, const char *name, GPtrArray *files)
{
    DjangoFile *file = pga_django_step(
        files, name, "ACCESS EXCLUSIVE", PGA_SAFETY_REVIEW,
        g_strdup_printf("For review: %s: %s. " LOOK " Others wait for an instant; on the way back "
                        "nobody writes while it is built again.",
                        wish->name, wish->why));

    file->late = TRUE;
    pga_django_step_lock_timeout(file);
    pga_django_file_add(file, alter_together(wish));
}

/* Outside a transaction, others read and write meanwhile. */
static DjangoFile *
concurrent_step(const DjangoWish *wish, const char *name, GPtrArray *files)
{
    DjangoFile *file = pga_django_step(files, name, "SHARE UPDATE EXCLUSIVE", PGA_SAFETY_REVIEW,
                                       g_strdup_printf("For review: %s: %s. " LOOK
                                                       " It is dropped " PGA_DJANGO_ALONE
                                                       "; on the way back it is built again.",
                                                       wish->name, wish->why));

    file->late = file->alone = TRUE;
    return file;
}

/* (transfer full): of char *: those that begin with @what, of what Django runs for the field. */
static GPtrArray *
statements_of(DjangoAnswer *answer, const DjangoWish *wish, const PgaPyValue *call,
              const char *what)
{
    DjangoWish as = *wish;
    g_autofree char *operation = NULL;
    g_autoptr(GPtrArray) statements = NULL;
    GPtrArray *chosen = g_ptr_array_new_with_free_func(g_free);

    as.call = (PgaPyValue *)call;
    operation = pga_django_wish_alter_field(&as, FALSE);
    statements = pga_django_answer_statements(answer, wish->model->app, operation);
    for (guint i = 0; i < statements->len; i++) {
        const char *sql = ((const PgaDjangoStatement *)g_ptr_array_index(statements, i))->sql;

        if (sql && g_str_has_prefix(sql, what))
            g_ptr_array_add(chosen, g_strdup(sql));
    }
    return chosen;
}

/* @what and CONCURRENTLY behind it. (transfer full) */
static char *
concurrently(const char *sql, const char *what)
{
    return g_strdup_printf("%sCONCURRENTLY %s", what, sql + strlen(what));
}

/* Django would make the foreign key anew, which reads the table under a strong lock: the index goes
 * by its name. */
static void
field_step(DjangoAnswer *answer, const DjangoWish *wish, const char *name, GPtrArray *files)
{
    static const char drop[] = "DROP INDEX ", create[] = "CREATE INDEX ";
    g_autoptr(GPtrArray) drops = statements_of(answer, wish, wish->call, drop);
    g_autoptr(GPtrArray) creates = statements_of(answer, wish, wish->field->call, create);
    g_autofree char *state = pga_django_wish_alter_field(wish, TRUE);
    const guint n = MIN(drops->len, creates->len);
    DjangoFile *file;

    if (n == 0) {
        pga_django_not_done(
            answer->work, wish->name,
            g_strdup("the name of its index is not known: no migration is written"));
        return;
    }
    file = concurrent_step(wish, name, files);
    for (guint i = 0; i < n; i++) {
        g_autofree char *forward = concurrently(g_ptr_array_index(drops, i), drop);
        g_autofree char *back = concurrently(g_ptr_array_index(creates, i), create);

        pga_django_file_add(file, pga_django_run_sql(forward, back, i + 1 == n ? state : NULL));
    }
}

static void
meta_step(const DjangoAnswer *answer, const DjangoWish *wish, const char *name, GPtrArray *files)
{
    g_autofree char *model = pga_django_lower(wish->model->name);
    g_autofree char *state = g_strdup_printf(
        "migrations.RemoveIndex(model_name=\"%s\", name=\"%s\")", model, wish->name);
    g_autofree char *sql = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS \"%s\"", wish->name);

    pga_django_file_add(concurrent_step(wish, name, files),
                        answer->project->version >= 300
                            ? g_strdup_printf("RemoveIndexConcurrently(\n"
                                              "            model_name=\"%s\",\n"
                                              "            name=\"%s\",\n        )",
                                              model, wish->name)
                            : pga_django_run_sql(sql, NULL, state));
}

void
pga_django_removal_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files)
{
    g_autofree char *plain =
        wish->field || wish->call
            ? g_strdup_printf("drop_%s_%s_index", wish->model->name, wish->name)
            : g_strdup_printf("drop_%s", wish->name);
    g_autofree char *name = pga_django_lower(plain);

    if (wish->field)
        field_step(answer, wish, name, files);
    else if (wish->call)
        together_step(wish, name, files);
    else
        meta_step(answer, wish, name, files);
}
