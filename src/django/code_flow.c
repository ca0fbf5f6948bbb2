/* A function's record being written: events, blocks, objects, names. */
#include <string.h>

#include "code_internal.h"

#define MAX_TEXT   200
#define MAX_LOCALS 400
#define MAX_EVENTS 20000 /* of one function: more is generated */

char *
pga_django_text(const DjangoFlow *flow, TSNode node)
{
    return pga_python_text(flow->source, node);
}

gboolean
pga_django_text_is(const DjangoFlow *flow, TSNode node, const char *text)
{
    const guint start = ts_node_start_byte(node), end = ts_node_end_byte(node);

    return end - start == strlen(text) &&
           strncmp(flow->source->text + start, text, end - start) == 0;
}

/* --- statements' texts --- */

/* White space made one blank. */
static char *
squeezed(const char *text, gsize length)
{
    g_autoptr(GString) out = g_string_sized_new(MIN(length, MAX_TEXT));
    char *valid, *kept;

    for (gsize i = 0; i < length && out->len < MAX_TEXT; i++) {
        if (!g_ascii_isspace(text[i]))
            g_string_append_c(out, text[i]);
        else if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
    valid =
        g_utf8_validate(out->str, (gssize)out->len, NULL) ? NULL : g_utf8_make_valid(out->str, -1);
    kept = g_ref_string_new(valid ? valid : out->str);
    g_free(valid);
    return kept;
}

char *
pga_django_squeezed(const DjangoFlow *flow, TSNode node)
{
    char *shared = squeezed(flow->source->text + ts_node_start_byte(node),
                            ts_node_end_byte(node) - ts_node_start_byte(node));
    char *own = g_strdup(shared);

    g_ref_string_release(shared);
    return own;
}

/* A compound statement's head, any other's whole text. */
static char *
statement_text(const DjangoFlow *flow)
{
    const guint start = ts_node_start_byte(flow->statement);
    guint end = ts_node_end_byte(flow->statement);

    for (guint i = 0; i < ts_node_named_child_count(flow->statement); i++) {
        const TSNode part = ts_node_named_child(flow->statement, i);
        const DjangoNode kind = pga_django_node(flow, part);

        if (kind == NODE_BLOCK || kind == NODE_COMMENT) { /* "if a:  # why" */
            end = ts_node_start_byte(part);
            break;
        }
    }
    return squeezed(flow->source->text + start, end - start);
}

/* --- events --- */

PgaDjangoEvent *
pga_django_event_emit(DjangoFlow *flow, PgaDjangoAct act, TSNode node)
{
    PgaDjangoEvent *event;
    TSPoint start, end;

    if (flow->muted || flow->function->events->len >= MAX_EVENTS)
        return NULL;
    start = ts_node_start_point(node);
    end = ts_node_end_point(node);
    event = g_new0(PgaDjangoEvent, 1);
    event->act = act;
    event->function = flow->function;
    event->number = flow->function->events->len;
    event->block = flow->block;
    event->line = flow->first_line + start.row + 1;
    event->column = start.column + 1;
    event->last_line = flow->first_line + end.row + 1;
    if (!flow->text && !flow->is_rough)
        flow->text = statement_text(flow);
    event->text = flow->text ? g_ref_string_acquire(flow->text) : NULL;
    event->is_condition = flow->is_condition;
    g_ptr_array_add(flow->function->events, event);
    return event;
}

gboolean
pga_django_is_around(const DjangoFlow *flow, guint block)
{
    guint at = flow->block;

    for (;;) {
        const PgaDjangoBlock *inner = g_ptr_array_index(flow->function->blocks, at);

        if (at == block)
            return TRUE;
        if (inner->parent == at)
            return FALSE;
        at = inner->parent;
    }
}

static gboolean
fetches(PgaDjangoAct act)
{
    return act == PGA_DJANGO_FETCH || act == PGA_DJANGO_LEN || act == PGA_DJANGO_TRUTH ||
           act == PGA_DJANGO_CONTAINS;
}

/* Its rows are in memory, on every way here. */
static gboolean
was_fetched(const DjangoFlow *flow, const DjangoValue *value)
{
    const PgaDjangoEvent *event =
        value->fetched && value->fetched <= flow->function->events->len
            ? g_ptr_array_index(flow->function->events, value->fetched - 1)
            : NULL;

    return event && pga_django_is_around(flow, event->block);
}

static void
count_chain(DjangoFlow *flow, const DjangoValue *value)
{
    if (flow->is_rough)
        return;
    flow->index->code->n_chains++;
    flow->index->code->n_incomplete += value->queryset->incomplete != NULL;
}

PgaDjangoEvent *
pga_django_event_emit_rows(DjangoFlow *flow, PgaDjangoAct act, TSNode node, DjangoValue *value)
{
    PgaDjangoEvent *event;

    if (!value || value->is != DJANGO_IS_QUERYSET)
        return NULL;
    event = pga_django_event_emit(flow, act, node);
    if (!event)
        return NULL;
    event->queryset = pga_django_queryset_copy(value->queryset);
    event->chain = value->chain;
    event->object = value->object;
    event->field = value->field;
    event->name = value->accessor ? g_ref_string_new_intern(value->accessor) : NULL;
    if (value->accessor && value->object)
        event->is_prefetched =
            value->is_whole && pga_django_came_with(flow, value->object, value->accessor);
    event->is_cached = was_fetched(flow, value) &&
                       (fetches(act) || act == PGA_DJANGO_COUNT || act == PGA_DJANGO_EXISTS_CALL);
    if (fetches(act) && !value->is_manager && !was_fetched(flow, value))
        value->fetched = event->number + 1;
    count_chain(flow, value);
    return event;
}

/* --- blocks --- */

guint
pga_django_open(DjangoFlow *flow, PgaDjangoBlockKind kind, TSNode node)
{
    PgaDjangoBlock *block = g_new0(PgaDjangoBlock, 1);
    const guint around = flow->block;

    block->kind = kind;
    block->n_rounds = -1;
    block->line = flow->first_line + ts_node_start_point(node).row + 1;
    block->last_line = flow->first_line + ts_node_end_point(node).row + 1;
    block->first_event = flow->function->events->len;
    flow->block = flow->function->blocks->len;
    block->parent = flow->block == 0 ? 0 : around;
    block->first_arm = flow->block;
    g_ptr_array_add(flow->function->blocks, block);
    return around;
}

PgaDjangoBlock *
pga_django_block(const DjangoFlow *flow)
{
    return g_ptr_array_index(flow->function->blocks, flow->block);
}

void
pga_django_close(DjangoFlow *flow, guint around)
{
    PgaDjangoBlock *block = pga_django_block(flow);

    block->n_events = flow->function->events->len - block->first_event;
    flow->block = around;
}

/* --- objects --- */

guint
pga_django_object_add(DjangoFlow *flow, const PgaDjangoModel *model, PgaDjangoOrigin origin,
                      const PgaDjangoEvent *event)
{
    PgaDjangoObject *object = g_new0(PgaDjangoObject, 1);

    object->model = model;
    object->origin = origin;
    object->event = event ? event->number + 1 : 0;
    object->is_locked = event && event->queryset && event->queryset->is_for_update;
    g_ptr_array_add(flow->function->objects, object);
    g_ptr_array_add(flow->states, g_new0(DjangoState, 1));
    return flow->function->objects->len;
}

PgaDjangoObject *
pga_django_object(const DjangoFlow *flow, guint object)
{
    return g_ptr_array_index(flow->function->objects, object - 1);
}

DjangoState *
pga_django_object_state(const DjangoFlow *flow, guint object)
{
    return g_ptr_array_index(flow->states, object - 1);
}

void
pga_django_object_state_free(gpointer data)
{
    DjangoState *state = data;

    g_free(state->path);
    pga_django_value_unref(state->rows);
    g_clear_pointer(&state->known, g_hash_table_unref);
    g_free(state);
}

DjangoValue *
pga_django_instance(DjangoFlow *flow, guint object)
{
    DjangoValue *value = pga_django_value_new(DJANGO_IS_INSTANCE);

    value->object = object;
    value->model = pga_django_object(flow, object)->model;
    return value;
}

/* order.lines.all(): each line's order is that one. */
static void
remember_owner(DjangoFlow *flow, const DjangoValue *rows, guint number)
{
    g_autoptr(DjangoValue) owner = NULL;

    if (!rows->accessor || !rows->object || !rows->field ||
        (rows->field->kind != PGA_DJANGO_FOREIGN_KEY && rows->field->kind != PGA_DJANGO_ONE_TO_ONE))
        return;
    owner = pga_django_instance(flow, rows->object);
    pga_django_remember(flow, number, rows->field->name, owner);
}

DjangoValue *
pga_django_row(DjangoFlow *flow, DjangoValue *rows, PgaDjangoOrigin origin,
               const PgaDjangoEvent *event)
{
    DjangoState *state;
    guint number;

    if (!rows || rows->is != DJANGO_IS_QUERYSET || rows->queryset->has_values)
        return NULL;
    number = pga_django_object_add(flow, rows->queryset->model, origin, event);
    state = pga_django_object_state(flow, number);
    state->rows = pga_django_value_ref(rows);
    if (rows->object && rows->is_whole && rows->accessor &&
        pga_django_came_with(flow, rows->object, rows->accessor)) {
        state->root = rows->object;
        state->path = g_strdup(rows->accessor);
    }
    if (rows->queryset->is_for_update)
        pga_django_object(flow, number)->is_locked = TRUE;
    remember_owner(flow, rows, number);
    return pga_django_instance(flow, number);
}

/* --- names --- */

DjangoValue *
pga_django_local(const DjangoFlow *flow, const char *name, gboolean *is_bound)
{
    gpointer value = NULL;

    *is_bound = g_hash_table_lookup_extended(flow->locals, name, NULL, &value);
    return value;
}

static gboolean
is_below(gpointer key, gpointer value, gpointer name)
{
    const gsize length = strlen(name);

    (void)value;
    return strncmp(key, name, length) == 0 && ((const char *)key)[length] == '.';
}

void
pga_django_bind(DjangoFlow *flow, const char *name, DjangoValue *value)
{
    PgaDjangoObject *object =
        value && value->is == DJANGO_IS_INSTANCE ? pga_django_object(flow, value->object) : NULL;

    if (object && !object->name)
        object->name = g_strdup(name);
    if (flow->has_dotted && !strchr(name, '.')) /* self.x of another self */
        g_hash_table_foreach_remove(flow->locals, is_below, (gpointer)name);
    flow->has_dotted |= strchr(name, '.') != NULL;
    if (g_hash_table_size(flow->locals) > MAX_LOCALS) {
        pga_django_value_unref(value);
        return;
    }
    g_hash_table_replace(flow->locals, (gpointer)pga_django_kept(flow->index, name), value);
}

static void
unref(gpointer value)
{
    pga_django_value_unref(value);
}

GHashTable *
pga_django_locals_copy(GHashTable *locals)
{
    GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, unref);
    GHashTableIter iter;
    gpointer key, value;

    if (!locals)
        return copy;
    g_hash_table_iter_init(&iter, locals);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_hash_table_insert(copy, key, pga_django_value_ref(value));
    return copy;
}

void
pga_django_locals_merge(DjangoFlow *flow, GHashTable *other)
{
    GHashTableIter iter;
    gpointer key, value, mine;

    g_hash_table_iter_init(&iter, other);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (!g_hash_table_lookup_extended(flow->locals, key, NULL, &mine))
            g_hash_table_insert(flow->locals, key, pga_django_value_ref(value));
        else if (mine != value)
            pga_django_bind(flow, key, pga_django_merge(flow, mine, value));
    }
    g_hash_table_unref(other);
}

void
pga_django_flow_clear(DjangoFlow *flow)
{
    g_clear_pointer(&flow->states, g_ptr_array_unref);
    g_clear_pointer(&flow->locals, g_hash_table_unref);
    g_clear_pointer(&flow->built, g_hash_table_unref);
    g_clear_pointer(&flow->text, g_ref_string_release);
    pga_django_value_unref(flow->result);
    flow->result = NULL;
}
