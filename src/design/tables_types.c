/* The type that a meaning gets, with its CHECK and the reason. */
#include <math.h>
#include <string.h>

#include <base/text.h>

#include "tables_internal.h"

/* What a meaning becomes. {} in checks stands for the column. */
static const struct {
    const char *type;  /* NULL: a function below decides */
    const char *check; /* (nullable) */
    const char *what;  /* (nullable): for the comment */
    const char *why;
} meanings[] = {
    [PGA_MEANING_NONE] = {"text", NULL, NULL, "nothing was said: text takes any length"},
    [PGA_MEANING_TYPE] = {NULL, NULL, NULL, "as stated"},
    [PGA_MEANING_IDENTITY] = {NULL, NULL, "Key, made by the database", NULL},
    [PGA_MEANING_REFERENCE] = {NULL, NULL, NULL, "the type of the key that it references"},
    [PGA_MEANING_ONE_OF] = {"text", NULL, NULL,
                            "text and CHECK: a value of an enum type cannot be dropped again, a "
                            "CHECK is replaced without a rewrite"},
    [PGA_MEANING_EMAIL] = {"text", "length({}) <= 254", "E-mail address",
                           "text stores as varchar(254) does; 254 is the longest that SMTP takes "
                           "(RFC 5321), and a CHECK is changed without touching the type"},
    [PGA_MEANING_PHONE] = {"text", "length({}) <= 32", "Telephone number",
                           "text: leading zeros and + matter, nobody computes with it"},
    [PGA_MEANING_URL] = {"text", "length({}) <= 2048", "URL", "text; browsers take 2048 bytes"},
    [PGA_MEANING_UUID] = {"uuid", NULL, "UUID", "16 bytes instead of 37 as text"},
    [PGA_MEANING_MONEY] =
        {NULL, NULL, "Amount of money",
         "numeric is exact; one currency is assumed (else an ISO 4217 code stands "
         "in a column beside it); the money type depends on lc_monetary"},
    [PGA_MEANING_PERCENT] = {"numeric(5,2)", "{} >= 0 AND {} <= 100", "Percentage",
                             "exact, 0.00 to 100.00"},
    [PGA_MEANING_FLAG] = {"boolean", NULL, NULL, "1 byte, two values"},
    [PGA_MEANING_JSON] = {"jsonb", NULL, "JSON document", NULL},
    [PGA_MEANING_TAGS] = {"text[]", NULL, "Tags",
                          "an array: tags are words without attributes of their own, and one GIN "
                          "index finds rows by them"},
    [PGA_MEANING_TEXT_SHORT] = {"text", NULL, NULL, "text with a CHECK on its length"},
    [PGA_MEANING_TEXT_LONG] = {"text", NULL, NULL, "text; values above 2 kB are moved to TOAST"},
    [PGA_MEANING_DATE] = {"date", NULL, NULL, "4 bytes, no time zone to get wrong"},
    [PGA_MEANING_TIME] = {"time", NULL, NULL, "a time of day without a date has no time zone"},
    [PGA_MEANING_TIMESTAMP] = {"timestamptz", NULL, NULL,
                               "timestamptz is a point in time whatever the session's time zone; "
                               "timestamp is not, at the same 8 bytes"},
    [PGA_MEANING_PERIOD] = {NULL, "NOT isempty({})", "Period",
                            "one range instead of two columns: overlaps are an operator, and can "
                            "be excluded by a constraint"},
    [PGA_MEANING_INTEGER] = {NULL, NULL, NULL, NULL},
    [PGA_MEANING_DECIMAL] = {NULL, NULL, NULL, "numeric is exact"},
    [PGA_MEANING_COUNTRY] = {"text", "{} ~ '^[A-Z]{2}$'", "Country (ISO 3166-1 alpha-2)",
                             "text with a CHECK: char(2) takes the same 3 bytes, and compared with "
                             "a text parameter its index is not used"},
    [PGA_MEANING_IP] = {"inet", NULL, "IP address", "IPv4 and IPv6 in 7 or 19 bytes, validated"},
    [PGA_MEANING_GEO_POINT] = {"point", NULL, "Place (longitude, latitude)",
                               "point needs no extension, GiST finds what is near; PostGIS's "
                               "geography where distances on the globe matter"},
    [PGA_MEANING_IMAGE] = {"text", "length({}) <= 1024", "Key of the image in the object store",
                           "the key in an object store: in bytea every backup, replica and the "
                           "WAL would carry the image"},
    [PGA_MEANING_FILE] = {"text", "length({}) <= 1024", "Key of the file in the object store",
                          "the key in an object store: in bytea every backup, replica and the WAL "
                          "would carry the file"},
    [PGA_MEANING_SECRET] = {"bytea", NULL, "Secret, encrypted by the application",
                            "bytea: encrypted before it comes here, so that backups and logs do "
                            "not have it"},
    [PGA_MEANING_HASH] = {"bytea", NULL, "Hash", "bytea takes half of its hexadecimal text"},
    [PGA_MEANING_VERSION] = {"integer", "{} > 0", "Version, for optimistic locking",
                             "an integer: UPDATE … WHERE version = the one read"},
    [PGA_MEANING_SLUG] = {"text", "{} ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length({}) <= 100",
                          "Part of an URL", "text with a CHECK on its form"},
};

