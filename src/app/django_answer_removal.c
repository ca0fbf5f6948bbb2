/* Indexes that another one begins with go: at the end of the app's files, and for review. */
#include <string.h>

#include <django/index_cover.h>

#include "django_answer_internal.h"

#define RULE "dj-redundant-index"

/* --- definitions --- */

static void
remove_argument(PgaPyValue *call, const char *name)
{
    for (guint i = call->items->len; i > 0; i--) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i - 1);

        if (key && g_str_equal(key->text, name)) {
            g_ptr_array_remove_index(call->keys, i - 1);
            g_ptr_array_remove_index(call->items, i - 1);
        }
    }
}

/* The field without its own index. (transfer full) (nullable): something of it cannot be written */
static PgaPyValue *
bare_field(const DjangoAnswer *answer, const PgaDjangoField *field)
{
    g_autoptr(PgaPyValue) call = pga_py_value_copy(field->call);
    g_autoptr(PgaPyValue) no_index = pga_django_python_value("f(db_index=False)");

    if (call->kind != PGA_PY_CALL || !g_str_equal(field->class, field->base))
        return NULL;
    remove_argument(call, "db_index");
    g_free(call->text);
    call->text = g_strconcat("models.", field->base, NULL);
    if (!pga_django_is_writable(call))
        return NULL;
    pga_django_name_user_model(answer->project, call);
    if (field->kind == PGA_DJANGO_FOREIGN_KEY) {
        g_ptr_array_add(call->keys, g_ptr_array_steal_index(no_index->keys, 0));
        g_ptr_array_add(call->items, g_ptr_array_steal_index(no_index->items, 0));
    }
    return g_steal_pointer(&call);
}

/* --- what goes --- */

/** A model whose indexes are looked at. */
typedef struct {
    DjangoAnswer *answer;
    const PgaDjangoModel *model;
    GPtrArray *indexes; /* of PgaDjangoIndex *: of the model, then of the answer */
    guint n_own;        /* of the model */
} Removal;

/* As one of the model's. (nullable): its keys are no plain fields. (transfer full) */
static PgaDjangoIndex *
index_of(const DjangoWish *wish)
{
    const gboolean is_unique = wish->kind == DJANGO_WISH_UNIQUE;
    const PgaPyValue *fields =
        wish->call && (is_unique || g_str_equal(pga_py_last_name(wish->call), "Index"))
            ? pga_py_argument(wish->call, G_MAXUINT, "fields")
            : NULL;
    PgaDjangoIndex *index;

    if (!fields || fields->kind != PGA_PY_LIST ||
        pga_py_argument(wish->call, G_MAXUINT, "condition") ||
        pga_py_argument(wish->call, G_MAXUINT, "opclasses"))
        return NULL;
    index = g_new0(PgaDjangoIndex, 1);
    index->name = g_strdup(wish->name);
    index->columns = g_ptr_array_new_with_free_func(g_free);
    index->keys = pga_django_wish_keys_of(wish);
    for (guint i = 0; i < index->keys->len; i++)
        g_ptr_array_add(index->columns, g_strdup(g_ptr_array_index(index->keys, i)));
    index->method = g_strdup("btree");
    index->is_unique = is_unique;
    index->origin = is_unique ? "Meta.constraints" : "Meta.indexes";
    return index;
}

static void
add_wished(Removal *removal)
{
    const GPtrArray *wishes = removal->answer->wishes;

    removal->n_own = removal->indexes->len;
    for (guint i = 0; i < wishes->len; i++) {
        const DjangoWish *wish = g_ptr_array_index(wishes, i);
        PgaDjangoIndex *index = wish->model == removal->model && (wish->kind == DJANGO_WISH_INDEX ||
                                                                  wish->kind == DJANGO_WISH_UNIQUE)
                                    ? index_of(wish)
                                    : NULL;

        if (index)
            g_ptr_array_add(removal->indexes, index);
    }
}

