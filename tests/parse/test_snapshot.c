/* Snapshot files: what a later or an earlier program wrote is read, what contradicts itself is
 * refused with line, record and field. */
#include "parse/snapshot.h"
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define HEADER "{\"pgarchitect-snapshot\":{\"version\":1,\"tool\":\"9.9\",\"taken_at\":5}}\n"
#define ENVIRONMENT                                                                                \
    "{\"environment\":{\"source_name\":\"d\",\"version\":\"15.1\",\"version_num\":150001}}\n"
#define OBJECTS        "{\"objects\":{\"encoding\":\"UTF8\",\"collate\":\"C\",\"ctype\":\"C\"}}\n"
#define RELATION(rest) "{\"relation\":{\"nspname\":\"s\",\"owner\":\"o\"," rest "}}\n"
#define COLUMN(number)                                                                             \
    "{\"attnum\":" number                                                                          \
    ",\"attname\":\"a\",\"type\":\"t\",\"typname\":\"t\",\"typnspname\":\"n\"}"
#define TABLE RELATION("\"oid\":1,\"relname\":\"t\",\"attributes\":[" COLUMN("1") "]")
#define INDEX(rest)                                                                                \
    "{\"index\":{\"indexrelid\":7,\"nspname\":\"s\",\"relname\":\"i\",\"amname\":\"btree\","       \
    "\"definition\":\"CREATE INDEX i ON s.t USING btree (a)\"," rest "}}\n"
#define KEY "\"indclass\":[1],\"indcollation\":[0],\"indoption\":[0],\"n_key_atts\":1"
#define CONSTRAINT(rest)                                                                           \
    "{\"constraint\":{\"conname\":\"c\",\"definition\":\"d\",\"contype\":\"f\"," rest "}}\n"
#define EXTRA(oid, parents)                                                                        \
    "{\"relation_extra\":{\"nspname\":\"s\",\"relname\":\"t\",\"owner\":\"o\",\"oid\":" oid        \
    ",\"parents\":" parents "}}\n"

typedef struct {
    char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const int fd = g_file_open_tmp("pga-snapshot-XXXXXX", &fixture->path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_unlink(fixture->path);
    g_free(fixture->path);
}

/* (transfer full): @lines between what every snapshot has. */
static char *
whole(const char *lines)
{
    g_autofree char *text = g_strconcat(HEADER ENVIRONMENT OBJECTS, lines, NULL);
    guint n = 0;

    for (const char *at = text; *at; at++)
        n += *at == '\n';
    return g_strdup_printf("%s{\"end\":{\"records\":%u}}\n", text, n);
}

static PgaSnapshot *
read_text(const Fixture *fixture, const char *text, GError **error)
{
    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    return pga_snapshot_read(fixture->path, error);
}

static void
assert_refused(const Fixture *fixture, const char *text, const char *detail)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshot) snapshot = read_text(fixture, text, &error);

    g_assert_null(snapshot);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, fixture->path));
    if (!strstr(pga_error_get_detail(error), detail))
        g_error("\"%s\" does not say \"%s\"", pga_error_get_detail(error), detail);
}