/* What a name says where nothing else does. Whole names, then endings. */
static const struct {
    const char *names, *endings;
    PgaMeaning meaning;
} by_name[] = {
    {"email email_address e_mail", "_email", PGA_MEANING_EMAIL},
    {"phone mobile telephone phone_number fax", "_phone _phone_number", PGA_MEANING_PHONE},
    {"url website homepage", "_url _uri", PGA_MEANING_URL},
    {"uuid guid", "_uuid _guid", PGA_MEANING_UUID},
    {"price total amount balance cost fee salary subtotal revenue",
     "_price _amount _total _cost _fee _balance", PGA_MEANING_MONEY},
    {"percent percentage", "_percent _percentage _pct", PGA_MEANING_PERCENT},
    {"active enabled deleted archived verified", NULL, PGA_MEANING_FLAG},
    {"settings metadata payload properties preferences", "_json _metadata _payload",
     PGA_MEANING_JSON},
    {"tags labels keywords", NULL, PGA_MEANING_TAGS},
    {"description body content note notes comment message summary bio text",
     "_description _note _notes _text _body", PGA_MEANING_TEXT_LONG},
    {"name title city street zip postal_code first_name last_name display_name username sku code",
     "_name _title _code", PGA_MEANING_TEXT_SHORT},
    {"date birthday birthdate date_of_birth", "_date _on", PGA_MEANING_DATE},
    {"time timestamp created updated ts occurred", "_at _time _timestamp", PGA_MEANING_TIMESTAMP},
    {"quantity qty count age year position rank rating stock score", "_count _quantity _qty _id",
     PGA_MEANING_INTEGER},
    {"country country_code", "_country", PGA_MEANING_COUNTRY},
    {"ip ip_address", "_ip", PGA_MEANING_IP},
    {"location geo coordinates", NULL, PGA_MEANING_GEO_POINT},
    {"password secret api_key token", "_secret _token", PGA_MEANING_SECRET},
    {"hash checksum sha256 password_hash", "_hash _checksum", PGA_MEANING_HASH},
    {"lock_version row_version", NULL, PGA_MEANING_VERSION},
    {"slug", "_slug", PGA_MEANING_SLUG},
};

static gboolean
ends_with_one(const char *name, const char *endings)
{
    g_auto(GStrv) list = g_strsplit(endings ? endings : "", " ", -1);

    for (guint i = 0; list[i]; i++)
        if (*list[i] && g_str_has_suffix(name, list[i]))
            return TRUE;
    return FALSE;
}

PgaMeaning
pga_attribute_meaning(const PgaSpecAttribute *attribute, gboolean *assumed)
{
    g_autofree char *name = g_ascii_strdown(attribute->name, -1);

    *assumed = FALSE;
    if (attribute->meaning != PGA_MEANING_NONE)
        return attribute->meaning;
    *assumed = TRUE;
    if (g_str_has_prefix(name, "is_") || g_str_has_prefix(name, "has_"))
        return PGA_MEANING_FLAG;
    for (guint i = 0; i < G_N_ELEMENTS(by_name); i++)
        if (pga_word_in(name, by_name[i].names) || ends_with_one(name, by_name[i].endings))
            return by_name[i].meaning;
    return PGA_MEANING_NONE;
}

/* (transfer full): @format with each {} as @column, quoted. */
static char *
fill(const char *format, const char *column)
{
    g_autofree char *quoted = pga_quote_identifier(column);
    g_auto(GStrv) parts = g_strsplit(format, "{}", -1);

    return g_strjoinv(quoted, parts);
}

