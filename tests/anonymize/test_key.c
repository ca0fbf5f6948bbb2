/* The key and its hash. */
#include "key_internal.h"

#include <base/error.h>

/* Source: the test vector of the paper's appendix A. */
static void
test_siphash(void)
{
    const PgaSipKey key = {G_GUINT64_CONSTANT(0x0706050403020100),
                           G_GUINT64_CONSTANT(0x0f0e0d0c0b0a0908)};
    guint8 data[15];

    for (guint i = 0; i < sizeof(data); i++)
        data[i] = (guint8)i;
    g_assert_cmphex(pga_siphash(&key, data, sizeof(data)), ==,
                    G_GUINT64_CONSTANT(0xa129ca6149be45e5));
}

static void
test_user_key(void)
{
    PgaAnonymizeKey a, b;
    PgaSipKey names, values;
    g_autoptr(GError) error = NULL;

    g_assert_true(pga_anonymize_key_init(&a, (const guint8 *)"0123456789abcdef", 16, &error));
    g_assert_true(pga_anonymize_key_init(&b, (const guint8 *)"0123456789abcdef", 16, &error));
    g_assert_cmpmem(a.bytes, sizeof(a.bytes), b.bytes, sizeof(b.bytes));
    names = pga_anonymize_key_derive(&a, "names");
    values = pga_anonymize_key_derive(&a, "values");
    g_assert_cmphex(names.k0, !=, values.k0);
    g_assert_false(pga_anonymize_key_init(&a, (const guint8 *)"0123456789abcde", 15, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

static void
test_random_key(void)
{
    PgaAnonymizeKey a, b;

    g_assert_true(pga_anonymize_key_init(&a, NULL, 0, NULL));
    g_assert_true(pga_anonymize_key_init(&b, NULL, 0, NULL));
    g_assert_cmphex(pga_anonymize_key_derive(&a, "x").k0, !=, pga_anonymize_key_derive(&b, "x").k0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/key/siphash-is-the-published-one", test_siphash);
    g_test_add_func("/anonymize/key/same-bytes-give-the-same-keys", test_user_key);
    g_test_add_func("/anonymize/key/no-bytes-give-a-new-key-each-time", test_random_key);
    return g_test_run();
}