static void
test_reads_text(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = whole(TABLE INDEX(
        "\"indrelid\":1,\"indkey\":[1]," KEY) "{\"dependency\":{\"dependent\":5,\"referenced\":6,"
                                              "\"late\":true}}\n"
                                              "{\"sequence\":{\"oid\":3,\"nspname\":\"s\","
                                              "\"relname\":\"q\",\"owner_relid\":1,"
                                              "\"owner_attnum\":1,\"last_value\":"
                                              "9223372036854775807}}\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshot) snapshot = read_text(fixture, text, &error);
    const PgaRelation *relation;

    if (error)
        g_test_message("%s", pga_error_get_detail(error));
    g_assert_no_error(error);
    g_assert_cmpstr(snapshot->tool, ==, "9.9");
    g_assert_cmpint(snapshot->taken_at, ==, 5);
    relation = pga_catalog_relation_by_name(snapshot->catalog, "s", "t");
    g_assert_nonnull(relation);
    g_assert_true(relation->relkind == 'r'); /* as in a new one */
    g_assert_cmpfloat(relation->reltuples, ==, -1);
    g_assert_cmpuint(relation->indexes->len, ==, 1);
    g_assert_nonnull(pga_catalog_index(snapshot->catalog, 7));
    g_assert_cmpuint(pga_relation_attribute(relation, 1)->owned_sequence, ==, 3);
    g_assert_cmpuint(snapshot->objects->dependencies->len, ==, 1);
    g_assert_true(g_array_index(snapshot->objects->dependencies, PgaDependency, 0).late);
}

/* Two columns of strings; of the first one's statistics the file has more than rules see. */
static void
test_statistics(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
#define STRINGS(number, rest)                                                                      \
    "{\"attnum\":" number ",\"attname\":\"a\",\"type\":\"t\",\"typname\":\"t\",\"typnspname\":"    \
    "\"n\",\"typcategory\":\"S\"" rest "}"
#define STATISTICS(number, rest)                                                                   \
    "{\"column_statistics\":{\"relation\":1,\"attnum\":" number ",\"null_frac\":\"0.25\","         \
    "\"n_distinct\":\"-1\",\"width\":4,\"slot1\":{\"kind\":1,\"numbers\":\"{0.5,0.1}\","           \
    "\"values\":"                                                                                  \
    "\"{a,\\\"b c\\\"}\"},\"slot2\":{\"kind\":3,\"numbers\":\"{0.75}\"}" rest "}}\n"
    g_autofree char *text =
        whole(RELATION("\"oid\":1,\"relname\":\"t\",\"attributes\":[" STRINGS("1", "") "," STRINGS(
            "2", ",\"stats\":{\"avg_width\":9}") "," STRINGS("3",
                                                             ",\"stats\":null") "," STRINGS("4",
                                                                                            "") "]")
                  STATISTICS("1", "") STATISTICS("2", "") STATISTICS("3", "")
                      STATISTICS("4", ",\"inherited\":true"));
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshot) snapshot = read_text(fixture, text, &error), less = NULL;
    const PgaRelation *relation;
    const PgaAttributeStats *stats;

    g_assert_no_error(error);
    relation = pga_catalog_relation_by_name(snapshot->catalog, "s", "t");
    stats = pga_relation_attribute(relation, 1)->stats;
    g_assert_cmpfloat(stats->null_frac, ==, 0.25);
    g_assert_cmpfloat(stats->n_distinct, ==, -1);
    g_assert_cmpfloat(stats->correlation, ==, 0.75);
    g_assert_cmpint(stats->avg_width, ==, 4);
    g_assert_cmpuint(stats->mcv->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(stats->mcv, 1), ==, "b c");
    g_assert_cmpfloat(g_array_index(stats->mcv_freqs, double, 1), ==, 0.1);
    g_assert_null(stats->histogram);
    g_assert_cmpint(pga_relation_attribute(relation, 2)->stats->avg_width, ==, 9);
    g_assert_null(pga_relation_attribute(relation, 2)->stats->mcv);
    g_assert_null(pga_relation_attribute(relation, 3)->stats);
    g_assert_null(pga_relation_attribute(relation, 4)->stats);
    g_assert_cmpuint(snapshot->planner->columns->len, ==, 4);
    less = pga_snapshot_read_for_check(fixture->path, &error);
    g_assert_no_error(error);
    relation = pga_catalog_relation_by_name(less->catalog, "s", "t");
    g_assert_cmpuint(pga_relation_attribute(relation, 1)->stats->mcv->len, ==, 2);
    g_assert_cmpuint(less->planner->columns->len, ==, 0);
#undef STRINGS
#undef STATISTICS
}

static void
test_later_program(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = whole("{\"hologram\":{\"oid\":1}}\n" RELATION(
        "\"oid\":1,\"relname\":\"t\",\"relflavour\":{\"deep\":[1,2]}"));
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshot) snapshot = read_text(fixture, text, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->catalog->relations->len, ==, 1);
}

static void
test_later_version(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaSnapshot) snapshot = read_text(
        fixture, "{\"pgarchitect-snapshot\":{\"version\":2,\"tool\":\"7.0\"}}\nrubbish\n", &error);

    g_assert_null(snapshot);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "version 2"));
    g_assert_nonnull(strstr(pga_error_get_hint(error), "version 7.0"));
}