static int
digits(double number)
{
    double least = MAX(fabs(number), 1);

    return (int)floor(log10(least) + 1e-9) + 1;
}

static char *
money_type(const PgaSpecAttribute *attribute)
{
    int scale = attribute->scale >= 0 ? (int)attribute->scale : 2;
    double highest = MAX(isnan(attribute->max) ? 0 : fabs(attribute->max),
                         isnan(attribute->min) ? 0 : fabs(attribute->min));

    if (attribute->precision > 0)
        return g_strdup_printf("numeric(%d,%d)", (int)attribute->precision, scale);
    if (!isnan(attribute->max) && highest > 0)
        return g_strdup_printf("numeric(%d,%d)", digits(highest) + scale, scale);
    return g_strdup_printf("numeric(%d,%d)", 10 + scale, scale);
}

static char *
decimal_type(const PgaSpecAttribute *attribute)
{
    if (attribute->precision > 0)
        return g_strdup_printf("numeric(%d,%d)", (int)attribute->precision,
                               (int)MAX(attribute->scale, 0));
    return g_strdup("numeric");
}

static char *
integer_type(PgaDesignColumn *column)
{
    const PgaSpecAttribute *attribute = column->attribute;
    double low = isnan(attribute->min) ? 0 : attribute->min;
    double high = isnan(attribute->max) ? G_MAXINT32 : attribute->max;
    const char *type = low >= G_MININT16 && high <= G_MAXINT16   ? "smallint"
                       : low >= G_MININT32 && high <= G_MAXINT32 ? "integer"
                                                                 : "bigint";

    if (isnan(attribute->min) && isnan(attribute->max))
        column->reason = g_strdup("no range was said: 4 bytes, to 2,147,483,647");
    else
        column->reason = g_strdup_printf("the smallest that holds %.0f to %.0f", low, high);
    return g_strdup(type);
}

/* Spellings of a stated type that are not types to declare a second column with. */
static const struct {
    const char *written, *type;
    gboolean is_serial;
} aliases[] = {
    {"serial", "integer", TRUE},
    {"serial4", "integer", TRUE},
    {"bigserial", "bigint", TRUE},
    {"serial8", "bigint", TRUE},
    {"smallserial", "smallint", TRUE},
    {"serial2", "smallint", TRUE},
    {"int", "integer", FALSE},
    {"int4", "integer", FALSE},
    {"int8", "bigint", FALSE},
    {"int2", "smallint", FALSE},
    {"bool", "boolean", FALSE},
    {"float8", "double precision", FALSE},
    {"float", "double precision", FALSE},
    {"float4", "real", FALSE},
};

static char *
stated_type(PgaDesignColumn *column)
{
    g_autofree char *lower = g_ascii_strdown(column->attribute->type, -1);

    for (guint i = 0; i < G_N_ELEMENTS(aliases); i++) {
        if (!g_str_equal(lower, aliases[i].written))
            continue;
        if (aliases[i].is_serial) {
            column->identity = "BY DEFAULT";
            column->reason =
                g_strdup_printf("%s as an identity column, the standard's form", lower);
        }
        return g_strdup(aliases[i].type);
    }
    if (g_str_has_prefix(lower, "timestamp") && !strstr(lower, "tz") && !strstr(lower, "with "))
        column->reason = g_strdup("as stated; timestamptz would be the same point in time in every "
                                  "session's time zone");
    return g_strdup(column->attribute->type);
}

static char *
json_type(PgaDesignColumn *column)
{
    const PgaSpecAttribute *attribute = column->attribute;

    if (attribute->json_varies)
        column->reason = g_strdup("jsonb: its keys vary from row to row");
    else if (attribute->json_keys->len > 0) {
        g_autofree char *keys = pga_list_text(attribute->json_keys);

        column->reason =
            g_strdup_printf("jsonb as asked; its keys are known (%s): columns of their "
                            "own would have types, CHECKs and statistics",
                            keys);
    } else
        column->reason = g_strdup("jsonb as asked; stable keys would be better columns: they have "
                                  "types, CHECKs and statistics");
    return g_strdup("jsonb");
}

