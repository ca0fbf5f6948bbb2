/* A log_line_prefix that nobody told, guessed from what stands before a severity: timestamps,
 * numbers in order of likelihood, user@database, names behind their keys. A guess is worth what it
 * matches; the caller counts. */
#include "log_internal.h"
#include <string.h>

/** A guess in the making. */
typedef struct {
    GString *out;
    const char *at, *end;
    gboolean free_words; /* unknown words differ from line to line */
    guint n_numbers, n_timestamps;
    gssize first_name; /* in out, where %q may stand; -1: none yet */
} Guess;

static const struct {
    const char *key, *escape;
} keys[] = {
    {"user", "%u"},     {"usr", "%u"},     {"u", "%u"},      {"db", "%d"},
    {"database", "%d"}, {"d", "%d"},       {"app", "%a"},    {"application", "%a"},
    {"a", "%a"},        {"appname", "%a"}, {"client", "%h"}, {"host", "%h"},
    {"h", "%h"},        {"remote", "%r"},  {"r", "%r"},      {"session", "%c"},
    {"sid", "%c"},      {"pid", "%p"},     {"p", "%p"},      {"line", "%l"},
    {"xid", "%x"},      {"txid", "%x"},    {"vxid", "%v"},   {"state", "%e"},
    {"sqlstate", "%e"}, {"tag", "%i"},     {"cmd", "%i"},    {"qid", "%Q"},
    {"query_id", "%Q"},
};

static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("_.-$", c)) || (guchar)c >= 0x80;
}

static gsize
word_length(const Guess *guess, const char *at)
{
    const char *begun = at;

    while (at < guess->end && is_word(*at))
        at++;
    return (gsize)(at - begun);
}

static void
put(Guess *guess, const char *escape, gsize used)
{
    if (guess->first_name < 0 && strchr("udahri", escape[1]))
        guess->first_name = (gssize)guess->out->len;
    g_string_append(guess->out, escape);
    guess->at += used;
}

static gboolean
put_timestamp(Guess *guess)
{
    const gsize n = pga_log_timestamp(guess->at, (gsize)(guess->end - guess->at));

    if (n == 0)
        return FALSE;
    put(guess, guess->n_timestamps++ > 0 ? "%s" : memchr(guess->at, '.', n) ? "%m" : "%t", n);
    return TRUE;
}

/* What stands between a key and its value, "=", " = ", "=["; 0: there is no value. */
static gsize
assignment(const char *at, const char *end)
{
    const char *begun = at;

    while (at < end && *at == ' ')
        at++;
    if (at == end || *at != '=')
        return 0;
    for (at++; at < end && (*at == ' ' || *at == '[' || *at == '(' || *at == '"');)
        at++;
    return (gsize)(at - begun);
}

/* "user=alice" and the like, up to the next blank, comma or bracket. */
static gboolean
put_key(Guess *guess)
{
    const gsize n = word_length(guess, guess->at);
    const gsize n_between = n > 0 ? assignment(guess->at + n, guess->end) : 0;
    const char *value = guess->at + n + n_between;
    gsize value_length = 0;

    if (n_between == 0)
        return FALSE;
    if (value[-1] == ' ' && value[-2] == '=') /* "user= db=shop" has no user */
        value--;
    while (value + value_length < guess->end && !strchr(" ,;|])>\"", value[value_length]))
        value_length++;
    for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strlen(keys[i].key) == n && g_ascii_strncasecmp(keys[i].key, guess->at, n) == 0) {
            g_string_append_len(guess->out, guess->at, value - guess->at);
            guess->at = value;
            put(guess, keys[i].escape, value_length);
            return TRUE;
        }
    return FALSE;
}

static gboolean
put_user_at_database(Guess *guess)
{
    static const char unknown[] = "[unknown]@[unknown]";
    const gsize n = word_length(guess, guess->at);
    const char *second = guess->at + n + 1;

    if ((gsize)(guess->end - guess->at) >= strlen(unknown) &&
        memcmp(guess->at, unknown, strlen(unknown)) == 0) {
        put(guess, "%u@%d", strlen(unknown));
        return TRUE;
    }
    if (n == 0 || second >= guess->end || second[-1] != '@' || word_length(guess, second) == 0)
        return FALSE;
    put(guess, "%u@%d", n + 1 + word_length(guess, second));
    return TRUE;
}

/** What a word is made of. */
typedef struct {
    gsize n, n_digits, n_hex, n_dots;
} Word;

