/* CREATE INDEX in the words of Django: its classes of indexes, Q for a predicate, functions for
 * expressions. What it has no words for stays SQL. */
#include <string.h>

#include "django_answer_words_internal.h"

static const struct {
    const char *method, *class;
} classes[] = {
    {"btree", "models.Index"}, {"gin", "GinIndex"},       {"gist", "GistIndex"},
    {"brin", "BrinIndex"},     {"spgist", "SpGistIndex"}, {"hash", "HashIndex"},
};

/* --- keys --- */

static gboolean
is_text(const DjangoWords *words, const char *name)
{
    static const char *const bases[] = {
        "CharField", "TextField",  "SlugField",   "EmailField",  "URLField",     "FilePathField",
        "FileField", "ImageField", "CICharField", "CITextField", "CIEmailField", NULL};
    const PgaDjangoField *field = pga_django_model_field(words->model, name);

    return field && g_strv_contains(bases, field->base);
}

/* upper((number)::text) of a number: upper(integer) is none. */
static char *
function_text(const DjangoWords *words, const PgQuery__FuncCall *call)
{
    static const struct {
        const char *name, *class;
    } functions[] = {{"upper", "Upper"}, {"lower", "Lower"}};
    const char *field = call->n_args == 1 ? pga_django_words_field_at(words, call->args[0]) : NULL;
    const PgQuery__Node *last = call->n_funcname ? call->funcname[call->n_funcname - 1] : NULL;

    for (guint i = 0; field && last && i < G_N_ELEMENTS(functions); i++)
        if (g_str_equal(last->string->sval, functions[i].name))
            return g_strdup_printf(is_text(words, field) ? "%s(\"%s\")"
                                                         : "%s(Cast(\"%s\", models.TextField()))",
                                   functions[i].class, field);
    return NULL;
}

/* data ->> 'key'. */
static char *
json_text(const DjangoWords *words, const PgQuery__AExpr *expression)
{
    const char *field = pga_django_words_field_at(words, expression->lexpr);
    const char *operator_ = pga_django_words_operator(expression);
    g_autofree char *key = pga_django_words_constant(expression->rexpr);
    const char *class = g_str_equal(operator_, "->>")  ? "KeyTextTransform"
                        : g_str_equal(operator_, "->") ? "KeyTransform"
                                                       : NULL;

    return field && key && class ? g_strdup_printf("%s(%s, \"%s\")", class, key, field) : NULL;
}

/* (transfer full) (nullable): of what is no plain column. */
static char *
expression_text(const DjangoWords *words, const PgQuery__Node *node)
{
    if (node && node->node_case == PG_QUERY__NODE__NODE_FUNC_CALL)
        return function_text(words, node->func_call);
    if (node && node->node_case == PG_QUERY__NODE__NODE_A_EXPR)
        return json_text(words, node->a_expr);
    return NULL;
}

static const char *
opclass_of(const PgQuery__IndexElem *key)
{
    return key->n_opclass ? key->opclass[key->n_opclass - 1]->string->sval : NULL;
}

static gboolean
descends(const PgQuery__IndexElem *key)
{
    return key->ordering == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
}

/* As for the direction when nothing is said: at the end, descending at the beginning. */
static gboolean
has_usual_nulls(const PgQuery__IndexElem *key)
{
    return key->nulls_ordering <= PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT ||
           (key->nulls_ordering == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST) == descends(key);
}

static gboolean
is_plain(const PgQuery__IndexElem *key)
{
    return key->name && *key->name && has_usual_nulls(key);
}

