/* put_statistics() on absurd and hostile input: what is no good is named and left out, the rest is
 * stored, and the planner lives with it. */
#include "cluster.h"
#include "transfer.h"

static const char definitions[] =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE TABLE t (i int, m mood, j json, p point, x xml, a int[], v tsvector, r int4range,"
    " mr int4multirange, dropped int, wide text);"
    "ALTER TABLE t DROP COLUMN dropped;"
    "CREATE VIEW v AS SELECT 1 AS a; CREATE SEQUENCE s;"
    "CREATE INDEX t_i ON t (i, abs(i)) INCLUDE (m)";

/* The arguments from attnum on. */
#define PUT(attnum, scalars, slots) "'t'::regclass, " attnum "::int2, false, " scalars ", " slots
#define I(slots)                    PUT("1", "0, 4, -1", slots)
#define NONE                        "NULL, NULL, NULL"
#define SERIES(n)                                                                                  \
    "(SELECT '{' || string_agg(i::text, ',') || '}' FROM generate_series(1, " #n ") i)"
#define FRACTIONS(n) "(SELECT '{' || string_agg('0', ',') || '}' FROM generate_series(1, " #n "))"

static const struct {
    const char *arguments, *answer;
} answers[] = {
    {I(NONE), ""},
    {I("'{}', '{}', '{}'"), ""},
    {I("'{1,0,3}', '{\"{0.5,0.25}\",NULL,\"{1}\"}', '{\"{1,2}\",NULL,NULL}'"), ""},
    /* places */
    {"1259, 1::int2, false, 0, 4, -1, " NONE, "not a relation or column of a user"},
    {"99999999, 1::int2, false, 0, 4, -1, " NONE, "no such relation"},
    {"NULL, 1::int2, false, 0, 4, -1, " NONE, "an argument is NULL"},
    {"'v'::regclass, 1::int2, false, 0, 4, -1, " NONE, "a relation that has no statistics"},
    {"'s'::regclass, 1::int2, false, 0, 4, -1, " NONE, "a relation that has no statistics"},
    {"'t_i'::regclass, 1::int2, false, 0, 4, -1, " NONE, "the index has no expression there"},
    {"'t_i'::regclass, 3::int2, false, 0, 4, -1, " NONE, "the index has no expression there"},
    {"'t_i'::regclass, 2::int2, false, 0, 4, -1, " NONE, ""},
    {PUT("10", "0, 4, -1", NONE), "the column is dropped"},
    {PUT("99", "0, 4, -1", NONE), "no such column"},
    {PUT("0", "0, 4, -1", NONE), "not a relation or column of a user"},
    {PUT("'-6'", "0, 4, -1", NONE), "not a relation or column of a user"},
    /* scalars */
    {PUT("1", "'NaN', 4, -1", NONE), "null_frac is not within 0 and 1"},
    {PUT("1", "1.5, 4, -1", NONE), "null_frac is not within 0 and 1"},
    {PUT("1", "-0.1, 4, -1", NONE), "null_frac is not within 0 and 1"},
    {PUT("1", "0, -4, -1", NONE), "width is out of range"},
    {PUT("1", "0, 2147483647, -1", NONE), "width is out of range"},
    {PUT("1", "0, 4, 'NaN'", NONE), "n_distinct is out of range"},
    {PUT("1", "0, 4, 'infinity'", NONE), "n_distinct is out of range"},
    {PUT("1", "0, 4, -2", NONE), "n_distinct is out of range"},
    /* kinds */
    {I("'{1,2}', '{NULL}', '{NULL}'"), "kinds, numbers and values are not parallel arrays"},
    {I("'{1,2,3,4,5,6}', NULL, NULL"), "kinds, numbers and values are not parallel arrays"},
    {I("'{{1,2}}', NULL, NULL"), "kinds, numbers and values are not parallel arrays"},
    {I("'{1}', '{{NULL}}', '{NULL}'"), "kinds, numbers and values are not parallel arrays"},
    {I("NULL, '{NULL}', NULL"), "kinds, numbers and values are not parallel arrays"},
    {I("'{-1}', NULL, NULL"), "a kind is negative"},
    {I("'{3,3}', '{\"{1}\",\"{1}\"}', NULL"), "a kind occurs twice"},
    {I("'{77}', NULL, NULL"), "statistics of a kind (77): an unknown kind of statistics"},
    /* a slot by itself; the good ones stay */
    {I("'{1,3}', '{\"{0.5}\",\"{1}\"}', '{\"{x}\",NULL}'"),
     "most common values (1): invalid input syntax for type integer: \"x\""},
    {I("'{1,2,3}', '{\"{0.5,NaN}\",NULL,\"{-7}\"}', '{\"{1,2}\",\"{1}\",NULL}'"),
     "most common values (1): numbers that cannot be read; histogram (2): too few values; "
     "correlation (3): a number is out of range"},
    {I("'{1}', '{\"{0.5}\"}', '{\"{1,2}\"}'"),
     "most common values (1): numbers and values do not match"},
    {I("'{1}', '{\"{-0.5}\"}', '{\"{1}\"}'"), "most common values (1): a number is out of range"},
    {I("'{1}', '{\"0.5\"}', '{\"{1}\"}'"), "most common values (1): numbers that cannot be read"},
    {I("'{1}', '{\"{0.5,}\"}', '{\"{1}\"}'"),
     "most common values (1): numbers that cannot be read"},
    {I("'{1}', '{\"{}\"}', '{\"{}\"}'"), "most common values (1): too few values"},
    {I("'{2}', NULL, '{\"{1,NULL}\"}'"), "histogram (2): a NULL among the values"},
    {I("'{2}', NULL, '{\"{{1,2},{3,4}}\"}'"), "histogram (2): values of more than one dimension"},
    {I("'{2}', '{\"{1}\"}', '{\"{1,2}\"}'"), "histogram (2): numbers and values do not match"},
    {I("'{3}', '{\"{1}\"}', '{\"{1}\"}'"), "correlation (3): values, where there are none"},
    {I("'{4}', '{\"{1}\"}', '{\"{1}\"}'"), "most common elements (4): not statistics of this type"},
    {I("'{7}', NULL, '{\"{1,2}\"}'"), "range bounds (7): not statistics of this type"},
    /* a full statistics target, and one more */
    {I("'{1}', ARRAY[" FRACTIONS(10000) "], ARRAY[" SERIES(10000) "]"), ""},
    {I("'{1}', ARRAY[" FRACTIONS(10001) "], ARRAY[" SERIES(10001) "]"),
     "most common values (1): too many values"},
    {I("'{2}', NULL, ARRAY[" SERIES(10001) "]"), ""},
    {I("'{2}', NULL, ARRAY[" SERIES(10002) "]"), "histogram (2): too many values"},
    {PUT("6", "0, 4, -1", "'{4}', ARRAY[" FRACTIONS(20003) "], ARRAY[" SERIES(20000) "]"), ""},
    /* types */
    {PUT("2", "0, 4, -1", "'{1}', '{\"{0.5,0.5}\"}', '{\"{ok,dropped}\"}'"),
     "most common values (1): invalid input value for enum mood: \"dropped\""},
    {PUT("3", "0, 4, -1", "'{1,2}', '{\"{0.5}\",NULL}', '{\"{1}\",\"{1,2}\"}'"),
     "most common values (1): the type has no such operator; "
     "histogram (2): the type has no such operator"},
    {PUT("4", "0, 4, -1", "'{3}', '{\"{0.5}\"}', NULL"),
     "correlation (3): the type has no such operator"},
    {PUT("5", "0, 4, -1", "'{1}', '{\"{0.5}\"}', '{\"{1}\"}'"),
     "most common values (1): the type has no such operator"},
    {PUT("6", "0, 4, -1", "'{4,5}', '{\"{0.5,0.5,0.5,0}\",\"{1,1,2}\"}', '{\"{7}\",NULL}'"), ""},
    {PUT("6", "0, 4, -1", "'{4,5}', '{\"{0.5,0.5,0.5,0,0}\",\"{1}\"}', '{\"{7}\",NULL}'"),
     "most common elements (4): numbers and values do not match; "
     "element counts (5): numbers and values do not match"},
    {PUT("7", "0, 4, -1", "'{4}', '{\"{0.5,0.5,0.5}\"}', '{\"{word}\"}'"), ""},
    {PUT("8", "0, 4, -1",
         "'{6,7}', '{\"{0}\",NULL}', '{\"{1,Infinity}\",\"{\\\"[1,2)\\\",\\\"[2,)\\\"}\"}'"),
     ""},
    {PUT("8", "0, 4, -1", "'{6}', '{\"{1}\"}', NULL"), ""},
    {PUT("8", "0, 4, -1", "'{6,7}', '{\"{0}\",NULL}', '{\"{1,NaN}\",\"{empty,\\\"[2,)\\\"}\"}'"),
     "range lengths (6): an empty range, or a length below 0; "
     "range bounds (7): an empty range, or a length below 0"},
    {PUT("9", "0, 4, -1", "'{7}', NULL, '{\"{\\\"[1,2)\\\",\\\"[2,)\\\"}\"}'"), ""},
    /* PostGIS' header is believed by nobody but us */
    {PUT("11", "0, 4, -1", "'{102}', ARRAY['{2,1,2,0,0,0,0,0,0,0,0,0,0,1,1,1,1,2,1,5,6}'], NULL"),
     ""},
    {PUT("11", "0, 4, -1", "'{102}', ARRAY['{2,9,2,0,0,0,0,0,0,0,0,0,0,1,1,1,1,2,1,5,6}'], NULL"),
     "statistics of a kind (102): a number is out of range"},
    {PUT("11", "0, 4, -1", "'{103}', '{\"{4}\"}', NULL"),
     "statistics of a kind (103): numbers and values do not match"},
};

static const char *const queries[] = {
    "EXPLAIN SELECT * FROM t WHERE i = 3 AND i < 9 AND abs(i) = 2 AND m = 'ok'",
    "EXPLAIN SELECT * FROM t WHERE a @> '{3}' AND v @@ 'word' AND r && '[3,4)' AND mr @> 3",
    "EXPLAIN SELECT * FROM t x JOIN t y USING (i, wide) ORDER BY x.i",
};

static void
test_answers(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "refusals");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, definitions);
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *sql =
            g_strdup_printf("SELECT pgarchitect_whatif.put_statistics(%s)", answers[i].arguments);
        g_autofree char *expected = g_strconcat(answers[i].answer, "\n", NULL);
        g_autofree char *got = whatif_test_rows(session, sql);

        if (g_strcmp0(got, expected) != 0)
            g_test_message("%s", sql);
        g_assert_cmpstr(got, ==, expected);
        for (gsize q = 0; q < G_N_ELEMENTS(queries); q++)
            g_free(whatif_test_rows(session, queries[q]));
    }
    PQfinish(session);
}

