/* Figures in words. */
#include "phrases_internal.h"

#include <math.h>

static void
assert_number(double number, const char *expected)
{
    g_autofree char *text = pga_phrase_number(number);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_numbers_are_grouped(void)
{
    assert_number(0, "0");
    assert_number(44.2, "44.2");
    assert_number(44.25, "44.25");
    assert_number(99.999, "100");
    assert_number(100.4, "100");
    assert_number(999, "999");
    assert_number(1000, "1,000");
    assert_number(18334, "18,334");
    assert_number(1234567, "1,234,567");
    assert_number(-1234, "-1,234");
    assert_number(-123456, "-123,456");
    assert_number(NAN, "unknown");
    assert_number(INFINITY, "unknown");
}

static void
test_counts_have_plurals(void)
{
    g_autofree char *one = pga_phrase_count(1, "index");
    g_autofree char *many = pga_phrase_count(1200, "index");
    g_autofree char *none = pga_phrase_count(0, "table");

    g_assert_cmpstr(one, ==, "1 index");
    g_assert_cmpstr(many, ==, "1,200 indexes");
    g_assert_cmpstr(none, ==, "0 tables");
}

static void
assert_gain(double before, double after, const char *unit, const char *expected)
{
    PgaGain gain = {.before = before, .after = after, .unit = unit, .method = NULL};
    g_autofree char *text = pga_phrase_gain(&gain);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_gains(void)
{
    PgaGain explained = {.before = 9, .after = 3, .unit = "blocks", .method = (char *)"counted"};
    g_autofree char *text = pga_phrase_gain(&explained);

    g_assert_cmpstr(text, ==, "blocks 9 -> 3 (3.0x less): counted");
    assert_gain(18334, 44.2, "planner cost", "planner cost 18,334 -> 44.2 (415x less)");
    assert_gain(100, 63, "planner cost", "planner cost 100 -> 63 (37 % less)");
    assert_gain(100, 150, "planner cost", "planner cost 100 -> 150 (50 % more)");
    assert_gain(134217728, 4294967296, "bytes", "134 MB -> 4.29 GB (32x more)");
    assert_gain(1e7, 2, NULL, "10,000,000 -> 2 (5,000,000x less)");
    assert_gain(214900000, 0, "bytes", "215 MB -> 0 B");
    assert_gain(5, 5, "planner cost", "planner cost 5 -> 5");
    assert_gain(1, NAN, NULL, "1 -> unknown");
}

static void
test_gains_of_a_column(void)
{
    const PgaGain ratio = {.before = 300, .after = 3, .unit = "planner cost"};
    const PgaGain freed = {.before = 5000, .after = 0, .unit = "bytes"};
    g_autofree char *ratio_text = pga_phrase_gain_short(&ratio);
    g_autofree char *freed_text = pga_phrase_gain_short(&freed);

    g_assert_cmpstr(ratio_text, ==, "100x less");
    g_assert_cmpstr(freed_text, ==, "5 kB -> 0 B");
}

static void
test_proofs(void)
{
    PgaProof proof = {.kind = PGA_PROOF_NONE};
    g_autofree char *none = pga_phrase_proof(&proof);
    g_autofree char *missing = NULL, *refused = NULL, *silent = NULL, *done = NULL;

    proof.kind = PGA_PROOF_EXECUTE;
    missing = pga_phrase_proof(&proof);
    proof.outcome = (char *)"failed on PostgreSQL 15.18 (lab)";
    refused = pga_phrase_proof(&proof);
    proof.done = TRUE;
    done = pga_phrase_proof(&proof);
    proof.outcome = NULL;
    silent = pga_phrase_proof(&proof);

    g_assert_null(none);
    g_assert_cmpstr(missing, ==, "not executed");
    g_assert_cmpstr(refused, ==, "failed on PostgreSQL 15.18 (lab)");
    g_assert_cmpstr(done, ==, refused);
    g_assert_cmpstr(silent, ==, "executed");
}

static void
assert_safety(PgaSafety safety, const char *lock, const char *duration, const char *expected)
{
    PgaFix fix = {.safety = safety, .lock = lock, .duration = duration};
    g_autofree char *text = pga_phrase_safety(&fix);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_safety(void)
{
    assert_safety(PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan",
                  "safe: reads and writes go on; SHARE UPDATE EXCLUSIVE lock, "
                  "reads the whole table");
    assert_safety(PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "rewrite",
                  "lock: blocks reads or writes while it runs; ACCESS EXCLUSIVE "
                  "lock, rewrites the table");
    assert_safety(PGA_SAFETY_RESTART, NULL, NULL, "restart: needs a restart of the server");
    assert_safety(PGA_SAFETY_REVIEW, NULL, "instant", "review: wants your decision first; instant");
}

static void
assert_location(const char *file, guint line, guint column, const char *expected)
{
    g_autofree char *text = pga_phrase_location(file, line, column);

    g_assert_cmpstr(text, ==, expected);
}

static void
test_locations(void)
{
    assert_location(NULL, 1, 1, NULL);
    assert_location("a.sql", 0, 0, "a.sql");
    assert_location("a.sql", 12, 0, "a.sql:12");
    assert_location("a.sql", 12, 3, "a.sql:12:3");
}

static void
test_clipping_counts_characters(void)
{
    g_autofree char *whole = pga_phrase_clip("\xc3\xa4\xc3\xb6", 2);
    g_autofree char *cut = pga_phrase_clip("\xc3\xa4\xc3\xb6\xc3\xbc", 2);
    g_autofree char *mended = pga_phrase_clip("a\xff", 5);

    g_assert_cmpstr(whole, ==, "\xc3\xa4\xc3\xb6");
    g_assert_cmpstr(cut, ==, "\xc3\xa4\xc3\xb6...");
    g_assert_cmpstr(mended, ==, "a\\xFF");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/phrases/numbers-are-grouped", test_numbers_are_grouped);
    g_test_add_func("/render/phrases/counts-have-plurals", test_counts_have_plurals);
    g_test_add_func("/render/phrases/gains", test_gains);
    g_test_add_func("/render/phrases/gains-of-a-column", test_gains_of_a_column);
    g_test_add_func("/render/phrases/proofs", test_proofs);
    g_test_add_func("/render/phrases/safety", test_safety);
    g_test_add_func("/render/phrases/locations", test_locations);
    g_test_add_func("/render/phrases/clipping-counts-characters", test_clipping_counts_characters);
    return g_test_run();
}
