/* The smallest and largest value of each B-tree's first column: what the planner looks up when a
 * constant falls beside the histogram's ends. One scan of an index' end each, many in a statement;
 * the values come as the server's text of their own type, through no cast that a user may have
 * made. */
#include <base/interrupt.h>
#include <base/text.h>
#include <string.h>

#include "planner_internal.h"
#include "sql_internal.h"

/* Keys in one statement: two subqueries each. */
#define BATCH 40
/* For a statement, in ms: an end that is all dead rows takes longer. */
#define STATEMENT_TIMEOUT "2000"
/* For all statements that were refused, mostly for their time. */
#define FAILED_BUDGET_US (30 * G_TIME_SPAN_SECOND)

/** What several indexes of a table may share: expression, operators, collation. */
typedef struct {
    PgaOid relation;
    char *sql_minimum, *sql_maximum; /* subqueries */
    char *first;                     /* name of one of its indexes, as shown */
    GArray *indexes;                 /* of PgaOid */
} Key;

typedef struct {
    GPtrArray *keys; /* of Key *, in order of names */
    gint64 failed_us;
} Extremes;

static void
key_free(gpointer data)
{
    Key *key = data;

    g_free(key->sql_minimum);
    g_free(key->sql_maximum);
    g_free(key->first);
    g_array_unref(key->indexes);
    g_free(key);
}

/* (transfer full): nspname.name of two columns. */
static char *
qualified(PgaRows *rows, const char *nspname_column, const char *name_column)
{
    g_autofree char *nspname = pga_rows_dup(rows, nspname_column);
    g_autofree char *name = pga_rows_dup(rows, name_column);

    return pga_quote_qualified(nspname, name);
}

/* (transfer full): "USING OPERATOR(schema.<)" */
static char *
operator_text(PgaRows *rows, const char *nspname_column, const char *name_column)
{
    g_autofree char *nspname = pga_rows_dup(rows, nspname_column);
    g_autofree char *quoted = pga_quote_identifier(nspname);

    return g_strdup_printf("USING OPERATOR(%s.%s)", quoted, pga_rows_text(rows, name_column));
}

/* (transfer full): " COLLATE …", or "" where the column's own is meant. */
static char *
collate_text(PgaRows *rows)
{
    g_autofree char *name = NULL;

    if (pga_rows_is_null(rows, "collnspname"))
        return g_strdup("");
    name = qualified(rows, "collnspname", "collname");
    return g_strdup_printf(" COLLATE %s", name);
}

/* An end of the index: NULLs lie where it has them, so that no sort is needed. DISTINCT FROM NULL:
 * IS NOT NULL of a composite asks for every field. */
static char *
subquery(PgaRows *rows, const char *order, gboolean forward, guint major)
{
    const gboolean nulls_first = (pga_rows_int64(rows, "option", 0) & 2) != 0;
    g_autofree char *table = qualified(rows, "nspname", "relname");
    g_autofree char *key = pga_rows_dup(rows, "key"), *collate = collate_text(rows);

    return g_strdup_printf("(SELECT %s FROM ONLY %s WHERE %s %s ORDER BY %s%s %s "
                           "NULLS %s LIMIT 1)",
                           key, table, key, major >= 10 ? "IS DISTINCT FROM NULL" : "IS NOT NULL",
                           key, collate, order, nulls_first == forward ? "FIRST" : "LAST");
}

static Key *
new_key(PgaRows *rows, guint major)
{
    Key *key = g_new0(Key, 1);
    const gboolean descending = (pga_rows_int64(rows, "option", 0) & 1) != 0;
    const gboolean by_type = pga_rows_bool(rows, "by_type");
    g_autofree char *less = operator_text(rows, "less_nspname", "less");
    g_autofree char *greater = operator_text(rows, "greater_nspname", "greater");

    key->relation = pga_rows_oid(rows, "indrelid");
    key->sql_minimum = subquery(rows, by_type ? "ASC" : less, !descending, major);
    key->sql_maximum = subquery(rows, by_type ? "DESC" : greater, descending, major);
    key->first = qualified(rows, "nspname", "indexname");
    key->indexes = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    return key;
}

