/* Numbers and dates shifted exactly. */
#include <math.h>
#include <string.h>

#include "dates_internal.h"
#include "numbers_internal.h"

static char *
numeric(const char *text, gint64 shift)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!pga_numeric_shift(text, strlen(text), shift, out))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
integer(const char *text, guint bits, gint64 shift)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!pga_integer_shift(text, strlen(text), bits, shift, out))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
real(const char *text, guint bits, gint64 shift)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!pga_float_shift(text, strlen(text), bits, shift, out))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *
date(const char *text, gint days)
{
    g_autoptr(GString) out = g_string_new(NULL);

    if (!pga_date_shift(text, strlen(text), days, out))
        return NULL;
    return g_string_free(g_steal_pointer(&out), FALSE);
}

#define ASSERT_TEXT(call, expected)                                                                \
    G_STMT_START                                                                                   \
    {                                                                                              \
        g_autofree char *got_ = (call);                                                            \
        g_assert_cmpstr(got_, ==, expected);                                                       \
    }                                                                                              \
    G_STMT_END

static void
test_numeric(void)
{
    ASSERT_TEXT(numeric("1.50", 7), "8.50");
    ASSERT_TEXT(numeric("-0.25", 1), "0.75");
    ASSERT_TEXT(numeric("0.75", -1), "-0.25");
    ASSERT_TEXT(numeric("-3", 3), "0");
    ASSERT_TEXT(numeric("-3.00", 3), "0.00");
    ASSERT_TEXT(numeric("999.9", 1), "1000.9");
    ASSERT_TEXT(numeric("-1000", 1), "-999");
    ASSERT_TEXT(numeric("-5", -5), "-10");
    ASSERT_TEXT(numeric(".5", 1), "1.5");
    ASSERT_TEXT(numeric("+2", 1), "3");
    ASSERT_TEXT(numeric("12345678901234567890123456789.01", 1), "12345678901234567890123456790.01");
    ASSERT_TEXT(numeric("1e3", 1), "1001");
    ASSERT_TEXT(numeric("1.25e1", 1), "13.5");
    ASSERT_TEXT(numeric("15E-1", 1), "2.5");
    ASSERT_TEXT(numeric("1e-3", 1), "1.001");
    ASSERT_TEXT(numeric("NaN", 1), "NaN");
    ASSERT_TEXT(numeric("-Infinity", 1), "-Infinity");
}