static char *
type_of(PgaDesignColumn *column, PgaMeaning meaning)
{
    const PgaSpecAttribute *attribute = column->attribute;

    switch ((int)meaning) {
    case PGA_MEANING_TYPE:
        return stated_type(column);
    case PGA_MEANING_MONEY:
        return money_type(attribute);
    case PGA_MEANING_DECIMAL:
        return decimal_type(attribute);
    case PGA_MEANING_INTEGER:
        return integer_type(column);
    case PGA_MEANING_JSON:
        return json_type(column);
    case PGA_MEANING_PERIOD:
        return g_strdup(g_strcmp0(attribute->type, "date") == 0 ? "daterange" : "tstzrange");
    case PGA_MEANING_SECRET:
        if (strstr(attribute->name, "password")) {
            column->reason = g_strdup("text: a salted hash (argon2id, bcrypt) as its library "
                                      "writes it, never the password");
            return g_strdup("text");
        }
        return g_strdup(meanings[meaning].type);
    default:
        return g_strdup(meanings[meaning].type ? meanings[meaning].type : "text");
    }
}

static void
check_values(PgaDesignTable *table, const PgaDesignColumn *column)
{
    GString *list = g_string_new(NULL);
    const GPtrArray *values = column->attribute->values;
    g_autofree char *name = pga_quote_identifier(column->name);

    for (guint i = 0; i < values->len; i++) {
        const PgaSpecShare *share = g_ptr_array_index(values, i);
        g_autofree char *literal = pga_quote_literal(share->value);

        g_string_append_printf(list, "%s%s", i ? ", " : "", literal);
    }
    if (values->len > 0)
        pga_table_check(table, column->name, g_strdup_printf("%s IN (%s)", name, list->str),
                        "the values that were stated");
    g_string_free(list, TRUE);
}

/* CHECK of a stated range of numbers. */
static void
check_range(PgaDesignTable *table, const PgaDesignColumn *column)
{
    const PgaSpecAttribute *attribute = column->attribute;
    g_autofree char *name = pga_quote_identifier(column->name);
    char low[G_ASCII_DTOSTR_BUF_SIZE] = "", high[G_ASCII_DTOSTR_BUF_SIZE] = "";

    g_ascii_formatd(low, sizeof low, "%.15g", attribute->min);
    g_ascii_formatd(high, sizeof high, "%.15g", attribute->max);
    if (!isnan(attribute->min) && !isnan(attribute->max))
        pga_table_check(table, column->name,
                        g_strdup_printf("%s >= %s AND %s <= %s", name, low, name, high),
                        "the range that was stated");
    else if (!isnan(attribute->min))
        pga_table_check(table, column->name, g_strdup_printf("%s >= %s", name, low),
                        "the least value that was stated");
    else if (!isnan(attribute->max))
        pga_table_check(table, column->name, g_strdup_printf("%s <= %s", name, high),
                        "the greatest value that was stated");
}

static void
check_length(PgaDesignTable *table, const PgaDesignColumn *column, PgaMeaning meaning)
{
    gint64 length = column->attribute->length;
    g_autofree char *name = pga_quote_identifier(column->name);

    if (length < 0 && meaning == PGA_MEANING_TEXT_SHORT)
        length = 200;
    if (length > 0)
        pga_table_check(table, column->name,
                        g_strdup_printf("length(%s) <= %" G_GINT64_FORMAT, name, length),
                        column->attribute->length > 0 ? "the length that was stated"
                                                      : "short texts end somewhere: 200 assumed");
}

static void
check_column(PgaDesignTable *table, const PgaDesignColumn *column, PgaMeaning meaning)
{
    gboolean is_text = g_str_equal(column->type, "text");

    if (meaning == PGA_MEANING_ONE_OF)
        check_values(table, column);
    else if (is_text && (column->attribute->length > 0 || meaning == PGA_MEANING_TEXT_SHORT))
        check_length(table, column, meaning);
    else if (meanings[meaning].check)
        pga_table_check(table, column->name, fill(meanings[meaning].check, column->name),
                        meanings[meaning].what);
    if (meaning == PGA_MEANING_EMAIL && column->attribute->unique)
        pga_table_check(table, column->name, fill("{} = lower({})", column->name),
                        "unique whatever the case, by the plain index that a login uses");
    if (meaning == PGA_MEANING_INTEGER || meaning == PGA_MEANING_MONEY ||
        meaning == PGA_MEANING_DECIMAL)
        check_range(table, column);
}

/* Names of times at which a row is made or touched. */
#define NOW_NAMES                                                                                  \
    "created_at created inserted_at recorded_at updated_at updated modified_at registered_at "     \
    "received_at logged_at signed_up_at added_at"