/* Upper("email"), OpClass(Upper("email"), name="…"), F("made").desc(nulls_last=True). */
static char *
key_text(const DjangoWords *words, const PgQuery__IndexElem *key)
{
    const gboolean is_column = key->name && *key->name;
    const char *field = is_column ? pga_django_words_field(words, key->name) : NULL;
    const char *opclass = opclass_of(key);
    g_autofree char *text = field        ? g_strdup_printf("models.F(\"%s\")", field)
                            : !is_column ? expression_text(words, key->expr)
                                         : NULL;
    char *wrapped;

    if (!text || (opclass && !words->may_wrap))
        return NULL;
    if (opclass) {
        wrapped = g_strdup_printf("OpClass(%s, name=\"%s\")", text, opclass);
        g_free(text);
        text = wrapped;
    }
    if (!descends(key) && has_usual_nulls(key))
        return g_steal_pointer(&text);
    return g_strdup_printf("%s.%s(%s)", text, descends(key) ? "desc" : "asc",
                           has_usual_nulls(key) ? ""
                           : descends(key)      ? "nulls_last=True"
                                                : "nulls_first=True");
}

/* fields=[…], opclasses=[…]: of columns alone. (nullable) */
static char *
plain_keys(const DjangoWords *words, const PgQuery__IndexStmt *index)
{
    g_autoptr(GString) fields = g_string_new("fields=["), opclasses = g_string_new(NULL);
    gboolean any = FALSE;

    for (size_t i = 0; i < index->n_index_params; i++) {
        const PgQuery__IndexElem *key = index->index_params[i]->index_elem;
        const char *field = is_plain(key) ? pga_django_words_field(words, key->name) : NULL;
        const char *opclass = opclass_of(key);

        if (!field)
            return NULL;
        g_string_append_printf(fields, "%s\"%s%s\"", i ? ", " : "", descends(key) ? "-" : "",
                               field);
        g_string_append_printf(opclasses, "%s\"%s\"", i ? ", " : "", opclass ? opclass : "");
        any |= opclass != NULL;
    }
    g_string_append_c(fields, ']');
    if (any)
        g_string_append_printf(fields, ", opclasses=[%s]", opclasses->str);
    return g_string_free(g_steal_pointer(&fields), FALSE);
}

/* (nullable) */
static char *
expression_keys(const DjangoWords *words, const PgQuery__IndexStmt *index)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (size_t i = 0; i < index->n_index_params; i++) {
        g_autofree char *key = key_text(words, index->index_params[i]->index_elem);

        if (!key)
            return NULL;
        g_string_append_printf(text, "%s%s", i ? ", " : "", key);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* --- the index --- */

static const char *
class_of(const PgQuery__IndexStmt *index)
{
    const char *method =
        index->access_method && *index->access_method ? index->access_method : "btree";

    for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
        if (g_str_equal(method, classes[i].method))
            return classes[i].class;
    return NULL;
}

/* FALSE: no words. */
static gboolean
append_include(GString *call, const DjangoWords *words, const PgQuery__IndexStmt *index)
{
    if (index->n_index_including_params > 0)
        g_string_append(call, ", include=[");
    for (size_t i = 0; i < index->n_index_including_params; i++) {
        const PgQuery__IndexElem *key = index->index_including_params[i]->index_elem;
        const char *field = key->name ? pga_django_words_field(words, key->name) : NULL;

        if (!field)
            return FALSE;
        g_string_append_printf(call, "%s\"%s\"", i ? ", " : "", field);
    }
    if (index->n_index_including_params > 0)
        g_string_append_c(call, ']');
    return TRUE;
}

static gboolean
has_words(const PgaDjangoProject *project, const PgQuery__IndexStmt *index, gboolean is_plain_one)
{
    if (index->unique || index->n_options > 0 || !class_of(index))
        return FALSE;
    return project->version >= 302 || (is_plain_one && index->n_index_including_params == 0);
}

static char *
index_text(const PgaDjangoProject *project, const DjangoWords *words,
           const PgQuery__IndexStmt *index, const char *name)
{
    g_autofree char *keys = plain_keys(words, index), *where = NULL;
    g_autoptr(GString) call = g_string_new(NULL);

    if (!has_words(project, index, keys != NULL))
        return NULL;
    if (!keys)
        keys = expression_keys(words, index);
    if (!keys)
        return NULL;
    g_string_printf(call, "%s(%s", class_of(index), keys);
    if (!append_include(call, words, index))
        return NULL;
    if (index->where_clause) {
        where = pga_django_words_condition(words, index->where_clause, 0);
        if (!where)
            return NULL;
        g_string_append_printf(call, ", condition=%s", where);
    }
    g_string_append_printf(call, ", name=\"%s\")", name);
    return g_string_free(g_steal_pointer(&call), FALSE);
}

gboolean
pga_django_has_contrib_postgres(const PgaDjangoProject *project)
{
    const PgaDjangoSettings *settings = pga_django_project_settings(project);

    for (guint i = 0; settings && i < settings->installed_apps->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(settings->installed_apps, i),
                             "django.contrib.postgres"))
            return TRUE;
    return FALSE;
}

