/* Arrays as array_out() writes them, and what it never writes. */
#include "array_text_internal.h"

#include <string.h>

typedef struct {
    const char *name, *text;
    const char *elements[5]; /* "NULL!" stands for an SQL NULL */
    guint n;
} Read;

static const Read reads[] = {
    {"empty", "{}", {NULL}, 0},
    {"bare", "{a,b c,1.5}", {NULL}, 99}, /* a blank is always quoted */
    {"bare-words", "{a,bc,1.5}", {"a", "bc", "1.5"}, 3},
    {"quoted", "{\"a,b\",\"{c}\",\"\"}", {"a,b", "{c}", ""}, 3},
    {"escapes", "{\"say \\\"hi\\\"\",\"back\\\\slash\"}", {"say \"hi\"", "back\\slash"}, 2},
    {"null-and-its-text", "{NULL,\"NULL\"}", {"NULL!", "NULL"}, 2},
    {"utf-8", "{t\u00e4ble}", {"t\u00e4ble"}, 1},
};

static const char *const refused[] = {
    "",     "a",     "{",    "{a",          "{a,",  "{a,}", "{,a}",     "{\"a}",    "{\"a\\",
    "{a}b", "{{a}}", "{a}}", "[0:1]={a,b}", " {a}", "{a }", "{a\"b\"}", "{\"a\"b}", "{a\\b}",
};

static void
test_read(gconstpointer data)
{
    const Read *c = data;
    g_autoptr(GPtrArray) got = pga_array_text_parse(c->text);

    if (c->n == 99) {
        g_assert_null(got);
        return;
    }
    g_assert_nonnull(got);
    g_assert_cmpuint(got->len, ==, c->n);
    for (guint i = 0; i < c->n; i++)
        g_assert_cmpstr(g_ptr_array_index(got, i), ==,
                        strcmp(c->elements[i], "NULL!") == 0 ? NULL : c->elements[i]);
}

static void
test_refused(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GPtrArray) got = pga_array_text_parse(refused[i]);

        if (got)
            g_test_message("read: %s", refused[i]);
        g_assert_null(got);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(reads); i++) {
        g_autofree char *path = g_strdup_printf("/collect/array-text/reads-%s", reads[i].name);

        g_test_add_data_func(path, &reads[i], test_read);
    }
    g_test_add_func("/collect/array-text/refuses-the-rest", test_refused);
    return g_test_run();
}
