/* The piece estimator: how many tokens a byte-pair tokenizer would make of a text, without its rank
 * table. It cuts the text as such tokenizers do (letters, digits, blanks, newlines, the rest) and
 * prices each run in hundredths of a token. docs/tokens.md states the six rules and what they were
 * measured against. */
#include <render/tokens.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN 100 /* one token, in hundredths */

typedef enum { DIGIT, NEWLINE, BLANK, LETTER, OTHER, BEYOND_ASCII } ByteClass;

static ByteClass
classify(char byte)
{
    if ((guchar)byte >= 0x80)
        return BEYOND_ASCII;
    if (g_ascii_isdigit(byte))
        return DIGIT;
    if (g_ascii_isalpha(byte))
        return LETTER;
    if (byte == '\n' || byte == '\r')
        return NEWLINE;
    return byte == ' ' || byte == '\t' || byte == '\f' || byte == '\v' ? BLANK : OTHER;
}

static guint64
divide_up(gsize dividend, gsize divisor)
{
    return (dividend + divisor - 1) / divisor;
}

static gboolean
is_vowel(char letter)
{
    return strchr("aeiouy", g_ascii_tolower(letter)) != NULL;
}

/* TRUE for what no vocabulary holds as a word: too many consonants in a row, or no vowel at all. */
static gboolean
is_unspeakable(const char *piece, gsize length)
{
    gsize consonants = 0, longest = 0, vowels = 0;

    for (gsize i = 0; i < length; i++) {
        consonants = is_vowel(piece[i]) ? 0 : consonants + 1;
        longest = MAX(longest, consonants);
        vowels += is_vowel(piece[i]);
    }
    return (longest >= 4 && length > 4) || (vowels == 0 && length > 2);
}

/* Rule 5 for one piece: @capitals upper-case letters, then lower-case ones, @length in all. */
static guint64
price_piece(const char *piece, gsize capitals, gsize length, gboolean touches_digit)
{
    guint64 price;

    if (length == 1)
        return TOKEN;
    if (capitals >= 2)
        price = TOKEN * divide_up(length, 3);
    else if (is_unspeakable(piece, length))
        price = TOKEN * divide_up(length, 2);
    else if (length <= 7)
        price = TOKEN + 5;
    else
        price = TOKEN * (1 + divide_up(length - 7, 4));
    if (touches_digit && length > 2)
        price = MAX(price, TOKEN * divide_up(length, 2));
    return price;
}

static guint64
price_letters(const char *run, gsize length, gboolean touches_digit)
{
    guint64 price = 0;

    for (gsize start = 0; start < length;) {
        gsize end = start, capitals;

        while (end < length && g_ascii_isupper(run[end]))
            end++;
        capitals = end - start;
        while (end < length && g_ascii_islower(run[end]))
            end++;
        price += price_piece(run + start, capitals, end - start, touches_digit);
        start = end;
    }
    return price;
}

static guint64
price_other(const char *run, gsize length, gboolean letter_follows)
{
    guint64 kinds = 1;

    if (length == 1 && letter_follows)
        return 35;
    for (gsize i = 1; i < length; i++)
        kinds += run[i] != run[i - 1];
    return MAX(TOKEN, 75 * kinds) + TOKEN * (length / 16);
}

guint
pga_tokens_estimate(const char *text, gsize length)
{
    guint64 price = 0;

    for (gsize start = 0, end; start < length; start = end) {
        const ByteClass class = classify(text[start]);
        ByteClass next = NEWLINE; /* the end of the text counts as the end of a line */

        for (end = start + 1; end < length && classify(text[end]) == class; end++)
            continue;
        if (end < length)
            next = classify(text[end]);

        switch (class) {
        case BEYOND_ASCII:
            price += 66 * (end - start);
            break;
        case DIGIT:
            price += TOKEN * divide_up(end - start, 3);
            break;
        case NEWLINE:
            price += TOKEN;
            break;
        case BLANK:
            price += end - start > 1 || next == NEWLINE || next == DIGIT ? TOKEN : 0;
            break;
        case LETTER:
            price += price_letters(text + start, end - start,
                                   (start > 0 && classify(text[start - 1]) == DIGIT) ||
                                       (end < length && next == DIGIT));
            break;
        case OTHER:
            price += price_other(text + start, end - start, next == LETTER);
            break;
        }
    }
    return (guint)MIN(divide_up(price * 105, (gsize)TOKEN * 100), G_MAXUINT);
}
