/* The answer: what the findings' fixes and the advisor wish for, as models, SQL and migrations. */
#include <string.h>

#include "django_answer_internal.h"

/* --- wishes --- */

static void
wish_free(gpointer data)
{
    DjangoWish *wish = data;

    pga_py_value_free(wish->call);
    g_free(wish->name);
    g_free(wish->sql);
    g_free(wish->undo);
    g_free(wish->extension);
    g_free(wish->why);
    g_ptr_array_unref(wish->also);
    g_free(wish);
}

DjangoWish *
pga_django_wish_new(DjangoWishKind kind, const PgaDjangoModel *model)
{
    DjangoWish *wish = g_new0(DjangoWish, 1);

    wish->kind = kind;
    wish->model = model;
    wish->also = g_ptr_array_new();
    return wish;
}

PgaPyValue *
pga_django_python_value(const char *text)
{
    g_autoptr(PgaPythonSource) source =
        pga_python_source_new("the answer", g_strdup(text), strlen(text), NULL);
    TSNode node;

    if (!source || source->has_errors)
        return NULL;
    node = ts_node_named_child(pga_python_root(source), 0);
    return pga_py_value_new(source, ts_node_named_child(node, 0));
}

static gboolean
is_among(const GPtrArray *calls, const char *text)
{
    for (guint i = 0; i < calls->len; i++) {
        const PgaPyValue *call = g_ptr_array_index(calls, i);
        g_autofree char *other = call->kind == PGA_PY_CALL ? pga_django_bare_text(call) : NULL;

        if (g_strcmp0(other, text) == 0)
            return TRUE;
    }
    return FALSE;
}

/* @wish answers what the other one was for as well. */
static void
note_served(DjangoWish *wish, const DjangoWish *other)
{
    if (other->rule && other->rule != wish->rule &&
        !g_ptr_array_find(wish->also, other->rule, NULL))
        g_ptr_array_add(wish->also, (gpointer)other->rule);
}

const DjangoWish *
pga_django_wish_add(DjangoAnswer *answer, DjangoWish *wish)
{
    g_autofree char *text = wish->call ? pga_django_bare_text(wish->call) : NULL;
    DjangoWish *other = text ? pga_django_wish_served_by(answer, wish, text) : NULL;

    if (other || !pga_django_is_judged(answer->work, wish->model->file) ||
        (text &&
         (is_among(wish->model->indexes, text) || is_among(wish->model->constraints, text)))) {
        if (wish->name && !wish->field)
            g_hash_table_remove(answer->names, wish->name);
        if (other)
            note_served(other, wish);
        wish_free(wish);
        return other;
    }
    if (wish->call)
        pga_django_wish_settle(answer, wish);
    g_ptr_array_add(answer->wishes, wish);
    return wish;
}

char *
pga_django_wish_name(DjangoAnswer *answer, const char *name)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, name, -1);
    char *cut = g_strdup(name);

    if (strlen(cut) > PGA_DJANGO_NAME_BYTES) {
        g_free(cut);
        cut = g_strdup_printf("%.23s_%.6s", name, digest);
        if (!g_utf8_validate(cut, -1, NULL)) {
            g_free(cut);
            cut = g_strdup_printf("idx_%.12s", digest);
        }
    }
    if (cut[0] == '_' || g_ascii_isdigit(cut[0])) /* which Django does not take */
        cut[0] = 'i';
    for (guint i = 2; i < 1000 && g_hash_table_contains(answer->names, cut); i++) {
        g_free(cut);
        cut = g_strdup_printf("%.25s_%u", name, i);
    }
    g_hash_table_add(answer->names, g_strdup(cut));
    return cut;
}

static void
take_names(DjangoAnswer *answer, const GPtrArray *calls)
{
    for (guint i = 0; i < calls->len; i++) {
        const char *name = pga_py_argument_text(g_ptr_array_index(calls, i), G_MAXUINT, "name");

        if (name)
            g_hash_table_add(answer->names, g_strdup(name));
    }
}

/* --- the whole --- */

/* Fields first: what is made on them is made once, and as they are then. */
static gint
rank_of(const DjangoWish *wish)
{
    return wish->kind == DJANGO_WISH_FIELD ? -1 : (gint)wish->kind;
}

