/* Closures, keys, covers, normal forms: textbook relations, and random ones that must satisfy the
 * definitions. */
#include "tables_fds_internal.h"

/* A relation of columns a, b, c … with dependencies "ab>c d>e". */
static PgaFds *
relation(PgaArchitecture *architecture, guint n_columns, const char *dependencies)
{
    PgaDesignTable *table = pga_architecture_add_table(architecture, "r");
    g_auto(GStrv) each = g_strsplit(dependencies, " ", -1);
    PgaFds *fds = pga_fds_new(table);

    for (guint i = 0; i < n_columns; i++) {
        const char name[] = {(char)('a' + i), '\0'};

        pga_design_table_add_column(table, name, "text")->not_null = TRUE;
        pga_fds_bit(fds, name);
    }
    for (guint i = 0; each[i]; i++) {
        guint64 sides[2] = {0, 0};
        guint side = 0;

        for (const char *at = each[i]; *at; at++)
            if (*at == '>')
                side = 1;
            else
                sides[side] |= G_GUINT64_CONSTANT(1) << (*at - 'a');
        pga_fds_add(fds, sides[0], sides[1], PGA_SAID_STATED);
    }
    return fds;
}

static char *
letters(guint64 mask)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < 26; i++)
        if (mask & (G_GUINT64_CONSTANT(1) << i))
            g_string_append_c(text, (char)('a' + i));
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *name, *dependencies, *keys;
    guint n_columns, form;
} Case;

static const Case cases[] = {
    {"only-the-key", "a>bc", "a", 3, 4},
    {"no-dependency", "", "abc", 3, 4},
    {"partial", "ab>cd b>d", "ab", 4, 1},
    {"transitive", "a>bcd c>d", "a", 4, 2},
    {"prime-on-the-right", "ab>c c>a", "ab bc", 3, 3},
    {"two-keys", "a>bc b>ac", "a b", 3, 4},
    {"street-city-zip", "ab>c c>b", "ab ac", 3, 3},
    {"cycle-of-keys", "a>b b>c c>a", "a b c", 3, 4},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());
    g_autoptr(PgaFds) fds = relation(architecture, c->n_columns, c->dependencies);
    g_autoptr(GArray) keys = pga_fds_keys(fds, fds->all);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < keys->len; i++) {
        g_autofree char *key = letters(g_array_index(keys, guint64, i));

        g_string_append_printf(text, "%s%s", i ? " " : "", key);
    }
    g_assert_cmpstr(text->str, ==, c->keys);
    g_assert_cmpuint(pga_fds_normal_form(fds, fds->all), ==, c->form);
}

#define COLUMNS 7

static PgaFds *
random_relation(PgaArchitecture *architecture)
{
    PgaFds *fds = relation(architecture, COLUMNS, "");
    guint count = (guint)g_test_rand_int_range(1, 8);

    for (guint i = 0; i < count; i++) {
        guint64 left = (guint64)g_test_rand_int_range(1, 1 << COLUMNS);
        guint64 right = (guint64)g_test_rand_int_range(1, 1 << COLUMNS);

        left &= (guint64)g_test_rand_int_range(1, 1 << COLUMNS); /* fewer */
        pga_fds_add(fds, left, right & (guint64)g_test_rand_int_range(1, 1 << COLUMNS),
                    PGA_SAID_STATED);
    }
    return fds;
}

/* A group says only what follows; sides that are the same say each other. */
static PgaFds *
of_groups(PgaArchitecture *architecture, const PgaFds *fds, const GArray *groups)
{
    PgaFds *cover = relation(architecture, COLUMNS, "");

    for (guint i = 0; i < groups->len; i++) {
        const PgaFdGroup *group = &g_array_index(groups, PgaFdGroup, i);

        g_assert_cmpuint(group->right & ~pga_fds_closure(fds, group->left), ==, 0);
        pga_fds_add(cover, group->left, group->right, PGA_SAID_STATED);
    }
    for (guint i = 0; i < fds->fds->len * groups->len; i++) {
        const PgaFd *fd = &g_array_index(fds->fds, PgaFd, i / groups->len);
        const PgaFdGroup *group = &g_array_index(groups, PgaFdGroup, i % groups->len);

        if ((group->left & ~pga_fds_closure(fds, fd->left)) == 0 &&
            (fd->left & ~pga_fds_closure(fds, group->left)) == 0)
            pga_fds_add(cover, fd->left, group->left | group->right, PGA_SAID_STATED);
    }
    return cover;
}

/* The cover says what the dependencies say, of every set of columns. */
static void
test_cover_is_equivalent(void)
{
    for (guint round = 0; round < 300; round++) {
        g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());
        g_autoptr(PgaFds) fds = random_relation(architecture);
        g_autoptr(GArray) groups = pga_fds_cover(fds);
        g_autoptr(PgaFds) cover = of_groups(architecture, fds, groups);

        for (guint64 mask = 1; mask < 1 << COLUMNS; mask++)
            g_assert_cmpuint(pga_fds_closure(cover, mask) & ~pga_fds_closure(fds, mask), ==, 0);
        for (guint i = 0; i < fds->fds->len; i++) {
            const PgaFd *fd = &g_array_index(fds->fds, PgaFd, i);

            g_assert_cmpuint(fd->right & ~pga_fds_closure(cover, fd->left), ==, 0);
        }
    }
}

/* Keys are the least sets that determine all. */
static void
test_keys_are_least(void)
{
    for (guint round = 0; round < 300; round++) {
        g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());
        g_autoptr(PgaFds) fds = random_relation(architecture);
        g_autoptr(GArray) keys = pga_fds_keys(fds, fds->all);
        guint expected = 0;

        for (guint64 mask = 1; mask < 1 << COLUMNS; mask++) {
            gboolean is_least = pga_fds_closure(fds, mask) == fds->all;

            for (guint64 bit = 1; bit < 1 << COLUMNS; bit <<= 1)
                if ((mask & bit) && pga_fds_closure(fds, mask & ~bit) == fds->all)
                    is_least = FALSE;
            expected += is_least;
        }
        g_assert_cmpuint(keys->len, ==, expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/design/dependencies/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/design/dependencies/cover-is-equivalent", test_cover_is_equivalent);
    g_test_add_func("/design/dependencies/keys-are-least", test_keys_are_least);
    return g_test_run();
}