/** Lines between what every snapshot has, and what is said of them. */
static const struct {
    const char *name, *lines, *detail;
} contradictions[] = {
    {"no-json", "{\"relation\":\n", "Line 4: "},
    {"no-object", "[1]\n", "Line 4: one record was expected"},
    {"two-records", "{\"relation\":{},\"index\":{}}\n", "one record was expected"},
    {"not-a-record", "{\"relation\":7}\n", "one record was expected"},
    {"section-twice", OBJECTS, "Line 4, record \"objects\": there was one before"},
    {"second-key", "{\"relation\":{\"oid\":1,\"oid\":2}}\n", "Line 4: duplicate"},
    {"text-for-oid", RELATION("\"oid\":\"1\""),
     "Line 4, record \"relation\", field oid: an integer"},
    {"oid-below-0", RELATION("\"oid\":-1"), "field oid: -1 is out of range"},
    {"oid-too-large", RELATION("\"oid\":4294967296"), "field oid: 4294967296 is out of range"},
    {"int32-too-large", RELATION("\"oid\":1,\"rows_source\":2147483648"),
     "rows_source: 2147483648"},
    {"no-enumeration", RELATION("\"oid\":1,\"relname\":\"t\",\"rows_source\":9"),
     "rows_source of s.t"},
    {"bytes-too-large", RELATION("\"oid\":1,\"table_bytes\":90071992547409920"), "out of range"},
    {"rows-infinite", RELATION("\"oid\":1,\"reltuples\":1e308"), "field reltuples: 1e+308 is out"},
    {"rows-unknown", RELATION("\"oid\":1,\"reltuples\":null"), "reltuples: a number was expected"},
    {"flag-is-text", RELATION("\"oid\":1,\"inherits\":\"t\""), "inherits: true or false"},
    {"kind-too-long", RELATION("\"oid\":1,\"relkind\":\"rr\""), "relkind: one character"},
    {"no-table", RELATION("\"oid\":1,\"relname\":\"t\",\"relkind\":\"v\""), "relkind of s.t"},
    {"name-is-number", RELATION("\"oid\":1,\"relname\":7"), "relname: a string was expected"},
    {"no-name", RELATION("\"oid\":1"), "\"relation\" lacks its field relname"},
    {"no-oid", RELATION("\"relname\":\"t\""), "\"relation\" has the oid 0"},
    {"oid-twice", TABLE RELATION("\"oid\":1,\"relname\":\"u\""), "have the oid 1"},
    {"name-twice", TABLE RELATION("\"oid\":2,\"relname\":\"t\""), "have the name s.t"},
    {"blocks", RELATION("\"oid\":1,\"relname\":\"t\",\"relpages\":-5"), "number of blocks"},
    {"columns-no-array", RELATION("\"oid\":1,\"attributes\":{}"), "attributes: an array was"},
    {"columns-no-objects", RELATION("\"oid\":1,\"attributes\":[1]"), "an array of objects"},
    {"column-0", RELATION("\"oid\":1,\"relname\":\"t\",\"attributes\":[" COLUMN("0") "]"),
     "second column, or none, 0"},
    {"column-twice",
     RELATION("\"oid\":1,\"relname\":\"t\",\"attributes\":[" COLUMN("3") "," COLUMN("3") "]"),
     "second column, or none, 3"},
    {"column-1601", RELATION("\"oid\":1,\"relname\":\"t\",\"attributes\":[" COLUMN("1601") "]"),
     "none, 1601"},
    {"parent-circle",
     RELATION("\"oid\":1,\"relname\":\"t\",\"parent\":2")
         RELATION("\"oid\":2,\"relname\":\"u\",\"parent\":1"),
     "go round in a circle"},
    {"own-parent", RELATION("\"oid\":1,\"relname\":\"t\",\"parent\":1"), "round in a circle"},
    {"index-nowhere", INDEX("\"indrelid\":9,\"indkey\":[1]," KEY), "relation that is not there"},
    {"index-no-column", TABLE INDEX("\"indrelid\":1,\"indkey\":[2]," KEY), "is of column 2"},
    {"index-system-column", TABLE INDEX("\"indrelid\":1,\"indkey\":[-2]," KEY), "is of column -2"},
    {"index-undefined", TABLE INDEX("\"indrelid\":1,\"indkey\":[1],\"definition\":\"d\"," KEY),
     "duplicate object key"},
    {"index-no-index",
     TABLE "{\"index\":{\"indexrelid\":7,\"nspname\":\"s\",\"relname\":\"i\",\"amname\":\"btree\","
           "\"definition\":\"DROP INDEX i\",\"indrelid\":1,\"indkey\":[1]," KEY "}}\n",
     "The definition of index s.i is none"},
    {"index-no-key", TABLE INDEX("\"indrelid\":1,\"indkey\":[]," KEY), "n_key_atts"},
    {"index-short-classes",
     TABLE INDEX("\"indrelid\":1,\"indkey\":[1],\"n_key_atts\":1,\"indclass\":[]"), "indclass"},
    {"index-key-below-0",
     TABLE INDEX("\"indrelid\":1,\"indkey\":[1],\"n_key_atts\":-1,\"indclass\":[1]"), "n_key_atts"},
    {"index-key-no-numbers", TABLE INDEX("\"indrelid\":1,\"indkey\":[\"1\"]"), "an integer was"},
    {"index-circle", TABLE INDEX("\"indrelid\":1,\"indkey\":[1],\"parent\":7," KEY), "circle"},
    {"constraint-nowhere", CONSTRAINT("\"conrelid\":4"), "relation that is not there"},
    {"key-of-nothing", TABLE CONSTRAINT("\"conrelid\":1"), "not as many conkey as confkey"},
    {"key-uneven", TABLE CONSTRAINT("\"conrelid\":1,\"conkey\":[1],\"confkey\":[1,1]"),
     "not as many conkey as confkey"},
    {"key-no-column", TABLE CONSTRAINT("\"conrelid\":1,\"conkey\":[5],\"confkey\":[1]"),
     "is of column 5"},
    {"sequence-stands-still",
     "{\"sequence\":{\"oid\":1,\"nspname\":\"s\",\"relname\":\"q\",\"increment\":0}}\n",
     "can have no value"},
    {"mcv-uneven",
     RELATION("\"oid\":1,\"relname\":\"t\",\"attributes\":[{\"attnum\":1,\"attname\":\"a\","
              "\"type\":\"t\",\"typname\":\"t\",\"typnspname\":\"n\",\"stats\":{\"mcv\":\"{x}\","
              "\"mcv_freqs\":[]}}]"),
     "as many mcv as mcv_freqs"},
    {"share-above-1",
     RELATION(
         "\"oid\":1,\"relname\":\"t\",\"attributes\":[{\"attnum\":1,\"attname\":\"a\","
         "\"type\":\"t\",\"typname\":\"t\",\"typnspname\":\"n\",\"stats\":{\"null_frac\":2}}]"),
     "null_frac of t.a is 2"},
    {"sums",
     RELATION("\"oid\":1,\"relname\":\"t\",\"table_bytes\":72057594037927936")
         RELATION("\"oid\":2,\"relname\":\"u\",\"table_bytes\":72057594037927936"),
     "Field table_bytes of all records \"relation\" adds up"},
    {"sums-of-counters",
     RELATION("\"oid\":1,\"relname\":\"t\",\"counters\":{\"seq_scan\":72057594037927936}")
         RELATION("\"oid\":2,\"relname\":\"u\",\"counters\":{\"seq_scan\":1000}"),
     "Field seq_scan of all records"},
    {"inheritance-circle", EXTRA("1", "[2]") EXTRA("2", "[1]"), "round in a circle"},
    {"extra-twice", EXTRA("1", "[]") EXTRA("1", "[]"), "have the oid 1"},
    {"object-twice",
     "{\"object\":{\"id\":1,\"name\":\"a\"}}\n{\"object\":{\"id\":1,\"name\":\"b\"}}\n",
     "have the id of b"},
    {"rows-no-number", "{\"relation_size\":{\"oid\":1,\"reltuples\":\"1; DROP\"}}\n", "no number"},
    {"statistics-no-number",
     "{\"column_statistics\":{\"relation\":1,\"null_frac\":\"nan\",\"n_distinct\":\"0\"}}\n",
     "hold no numbers"},
    {"extended-uneven", "{\"extended_statistics\":{\"oid\":1,\"attnums\":[1]}}\n",
     "attnums as attnames"},
    {"note-of-nothing", "{\"note\":{\"reading\":9,\"what\":\"a\",\"why\":\"b\"}}\n",
     "9 is no reading"},
    {"hidden-below-0", "{\"workload\":{\"n_hidden\":-1}}\n", "n_hidden"},
    {"after-the-end", "{\"end\":{\"records\":3}}\n" TABLE, "comes after the end"},
    {"invalid-utf-8", RELATION("\"oid\":1,\"relname\":\"\xff\""), "Line 4: unable to decode"},
};