static Word
look_at_word(const Guess *guess)
{
    Word word = {0};

    while (guess->at + word.n < guess->end && guess->at[word.n] != '-' &&
           is_word(guess->at[word.n]))
        word.n++;
    for (gsize i = 0; i < word.n; i++) {
        word.n_digits += g_ascii_isdigit(guess->at[i]);
        word.n_hex += g_ascii_isxdigit(guess->at[i]);
        word.n_dots += guess->at[i] == '.';
    }
    return word;
}

/* 12/345 */
static gboolean
put_virtual_transaction(Guess *guess, const Word *word)
{
    const char *behind = guess->at + word->n;

    if (word->n == 0 || word->n != word->n_digits || behind + 1 >= guess->end || *behind != '/' ||
        !g_ascii_isdigit(behind[1]))
        return FALSE;
    put(guess, "%v", word->n + 1 + word_length(guess, behind + 1));
    return TRUE;
}

/* 10.0.0.1, 10.0.0.1(5432) */
static gboolean
put_address(Guess *guess, const Word *word)
{
    const char *behind = guess->at + word->n;
    const char *close = NULL;

    if (word->n_dots != 3 || word->n_digits + 3 != word->n)
        return FALSE;
    if (behind < guess->end && *behind == '(')
        close = memchr(behind, ')', (gsize)(guess->end - behind));
    put(guess, close ? "%r" : "%h", close ? (gsize)(close + 1 - guess->at) : word->n);
    return TRUE;
}

/* Numbers that are no process, 6b01cac2.19f4 and 1479741949.306 too. */
static gboolean
put_compound(Guess *guess)
{
    const Word word = look_at_word(guess);

    if (put_virtual_transaction(guess, &word) || put_address(guess, &word))
        return TRUE;
    if (word.n_dots != 1)
        return FALSE;
    if (word.n_digits + 1 == word.n && word.n > 11)
        put(guess, "%n", word.n);
    else if (word.n_hex + 1 == word.n && word.n > 9 && guess->at[8] == '.')
        put(guess, "%c", word.n);
    else
        return FALSE;
    return TRUE;
}

/* The first number is the process, the next its line. */
static gboolean
put_number(Guess *guess)
{
    static const char *const escapes[] = {"%p", "%l", "%x"};
    gsize n = 0;

    while (guess->at + n < guess->end && g_ascii_isdigit(guess->at[n]))
        n++;
    if (n == 0)
        return FALSE;
    if (n == 5 && memcmp(guess->at, "00000", n) == 0) {
        put(guess, "%e", n);
        return TRUE;
    }
    put(guess, escapes[guess->n_numbers], n);
    if (guess->n_numbers + 1 < G_N_ELEMENTS(escapes))
        guess->n_numbers++;
    return TRUE;
}

static gboolean
put_host(Guess *guess)
{
    static const char local[] = "[local]";

    if ((gsize)(guess->end - guess->at) < strlen(local) ||
        memcmp(guess->at, local, strlen(local)) != 0)
        return FALSE;
    put(guess, "%h", strlen(local));
    return TRUE;
}

static gboolean
put_word(Guess *guess)
{
    const gsize n = word_length(guess, guess->at);

    if (n == 0 || *guess->at == '-')
        return FALSE;
    if (guess->free_words) {
        put(guess, "%a", n);
    } else {
        g_string_append_len(guess->out, guess->at, (gssize)n);
        guess->at += n;
    }
    return TRUE;
}

/* (transfer full) */
static char *
guess_one(const char *head, gsize length, gboolean free_words, gboolean may_stop)
{
    Guess guess = {.out = g_string_new(NULL),
                   .at = head,
                   .end = head + length,
                   .free_words = free_words,
                   .first_name = -1};

    while (guess.at < guess.end) {
        if (put_timestamp(&guess) || put_key(&guess) || put_user_at_database(&guess) ||
            put_host(&guess) || put_compound(&guess) || put_number(&guess) || put_word(&guess))
            continue;
        if (*guess.at == '%')
            g_string_append_c(guess.out, '%');
        g_string_append_c(guess.out, *guess.at++);
    }
    if (may_stop && guess.first_name >= 0)
        g_string_insert(guess.out, guess.first_name, "%q");
    return g_string_free(guess.out, FALSE);
}

GPtrArray *
pga_log_derive_prefixes(const char *head, gsize length)
{
    GPtrArray *prefixes = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < 4; i++)
        g_ptr_array_add(prefixes, guess_one(head, length, i >= 2, i % 2 == 1));
    return prefixes;
}