static gint
compare_wishes(gconstpointer one, gconstpointer other)
{
    const DjangoWish *a = *(DjangoWish *const *)one, *b = *(DjangoWish *const *)other;
    const gint by_app = strcmp(a->model->app, b->model->app);
    const gint by_model = strcmp(a->model->name, b->model->name);

    return by_app ? by_app : by_model ? by_model : rank_of(a) - rank_of(b);
}

static void
append_sql(DjangoAnswer *answer)
{
    const GPtrArray *migrations = answer->work->report->migrations;

    for (guint i = 0; i < migrations->len; i++) {
        const PgaDjangoMigrationPlan *plan = g_ptr_array_index(migrations, i);

        g_string_append_printf(answer->sql, "%s-- %s: %s\n%s", answer->sql->len ? "\n" : "",
                               plan->path, plan->why, plan->sql);
    }
    g_string_append_printf(answer->sql, "%s%s", answer->sql->len && answer->later->len ? "\n" : "",
                           answer->later->str);
}

/* An index of OpClass() fails where nothing registers it. */
static void
note_wrappers(const DjangoAnswer *answer)
{
    for (guint i = 0; i < answer->wishes->len; i++) {
        const DjangoWish *wish = g_ptr_array_index(answer->wishes, i);
        const gboolean is_call = wish->call && wish->kind != DJANGO_WISH_SQL;
        g_autofree char *text = is_call ? pga_py_value_text(wish->call) : NULL;

        if (!text || !strstr(text, "OpClass(") || pga_django_has_contrib_postgres(answer->project))
            continue;
        g_ptr_array_add(
            answer->work->report->notes,
            g_strdup_printf("%s needs \"django.contrib.postgres\" in INSTALLED_APPS.", wish->name));
        return;
    }
}

/* Whether only a part of what there is to find is shown: new lines, some rules, what a baseline
 * does not have. */
static gboolean
is_narrow(const PgaDjangoRequest *request)
{
    return (request->only && request->only[0]) || request->changed_since || request->baseline_path;
}

/* Then what no finding asks for is left out: the advisor looks at all queries. */
static void
keep_asked(DjangoAnswer *answer)
{
    guint n = 0;

    for (guint i = answer->wishes->len; i > 0; i--) {
        const DjangoWish *wish = g_ptr_array_index(answer->wishes, i - 1);

        if (wish->rule || wish->also->len > 0)
            continue;
        g_ptr_array_remove_index(answer->wishes, i - 1);
        n++;
    }
    if (n > 0)
        g_ptr_array_add(answer->work->report->notes,
                        g_strdup_printf("%u advised %s for what is not shown here, and left out: "
                                        "without --only, --changed-since and --baseline the answer "
                                        "has %s.",
                                        n, n == 1 ? "index is" : "indexes are",
                                        n == 1 ? "it" : "them"));
}

gboolean
pga_django_answer(PgaDjangoWork *work, GError **error)
{
    DjangoAnswer answer = {.work = work, .project = work->project};

    (void)error;
    answer.state = pga_django_project_state(work->project);
    answer.wishes = g_ptr_array_new_with_free_func(wish_free);
    answer.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    answer.sql = g_string_new(NULL);
    answer.later = g_string_new(NULL);
    for (guint i = 0; i < work->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(work->project->models, i);

        take_names(&answer, model->indexes);
        take_names(&answer, model->constraints);
    }
    pga_django_wish_keys(&answer); /* which serve as indexes too */
    pga_django_wish_indexes(&answer);
    pga_django_wish_fixes(&answer);
    if (is_narrow(work->request))
        keep_asked(&answer);
    pga_django_wish_json(&answer);
    pga_django_wish_removals(&answer);
    g_ptr_array_sort(answer.wishes, compare_wishes);
    for (guint i = 0; i < work->project->models->len; i++)
        pga_django_change_model(&answer, g_ptr_array_index(work->project->models, i));
    pga_django_map_indexes(&answer);
    pga_django_write_migrations(&answer);
    note_wrappers(&answer);
    append_sql(&answer);
    g_free(work->report->sql);
    work->report->sql = g_string_free(answer.sql, FALSE);
    g_ptr_array_unref(answer.wishes);
    g_clear_pointer(&answer.differences, g_ptr_array_unref);
    g_string_free(answer.later, TRUE);
    g_clear_pointer(&answer.source, pga_python_source_free);
    g_hash_table_unref(answer.names);
    pga_django_state_free(answer.state);
    return TRUE;
}