static void
test_contradiction(Fixture *fixture, gconstpointer data)
{
    const guint number = GPOINTER_TO_UINT(data);
    g_autofree char *text = whole(contradictions[number].lines);

    assert_refused(fixture, text, contradictions[number].detail);
}

static void
test_incomplete(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    assert_refused(fixture, "", "does not begin as a snapshot does");
    assert_refused(fixture, "CREATE TABLE t ();", "does not begin as a snapshot does");
    assert_refused(fixture, HEADER ENVIRONMENT OBJECTS, "the end is missing");
    assert_refused(fixture, HEADER ENVIRONMENT "{\"obj", "cut off");
    assert_refused(fixture, HEADER ENVIRONMENT OBJECTS "{\"end\":{\"records\":4}}\n",
                   "4 records were written, 3 are here");
    assert_refused(fixture, HEADER "{\"end\":{\"records\":1}}\n", "lacks its field source_name");
    assert_refused(fixture, "{\"pgarchitect-snapshot\":{}}\n", "has no version");
}

static void
write_compressed(const Fixture *fixture, const char *text, gsize length, gsize cut)
{
    const gsize bound = ZSTD_compressBound(length);
    g_autofree char *out = g_malloc(bound);
    const gsize n = ZSTD_compress(out, bound, text, length, 3);

    g_assert_false(ZSTD_isError(n));
    g_assert_true(g_file_set_contents(fixture->path, out, (gssize)(n - cut), NULL));
}