/* What is there twice already is a finding's matter: not of one that was set aside. */
static gboolean
has_finding(const DjangoAnswer *answer, const PgaDjangoModel *model)
{
    const GPtrArray *findings = answer->work->report->findings;
    g_autofree char *name = pga_django_model_name(model);

    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (g_str_equal(finding->rule, RULE) && g_strcmp0(finding->object, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_wished_of_field(const DjangoAnswer *answer, const PgaDjangoField *field)
{
    for (guint i = 0; i < answer->wishes->len; i++)
        if (((const DjangoWish *)g_ptr_array_index(answer->wishes, i))->field == field)
            return TRUE;
    return FALSE;
}

/* Text that is looked for by its beginning has a second index, which would go with the first. */
static gboolean
is_asked_by_beginning(const Removal *removal, const PgaDjangoField *field)
{
    const GPtrArray *queries = removal->answer->work->queries;
    g_autofree char *like = g_strdup_printf("\"%s\"::text LIKE", field->column);

    for (guint i = 0; queries && i < queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);

        if (query->sql && strstr(query->sql, like))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_of_class(const Removal *removal, const PgaDjangoField *field)
{
    const PgaPythonSource *source =
        field->file == removal->model->file
            ? pga_django_answer_source(removal->answer, removal->model->file)
            : NULL;

    return source && pga_django_rewrite_holds(source, removal->model, field->line);
}

static DjangoWish *
of_field(const Removal *removal, const PgaDjangoIndex *index)
{
    const PgaDjangoField *field =
        pga_django_model_field(removal->model, g_ptr_array_index(index->keys, 0));
    PgaPyValue *call = field && is_of_class(removal, field) &&
                               !is_wished_of_field(removal->answer, field) &&
                               !is_asked_by_beginning(removal, field)
                           ? bare_field(removal->answer, field)
                           : NULL;
    DjangoWish *wish = call ? pga_django_wish_new(DJANGO_WISH_REMOVAL, removal->model) : NULL;

    if (!wish)
        return NULL;
    wish->call = call;
    wish->field = field;
    wish->name = g_strdup(field->name);
    return wish;
}

/* (nullable): the list of index_together with these fields. */
static const PgaPyValue *
together_of(const PgaDjangoModel *model, const PgaDjangoIndex *index)
{
    for (guint i = 0; i < model->index_together->len; i++) {
        const PgaPyValue *list = g_ptr_array_index(model->index_together, i);
        guint n = list->items->len == index->keys->len ? 0 : G_MAXUINT;

        while (n < list->items->len &&
               g_strcmp0(((const PgaPyValue *)g_ptr_array_index(list->items, n))->text,
                         g_ptr_array_index(index->keys, n)) == 0)
            n++;
        if (n == list->items->len)
            return list;
    }
    return NULL;
}

/* Of the class's own Meta: what it inherits may be another table's too. */
static gboolean
is_own(const Removal *removal, const char *name, const PgaPyValue *list)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new(), lists = g_ptr_array_new();
    const PgaDjangoRewrite rewrite = {
        .model = removal->model,
        .gone_indexes = names,
        .gone_together = lists,
        .source = pga_django_answer_source(removal->answer, removal->model->file)};

    if (list)
        g_ptr_array_add(lists, (gpointer)list);
    else
        g_ptr_array_add(names, (gpointer)name);
    return rewrite.source && pga_django_rewrite_finds(&rewrite);
}

static DjangoWish *
of_meta(const Removal *removal, const PgaDjangoIndex *index)
{
    const gboolean is_list = g_str_equal(index->origin, "index_together");
    const PgaPyValue *list = is_list ? together_of(removal->model, index) : NULL;
    g_autoptr(GString) keys = g_string_new(NULL);
    DjangoWish *wish;

    if ((is_list ? !list : !index->name) || !is_own(removal, index->name, list))
        return NULL;
    for (guint i = 0; i < index->keys->len; i++)
        g_string_append_printf(keys, "%s%s", i ? "_" : "",
                               (const char *)g_ptr_array_index(index->keys, i));
    wish = pga_django_wish_new(DJANGO_WISH_REMOVAL, removal->model);
    wish->name = is_list ? g_strdup(keys->str) : g_strdup(index->name);
    wish->call = pga_py_value_copy(list);
    return wish;
}

static char *
describe(const PgaDjangoIndex *index)
{
    g_autoptr(GString) keys = g_string_new(NULL);

    for (guint i = 0; i < index->keys->len; i++)
        g_string_append_printf(keys, "%s%s", i ? ", " : "",
                               (const char *)g_ptr_array_index(index->keys, i));
    return g_strdup_printf("%s (%s)", index->name ? index->name : index->origin, keys->str);
}

static void
judge(const Removal *removal, guint place, gboolean is_told)
{
    const PgaDjangoIndex *index = g_ptr_array_index(removal->indexes, place);
    const PgaDjangoIndex *other = pga_django_index_cover(removal->indexes, place);
    const gboolean is_of_field =
        g_str_equal(index->origin, "foreign key") || g_str_equal(index->origin, "db_index");
    guint at = 0;
    DjangoWish *wish;
    g_autofree char *one = NULL, *two = NULL;

    if (!other || !g_ptr_array_find(removal->indexes, other, &at) ||
        (at < removal->n_own && !is_told))
        return;
    wish = is_of_field ? of_field(removal, index) : of_meta(removal, index);
    if (!wish)
        return;
    one = describe(index);
    two = describe(other);
    wish->why = g_strdup_printf("%sgoes: %s serves what %s does", is_of_field ? "its index " : "",
                                two, one);
    wish->rule = RULE;
    g_ptr_array_add(removal->answer->wishes, wish);
}

static void
look_at(DjangoAnswer *answer, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(answer->project, model);
    Removal removal = {.answer = answer, .model = model, .indexes = indexes};
    const gboolean is_told = has_finding(answer, model);

    add_wished(&removal);
    if (!is_told && removal.n_own == indexes->len)
        return;
    for (guint i = 0; i < removal.n_own; i++)
        judge(&removal, i, is_told);
}

void
pga_django_wish_removals(DjangoAnswer *answer)
{
    for (guint i = 0; i < answer->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(answer->project->models, i);

        if (!model->is_abstract && !model->is_proxy && model->is_managed &&
            !model->file->is_built_in && pga_django_is_judged(answer->work, model->file))
            look_at(answer, model);
    }
}
