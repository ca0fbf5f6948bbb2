/* The graph of waits as trees. pg_blocking_pids() names for a session every one that it waits for,
 * those before it in the queue too: it is shown below the one nearest to a root. */
#include "model/blocking.h"

#include <string.h>

/** The graph while trees are made of it. */
typedef struct {
    const PgaServer *server;
    PgaBlocking *blocking;
    GHashTable *by_pid;   /* of pid to PgaBlock * */
    GHashTable *by_gid;   /* of gid to PgaBlock *; "" where it is not known which */
    GHashTable *waits_on; /* of PgaBlock * to GPtrArray * of PgaBlock * */
    GHashTable *holds_up; /* the other way round */
    GHashTable *placed;   /* PgaBlock * that have their place */
} Graph;

static void
block_free(gpointer data)
{
    PgaBlock *block = data;

    g_ptr_array_unref(block->waiters);
    g_free(block);
}

void
pga_blocking_free(PgaBlocking *blocking)
{
    g_ptr_array_unref(blocking->roots);
    g_ptr_array_unref(blocking->all);
    g_free(blocking);
}

double
pga_session_wait(const PgaSession *session)
{
    return session->wait_age >= 0 ? session->wait_age : session->query_age;
}

static PgaBlock *
new_block(Graph *graph, gint32 pid)
{
    PgaBlock *block = g_new0(PgaBlock, 1);

    block->pid = pid;
    block->longest_wait = -1;
    block->waiters = g_ptr_array_new();
    g_ptr_array_add(graph->blocking->all, block);
    return block;
}

static const PgaSession *
find_session(const PgaServer *server, gint32 pid)
{
    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);

        if (session->pid == pid)
            return session;
    }
    return NULL;
}

static PgaBlock *
block_of_pid(Graph *graph, gint32 pid)
{
    PgaBlock *block = g_hash_table_lookup(graph->by_pid, GINT_TO_POINTER(pid));

    if (!block) {
        block = new_block(graph, pid);
        block->session = find_session(graph->server, pid);
        g_hash_table_insert(graph->by_pid, GINT_TO_POINTER(pid), block);
    }
    return block;
}

static const PgaPreparedTransaction *
find_prepared(const PgaServer *server, const char *gid)
{
    for (guint i = 0; i < server->prepared->len; i++) {
        const PgaPreparedTransaction *prepared = g_ptr_array_index(server->prepared, i);

        if (g_strcmp0(prepared->gid, gid) == 0)
            return prepared;
    }
    return server->prepared->len == 1 ? g_ptr_array_index(server->prepared, 0) : NULL;
}

static PgaBlock *
block_of_gid(Graph *graph, const char *gid)
{
    const PgaPreparedTransaction *prepared = find_prepared(graph->server, gid);
    char *key = prepared ? prepared->gid : (char *)"";
    PgaBlock *block = g_hash_table_lookup(graph->by_gid, key);

    if (!block) {
        block = new_block(graph, 0);
        block->prepared = prepared;
        g_hash_table_insert(graph->by_gid, key, block);
    }
    return block;
}

static void
append(GHashTable *table, PgaBlock *key, PgaBlock *value)
{
    GPtrArray *list = g_hash_table_lookup(table, key);

    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(table, key, list);
    }
    if (!g_ptr_array_find(list, value, NULL))
        g_ptr_array_add(list, value);
}

static void
connect_blocks(Graph *graph, PgaBlock *waiter, PgaBlock *blocker)
{
    if (waiter == blocker)
        return; /* a parallel worker's leader stands for all of its group */
    append(graph->waits_on, waiter, blocker);
    append(graph->holds_up, blocker, waiter);
}

/* The pids of "{4711,0}". */
static void
add_waits(Graph *graph, const PgaSession *session)
{
    PgaBlock *waiter = block_of_pid(graph, session->pid);
    const char *at = session->blockers;

    while (*(at += strspn(at, "{},"))) {
        char *end;
        const gint32 pid = (gint32)g_ascii_strtoll(at, &end, 10);

        if (end == at)
            return;
        if (pid == 0)
            connect_blocks(graph, waiter, block_of_gid(graph, session->prepared_blocker));
        else
            connect_blocks(graph, waiter, block_of_pid(graph, pid));
        at = end;
    }
}

static gboolean
is_waiting(const PgaSession *session)
{
    return session->blockers && !g_str_equal(session->blockers, "{}");
}

static GPtrArray *
list_of(GHashTable *table, PgaBlock *block)
{
    return g_hash_table_lookup(table, block);
}

/* Breadth first, so that each stands as near to a root as it can. */
static void
place_below(Graph *graph, GPtrArray *queue)
{
    for (guint i = 0; i < queue->len; i++) {
        PgaBlock *block = g_ptr_array_index(queue, i);
        GPtrArray *waiters = list_of(graph->holds_up, block);

        for (guint j = 0; waiters && j < waiters->len; j++) {
            PgaBlock *waiter = g_ptr_array_index(waiters, j);

            if (!g_hash_table_add(graph->placed, waiter))
                continue;
            waiter->above = block;
            g_ptr_array_add(block->waiters, waiter);
            g_ptr_array_add(queue, waiter);
        }
    }
}