/** Indexes that are left out, by reason. */
typedef struct {
    const char *reason, *why;
    guint n;
    char *first;
} Left;

static void
leave_out(Left *left, guint n_left, PgaRows *rows, const char *reason)
{
    for (guint i = 0; i < n_left; i++)
        if (strcmp(left[i].reason, reason) == 0 && left[i].n++ == 0)
            left[i].first = qualified(rows, "nspname", "indexname");
}

static void
note_left(PgaCollector *collector, Left *left, guint n_left)
{
    for (guint i = 0; i < n_left; i++) {
        pga_planner_note_hidden(collector, "ends of B-trees", left[i].n, left[i].first,
                                left[i].why);
        g_free(left[i].first);
    }
}

/* (transfer full): what makes two indexes' ends the same. */
static char *
signature(PgaRows *rows)
{
    return g_strdup_printf("%u %u %u %s", pga_rows_oid(rows, "indrelid"),
                           pga_rows_oid(rows, "opcfamily"), pga_rows_oid(rows, "collation"),
                           pga_rows_text(rows, "key"));
}

static void
add_keys(PgaCollector *collector, const PGresult *result, GPtrArray *keys)
{
    Left left[] = {
        {.reason = "select",
         .why = "no SELECT privilege: constants beside the histogram's ends "
                "are estimated without them"},
        {.reason = "row security", .why = "row-level security may hide them from this role"},
        {.reason = "function",
         .why = "an index or statistics object of the table calls a "
                "function that is neither PostgreSQL's nor an extension's"},
    };
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const PgaPlannerReader *reader = collector->data;
    PgaRows rows = PGA_ROWS_INIT(result);

    while (pga_rows_next(&rows)) {
        g_autofree char *text = signature(&rows);
        g_autofree char *refusal = pga_rows_refusal(&rows);
        const PgaOid index = pga_rows_oid(&rows, "indexrelid");
        Key *key = g_hash_table_lookup(known, text);

        if (refusal) {
            g_autofree char *name = qualified(&rows, "nspname", "indexname");

            pga_collector_note_refused(collector, g_strdup_printf("ends of B-tree %s", name),
                                       refusal);
            continue;
        }
        if (!pga_rows_is_null(&rows, "reason")) {
            leave_out(left, G_N_ELEMENTS(left), &rows, pga_rows_text(&rows, "reason"));
            continue;
        }
        if (g_hash_table_contains(reader->empty,
                                  GUINT_TO_POINTER(pga_rows_oid(&rows, "indrelid")))) {
            pga_planner_data_add_extremes(reader->data, index);
            continue;
        }
        if (!key) {
            key = new_key(&rows, collector->major);
            g_ptr_array_add(keys, key);
            g_hash_table_insert(known, g_steal_pointer(&text), key);
        }
        g_array_append_val(key->indexes, index);
    }
    note_left(collector, left, G_N_ELEMENTS(left));
}

/** Keys that one statement reads. */
typedef struct {
    const GPtrArray *keys;
    guint from, n;
} Range;

static char *
make_sql(const PgaCollector *collector, gconstpointer data)
{
    const Range *range = data;
    GString *sql = g_string_new("SELECT ");

    for (guint i = range->from; i < range->from + range->n; i++) {
        const Key *key = g_ptr_array_index(range->keys, i);
        const gboolean locked = pga_collector_locked(collector, key->relation) != NULL;

        g_string_append_printf(sql, "%s%s, %s", i == range->from ? "" : ", ",
                               locked ? "NULL" : key->sql_minimum,
                               locked ? "NULL" : key->sql_maximum);
    }
    return g_string_free(sql, FALSE);
}

