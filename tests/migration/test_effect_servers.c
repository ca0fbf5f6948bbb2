/* Locks, rewrites and scans against servers of 14 to 18, for forms that the lock matrix does not
 * hold. Each statement runs in a transaction of its own, which then looks at what it holds, and is
 * rolled back. */
#include "effects.h"

#include <cluster.h>
#include <stdlib.h>
#include <string.h>

/* Rows, and figures for the planner. */
#define FILL                                                                                       \
    "INSERT INTO w.ref SELECT generate_series(1, 100);"                                            \
    "INSERT INTO w.t (id, a, b, s, s20, txt, c, n, ts, tz, ts3, d, iv, js, jb, ci, ine, en, dm, "  \
    "r, vb, bt, ref_id) SELECT i, i, i, i, i, i, 'x', 1, now(), now(), now(), now(), '1 day', "    \
    "'1', '1', '10.0.0.0/8', '10.0.0.1', 'ok', 1, 1, '1', '10101010', i % 100 + 1 "                \
    "FROM generate_series(1, 1000) i;"                                                             \
    "INSERT INTO w.child SELECT i, i FROM generate_series(1, 100) i;"                              \
    "INSERT INTO w.ref2 SELECT generate_series(1, 100);"                                           \
    "INSERT INTO w.child2 SELECT i, i FROM generate_series(1, 100) i;"                             \
    "INSERT INTO w.p SELECT i, i FROM generate_series(0, 1999) i;"                                 \
    "INSERT INTO w.pn SELECT i, i FROM generate_series(2000, 2999) i;"                             \
    "INSERT INTO w.q SELECT i, i FROM generate_series(0, 1999) i;"                                 \
    "INSERT INTO w.src SELECT i, i FROM generate_series(1, 100) i;"                                \
    "REFRESH MATERIALIZED VIEW w.mv;"                                                              \
    "INSERT INTO w.par SELECT i, i FROM generate_series(1, 100) i;"                                \
    "INSERT INTO w.kid SELECT i, i FROM generate_series(1, 100) i;"

/** One statement. */
typedef struct {
    const char *sql;
    const char *setup; /* (nullable) */
    guint since;       /* 0: all; the syntax of older ones is the same */
} Form;

static const Form forms[] = {
#include "effect_forms.inc"
};

typedef struct {
    char *name;
    char *filenode;
    char *scans;
    gboolean is_empty;
} Before;

static void
free_before(gpointer data)
{
    Before *before = data;

    g_free(before->name);
    g_free(before->filenode);
    g_free(before->scans);
    g_free(before);
}

#define RELATIONS                                                                                  \
    "SELECT c.oid, c.relname, coalesce(pg_relation_filenode(c.oid), 0), "                          \
    "coalesce(s.seq_scan, 0), c.relkind, pg_relation_size(c.oid) = 0 FROM pg_class c JOIN "        \
    "pg_namespace n ON n.oid = "                                                                   \
    "c.relnamespace LEFT JOIN pg_stat_xact_all_tables s ON s.relid = c.oid "                       \
    "WHERE n.nspname IN ('w', 'w2')"

static PGresult *
query(PGconn *session, const char *sql)
{
    PGresult *rows = PQexec(session, sql);

    if (PQresultStatus(rows) != PGRES_TUPLES_OK && PQresultStatus(rows) != PGRES_COMMAND_OK)
        g_error("%s: %s", sql, PQerrorMessage(session));
    return rows;
}

static GHashTable *
look(PGconn *session)
{
    GHashTable *all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_before);
    PGresult *rows = query(session, RELATIONS);

    for (int i = 0; i < PQntuples(rows); i++) {
        Before *before = g_new0(Before, 1);

        before->name = g_strdup(PQgetvalue(rows, i, 1));
        before->filenode =
            strchr("rm", *PQgetvalue(rows, i, 4)) ? g_strdup(PQgetvalue(rows, i, 2)) : g_strdup("");
        before->scans = g_strdup(PQgetvalue(rows, i, 3));
        before->is_empty = strcmp(PQgetvalue(rows, i, 5), "t") == 0;
        g_hash_table_insert(all, g_strdup(PQgetvalue(rows, i, 0)), before);
    }
    PQclear(rows);
    return all;
}

/* "AccessExclusiveLock" */
static char *
mode_words(const char *mode)
{
    GString *words = g_string_new(NULL);

    for (const char *at = mode; *at && strcmp(at, "Lock") != 0; at++) {
        if (g_ascii_isupper(*at) && at != mode)
            g_string_append_c(words, ' ');
        g_string_append_c(words, g_ascii_toupper(*at));
    }
    return g_string_free(words, FALSE);
}

static const char *
stronger(const char *one, const char *other)
{
    for (int mode = PGA_LOCK_ACCESS_EXCLUSIVE; one && mode > PGA_LOCK_NONE; mode--) {
        const char *name = pga_lock_mode_name((PgaLockMode)mode);

        if (strcmp(name, one) == 0)
            return one;
        if (strcmp(name, other) == 0)
            return other;
    }
    return other;
}

/* An index that ALTER TYPE dropped and made again is another one, which nobody waits for. */
static gboolean
is_made_again(GHashTable *after, const char *oid, const char *name)
{
    GHashTableIter iterator;
    gpointer value;

    if (g_hash_table_contains(after, oid))
        return FALSE;
    g_hash_table_iter_init(&iterator, after);
    while (g_hash_table_iter_next(&iterator, NULL, &value))
        if (strcmp(((Before *)value)->name, name) == 0)
            return TRUE;
    return FALSE;
}

