/* sec-plaintext-secrets: text columns that are named like passwords or keys and whose sampled
 * values are no hashes; passwords in functions, defaults and comments. No value is ever printed. */
#include <string.h>

#include "../column_internal.h"
#include "../secret_text_internal.h"
#include "../subject_internal.h"

#define SHARE_HASHED 0

/* Characters of hexadecimal or base64: a digest, a random token. */
#define SHORTEST_DIGEST 32
#define SHORTEST_TOKEN  16

#define FEWEST_DISTINCT 20 /* fewer values are kinds, not secrets */

/* Words that make a name one of @words, unless it says that the value is something else. */
static gboolean
is_named(const char *name, const char *const *words, const char *const *parts)
{
    static const char *const others[] = {
        "hash",   "hashed",      "digest",  "encrypted", "enc",       "crypted", "cipher",
        "type",   "count",       "expires", "expiry",    "expired",   "at",      "id",
        "name",   "url",         "hint",    "salt",      "reset",     "last4",   "policy",
        "length", "status",      "version", "attempts",  "algorithm", "masked",  "ref",
        "kind",   "fingerprint", "by",      NULL};

    return (pga_name_has_word(name, words) || pga_name_contains(name, parts)) &&
           !pga_name_has_word(name, others);
}

/* What no application needs to read again as it was, or may never be lost. */
static gboolean
is_password(const char *name)
{
    static const char *const words[] = {"password", "passwd", "passphrase", "pwd",
                                        "ssn",      "cvv",    NULL};
    static const char *const parts[] = {"card_number", "cardnumber", "credit_card", NULL};

    return is_named(name, words, parts);
}

/* What opens one service, and is often random already. */
static gboolean
is_token(const char *name)
{
    static const char *const words[] = {"secret", "token", "apikey", NULL};
    static const char *const parts[] = {"api_key", "private_key", "access_key", NULL};

    return is_named(name, words, parts);
}

/* What hashes and sealed values begin with. */
static gboolean
has_hash_prefix(const char *value)
{
    static const char *const prefixes[] = {
        "$2a$",      "$2b$",    "$2y$",    "$1$",    "$5$",     "$6$",     "$y$",
        "$argon2",   "argon2",  "$pbkdf2", "pbkdf2", "scrypt",  "$scrypt", "bcrypt",
        "SCRAM-SHA", "md5",     "md5$",    "sha1$",  "sha256$", "sha512$", "{SSHA",
        "{SHA",      "{CRYPT}", "vault:",  "gAAAAA", "enc:",    "ENC(",    "-----BEGIN PGP",
        "AQICAH",    "!"};

    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(value, prefixes[i]))
            return TRUE;
    return FALSE;
}

/* A long run of hexadecimal or base64 characters with digits among them. */
static gboolean
is_opaque(const char *value, gsize shortest)
{
    const gsize length = strspn(value, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                                       "XYZ+/=_-.:");

    return !value[length] && length >= shortest && strpbrk(value, "0123456789");
}

static guint
count_hashed(const GPtrArray *values, gsize shortest)
{
    guint n = 0;

    for (guint i = 0; values && i < values->len; i++) {
        const char *value = g_ptr_array_index(values, i);

        n += !*value || has_hash_prefix(value) || is_opaque(value, shortest);
    }
    return n;
}

static guint
length_of(const GPtrArray *values)
{
    return values ? values->len : 0;
}

/* Nothing but nulls, or a handful of words. */
static gboolean
holds_no_secrets(const PgaAttributeStats *stats)
{
    return stats->null_frac >= 1 || (stats->n_distinct > 0 && stats->n_distinct < FEWEST_DISTINCT);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute, guint n_seen,
       guint n_hashed)
{
    g_autofree char *evidence =
        n_seen > 0
            ? g_strdup_printf("%u of the %u values that ANALYZE sampled can be read: they begin "
                              "like no hash and are not long random text. None is shown here.",
                              n_seen - n_hashed, n_seen)
            : g_strdup_printf("Its name and its type, %s, say so; no values were seen.",
                              attribute->type);
    PgaFinding *finding = pga_rule_report(run, relation, attribute, "%s", evidence);

    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = n_seen > 0 ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    if (n_seen == 0)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    else if (!is_password(attribute->attname))
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "Passwords: store what argon2, scrypt or bcrypt make of them in the "
                     "application, then empty the column. Keys and numbers that must be read "
                     "again: encrypt them outside the database. Old values stay in backups, in "
                     "WAL and in pg_statistic: VACUUM FULL and ANALYZE afterwards, and change the "
                     "secrets themselves.");
    pga_finding_verify(finding, "After ANALYZE this finding is gone.");
}

