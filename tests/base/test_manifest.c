/* Lists of checksums: what is written is read back; what climbs, repeats or is no list is refused.
 */
#include <base/error.h>
#include <base/manifest.h>
#include <string.h>

#define SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void
test_round(void)
{
    g_autoptr(GPtrArray) manifest = pga_manifest_new(), read = NULL;
    g_autofree char *text = NULL;

    pga_manifest_add(manifest, "b/c", "x", 1);
    pga_manifest_add(manifest, "a b", "", 0);
    text = pga_manifest_format(manifest);
    g_assert_true(g_str_has_prefix(text, SUM "  a b\n"));
    read = pga_manifest_parse(text, strlen(text), NULL);
    g_assert_nonnull(read);
    g_assert_cmpuint(read->len, ==, 2);
    g_assert_cmpstr(pga_manifest_find(read, "a b")->sha256, ==, SUM);
    g_assert_null(pga_manifest_find(read, "b"));
}

static void
test_paths(void)
{
    static const char *const good[] = {"a", "ha/x.yml", ".hidden", "a..b", "имя", "a b"};
    static const char *const bad[] = {
        "",     "/a",     "a/",   "a//b",           ".",
        "..",   "../a",   "a/..", "a/./b",          "a\\b",
        "a\nb", "a\033b", "\xff", "a\u202eb\u202c", "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"};

    for (guint i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(pga_manifest_path_is_safe(good[i]));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(pga_manifest_path_is_safe(bad[i]));
}

static void
test_refused(void)
{
    static const char *const texts[] = {
        "hello\n", SUM " a\n",  SUM "  ../a\n", SUM "  a\n" SUM "  a\n", SUM "  a\n\n" SUM "  b\n",
        "  a\n",   "E3B0  a\n", SUM "  \n"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) manifest = NULL;

        manifest = pga_manifest_parse(texts[i], strlen(texts[i]), &error);
        g_assert_null(manifest);
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/manifest/round", test_round);
    g_test_add_func("/base/manifest/paths", test_paths);
    g_test_add_func("/base/manifest/refused", test_refused);
    return g_test_run();
}
