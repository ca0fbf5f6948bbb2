/* Comparison with tests/golden, by lines, so that a failure says where. */
#include "golden.h"

#include <string.h>

static void
report_first_difference(const char *name, const char *expected, const char *text)
{
    g_auto(GStrv) wanted = g_strsplit(expected, "\n", -1);
    g_auto(GStrv) got = g_strsplit(text, "\n", -1);
    guint line = 0;

    while (wanted[line] && got[line] && g_str_equal(wanted[line], got[line]))
        line++;
    g_test_message("tests/golden/%s, line %u", name, line + 1);
    g_test_message("expected: %s", wanted[line] ? wanted[line] : "(the end)");
    g_test_message("got:      %s", got[line] ? got[line] : "(the end)");
    g_test_message("rewrite with PGA_UPDATE_GOLDEN=1, then read the diff");
}

void
pga_assert_golden(const char *text, const char *name)
{
    g_autofree char *path = g_build_filename(PGA_SOURCE_ROOT, "tests", "golden", name, NULL);
    g_autofree char *expected = NULL;
    g_autoptr(GError) error = NULL;

    if (g_strcmp0(g_getenv("PGA_UPDATE_GOLDEN"), "1") == 0) {
        g_file_set_contents(path, text, (gssize)strlen(text), &error);
        g_assert_no_error(error);
        return;
    }
    g_file_get_contents(path, &expected, NULL, &error);
    g_assert_no_error(error);
    if (!g_str_equal(expected, text)) {
        report_first_difference(name, expected, text);
        g_test_fail();
    }
}
