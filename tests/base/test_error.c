/* Message, detail and hint travel together; progress reaches whoever listens. */
#include "base/error.h"
#include "base/progress.h"

static void
test_parts(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) copy = NULL;

    pga_error_set(&error, PGA_ERROR_LAB, "disk of %s is full", "the lab");
    g_assert_error(error, PGA_ERROR, PGA_ERROR_LAB);
    g_assert_cmpstr(error->message, ==, "disk of the lab is full");
    g_assert_null(pga_error_get_detail(error));
    g_assert_null(pga_error_get_hint(error));
    pga_error_detail(&error, "%d MB.", 1);
    pga_error_detail(&error, "%d MB.", 2);
    pga_error_hint(&error, "Try %s.", "this");
    pga_error_hint(&error, "Try %s.", "that");
    copy = g_error_copy(error);
    g_assert_cmpstr(pga_error_get_detail(copy), ==, "2 MB.");
    g_assert_cmpstr(pga_error_get_hint(copy), ==, "Try that.");
}

static void
test_nobody_asks(void)
{
    GError *none = NULL;

    pga_error_set(NULL, PGA_ERROR_INPUT, "lost");
    pga_error_detail(NULL, "Lost.");
    pga_error_hint(NULL, "Lost.");
    pga_error_detail(&none, "Lost.");
    pga_error_hint(&none, "Lost.");
    g_assert_no_error(none);
    g_assert_null(pga_error_get_detail(NULL));
    g_assert_null(pga_error_get_hint(NULL));
}

static void
test_other_domain(void)
{
    g_autoptr(GError) error = g_error_new_literal(G_MARKUP_ERROR, G_MARKUP_ERROR_EMPTY, "theirs");

    pga_error_detail(&error, "Ours.");
    pga_error_hint(&error, "Ours.");
    g_assert_null(pga_error_get_detail(error));
    g_assert_null(pga_error_get_hint(error));
}

/* The first stays the error; the others each once, in their order, twenty in all. */
static void
test_others(void)
{
    g_autoptr(GError) error = NULL, copy = NULL;
    GError *more = NULL;

    for (guint i = 0; i < 30; i++) {
        GError *one = NULL;

        pga_error_set(&one, PGA_ERROR_INPUT, "number %u", i / 2);
        pga_error_also(i < 4 ? &error : &more, one);
    }
    pga_error_also(&error, more);
    pga_error_also(&error, NULL);
    pga_error_also(NULL, g_error_copy(error));
    copy = g_error_copy(error);
    g_assert_cmpstr(copy->message, ==, "number 0");
    g_assert_cmpuint(pga_error_get_others(copy)->len, ==, 14);
    for (guint i = 0; i < 14; i++) {
        g_autofree char *expected = g_strdup_printf("number %u", i + 1);

        g_assert_cmpstr(((GError *)g_ptr_array_index(pga_error_get_others(copy), i))->message, ==,
                        expected);
    }
    for (guint i = 100; i < 130; i++) {
        GError *one = NULL;

        pga_error_set(&one, PGA_ERROR_INPUT, "number %u", i);
        pga_error_also(&error, one);
    }
    g_assert_cmpuint(pga_error_get_others(error)->len, ==, 19);
    pga_error_also(&error, g_error_new_literal(G_MARKUP_ERROR, G_MARKUP_ERROR_EMPTY, "theirs"));
    g_assert_cmpuint(pga_error_get_others(error)->len, ==, 19);
    g_assert_null(pga_error_get_others(NULL));
}

static void
receive(gpointer data, PgaProgressKind kind, const char *message)
{
    g_string_append_printf(data, "%d %s\n", (int)kind, message);
}

static void
test_progress(void)
{
    g_autoptr(GString) heard = g_string_new(NULL);
    const PgaProgress progress = {receive, heard};
    const PgaProgress deaf = {NULL, NULL};

    pga_progress_step(&progress, "step %d", 1);
    pga_progress_notice(&progress, "notice %d", 2);
    pga_progress_step(NULL, "nobody hears");
    pga_progress_notice(&deaf, "nobody hears");
    g_assert_cmpstr(heard->str, ==, "0 step 1\n1 notice 2\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/error/detail-and-hint-are-replaced-and-copied", test_parts);
    g_test_add_func("/base/error/nothing-to-write-to", test_nobody_asks);
    g_test_add_func("/base/error/other-domains-have-neither", test_other_domain);
    g_test_add_func("/base/error/others-behind-the-first", test_others);
    g_test_add_func("/base/progress/reaches-its-receiver", test_progress);
    return g_test_run();
}
