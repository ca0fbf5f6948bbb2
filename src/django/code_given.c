/* What functions are given by those who call them, where no annotation says it: debit(account, 1)
 * of a row. Those that save it are followed again once all calls are known. */
#include <string.h>

#include "code_internal.h"

#define MAX_ARGUMENTS 12
#define MAX_NAME      16      /* bytes of "11" */
#define MAX_AGAIN     2000    /* functions, in all */
#define LONGEST       40000   /* bytes of one */
#define MAX_BYTES     3000000 /* of files that are read again */

/* --- calls --- */

/* A row that others can have, too. */
static const PgaDjangoModel *
given_model(const DjangoFlow *flow, const PgaPyValue *argument)
{
    const DjangoValue *value;
    const PgaDjangoObject *object;
    gboolean is_bound;

    if (argument->kind != PGA_PY_NAME)
        return NULL;
    value = pga_django_local(flow, argument->text, &is_bound);
    if (!pga_django_value_is(value, DJANGO_IS_INSTANCE))
        return NULL;
    object = pga_django_object(flow, value->object);
    return object->origin == PGA_DJANGO_OBJECT_NEW || object->origin == PGA_DJANGO_OBJECT_CREATED
               ? NULL
               : object->model;
}

/* Takes @name. Two models, or nobody knows what, are none. */
static void
note_argument(GHashTable *given, char *name, const PgaDjangoModel *model)
{
    gpointer before = NULL;

    if (g_hash_table_lookup_extended(given, name, NULL, &before) && before != model)
        model = NULL;
    g_hash_table_replace(given, name, (gpointer)model);
}

void
pga_django_note_given(DjangoFlow *flow, const DjangoFunction *callee, const PgaPyValue *call)
{
    GHashTable *given = g_hash_table_lookup(flow->index->given, callee);

    if (flow->is_rough || flow->function->file->is_test || !call || call->kind != PGA_PY_CALL ||
        call->items->len > MAX_ARGUMENTS)
        return;
    if (!given) {
        given = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_insert(flow->index->given, (gpointer)callee, given);
    }
    for (guint i = 0; i < call->items->len; i++) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i);

        note_argument(given, key ? g_strdup(key->text) : g_strdup_printf("%u", i),
                      given_model(flow, g_ptr_array_index(call->items, i)));
    }
}

/* --- once more --- */

const PgaDjangoModel *
pga_django_given_parameter(const DjangoFlow *flow, guint place, const char *name)
{
    const DjangoFunction *known = flow->known;
    GHashTable *given = known ? g_hash_table_lookup(flow->index->given, known) : NULL;
    const guint self = known && known->class && !known->is_static ? 1 : 0;
    char number[MAX_NAME];
    gpointer by_name = NULL, by_place = NULL;
    gboolean has_name, has_place;

    if (!given || place < self)
        return NULL;
    g_snprintf(number, sizeof number, "%u", place - self);
    has_name = g_hash_table_lookup_extended(given, name, NULL, &by_name);
    has_place = g_hash_table_lookup_extended(given, number, NULL, &by_place);
    return has_name && has_place && by_name != by_place ? NULL : has_name ? by_name : by_place;
}

/* Some call gives it a row, and it saves something. */
static gboolean
is_worth_it(const DjangoFunction *known, const PgaDjangoFunction *function, GHashTable *given)
{
    const PgaDjangoFile *file = function->file;
    GHashTableIter iter;
    gpointer model;

    if (file->is_test || function->is_receiver || known->end <= known->start ||
        known->end - known->start > LONGEST || known->end > file->length ||
        !g_strstr_len(file->text + known->start, known->end - known->start, ".save("))
        return FALSE;
    g_hash_table_iter_init(&iter, given);
    while (g_hash_table_iter_next(&iter, NULL, &model))
        if (model)
            return TRUE;
    return FALSE;
}

static TSNode
definition_of(const PgaPythonSource *source, const DjangoFunction *known)
{
    TSNode node =
        ts_node_descendant_for_byte_range(pga_python_root(source), known->start, known->start + 1);

    while (!ts_node_is_null(node) && !pga_python_is(node, "function_definition"))
        node = ts_node_parent(node);
    return node;
}

/* In the place of what was told of it without. What others were told by the way stays single. */
static void
follow_again(DjangoIndex *index, const PgaPythonSource *source, const DjangoFunction *known,
             PgaDjangoFunction *function)
{
    const DjangoPlace place = {index->project, known->module, NULL};
    const TSNode node = definition_of(source, known);
    const guint n_contexts = index->code->contexts->len;
    const guint n_chains = index->code->n_chains, n_incomplete = index->code->n_incomplete;
    DjangoFlow flow = {0};

    if (ts_node_is_null(node) || ts_node_start_byte(node) != known->start)
        return;
    g_ptr_array_set_size(function->blocks, 0);
    g_ptr_array_set_size(function->events, 0);
    g_ptr_array_set_size(function->objects, 0);
    pga_django_flow_init(&flow, index, &place);
    pga_django_function_free(flow.function);
    flow.function = function;
    flow.is_rough = FALSE;
    flow.source = source;
    flow.class = flow.within = known->class;
    flow.known = known;
    pga_django_follow(&flow, node, known);
    pga_django_flow_clear(&flow);
    g_ptr_array_set_size(index->code->contexts, (gint)n_contexts);
    index->code->n_chains = n_chains;
    index->code->n_incomplete = n_incomplete;
}

static gint
by_place(gconstpointer one, gconstpointer other)
{
    const DjangoFunction *a = *(const DjangoFunction *const *)one;
    const DjangoFunction *b = *(const DjangoFunction *const *)other;
    const gint files = strcmp(a->module->file->path, b->module->file->path);

    return files ? files : (a->start > b->start) - (a->start < b->start);
}

/* (transfer container): of const DjangoFunction *, in the order of the source. */
static GPtrArray *
worth_it(DjangoIndex *index)
{
    GPtrArray *found = g_ptr_array_new();
    GHashTableIter iter;
    gpointer known, given;

    g_hash_table_iter_init(&iter, index->given);
    while (g_hash_table_iter_next(&iter, &known, &given)) {
        const PgaDjangoFunction *function = g_hash_table_lookup(index->made, known);

        if (function && is_worth_it(known, function, given))
            g_ptr_array_add(found, known);
    }
    g_ptr_array_sort(found, by_place);
    return found;
}

void
pga_django_settle_given(DjangoIndex *index)
{
    g_autoptr(GPtrArray) found = worth_it(index);
    g_autoptr(PgaPythonSource) source = NULL;
    const PgaDjangoFile *open = NULL;
    gsize n_bytes = 0;

    for (guint i = 0; i < found->len && i < MAX_AGAIN; i++) {
        const DjangoFunction *known = g_ptr_array_index(found, i);
        const PgaDjangoFile *file = known->module->file;

        if (file != open) {
            g_clear_pointer(&source, pga_python_source_free);
            open = file;
            n_bytes += file->length;
            if (n_bytes > MAX_BYTES)
                return;
            source = pga_python_source_new(file->path, g_strndup(file->text, file->length),
                                           file->length, NULL);
        }
        if (source)
            follow_again(index, source, known, g_hash_table_lookup(index->made, known));
    }
}