/* (transfer full) (nullable) */
static char *
value_dup(const PGresult *result, int column)
{
    const char *text = PQgetvalue(result, 0, column);

    if (PQgetisnull(result, 0, column))
        return NULL;
    return g_utf8_validate(text, -1, NULL) ? g_strdup(text) : g_utf8_make_valid(text, -1);
}

static void
add_extremes(const PgaCollector *collector, const Range *range, const PGresult *result)
{
    const PgaPlannerReader *reader = collector->data;

    for (guint i = 0; i < range->n; i++) {
        const Key *key = g_ptr_array_index(range->keys, range->from + i);

        if (pga_collector_locked(collector, key->relation))
            continue;
        for (guint j = 0; j < key->indexes->len; j++) {
            PgaExtremes *extremes =
                pga_planner_data_add_extremes(reader->data, g_array_index(key->indexes, PgaOid, j));

            extremes->minimum = value_dup(result, (int)(2 * i));
            extremes->maximum = value_dup(result, (int)(2 * i) + 1);
        }
    }
}

static void
note_failure(PgaCollector *collector, const Key *key)
{
    pga_collector_note(collector, g_strdup_printf("ends of B-tree %s", key->first),
                       g_strdup_printf("the server said: %s", collector->refusal));
}

/* @read: (out): FALSE: refused, and the time of it counted. */
static gboolean
try_range(PgaCollector *collector, Extremes *all, const Range *range, gboolean *read,
          GError **error)
{
    const gint64 start = g_get_monotonic_time();
    g_autoptr(PGresult) result = NULL;

    if (pga_interrupt_check(error) ||
        !pga_collector_try_made(collector, make_sql, range, &result, error))
        return FALSE;
    *read = result != NULL;
    if (result)
        add_extremes(collector, range, result);
    else
        all->failed_us += g_get_monotonic_time() - start;
    return TRUE;
}

/* One refused key takes the others of its statement along: then each is read alone. */
static gboolean
read_range(PgaCollector *collector, Extremes *all, const Range *range, GError **error)
{
    gboolean read;

    if (!try_range(collector, all, range, &read, error))
        return FALSE;
    for (guint i = range->from; !read && i < range->from + range->n; i++) {
        gboolean read_alone;

        if (!try_range(collector, all, &(Range){range->keys, i, 1}, &read_alone, error))
            return FALSE;
        if (!read_alone)
            note_failure(collector, g_ptr_array_index(range->keys, i));
    }
    return TRUE;
}

static gboolean
read_keys(PgaCollector *collector, Extremes *all, GError **error)
{
    for (guint from = 0; from < all->keys->len; from += BATCH) {
        const Range range = {all->keys, from, MIN(BATCH, all->keys->len - from)};

        if (all->failed_us > FAILED_BUDGET_US) {
            pga_planner_note_hidden(collector, "ends of B-trees", all->keys->len - from,
                                    ((Key *)g_ptr_array_index(all->keys, from))->first,
                                    "given up: too many others took too long");
            return TRUE;
        }
        if (!read_range(collector, all, &range, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_planner_read_extremes(PgaCollector *collector, GError **error)
{
    const PgaPlannerReader *reader = collector->data;
    g_autofree char *oids = pga_planner_oids(reader->readable, 0, reader->readable->len);
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(key_free);
    g_autoptr(PGresult) result = NULL;
    Extremes all = {.keys = keys};

    if (!pga_collector_query(collector,
                             &(PgaQuery){.name = "extremes",
                                         .what = "ends of B-trees",
                                         .need = PGA_QUERY_OPTIONAL,
                                         .argument = oids,
                                         .key = "q.indexrelid::pg_catalog.int8",
                                         .fragile = {"key", "reason"}},
                             &result, error))
        return FALSE;
    add_keys(collector, result, keys);
    if (keys->len == 0)
        return TRUE;
    return pga_planner_set(collector, "extremes_session", STATEMENT_TIMEOUT, error) &&
           read_keys(collector, &all, error);
}
