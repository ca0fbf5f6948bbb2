/* Where a log's bytes come from: gzip and zstd, whole, in pieces and cut; standard input; entries
 * longer than is read; what is no log. */
#include "log_text.h"
#include <base/error.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define LINE(text)                                                                                 \
    "2026-11-21 16:45:49.333 UTC [61] LOG:  duration: 1.000 ms  statement: " text "\n"
#define TOO_LONG (17U << 20)

static const char first[] = LINE("select 1") LINE("select 2");
static const char second[] = LINE("select 3");
static const char all[] = "1: 1.000 select 1\n2: 1.000 select 2\n3: 1.000 select 3\n";

static void
append_gzip(GByteArray *out, const char *text, gsize length)
{
    enum { WINDOW = 15 + 16, LEVEL = 8 };
    z_stream gzip = {0};
    const guint used = out->len;

    g_assert_cmpint(deflateInit2(&gzip, 1, Z_DEFLATED, WINDOW, LEVEL, Z_DEFAULT_STRATEGY), ==,
                    Z_OK);
    g_byte_array_set_size(out, used + (guint)deflateBound(&gzip, length));
    gzip.next_in = (Bytef *)text;
    gzip.avail_in = (uInt)length;
    gzip.next_out = out->data + used;
    gzip.avail_out = out->len - used;
    g_assert_cmpint(deflate(&gzip, Z_FINISH), ==, Z_STREAM_END);
    g_byte_array_set_size(out, used + (guint)gzip.total_out);
    deflateEnd(&gzip);
}

static void
append_zstd(GByteArray *out, const char *text, gsize length)
{
    const guint used = out->len;
    gsize n;

    g_byte_array_set_size(out, used + (guint)ZSTD_compressBound(length));
    n = ZSTD_compress(out->data + used, out->len - used, text, length, 1);
    g_assert_false(ZSTD_isError(n));
    g_byte_array_set_size(out, used + (guint)n);
}

typedef void (*Append)(GByteArray *out, const char *text, gsize length);

static void
assert_reads(const GByteArray *bytes, const char *want, guint n_unreadable)
{
    g_auto(PgaLogSummary) summary = {0};
    g_autofree char *read =
        pga_test_log_read((const char *)bytes->data, bytes->len, (PgaLogOptions){0}, &summary);

    g_assert_cmpstr(read, ==, want);
    g_assert_cmpuint(summary.n_unreadable, ==, n_unreadable);
}

static gboolean
looks_like_one(const void *bytes, gsize length)
{
    g_autofree char *path = pga_test_log_file(bytes, length);
    g_autoptr(GError) error = NULL;
    const gboolean is_one = pga_log_looks_like_one(path, &error);

    g_assert_no_error(error);
    g_unlink(path);
    return is_one;
}

static void
test_in_pieces(gconstpointer data)
{
    const Append append = *(const Append *)data;
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    append(bytes, first, strlen(first));
    append(bytes, second, strlen(second));
    assert_reads(bytes, all, 0);
    g_assert_true(looks_like_one(bytes->data, bytes->len));
}

/* More text than any buffer takes, from few bytes. */
static void
test_large(gconstpointer data)
{
    enum { N = 60000 };
    const Append append = *(const Append *)data;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *read = NULL;
    g_auto(PgaLogSummary) summary = {0};

    for (guint i = 0; i < N; i++)
        g_string_append(text, second);
    append(bytes, text->str, text->len);
    read = pga_test_log_read((const char *)bytes->data, bytes->len, (PgaLogOptions){0}, &summary);
    g_assert_true(g_str_has_prefix(read, "1: 1.000 select 3\n2: "));
    g_assert_cmpuint(summary.n_statements, ==, N);
    g_assert_cmpuint(summary.n_lines, ==, N);
    g_assert_cmpuint(summary.n_bytes, ==, text->len);
    g_assert_cmpuint(summary.n_unreadable, ==, 0);
}

/* What is there is read, and what is missing is counted. */
static void
test_cut(gconstpointer data)
{
    const Append append = *(const Append *)data;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *read = NULL;
    g_auto(PgaLogSummary) summary = {0};

    for (guint i = 0; i < 200000; i++)
        g_string_append_printf(text, LINE("select %u"), g_random_int());
    append(bytes, text->str, text->len);
    read =
        pga_test_log_read((const char *)bytes->data, bytes->len / 2, (PgaLogOptions){0}, &summary);
    g_assert_cmpuint(summary.n_statements, >, 1000);
    g_assert_cmpuint(summary.n_unreadable, >, 0);
    g_assert_null(strstr(read, "could not"));
}

static void
test_damaged(gconstpointer data)
{
    const Append append = *(const Append *)data;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_auto(PgaLogSummary) summary = {0};
    g_autofree char *read = NULL;

    append(bytes, first, strlen(first));
    memset(bytes->data + bytes->len / 2, 0xff, bytes->len / 4);
    read = pga_test_log_read((const char *)bytes->data, bytes->len, (PgaLogOptions){0}, &summary);
    g_assert_nonnull(strstr(read, "could not read \""));
}

