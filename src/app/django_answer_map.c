/* The index map: what each table has, what comes, what goes. */
#include <string.h>

#include <django/index.h>

#include "django_answer_internal.h"

/* (transfer full): what stands between the first bracket and the one that closes it. */
static char *
in_brackets(const char *sql)
{
    const char *open = strchr(sql, '(');
    guint depth = 0;

    for (const char *at = open; at && *at; at++) {
        depth += *at == '(';
        if (*at == ')' && --depth == 0)
            return g_strndup(open + 1, (gsize)(at - open) - 1);
    }
    return g_strdup("?");
}

GPtrArray *
pga_django_wish_keys_of(const DjangoWish *wish)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    const PgaPyValue *fields = wish->call ? pga_py_argument(wish->call, G_MAXUINT, "fields") : NULL;

    for (guint i = 0; fields && fields->items && i < fields->items->len; i++) {
        const PgaPyValue *field = g_ptr_array_index(fields->items, i);

        g_ptr_array_add(keys, field->kind == PGA_PY_STRING ? g_strdup(field->text)
                                                           : pga_py_value_text(field));
    }
    for (guint i = 0; wish->call && wish->call->kind == PGA_PY_CALL && i < wish->call->items->len;
         i++)
        if (!g_ptr_array_index(wish->call->keys, i))
            g_ptr_array_add(keys, pga_py_value_text(g_ptr_array_index(wish->call->items, i)));
    if (keys->len == 0 && wish->sql)
        g_ptr_array_add(keys, in_brackets(wish->sql));
    return keys;
}

static PgaDjangoMapEntry *
add_entry(const DjangoAnswer *answer, const PgaDjangoModel *model, const char *name)
{
    PgaDjangoMapEntry *entry = pga_django_map_entry_new();

    entry->model = pga_django_model_name(model);
    entry->table = g_strdup(model->table);
    entry->name = g_strdup(name);
    g_ptr_array_add(answer->work->report->index_map, entry);
    return entry;
}

static gboolean
is_list_of(const PgaPyValue *list, const PgaDjangoIndex *index)
{
    guint n = list->items && list->items->len == index->keys->len ? 0 : G_MAXUINT;

    while (n < index->keys->len &&
           g_strcmp0(((const PgaPyValue *)g_ptr_array_index(list->items, n))->text,
                     g_ptr_array_index(index->keys, n)) == 0)
        n++;
    return n == index->keys->len;
}

/* (nullable): the removal that is about it. */
static const DjangoWish *
removal_of(const DjangoAnswer *answer, const PgaDjangoModel *model, const PgaDjangoIndex *index)
{
    const char *key = index->keys->len ? g_ptr_array_index(index->keys, 0) : "";

    for (guint i = 0; i < answer->wishes->len; i++) {
        const DjangoWish *wish = g_ptr_array_index(answer->wishes, i);

        if (wish->kind != DJANGO_WISH_REMOVAL || wish->model != model)
            continue;
        if (wish->field ? index->line == wish->field->line && g_str_equal(key, wish->field->name)
            : wish->call
                ? g_str_equal(index->origin, "index_together") && is_list_of(wish->call, index)
                : g_strcmp0(index->name, wish->name) == 0)
            return wish;
    }
    return NULL;
}

static void
add_existing(const DjangoAnswer *answer, const PgaDjangoModel *model)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(answer->project, model);

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        PgaDjangoMapEntry *entry;

        if (index->is_pattern) /* which comes and goes with another one */
            continue;
        entry = add_entry(answer, model, index->name);
        entry->origin = g_strdup(index->origin);
        entry->method = g_strdup(index->method);
        entry->condition = g_strdup(index->predicate);
        entry->is_unique = index->is_unique;
        for (guint j = 0; j < index->keys->len; j++)
            g_ptr_array_add(entry->keys, g_strdup(g_ptr_array_index(index->keys, j)));
        if (removal_of(answer, model, index))
            entry->change = PGA_DJANGO_INDEX_GOES;
    }
}

/* "gin" of GinIndex(…), of "… USING gin (…)". (transfer full) */
static char *
method_of(const DjangoWish *wish)
{
    const char *class = wish->call ? pga_py_last_name(wish->call) : "";
    const char *using = wish->sql ? strstr(wish->sql, " USING ") : NULL;

    if (g_str_has_suffix(class, "Index") && strlen(class) > strlen("Index"))
        return g_ascii_strdown(class, (gssize)(strlen(class) - strlen("Index")));
    if (g_str_equal(class, "ExclusionConstraint"))
        return g_strdup("gist");
    return using && !wish->call ? g_strndup(using + 7, strcspn(using + 7, " ("))
                                : g_strdup("btree");
}

static gboolean
is_index(const DjangoWish *wish)
{
    return wish->kind == DJANGO_WISH_INDEX || wish->kind == DJANGO_WISH_UNIQUE ||
           wish->kind == DJANGO_WISH_CONSTRAINT || wish->kind == DJANGO_WISH_SQL ||
           (wish->kind == DJANGO_WISH_FIELD && wish->sql); /* a foreign key's own */
}

static void
add_wished(const DjangoAnswer *answer, const DjangoWish *wish)
{
    const PgaPyValue *condition = wish->call && wish->kind != DJANGO_WISH_FIELD
                                      ? pga_py_argument(wish->call, G_MAXUINT, "condition")
                                      : NULL;
    PgaDjangoMapEntry *entry = add_entry(answer, wish->model, wish->field ? NULL : wish->name);

    entry->change = PGA_DJANGO_INDEX_COMES;
    entry->origin = g_strdup(wish->field ? "foreign key" : wish->rule ? wish->rule : "advisor");
    entry->method = method_of(wish);
    entry->condition = condition ? pga_py_value_text(condition) : NULL;
    entry->is_unique = wish->kind == DJANGO_WISH_UNIQUE ||
                       (wish->sql && g_str_has_prefix(wish->sql, "CREATE UNIQUE"));
    g_ptr_array_unref(entry->keys);
    entry->keys =
        wish->field ? g_ptr_array_new_with_free_func(g_free) : pga_django_wish_keys_of(wish);
    if (wish->field)
        g_ptr_array_add(entry->keys, g_strdup(wish->field->name));
}

void
pga_django_map_indexes(DjangoAnswer *answer)
{
    for (guint i = 0; i < answer->project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(answer->project->models, i);

        if (model->is_abstract || model->is_proxy || model->file->is_built_in ||
            model->file->is_test || !pga_django_is_judged(answer->work, model->file))
            continue;
        add_existing(answer, model);
        for (guint j = 0; j < answer->wishes->len; j++) {
            const DjangoWish *wish = g_ptr_array_index(answer->wishes, j);

            if (wish->model == model && is_index(wish))
                add_wished(answer, wish);
        }
    }
}