static void
test_no_numbers(void)
{
    static const char *const texts[] = {"",    "-",  ".",       "1.2.3", "1e",
                                        "abc", "1x", "1e99999", "0x1F"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_null(numeric(texts[i], 1));
    g_assert_null(integer("1.5", 32, 1));
    g_assert_null(integer("", 32, 1));
    g_assert_null(integer("40000", 16, 1));
    g_assert_null(real("zero", 64, 1));
    g_assert_null(real("", 64, 1));
}

static void
test_integer(void)
{
    ASSERT_TEXT(integer("41", 32, 1), "42");
    ASSERT_TEXT(integer(" 41 ", 32, -42), "-1");
    ASSERT_TEXT(integer("+1", 16, 1), "2");
    ASSERT_TEXT(integer("32767", 16, 5), "32767");
    ASSERT_TEXT(integer("-32768", 16, 5), "-32768");
    ASSERT_TEXT(integer("32766", 16, 5), "32767");
    ASSERT_TEXT(integer("-32767", 16, -5), "-32768");
    ASSERT_TEXT(integer("2147483647", 32, 5), "2147483647");
    ASSERT_TEXT(integer("2147483647", 64, 5), "2147483652");
    ASSERT_TEXT(integer("9223372036854775806", 64, 5), "9223372036854775807");
}

static void
test_float(void)
{
    ASSERT_TEXT(real("0.5", 64, 1), "1.5");
    ASSERT_TEXT(real("0.1", 64, 1), "1.1");
    ASSERT_TEXT(real("1e300", 64, 1), "1e+300");
    ASSERT_TEXT(real("0.1", 32, 1), "1.1");
    ASSERT_TEXT(real("-Infinity", 64, 1), "-Infinity");
    ASSERT_TEXT(real("NaN", 64, 1), "NaN");
}

/* In thousandths, which a double has exactly enough of. */
static void
test_order(void)
{
    for (gint i = -5000; i < 5000; i += 7) {
        g_autofree char *text =
            g_strdup_printf("%s%d.%03d", i < 0 ? "-" : "", ABS(i) / 1000, ABS(i) % 1000);
        g_autofree char *mapped = numeric(text, 3);

        g_assert_cmpint(lround(g_ascii_strtod(mapped, NULL) * 1000), ==, i + 3000);
    }
}

static void
test_dates(void)
{
    ASSERT_TEXT(date("2024-02-28", 1), "2024-02-29");
    ASSERT_TEXT(date("2023-02-28", 1), "2023-03-01");
    ASSERT_TEXT(date("1900-02-28", 1), "1900-03-01");
    ASSERT_TEXT(date("2000-03-01", -1), "2000-02-29");
    ASSERT_TEXT(date("9999-12-31", 1), "10000-01-01");
    ASSERT_TEXT(date("0001-01-01", -1), "0001-12-31 BC");
    ASSERT_TEXT(date("0001-12-31 BC", 1), "0001-01-01");
    ASSERT_TEXT(date("0044-03-15 BC", 7), "0044-03-22 BC");
    ASSERT_TEXT(date("infinity", 7), "infinity");
    ASSERT_TEXT(date("2024-12-31 23:59:59.123456+01", 1), "2025-01-01 23:59:59.123456+01");
    ASSERT_TEXT(date("2024-12-31T00:00:00Z", 7), "2025-01-07T00:00:00Z");
    ASSERT_TEXT(date("0002-01-01 00:00:00+00 BC", 365), "0001-01-01 00:00:00+00 BC");
    ASSERT_TEXT(date("19981201", 1), "1998-12-02");
    ASSERT_TEXT(date("epoch", 1), "1970-01-02 00:00:00+00");
    ASSERT_TEXT(date("294275-12-31", 7), "294275-12-31");
}

static void
test_no_dates(void)
{
    static const char *const texts[] = {"",           "2024",        "2024-13-01", "2024-02-30",
                                        "2023-02-29", "2024-01-01x", "12:00",      "0000-01-01",
                                        "abc",        "2024-01-"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_null(date(texts[i], 7));
        g_assert_false(pga_date_is_one(texts[i], strlen(texts[i])));
    }
    g_assert_true(pga_date_is_one("2024-02-29", 10));
    g_assert_false(pga_date_is_one("20240229", 8));
}

/* Every day of 800 years, there and back. */
static void
test_there_and_back(void)
{
    g_autofree char *day = g_strdup("1700-01-01");

    for (guint i = 0; i < 292194; i += 97) {
        g_autofree char *later = date(day, 97), *back = date(later, -97);

        g_assert_cmpstr(back, ==, day);
        g_free(day);
        day = g_steal_pointer(&later);
    }
    g_assert_true(g_str_has_prefix(day, "2500-0"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/numbers/numeric-keeps-its-scale", test_numeric);
    g_test_add_func("/anonymize/numbers/others-are-refused", test_no_numbers);
    g_test_add_func("/anonymize/numbers/integers-stay-in-their-type", test_integer);
    g_test_add_func("/anonymize/numbers/floats-are-the-shortest", test_float);
    g_test_add_func("/anonymize/numbers/order-stays", test_order);
    g_test_add_func("/anonymize/dates/shifted-by-days", test_dates);
    g_test_add_func("/anonymize/dates/others-are-refused", test_no_dates);
    g_test_add_func("/anonymize/dates/there-and-back", test_there_and_back);
    return g_test_run();
}