static void
test_gzip_with_padding(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    const guint8 zeros[512] = {0};

    append_gzip(bytes, first, strlen(first));
    append_gzip(bytes, second, strlen(second));
    g_byte_array_append(bytes, zeros, sizeof(zeros));
    assert_reads(bytes, all, 0);
    g_byte_array_append(bytes, (const guint8 *)"rubbish", 7);
    assert_reads(bytes, all, 1);
}

static void
test_other_packers(void)
{
    static const char xz[] = "\xfd"
                             "7zXZ\0rest of it";
    g_auto(PgaLogSummary) summary = {0};
    g_autofree char *read = pga_test_log_read(xz, sizeof(xz), (PgaLogOptions){0}, &summary);

    g_assert_nonnull(strstr(read, "is packed with xz"));
}

/* Runs @what in a child whose standard input gives @bytes. */
static void
with_input(const char *bytes, gsize length, void (*what)(void))
{
    const int saved = dup(STDIN_FILENO);
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], bytes, length), ==, length);
    close(ends[1]);
    g_assert_cmpint(dup2(ends[0], STDIN_FILENO), ==, STDIN_FILENO);
    close(ends[0]);
    what();
    g_assert_cmpint(dup2(saved, STDIN_FILENO), ==, STDIN_FILENO);
    close(saved);
}

static void
read_input(void)
{
    const PgaLogOptions options = {.path = "-"};
    g_auto(PgaLogSummary) summary = {0};
    g_autofree char *read = NULL;

    g_assert_true(pga_log_looks_like_one("-", NULL)); /* and what was looked at is still there */
    read = pga_test_log_read_file(&options, &summary);
    g_assert_cmpstr(read, ==, "1: 1.000 select 1\n2: 1.000 select 2\n");
}

static void
test_standard_input(void)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    with_input(first, strlen(first), read_input);
    append_zstd(bytes, first, strlen(first));
    with_input((const char *)bytes->data, bytes->len, read_input);
}

#define CSV(text)                                                                                  \
    "2026-11-21 16:45:49.333 UTC,\"al\",\"shop\",61,\"[local]\",6b01.61,1,\"SELECT\",2026-11-21 "  \
    "16:45:49 UTC,3/2,0,LOG,00000,\"duration: 1.000 ms  statement: " text                          \
    "\",,,,,,,,,\"psql\",\"client backend\",,0\n"
#define JSON(text)                                                                                 \
    "{\"timestamp\":\"2026-11-21 16:45:49.333 "                                                    \
    "UTC\",\"user\":\"al\",\"dbname\":\"shop\",\"pid\":61,"                                        \
    "\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  statement: " text                \
    "\",\"backend_type\":\"client backend\"}\n"

/* Of three entries the second, which holds "%s", is too long; the rest is read. */
static void
test_too_long(gconstpointer data)
{
    const char *const *parts = data;
    g_autofree char *x = g_strnfill(TOO_LONG, 'x');
    g_autoptr(GString) text = g_string_new(parts[0]);
    g_autoptr(GString) line = g_string_new(parts[1]);
    g_autofree char *read = NULL;
    g_auto(PgaLogSummary) summary = {0};

    g_string_replace(line, "%s", x, 1);
    g_string_append_len(text, line->str, (gssize)line->len);
    g_string_append(text, parts[2]);
    read = pga_test_log_read(text->str, text->len, (PgaLogOptions){0}, &summary);
    g_assert_cmpuint(summary.n_statements, ==, 2);
    g_assert_cmpuint(summary.n_unreadable, ==, 1);
    g_assert_cmpuint(summary.n_lines, ==, 3);
    g_assert_nonnull(strstr(read, "select 1\n"));
    g_assert_nonnull(strstr(read, "3: 1.000"));
}

/* The format is known before the first entry's end is. */
static void
test_long_first(gconstpointer data)
{
    enum { LONG = 3 << 20 };
    const char *const *parts = data;
    g_autofree char *x = g_strnfill(LONG, 'x');
    g_autoptr(GString) text = g_string_new(parts[1]);
    g_autofree char *read = NULL;
    g_auto(PgaLogSummary) summary = {0};

    g_string_replace(text, "%s", x, 1);
    g_assert_true(looks_like_one(text->str, text->len));
    read = pga_test_log_read(text->str, text->len, (PgaLogOptions){0}, &summary);
    g_assert_cmpuint(summary.n_statements, ==, 1);
    g_assert_cmpuint(summary.n_unreadable, ==, 0);
    g_assert_cmpuint(strlen(read), >, LONG);
}