static void
set_default(PgaDesignColumn *column, PgaMeaning meaning)
{
    if (column->attribute->default_)
        column->default_ = g_strdup(column->attribute->default_);
    else if (meaning == PGA_MEANING_TIMESTAMP && pga_word_in(column->name, NOW_NAMES) &&
             column->not_null)
        column->default_ = g_strdup("now()");
    else if (meaning == PGA_MEANING_VERSION)
        column->default_ = g_strdup("1");
    else if (meaning == PGA_MEANING_TAGS && column->not_null)
        column->default_ = g_strdup("'{}'");
}

/* What is by convention only is said to be so. */
static void
tell_default(PgaDesignColumn *column)
{
    g_autofree char *reason = g_steal_pointer(&column->reason);

    if (column->default_ && !column->attribute->default_)
        column->reason = g_strdup_printf("%s; default %s assumed", reason ? reason : column->type,
                                         column->default_);
    else
        column->reason = g_steal_pointer(&reason);
}

static char *
humanised(const char *name)
{
    char *text = g_strdelimit(g_strdup(name), "_-", ' ');

    text[0] = g_ascii_toupper(text[0]);
    return text;
}

static void
set_comment(PgaDesignColumn *column, PgaMeaning meaning)
{
    const PgaSpecAttribute *attribute = column->attribute;
    g_autofree char *name = humanised(column->name);
    const char *what = meanings[meaning].what;
    const char *personal = attribute->personal ? " (personal data)" : "";

    if (column->default_ && g_str_equal(column->default_, "now()") && !attribute->comment)
        what =
            g_str_has_prefix(column->name, "updated") || g_str_has_prefix(column->name, "modified")
                ? "when the row was last changed; UPDATE sets it"
                : "when the row was made";
    if (attribute->comment)
        column->comment = g_strconcat(attribute->comment, personal, NULL);
    else if (what && g_ascii_strcasecmp(what, name) != 0)
        column->comment = g_strconcat(name, ": ", what, personal, NULL);
    else
        column->comment = g_strconcat(name, personal, NULL);
}

static void
set_type(PgaArchitecture *architecture, PgaDesignTable *table, PgaDesignColumn *column)
{
    gboolean assumed = FALSE;
    PgaMeaning meaning = pga_attribute_meaning(column->attribute, &assumed);
    const char *why = meanings[meaning].why;

    g_free(column->type);
    column->type = type_of(column, meaning);
    if (!column->reason && why)
        column->reason = assumed && meaning != PGA_MEANING_NONE
                             ? g_strdup_printf("by its name, assumed: %s", why)
                             : g_strdup(why);
    set_default(column, meaning);
    tell_default(column);
    check_column(table, column, meaning);
    if (meaning == PGA_MEANING_UUID && !column->default_ &&
        pga_list_has(pga_table_key_columns(table), column->name)) {
        column->default_ = g_strdup(architecture->major >= 18 ? "uuidv7()" : "gen_random_uuid()");
        g_free(column->reason);
        column->reason =
            g_strdup(architecture->major >= 18
                         ? "uuidv7() is in the order of time: new keys go to one page of the index"
                         : "uuidv7() comes with PostgreSQL 18; until then let the application make "
                           "version 7 where it can: random keys touch every page of the index");
    }
}

static void
type_column(PgaArchitecture *architecture, PgaDesignTable *table, PgaDesignColumn *column)
{
    gboolean is_reference = pga_table_reference_of(table, column->name) != NULL;
    gboolean assumed = FALSE;

    if (!is_reference && (column->identity || column->attribute->meaning == PGA_MEANING_IDENTITY))
        pga_tables_identity(architecture, table, column);
    else if (!is_reference)
        set_type(architecture, table, column);
    set_comment(column, is_reference ? PGA_MEANING_REFERENCE
                                     : pga_attribute_meaning(column->attribute, &assumed));
}

/* A column that no attribute stands for. */
static void
type_own_column(PgaArchitecture *architecture, PgaDesignTable *table, PgaDesignColumn *column)
{
    if (!column->comment)
        column->comment = humanised(column->name);
    if (column->identity && !column->type)
        pga_tables_identity(architecture, table, column);
}

void
pga_tables_type(PgaArchitecture *architecture, PgaDesignTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (column->attribute)
            type_column(architecture, table, column);
        else
            type_own_column(architecture, table, column);
    }
}