char *
pga_django_index_call(const PgaDjangoProject *project, const PgaDjangoModel *model, const char *sql,
                      const char *name)
{
    const PgaMigrationFile file = {.path = (char *)"the advice", .text = (char *)sql};
    const PgaMigrationOptions options = {.tool = "psql"};
    const DjangoWords words = {model, pga_django_has_contrib_postgres(project)};
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, NULL);
    const PgaStep *step = NULL;

    if (!reader || !pga_migration_reader_next(reader, &step, NULL) || !step->tree ||
        step->tree->node_case != PG_QUERY__NODE__NODE_INDEX_STMT)
        return NULL;
    return index_text(project, &words, step->tree->index_stmt, name);
}

/* --- what the advisor recommends --- */

/* "public.shop_order", "\"Order\"": the model that has it. (nullable) */
static const PgaDjangoModel *
model_of_table(const PgaDjangoProject *project, const char *table)
{
    const char *dot = strrchr(table, '.');
    g_autofree char *plain = g_strdup(dot ? dot + 1 : table);

    if (plain[0] == '"' && strlen(plain) > 2) {
        plain[strlen(plain) - 1] = '\0';
        memmove(plain, plain + 1, strlen(plain));
    }
    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);

        if (!model->is_abstract && !model->is_proxy && model->is_managed &&
            g_str_equal(model->table, plain))
            return model;
    }
    return NULL;
}

static void
append_advice(DjangoAnswer *answer, const PgaIndexAdvice *advice)
{
    g_string_append_printf(answer->sql, "-- %s\n", advice->rationale ? advice->rationale : "");
    for (guint i = 0; i < advice->statements->len; i++)
        g_string_append_printf(answer->sql, "%s\n",
                               (const char *)g_ptr_array_index(advice->statements, i));
}

static void
wish_index(DjangoAnswer *answer, const PgaIndexAdvice *advice)
{
    const PgaDjangoModel *model = model_of_table(answer->project, advice->table);
    g_autofree char *name = NULL, *call = NULL, *quoted = NULL;
    const DjangoWish *kept;
    DjangoWish *wish;

    if (model && !pga_django_is_judged(answer->work, model->file))
        return;
    if (!model || model->file->is_built_in) { /* of a package: its migrations are not ours */
        append_advice(answer, advice);
        return;
    }
    name = pga_django_wish_name(answer, advice->name);
    call = pga_django_index_call(answer->project, model, advice->create, name);
    wish = pga_django_wish_new(call ? DJANGO_WISH_INDEX : DJANGO_WISH_SQL, model);
    wish->call = call ? pga_django_python_value(call) : NULL;
    wish->sql = pga_django_name_replaced(advice->create, advice->name, name);
    quoted = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS \"%s\"", name);
    wish->undo = g_steal_pointer(&quoted);
    wish->name = g_steal_pointer(&name);
    wish->extension = g_strdup(advice->extension);
    wish->why = g_strdup(advice->rationale ? advice->rationale : "The advisor recommends it.");
    kept = pga_django_wish_add(answer, wish);
    if (kept)
        pga_django_plans_agree(answer->work->report, advice->name, kept->name);
}

void
pga_django_wish_indexes(DjangoAnswer *answer)
{
    const PgaIndexReport *report = answer->work->report->index;

    for (guint i = 0; report && i < report->advice->len; i++)
        wish_index(answer, g_ptr_array_index(report->advice, i));
}