static gboolean
refuse(G_GNUC_UNUSED gpointer self, G_GNUC_UNUSED const PgaLogStatement *statement, GError **error)
{
    pga_error_set(error, PGA_ERROR_INTERNAL, "enough");
    return FALSE;
}

static void
test_takers_error(void)
{
    g_autofree char *path = pga_test_log_file(first, strlen(first));
    g_auto(PgaLogSummary) summary = {0};
    g_autoptr(GError) error = NULL;

    g_assert_false(pga_log_read(&(PgaLogOptions){.path = path}, refuse, NULL, &summary, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INTERNAL);
    g_assert_cmpuint(summary.n_statements, ==, 1);
    g_unlink(path);
}

static void
test_unreadable(void)
{
    g_autoptr(GError) error = NULL;
    g_auto(PgaLogSummary) summary = {0};

    g_assert_false(pga_log_looks_like_one("/nonexistent", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_clear_error(&error);
    g_assert_false(pga_log_looks_like_one(g_get_tmp_dir(), &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_clear_error(&error);
    g_assert_false(
        pga_log_read(&(PgaLogOptions){.path = "/nonexistent"}, refuse, NULL, &summary, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_clear_error(&error);
    g_assert_false(
        pga_log_read(&(PgaLogOptions){.path = g_get_tmp_dir()}, refuse, NULL, &summary, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

static void
test_looks(void)
{
    static const char *const logs[] = {first,
                                       CSV("x"),
                                       JSON("x"),
                                       "LOG:  database system is ready\n",
                                       "[61] al@shop LOG:  duration: 1.000 ms  statement: x\n",
                                       "2026-11-21 16:45:49.333 UTC [61] GUNLUK:  x\n",
                                       ""};
    static const char *const others[] = {
        "select 1;\n", "-- a dump\nCREATE TABLE t (a int);\n", "{\"a\": 1}\n", "a,b,c\n1,2,3\n",
        "INSERT INTO log VALUES ('2026-11-21 16:45:49.333 UTC [61] LOG:  x');\n"};

    for (guint i = 0; i < G_N_ELEMENTS(logs); i++)
        g_assert_true(looks_like_one(logs[i], strlen(logs[i])));
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_false(looks_like_one(others[i], strlen(others[i])));
}

/* A FIFO in a folder is not opened: its writer would lose its reader. */
static void
test_fifo(void)
{
    g_autofree char *path = g_build_filename(g_get_tmp_dir(), "log-fifo-XXXXXX", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(g_mkdtemp(path));
    g_rmdir(path);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    g_assert_false(pga_log_looks_like_one(path, &error));
    g_assert_no_error(error);
    g_unlink(path);
}

static void
add_packed_tests(void)
{
    static const Append appends[] = {append_gzip, append_zstd};
    static const char *const names[] = {"gzip", "zstd"};
    static const struct {
        const char *name;
        GTestDataFunc test;
    } tests[] = {{"in-pieces", test_in_pieces},
                 {"large", test_large},
                 {"cut", test_cut},
                 {"damaged", test_damaged}};

    for (guint i = 0; i < G_N_ELEMENTS(appends); i++)
        for (guint k = 0; k < G_N_ELEMENTS(tests); k++) {
            g_autofree char *path = g_strdup_printf("/parse/log/%s/%s", names[i], tests[k].name);

            g_test_add_data_func(path, &appends[i], tests[k].test);
        }
    g_test_add_func("/parse/log/gzip/padding", test_gzip_with_padding);
    g_test_add_func("/parse/log/other-packers-are-named", test_other_packers);
}

int
main(int argc, char **argv)
{
    static const char *const stderr_line[] = {LINE("select 1"), LINE("select '%s'"), LINE("x")};
    static const char *const csv_line[] = {CSV("select 1"), CSV("select '%s'"), CSV("x")};
    static const char *const json_line[] = {JSON("select 1"), JSON("select '%s'"), JSON("x")};

    g_test_init(&argc, &argv, NULL);
    add_packed_tests();
    g_test_add_func("/parse/log/standard-input", test_standard_input);
    g_test_add_data_func("/parse/log/too-long/stderr", stderr_line, test_too_long);
    g_test_add_data_func("/parse/log/too-long/csvlog", csv_line, test_too_long);
    g_test_add_data_func("/parse/log/too-long/jsonlog", json_line, test_too_long);
    g_test_add_data_func("/parse/log/long-first/stderr", stderr_line, test_long_first);
    g_test_add_data_func("/parse/log/long-first/csvlog", csv_line, test_long_first);
    g_test_add_data_func("/parse/log/long-first/jsonlog", json_line, test_long_first);
    g_test_add_func("/parse/log/takers-error", test_takers_error);
    g_test_add_func("/parse/log/unreadable", test_unreadable);
    g_test_add_func("/parse/log/looks-like-one", test_looks);
    g_test_add_func("/parse/log/fifo", test_fifo);
    return g_test_run();
}