static void
place_root(Graph *graph, PgaBlock *root, GPtrArray *queue)
{
    g_hash_table_add(graph->placed, root);
    g_ptr_array_add(graph->blocking->roots, root);
    g_ptr_array_add(queue, root);
}

/* Of one that stands nowhere yet: up along the waits until one comes again. */
static PgaBlock *
find_in_ring(Graph *graph, PgaBlock *block)
{
    g_autoptr(GHashTable) passed = g_hash_table_new(NULL, NULL);

    while (g_hash_table_add(passed, block))
        block = g_ptr_array_index(list_of(graph->waits_on, block), 0);
    return block;
}

static void
place_all(Graph *graph)
{
    GPtrArray *all = graph->blocking->all;
    g_autoptr(GPtrArray) queue = g_ptr_array_new();

    for (guint i = 0; i < all->len; i++)
        if (!list_of(graph->waits_on, g_ptr_array_index(all, i)))
            place_root(graph, g_ptr_array_index(all, i), queue);
    place_below(graph, queue);
    for (guint i = 0; i < all->len; i++) {
        g_autoptr(GPtrArray) rest = g_ptr_array_new();
        PgaBlock *ring;

        if (g_hash_table_contains(graph->placed, g_ptr_array_index(all, i)))
            continue;
        ring = find_in_ring(graph, g_ptr_array_index(all, i));
        ring->in_ring = TRUE;
        place_root(graph, ring, rest);
        place_below(graph, rest);
    }
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const PgaBlock *left = *(const PgaBlock *const *)a, *right = *(const PgaBlock *const *)b;

    if (left->n_behind != right->n_behind)
        return left->n_behind < right->n_behind ? 1 : -1;
    if (left->longest_wait < right->longest_wait || left->longest_wait > right->longest_wait)
        return left->longest_wait < right->longest_wait ? 1 : -1;
    return left->pid < right->pid ? -1 : left->pid > right->pid;
}

/* Every block adds itself to all above it: trees are as deep as queues are chained, not long. */
static void
count_all(PgaBlocking *blocking)
{
    for (guint i = 0; i < blocking->all->len; i++) {
        const PgaBlock *block = g_ptr_array_index(blocking->all, i);
        const double wait = block->session ? pga_session_wait(block->session) : 0;

        for (PgaBlock *above = block->above; above; above = above->above) {
            above->n_behind++;
            above->longest_wait = MAX(above->longest_wait, wait);
        }
        blocking->n_waiting += block->above || block->in_ring;
    }
    for (guint i = 0; i < blocking->all->len; i++)
        g_ptr_array_sort(((PgaBlock *)g_ptr_array_index(blocking->all, i))->waiters, compare);
    g_ptr_array_sort(blocking->roots, compare);
}

PgaBlocking *
pga_blocking_new(const PgaServer *server)
{
    g_autoptr(GHashTable) by_pid = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) by_gid = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) waits_on =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) holds_up =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) placed = g_hash_table_new(NULL, NULL);
    PgaBlocking *blocking = g_new0(PgaBlocking, 1);
    Graph graph = {server, blocking, by_pid, by_gid, waits_on, holds_up, placed};

    blocking->roots = g_ptr_array_new();
    blocking->all = g_ptr_array_new_with_free_func(block_free);
    for (guint i = 0; i < server->sessions->len; i++) {
        const PgaSession *session = g_ptr_array_index(server->sessions, i);

        if (is_waiting(session))
            add_waits(&graph, session);
    }
    place_all(&graph);
    count_all(blocking);
    return blocking;
}

gboolean
pga_session_idles_in_transaction(const PgaSession *session)
{
    return session->state && g_str_has_prefix(session->state, "idle in transaction");
}

gboolean
pga_session_prevents_wraparound(const PgaSession *session)
{
    return session->query && g_str_has_prefix(session->query, "autovacuum:") &&
           strstr(session->query, "(to prevent wraparound)");
}

PgaEnding
pga_session_ending(const PgaSession *session)
{
    const char *type = session->backend_type ? session->backend_type : "";

    if (pga_session_prevents_wraparound(session) || !session->state)
        return PGA_END_NOTHING;
    if (g_str_equal(type, "autovacuum worker"))
        return PGA_END_CANCEL;
    if (!g_str_equal(type, "client backend"))
        return PGA_END_NOTHING;
    return g_str_equal(session->state, "active") ? PGA_END_CANCEL : PGA_END_TERMINATE;
}

char *
pga_ending_statement(PgaEnding ending, gint32 pid)
{
    return g_strdup_printf("SELECT pg_%s_backend(%d);",
                           ending == PGA_END_CANCEL ? "cancel" : "terminate", pid);
}