static void
check_column(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute)
{
    const PgaAttributeStats *stats = attribute->stats;
    const gboolean is_secret = is_password(attribute->attname);
    const gsize shortest = is_secret ? SHORTEST_DIGEST : SHORTEST_TOKEN;
    guint n_seen, n_hashed;

    if (!pga_column_is_text(attribute) || (!is_secret && !is_token(attribute->attname)) ||
        (stats && holds_no_secrets(stats)))
        return;
    n_seen = stats ? length_of(stats->mcv) + length_of(stats->histogram) : 0;
    n_hashed =
        stats ? count_hashed(stats->mcv, shortest) + count_hashed(stats->histogram, shortest) : 0;
    if (n_seen == 0 || n_hashed < run->threshold[SHARE_HASHED] * n_seen)
        report(run, relation, attribute, n_seen, n_hashed);
}

/* @where: "body", "default", "comment". */
static void
report_text(PgaRuleRun *run, const char *object, const char *where)
{
    PgaFinding *finding = pga_rule_report_object(
        run, object, "Its %s holds what reads like a password or key. It is not shown here.",
        where);

    pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "Every role may read it in the catalogs. Keep it outside of the database, in "
                     "a user mapping of a foreign server, or in a table that its owner alone may "
                     "read; then change the secret, since backups and logs have the old text.");
}

static void
check_relation(PgaRuleRun *run, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        g_autofree char *name = NULL;

        check_column(run, relation, attribute);
        if (!attribute->default_expr || !pga_text_holds_secret(attribute->default_expr, TRUE))
            continue;
        name = pga_relation_display(relation, attribute);
        report_text(run, name, "default");
    }
}

static void
check_routines(PgaRuleRun *run)
{
    const GPtrArray *routines = run->objects->schema->routines;

    for (guint i = 0; i < routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(routines, i);
        g_autofree char *name = NULL;

        if (!routine->source || !pga_rule_sees_schema(run, routine->nspname) ||
            !pga_text_holds_secret(routine->source, TRUE))
            continue;
        name = pga_routine_display(routine);
        report_text(run, name, "body");
    }
}

static void
check_comments(PgaRuleRun *run)
{
    const GPtrArray *details = run->objects->schema->details;

    for (guint i = 0; i < details->len; i++) {
        const PgaSchemaDetail *detail = g_ptr_array_index(details, i);

        if (g_str_has_prefix(detail->kind, "comment on ") && detail->value &&
            pga_text_holds_secret(detail->value, FALSE))
            report_text(run, detail->name, "comment");
    }
}

static void
check(PgaRuleRun *run)
{
    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        if (pga_rule_concerns(relation))
            check_relation(run, relation);
    }
    check_routines(run);
    check_comments(run);
}

const PgaRule pga_rule_sec_plaintext_secrets = {
    .id = "sec-plaintext-secrets",
    .title = "What looks like secrets in plain text",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Whoever reads the table, a backup, a replica or the statistics of the planner has the "
           "secrets of every user.",
    .when_not = "The application encrypts the values in a form of its own, or they are no secrets.",
    .condition =
        "A text column is named like a password, token, key or card number, and of its "
        "sampled values fewer than {share_hashed} begin like a hash or are long random "
        "text. A token or key is a warning; without sampled values it is a note. A warning, "
        "too: the body of a function, a default or a comment has a URL with a password, or "
        "password=… with a value. Values are never printed.",
    .example = "CREATE TABLE users (id bigint PRIMARY KEY, password text);",
    .fix = "Says what to store instead; nothing is executed.",
    .docs = "encryption-options.html",
    .docs_title = "Encryption Options",
    .requirements = "DJ-5 T3-5",
    .thresholds = {{"share_hashed", "share", 0.5,
                    "With so many hashes among the values the rest are taken for exceptions."}},
    .check = check,
};
