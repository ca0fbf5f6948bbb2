/* Texts that keep their shape. */
#include <string.h>

#include "cipher_internal.h"
#include "maps.h"

static PgaTextCipher
cipher_of(PgaCharacters characters)
{
    const PgaAnonymizeKey key = test_key();

    return (PgaTextCipher){
        pga_anonymize_key_derive(&key, "texts"), characters, {test_own_word, NULL}};
}

static char *
encipher(const PgaTextCipher *cipher, const char *text)
{
    GString *out = g_string_new(NULL);

    pga_cipher_text(cipher, text, strlen(text), out);
    return g_string_free(out, FALSE);
}

static char *
random_text(void)
{
    static const char *const characters[] = {"a", "B", "z",  "7", "-", " ",
                                             "é", "Ж", "漢", "😀", "@"};
    GString *text = g_string_new(NULL);

    for (gint i = g_test_rand_int_range(0, 100); i > 0; i--)
        g_string_append(text, characters[g_test_rand_int_range(0, G_N_ELEMENTS(characters))]);
    return g_string_free(text, FALSE);
}

static char
class_of(char c)
{
    if (g_ascii_islower(c))
        return 'a';
    if (g_ascii_isupper(c))
        return 'A';
    return g_ascii_isdigit(c) ? '0' : c;
}

static void
test_shape(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);

    for (guint i = 0; i < 2000; i++) {
        g_autofree char *text = random_text(), *mapped = encipher(&cipher, text);

        g_assert_cmpuint(strlen(text), ==, strlen(mapped));
        g_assert_true(g_utf8_validate(mapped, -1, NULL));
        for (const char *a = text, *b = mapped; *a; a++, b++)
            if ((guint8)*a < 0x80)
                g_assert_true(class_of(*a) == class_of(*b));
    }
}

static void
test_changes(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);
    static const char *const texts[] = {
        "Alice", "alice@example.com", "+49 30 1234567", "Müller", "Москва", "東京都"};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *mapped = encipher(&cipher, texts[i]);

        g_assert_cmpstr(mapped, !=, texts[i]);
    }
}

/* All texts of some digits: none comes out twice, so each comes out. */
static void
assert_permutes(int width, gint n)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (gint i = 0; i < n; i++) {
        g_autofree char *text = g_strdup_printf("%0*d", width, i);

        g_assert_true(g_hash_table_add(seen, encipher(&cipher, text)));
    }
    g_assert_cmpuint(g_hash_table_size(seen), ==, (guint)n);
}

static void
test_permutation(void)
{
    assert_permutes(1, 10);
    assert_permutes(2, 100);
    assert_permutes(5, 100000);
}

static void
test_letters(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (int a = 'a'; a <= 'z'; a++) {
        char text[3] = {(char)a, '\0', '\0'};

        g_assert_true(g_hash_table_add(seen, encipher(&cipher, text)));
        for (int b = 'A'; b <= 'Z'; b++) {
            text[1] = (char)b;
            g_assert_true(g_hash_table_add(seen, encipher(&cipher, text)));
        }
    }
    g_assert_cmpuint(g_hash_table_size(seen), ==, 26 + 26 * 26);
}

static void
test_lower(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);

    for (guint i = 0; i < 2000; i++) {
        g_autofree char *text = random_text(), *mapped = encipher(&cipher, text);
        g_autofree char *lower = g_ascii_strdown(text, -1);
        g_autofree char *of_lower = encipher(&cipher, lower), *then = g_ascii_strdown(mapped, -1);
        g_autofree char *upper = g_ascii_strup(text, -1);
        g_autofree char *of_upper = encipher(&cipher, upper), *later = g_ascii_strup(mapped, -1);

        g_assert_cmpstr(of_lower, ==, then);
        g_assert_cmpstr(of_upper, ==, later);
    }
}

static void
test_own_words(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);
    g_autofree char *english = encipher(&cipher, "english"), *upper = encipher(&cipher, "ENGLISH");
    g_autofree char *single = encipher(&cipher, "a  ");

    g_assert_cmpstr(english, ==, "english");
    g_assert_cmpstr(upper, ==, "ENGLISH");
    g_assert_cmpstr(single, ==, "a  ");
}

static void
test_padding(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);
    g_autofree char *bare = encipher(&cipher, "Berlin"), *padded = encipher(&cipher, "Berlin    ");
    g_autofree char *expected = g_strconcat(bare, "    ", NULL);

    g_assert_cmpstr(padded, ==, expected);
}

static void
test_encodings(void)
{
    const PgaTextCipher latin = cipher_of(PGA_CHARACTERS_LATIN);
    const PgaTextCipher none = cipher_of(PGA_CHARACTERS_NONE);
    g_autofree char *text = encipher(&latin, "é"), *euro = encipher(&latin, "10 €");
    g_autofree char *gone = encipher(&none, "é");

    g_assert_cmpint((guint8)text[0], ==, 0xc3);
    g_assert_cmpstr(text + 1, !=, "\xa9");
    g_assert_true(g_str_has_suffix(euro, " ?"));
    g_assert_cmpstr(gone, ==, "?");
}

static void
test_not_utf8(void)
{
    const PgaTextCipher cipher = cipher_of(PGA_CHARACTERS_ALL);
    g_autofree char *cut = encipher(&cipher, "caf\xc3"), *stray = encipher(&cipher, "\xa9\xff");

    g_assert_cmpint((guint8)cut[3], ==, 0xc3);
    g_assert_cmpstr(stray, ==, "\xa9\xff");
}

static void
test_hex(void)
{
    const PgaAnonymizeKey key = test_key();
    const PgaSipKey hex = pga_anonymize_key_derive(&key, "hex");
    g_autoptr(GString) lower = g_string_new(NULL), upper = g_string_new(NULL);
    static const char uuid[] = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    g_autofree char *upper_uuid = g_ascii_strup(uuid, -1), *folded = NULL;

    pga_cipher_hex(&hex, uuid, strlen(uuid), lower);
    pga_cipher_hex(&hex, upper_uuid, strlen(upper_uuid), upper);
    folded = g_ascii_strdown(upper->str, -1);
    g_assert_cmpstr(lower->str, !=, uuid);
    g_assert_cmpstr(lower->str, ==, folded);
    g_assert_true(lower->str[8] == '-');
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anonymize/cipher/shape-stays", test_shape);
    g_test_add_func("/anonymize/cipher/texts-change", test_changes);
    g_test_add_func("/anonymize/cipher/digits-are-permuted", test_permutation);
    g_test_add_func("/anonymize/cipher/letters-are-permuted", test_letters);
    g_test_add_func("/anonymize/cipher/commutes-with-lower-and-upper", test_lower);
    g_test_add_func("/anonymize/cipher/own-words-stay", test_own_words);
    g_test_add_func("/anonymize/cipher/padding-changes-nothing", test_padding);
    g_test_add_func("/anonymize/cipher/stays-within-the-encoding", test_encodings);
    g_test_add_func("/anonymize/cipher/bytes-that-are-no-characters-stay", test_not_utf8);
    g_test_add_func("/anonymize/cipher/hexadecimal-digits", test_hex);
    return g_test_run();
}