static char *
held_locks(PGconn *session, GHashTable *before, GHashTable *after)
{
    PGresult *rows = query(session, "SELECT relation, mode FROM pg_locks WHERE locktype = "
                                    "'relation' AND pid = pg_backend_pid()");
    g_autoptr(GHashTable) strongest = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iterator;
    gpointer key, value;

    for (int i = 0; i < PQntuples(rows); i++) {
        Before *relation = g_hash_table_lookup(before, PQgetvalue(rows, i, 0));
        g_autofree char *mode = mode_words(PQgetvalue(rows, i, 1));

        if (relation && !is_made_again(after, PQgetvalue(rows, i, 0), relation->name))
            g_hash_table_replace(
                strongest, relation,
                g_strdup(stronger(g_hash_table_lookup(strongest, relation), mode)));
    }
    PQclear(rows);
    g_hash_table_iter_init(&iterator, strongest);
    while (g_hash_table_iter_next(&iterator, &key, &value))
        g_ptr_array_add(words, g_strdup_printf("%s=%s", ((Before *)key)->name, (char *)value));
    return effects_join(words);
}

/* Names of what changed between two looks. */
static void
compare_looks(GHashTable *before, GHashTable *after, Facts *facts)
{
    g_autoptr(GPtrArray) rewritten = g_ptr_array_new(), scanned = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer key, value;

    g_hash_table_iter_init(&iterator, before);
    while (g_hash_table_iter_next(&iterator, &key, &value)) {
        const Before *old = value, *new_look = g_hash_table_lookup(after, key);

        if (!new_look || new_look->is_empty) /* TRUNCATE copies nothing */
            continue;
        if (*old->filenode && strcmp(old->filenode, new_look->filenode) != 0)
            g_ptr_array_add(rewritten, old->name);
        if (g_ascii_strtoll(new_look->scans, NULL, 10) > g_ascii_strtoll(old->scans, NULL, 10))
            g_ptr_array_add(scanned, old->name);
    }
    facts->rewritten = effects_join(rewritten);
    facts->scanned = effects_join(scanned);
}

static void
observe(PGconn *session, const char *sql, Facts *facts)
{
    g_autoptr(GHashTable) before = NULL, after = NULL;
    PGresult *rows;

    *facts = (Facts){.known = TRUE};
    PQclear(query(session, "BEGIN")); /* from here on no counter is sent away */
    before = look(session);
    rows = PQexec(session, sql);
    if (PQresultStatus(rows) == PGRES_TUPLES_OK || PQresultStatus(rows) == PGRES_COMMAND_OK) {
        after = look(session);
        facts->locks = held_locks(session, before, after);
        compare_looks(before, after, facts);
    } else {
        facts->refused = TRUE;
        facts->locks = g_strdup(PQerrorMessage(session));
    }
    PQclear(rows);
    PQclear(query(session, "ROLLBACK"));
}

static gboolean
same(const Facts *observed, const Facts *told)
{
    if (observed->refused || told->refused)
        return observed->refused && told->refused;
    return told->known && strcmp(observed->locks, told->locks) == 0 &&
           strcmp(observed->rewritten, told->rewritten) == 0 &&
           strcmp(observed->scanned, told->scanned) == 0;
}

static void
reset(PGconn *session, const char *setup)
{
    g_autofree char *schema = effects_schema();

    PQclear(query(session, "DROP SCHEMA IF EXISTS w CASCADE; DROP SCHEMA IF EXISTS w2 CASCADE"));
    PQclear(query(session, schema));
    PQclear(query(session, FILL));
    if (setup)
        PQclear(query(session, setup));
    PQclear(query(session, "ANALYZE"));
}

static guint
compare_form(PGconn *session, const Form *form, gboolean fresh)
{
    g_autoptr(PgaState) state = effects_state((guint)PQserverVersion(session), form->setup);
    Facts observed, told;
    guint wrong;

    if (!fresh || form->setup)
        reset(session, form->setup);
    observe(session, form->sql, &observed);
    effects_of(state, form->sql, &told);
    wrong = same(&observed, &told) ? 0 : 1;
    if (wrong)
        g_test_message("%s\n   setup %s\n   observed %s rewritten %s scanned %s\n   told     %s "
                       "rewritten %s scanned %s%s%s",
                       form->sql, form->setup ? form->setup : "-", observed.locks,
                       observed.rewritten ? observed.rewritten : "",
                       observed.scanned ? observed.scanned : "", told.locks, told.rewritten,
                       told.scanned, told.refused ? " refused" : "", told.known ? "" : " unknown");
    effects_clear(&observed);
    effects_clear(&told);
    return wrong;
}

static void
test_servers(gconstpointer data)
{
    const guint major = GPOINTER_TO_UINT(data);
    PgaTestCluster *cluster = pga_test_cluster(major);
    g_autofree char *dsn = pga_test_cluster_database(cluster, "locks");
    PGconn *session = pga_test_session(dsn);
    guint wrong = 0, compared = 0;
    gboolean fresh = FALSE;

    PQclear(query(session, "SET client_min_messages = error"));
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        if (major < forms[i].since)
            continue;
        wrong += compare_form(session, &forms[i], fresh);
        fresh = !forms[i].setup;
        compared++;
    }
    PQfinish(session);
    g_test_message("%u forms", compared);
    g_assert_cmpuint(wrong, ==, 0);
}

int
main(int argc, char **argv)
{
    const GPtrArray *servers;

    g_test_init(&argc, &argv, NULL);
    servers = pga_test_servers();
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = servers->pdata[i];
        g_autofree char *path =
            g_strdup_printf("/migration/effect/agrees-with-a-server/%u", server->major);

        if (server->major >= 14)
            g_test_add_data_func(path, GUINT_TO_POINTER(server->major), test_servers);
    }
    return g_test_run();
}
