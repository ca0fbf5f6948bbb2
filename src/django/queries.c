/* The statements that a project sends, each once with its places. */
#include <string.h>

#include "queries_internal.h"
#include "sql_internal.h"

void
pga_django_query_free(PgaDjangoQuery *query)
{
    if (!query)
        return;
    g_free(query->sql);
    g_free(query->why);
    g_free(query->name);
    g_ptr_array_unref(query->places);
    g_ptr_array_unref(query->classes);
    pga_django_queryset_free(query->own);
    g_free(query);
}

static void
query_free(gpointer query)
{
    pga_django_query_free(query);
}

/* --- one statement --- */

static PgaDjangoQuery *
query_new(const DjangoFound *found, char *sql, char *why)
{
    PgaDjangoQuery *query = g_new0(PgaDjangoQuery, 1);

    query->sql = sql;
    query->why = why;
    query->is_partial = sql && why;
    query->name = g_strdup(found->name);
    query->queryset = found->queryset;
    query->act = found->act;
    query->places = g_ptr_array_new();
    query->classes = g_ptr_array_new();
    query->file = found->event ? found->event->function->file : found->class->file;
    query->line = found->event ? found->event->line : found->class->line;
    return query;
}

static void
add_place(PgaDjangoQuery *query, const DjangoFound *found)
{
    const PgaDjangoFunction *function = found->event ? found->event->function : NULL;
    GPtrArray *into = function ? query->places : query->classes;
    gconstpointer what = function ? (gconstpointer)found->event : (gconstpointer)found->class;

    if (into->len == 0 || g_ptr_array_index(into, into->len - 1) != what)
        g_ptr_array_add(into, (gpointer)what);
    query->in_request |= !function || function->is_view;
    if (!function)
        return;
    query->in_loop |= pga_django_event_loop(found->event) != NULL;
    query->in_command |= function->is_command;
    query->in_test |= function->file->is_test;
}

PgaDjangoQuery *
pga_django_gather(DjangoGathering *gathering, const DjangoFound *found)
{
    char *why = NULL;
    char *sql = pga_django_queryset_sql(gathering->project, found->queryset, found->act,
                                        found->event, &why);
    g_autofree char *key = g_strdup_printf("%s%s", sql ? sql : "?", why ? why : "");
    PgaDjangoQuery *query = g_hash_table_lookup(gathering->by_text, key);

    if (query || (!sql && !why)) {
        g_free(sql);
        g_free(why);
    } else {
        query = query_new(found, sql, why);
        g_ptr_array_add(gathering->queries, query);
        g_hash_table_replace(gathering->by_text, g_steal_pointer(&key), query);
    }
    if (query)
        add_place(query, found);
    return query;
}

/* --- conditions of some paths --- */

static gboolean /* NOLINTNEXTLINE(misc-no-recursion): a chain's parts are bounded */
require_all(PgaDjangoCondition *condition)
{
    gboolean was_optional = condition && condition->is_optional;

    for (guint i = 0; condition && condition->items && i < condition->items->len; i++)
        was_optional |= require_all(g_ptr_array_index(condition->items, i));
    if (condition)
        condition->is_optional = FALSE;
    return was_optional;
}

/* The path that has all conditions that stand under an if. */
static void
gather_longest(DjangoGathering *gathering, const DjangoFound *given)
{
    PgaDjangoQuerySet *whole;
    DjangoFound found = *given;
    PgaDjangoQuery *query;

    if (!given->queryset || !given->queryset->where)
        return;
    whole = pga_django_queryset_copy(given->queryset);
    found.queryset = whole;
    query = require_all(whole->where) ? pga_django_gather(gathering, &found) : NULL;
    if (query && query->queryset == whole)
        query->own = whole;
    else
        pga_django_queryset_free(whole);
}

/* --- events --- */

static gboolean
sends(const PgaDjangoEvent *event)
{
    switch ((int)event->act) {
    case PGA_DJANGO_RELATED_SET:
    case PGA_DJANGO_GET_ATTRIBUTE:
    case PGA_DJANGO_SET_ATTRIBUTE:
    case PGA_DJANGO_CALL:
    case PGA_DJANGO_RAISE:
    case PGA_DJANGO_RETURN:
        return FALSE;
    default:
        return !event->is_prefetched;
    }
}

/* order.tags.set(…): rows of the table between are taken out and put in. */
static void
gather_related(DjangoGathering *gathering, const DjangoFound *found)
{
    DjangoFound part = *found;

    part.queryset = NULL;
    part.act = PGA_DJANGO_DELETE;
    pga_django_gather(gathering, &part);
    part.act = PGA_DJANGO_CREATE;
    pga_django_gather(gathering, &part);
}

static void
gather_function(DjangoGathering *gathering, const PgaDjangoFunction *function)
{
    for (guint i = 0; i < function->events->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        const DjangoFound found = {event->queryset, event->act, event, NULL, function->qualified};

        if (event->act == PGA_DJANGO_RELATED_SET)
            gather_related(gathering, &found);
        if (!sends(event))
            continue;
        pga_django_gather(gathering, &found);
        gather_longest(gathering, &found);
    }
}

static gint
compare(gconstpointer one, gconstpointer other)
{
    const PgaDjangoQuery *a = *(PgaDjangoQuery *const *)one, *b = *(PgaDjangoQuery *const *)other;
    const gint by_file = strcmp(a->file->path, b->file->path);

    if (by_file)
        return by_file;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return g_strcmp0(a->sql, b->sql);
}

GPtrArray *
pga_django_queries(const PgaDjangoProject *project, const PgaDjangoCode *code)
{
    g_autoptr(GHashTable) by_text = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) first = g_hash_table_new(NULL, NULL);
    DjangoGathering gathering = {project, code, g_ptr_array_new_with_free_func(query_free), by_text,
                                 first};

    for (guint i = 0; i < code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);

        if (!g_hash_table_contains(first, function->file))
            g_hash_table_insert(first, (gpointer)function->file, GUINT_TO_POINTER(i + 1));
        if (!function->file->is_test && !function->file->is_migration)
            gather_function(&gathering, function);
    }
    for (guint i = 0; i < code->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(code->classes, i);

        if (!class->file->is_test && !class->file->is_migration)
            pga_django_gather_class(&gathering, class);
    }
    g_ptr_array_sort(gathering.queries, compare);
    return gathering.queries;
}
