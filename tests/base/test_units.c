/* Sizes, counts and durations: read, written, refused. */
#include "base/error.h"
#include "base/units.h"
#include <string.h>

static void
test_bytes_parse(void)
{
    static const struct {
        const char *text;
        PgaBytesKind kind;
        gint64 bytes;
    } cases[] = {
        {"0", PGA_BYTES_STORAGE, 0},
        {"8192", PGA_BYTES_MEMORY, 8192},
        {" 12 B ", PGA_BYTES_MEMORY, 12},
        {"1kB", PGA_BYTES_STORAGE, 1000},
        {"1kB", PGA_BYTES_MEMORY, 1024},
        {"1.5 MB", PGA_BYTES_STORAGE, 1500000},
        {"1.5mb", PGA_BYTES_MEMORY, 1572864},
        {"16GiB", PGA_BYTES_STORAGE, G_GINT64_CONSTANT(17179869184)},
        {"2TB", PGA_BYTES_STORAGE, G_GINT64_CONSTANT(2000000000000)},
        {"1PB", PGA_BYTES_MEMORY, G_GINT64_CONSTANT(1125899906842624)},
        {"0.33333333333333333333333333 kB", PGA_BYTES_STORAGE, 333},
        {"9223372036854775807", PGA_BYTES_STORAGE, G_MAXINT64},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gint64 bytes = -1;

        pga_bytes_parse(cases[i].text, cases[i].kind, &bytes, &error);
        g_assert_no_error(error);
        g_assert_cmpint(bytes, ==, cases[i].bytes);
    }
}

static void
test_bytes_refused(void)
{
    static const char *const cases[] = {"",
                                        "MB",
                                        "-1",
                                        "1.",
                                        ".5GB",
                                        "1 XB",
                                        "1 M",
                                        "1 kBB",
                                        "1,000",
                                        "9223372036854775808",
                                        "99999PB",
                                        "1e3",
                                        "99999999999999999999999"};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gint64 bytes = -7;

        g_assert_false(pga_bytes_parse(cases[i], PGA_BYTES_STORAGE, &bytes, &error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
        g_assert_nonnull(strstr(error->message, cases[i]));
        g_assert_nonnull(strstr(pga_error_get_hint(error), "GiB"));
        g_assert_cmpint(bytes, ==, -7);
    }
}

static void
test_bytes_format(void)
{
    static const struct {
        gint64 bytes;
        const char *storage, *memory;
    } cases[] = {
        {0, "0 B", "0kB"},
        {999, "999 B", "0kB"},
        {8192, "8.19 kB", "8kB"},
        {999499, "999 kB", "976kB"},
        {999500, "1 MB", "976kB"},
        {1500000, "1.5 MB", "1464kB"},
        {134217728, "134 MB", "128MB"},
        {G_GINT64_CONSTANT(120000000000), "120 GB", "117187500kB"},
        {G_GINT64_CONSTANT(4398046511104), "4.4 TB", "4TB"},
        {-1500, "-1.5 kB", "-1kB"},
        {G_MAXINT64, "9223 PB", "9007199254740991kB"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *storage = pga_bytes_format_storage(cases[i].bytes);
        g_autofree char *memory = pga_bytes_format_memory(cases[i].bytes);

        g_assert_cmpstr(storage, ==, cases[i].storage);
        g_assert_cmpstr(memory, ==, cases[i].memory);
    }
}

static void
test_count_parse(void)
{
    static const struct {
        const char *text;
        double count;
    } cases[] = {{"0", 0},
                 {"5M", 5e6},
                 {"2.5k", 2500},
                 {"3 G", 3e9},
                 {"3b", 3e9},
                 {"9000T", 9e15},
                 {"12_000_000", 12e6},
                 {"1,234,567", 1234567},
                 {"1,234.5", 1234.5},
                 {" 7 ", 7}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        double count = -1;

        pga_count_parse(cases[i].text, &count, &error);
        g_assert_no_error(error);
        g_assert_cmpfloat(count, ==, cases[i].count);
    }
}

static void
test_count_refused(void)
{
    static const char *const cases[] = {"",    "k",        "-5",   "5X",    "5kk",
                                        "1,5", "1,23,456", "1__0", "9001T", "1_"};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        double count = -7;

        g_assert_false(pga_count_parse(cases[i], &count, &error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
        g_assert_nonnull(strstr(error->message, cases[i]));
        g_assert_cmpfloat(count, ==, -7);
    }
}

typedef struct {
    double value;
    const char *text;
} Formatted;

static void
test_count_format(void)
{
    static const Formatted cases[] = {
        {0, "0"},           {0.25, "0.25"},  {12.4, "12"},     {999, "999"},      {999.6, "1,000"},
        {1234, "1,234"},    {9999, "9,999"}, {9999.6, "10 k"}, {12345, "12.3 k"}, {999600, "1 M"},
        {1500000, "1.5 M"}, {2e9, "2 G"},    {9e15, "9000 T"}, {-1234, "-1,234"}, {-5, "-5"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = pga_count_format(cases[i].value);

        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void
test_duration_format(void)
{
    static const Formatted cases[] = {{0, "0 ms"},
                                      {0.0005, "0.5 ms"},
                                      {0.34, "340 ms"},
                                      {0.9996, "1 s"},
                                      {1.2, "1.2 s"},
                                      {59.4, "59 s"},
                                      {59.6, "1 min"},
                                      {720, "12 min"},
                                      {3599, "1 h"},
                                      {12600, "3.5 h"},
                                      {47.6 * 3600, "2 days"},
                                      {41 * 86400, "41 days"},
                                      {400 * 86400, "400 days"},
                                      {-2, "-2 s"}};

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = pga_duration_format(cases[i].value);

        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

static void
test_int64(void)
{
    g_assert_cmpint(pga_int64(-1.5), ==, -1);
    g_assert_cmpint(pga_int64(4e18), ==, G_GINT64_CONSTANT(4000000000000000000));
    g_assert_cmpint(pga_int64(9.3e18), ==, G_MAXINT64);
    g_assert_cmpint(pga_int64(1e300), ==, G_MAXINT64);
    g_assert_cmpint(pga_int64(-1e300), ==, G_MININT64);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/units/bytes-read-by-kind", test_bytes_parse);
    g_test_add_func("/base/units/bytes-refused", test_bytes_refused);
    g_test_add_func("/base/units/int64-of-any-number", test_int64);
    g_test_add_func("/base/units/bytes-written", test_bytes_format);
    g_test_add_func("/base/units/counts-read", test_count_parse);
    g_test_add_func("/base/units/counts-refused", test_count_refused);
    g_test_add_func("/base/units/counts-written", test_count_format);
    g_test_add_func("/base/units/durations-written", test_duration_format);
    return g_test_run();
}