static void
test_compressed(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = whole(TABLE);
    g_autoptr(PgaSnapshot) snapshot = NULL;
    g_autoptr(GError) error = NULL;

    write_compressed(fixture, text, strlen(text), 0);
    g_assert_true(pga_snapshot_recognise(fixture->path));
    snapshot = pga_snapshot_read(fixture->path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(snapshot->catalog->relations->len, ==, 1);
    write_compressed(fixture, text, strlen(text), 5);
    g_assert_null(pga_snapshot_read(fixture->path, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(pga_error_get_detail(error), "cut off"));
}

/* 100 MB of one line, in a file of some kB. */
static void
test_bomb(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const gsize length = 100000000;
    g_autofree char *text = g_malloc(length);
    g_autoptr(PgaSnapshot) snapshot = NULL;
    g_autoptr(GError) error = NULL;

    memset(text, ' ', length);
    write_compressed(fixture, text, length, 0);
    snapshot = pga_snapshot_read(fixture->path, &error);
    g_assert_null(snapshot);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(pga_error_get_detail(error), "longer than 64 MiB"));
}

static void
test_not_recognised(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_assert_true(g_file_set_contents(fixture->path, "SELECT 1;", -1, NULL));
    g_assert_false(pga_snapshot_recognise(fixture->path));
    g_assert_false(pga_snapshot_recognise("/"));
    g_assert_false(pga_snapshot_recognise("/nonexistent"));
    g_assert_false(pga_snapshot_recognise("/dev/zero"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, number, function)                                                                \
    g_test_add(name, Fixture, GUINT_TO_POINTER(number), set_up, function, tear_down)
    ADD("/parse/snapshot/text-is-read", 0, test_reads_text);
    ADD("/parse/snapshot/statistics-of-columns-follow-from-those-behind", 0, test_statistics);
    ADD("/parse/snapshot/what-a-later-program-added-is-passed-over", 0, test_later_program);
    ADD("/parse/snapshot/a-later-version-is-refused", 0, test_later_version);
    ADD("/parse/snapshot/incomplete-files-are-refused", 0, test_incomplete);
    ADD("/parse/snapshot/zstd-is-read", 0, test_compressed);
    ADD("/parse/snapshot/a-bomb-is-refused", 0, test_bomb);
    ADD("/parse/snapshot/other-files-are-not-recognised", 0, test_not_recognised);
    for (guint i = 0; i < G_N_ELEMENTS(contradictions); i++) {
        g_autofree char *name =
            g_strconcat("/parse/snapshot/contradiction/", contradictions[i].name, NULL);

        ADD(name, i, test_contradiction);
    }
#undef ADD
    return g_test_run();
}