/* A bad slot leaves its place empty; a bad row leaves what was there. */
static void
test_rest_is_stored(guint major)
{
    static const char slots[] =
        "SELECT stanullfrac, stakind1, stakind2, stanumbers2 FROM pg_statistic"
        " WHERE starelid = 't'::regclass";
    g_autofree char *conninfo = whatif_test_database(major, "refusals_rest");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, definitions);
    whatif_execute(session,
                   "SELECT pgarchitect_whatif.put_statistics('t'::regclass, 1::int2, false,"
                   " 0.25, 4, -1, '{1,3}', '{\"{0.5}\",\"{0.5}\"}', '{\"{x}\",NULL}')");
    whatif_assert_rows(session, slots, "0.25|0|3|{0.5}\n");
    whatif_execute(session,
                   "SELECT pgarchitect_whatif.put_statistics('t'::regclass, 1::int2, false,"
                   " 0.5, -4, -1, NULL, NULL, NULL)");
    whatif_assert_rows(session, slots, "0.25|0|3|{0.5}\n");
    PQfinish(session);
}

/* A message is one line of text, however long and strange the value. */
static void
test_messages_are_printable(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "refusals_message");
    PGconn *session = whatif_test_session(conninfo);

    whatif_execute(session, definitions);
    whatif_assert_rows(
        session,
        "SELECT length(m) < 500, m ~ '^[ -~é]+$' FROM"
        " pgarchitect_whatif.put_statistics('t'::regclass, 1::int2, false, 0, 4, -1,"
        " '{2}', NULL, ARRAY['{\"' || E'\\n\\x1b[31m' || repeat('é', 100000) || '\"}'])"
        " m",
        "t|t\n");
    PQfinish(session);
}

/* Nobody but the superuser. */
static void
test_privilege(guint major)
{
    g_autofree char *conninfo = whatif_test_database(major, "refusals_privilege");
    PGconn *session = whatif_test_session(conninfo);
    g_autofree char *message = NULL;

    whatif_execute(session, "DROP ROLE IF EXISTS nosy; CREATE ROLE nosy; SET ROLE nosy");
    message =
        whatif_test_error(session, "SELECT pgarchitect_whatif.put_statistics(1, 1::int2, false,"
                                   " 0, 4, -1, NULL, NULL, NULL)");
    g_assert_cmpstr(message, ==, "permission denied for function put_statistics");
    whatif_execute(session, "RESET ROLE; DROP ROLE nosy");
    PQfinish(session);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    whatif_test_add("/whatif/refusals/bad-input-is-named", test_answers);
    whatif_test_add("/whatif/refusals/the-rest-is-stored", test_rest_is_stored);
    whatif_test_add("/whatif/refusals/messages-are-printable", test_messages_are_printable);
    whatif_test_add("/whatif/refusals/for-the-superuser-only", test_privilege);
    return g_test_run();
}
