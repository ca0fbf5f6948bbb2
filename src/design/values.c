/* Values of designed columns. */
#include "design/values.h"

#include <math.h>
#include <string.h>

#define SECONDS_A_DAY  86400.0
#define TIME_SPAN_DAYS 730.0 /* of times whose ends and retention were not said */
#define NUMBER_HIGH    1000.0
#define INTEGER_HIGH   1000.0

typedef struct {
    const char *prefix;
    PgaValueClass class;
} Name;

/* The first that a type's name begins with. */
static const Name names[] = {
    {"smallint", PGA_VALUES_INTEGER},
    {"integer", PGA_VALUES_INTEGER},
    {"int4range", PGA_VALUES_RANGE},
    {"int8range", PGA_VALUES_RANGE},
    {"int8multirange", PGA_VALUES_OTHER},
    {"int4multirange", PGA_VALUES_OTHER},
    {"interval", PGA_VALUES_OTHER},
    {"int", PGA_VALUES_INTEGER},
    {"bigint", PGA_VALUES_INTEGER},
    {"bigserial", PGA_VALUES_INTEGER},
    {"serial", PGA_VALUES_INTEGER},
    {"numrange", PGA_VALUES_RANGE},
    {"numeric", PGA_VALUES_NUMBER},
    {"decimal", PGA_VALUES_NUMBER},
    {"real", PGA_VALUES_NUMBER},
    {"float", PGA_VALUES_NUMBER},
    {"double", PGA_VALUES_NUMBER},
    {"bool", PGA_VALUES_BOOLEAN},
    {"daterange", PGA_VALUES_RANGE},
    {"date", PGA_VALUES_DATE},
    {"timestamp", PGA_VALUES_TIMESTAMP},
    {"time", PGA_VALUES_TIME},
    {"tsrange", PGA_VALUES_RANGE},
    {"tstzrange", PGA_VALUES_RANGE},
    {"tsvector", PGA_VALUES_TSVECTOR},
    {"uuid", PGA_VALUES_UUID},
    {"json", PGA_VALUES_JSON},
    {"inet", PGA_VALUES_INET},
    {"cidr", PGA_VALUES_INET},
    {"point", PGA_VALUES_POINT},
    {"bytea", PGA_VALUES_BYTES},
    {"text", PGA_VALUES_TEXT},
    {"varchar", PGA_VALUES_TEXT},
    {"character", PGA_VALUES_TEXT},
    {"char", PGA_VALUES_TEXT},
    {"citext", PGA_VALUES_TEXT},
};

PgaValueClass
pga_value_class(const char *type)
{
    g_autofree char *lower = g_ascii_strdown(type ? type : "", -1);
    const char *bare = g_str_has_prefix(lower, "pg_catalog.") ? lower + 11 : lower;

    if (g_str_has_suffix(bare, "]"))
        return PGA_VALUES_ARRAY;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(bare, names[i].prefix))
            return names[i].class;
    return PGA_VALUES_OTHER;
}

/* Seconds since 1970 of "2024-12-31 23:59:59+00", days of "2024-12-31". */
static gboolean
parse_time(const char *text, gboolean is_date, double *number)
{
    gint64 parts[6] = {0, 1, 1, 0, 0, 0};
    const char *at = text;
    guint n = 0;
    g_autoptr(GDateTime) time = NULL;

    for (; n < G_N_ELEMENTS(parts) && g_ascii_isdigit(*at); n++) {
        char *end = NULL;

        parts[n] = MIN(g_ascii_strtoll(at, &end, 10), 9999);
        at = *end && strchr("-: T", *end) ? end + 1 : "";
    }
    if (n < 3)
        return FALSE;
    time = g_date_time_new_utc((gint)parts[0], (gint)parts[1], (gint)parts[2], (gint)parts[3],
                               (gint)parts[4], (gdouble)parts[5]);
    if (!time)
        return FALSE;
    *number = (double)g_date_time_to_unix(time);
    if (is_date)
        *number = floor(*number / SECONDS_A_DAY);
    return TRUE;
}

static gboolean
parse(PgaValueClass class, const char *text, double *number)
{
    char *end = NULL;

    if (!text)
        return FALSE;
    if (class == PGA_VALUES_DATE || class == PGA_VALUES_TIMESTAMP)
        return parse_time(text, class == PGA_VALUES_DATE, number);
    *number = g_ascii_strtod(text, &end);
    return end != text && isfinite(*number);
}

gboolean
pga_value_parse(const PgaDesignColumn *column, const char *text, double *number)
{
    const PgaValueClass class = pga_value_class(column->type);

    return (class == PGA_VALUES_INTEGER || class == PGA_VALUES_NUMBER || class == PGA_VALUES_DATE ||
            class == PGA_VALUES_TIMESTAMP) &&
           parse(class, text, number);
}

static gboolean
is_counted(const PgaDesignColumn *column)
{
    return column->identity || column->shape.distinct < 0 ||
           (column->attribute && column->attribute->references);
}

/* (precision, scale) of a type; FALSE: it has none. */
static gboolean
read_digits(const char *type, gint64 *first, gint64 *second)
{
    const char *open = strchr(type, '(');
    char *end = NULL;

    *second = 0;
    *first = open ? g_ascii_strtoll(open + 1, &end, 10) : 0;
    if (end && *end == ',')
        *second = g_ascii_strtoll(end + 1, NULL, 10);
    return *first > 0;
}

/* The least number above what the type holds. */
static double
limit_of(PgaValueClass class, const PgaDesignColumn *column)
{
    gint64 precision, scale;

    if (class == PGA_VALUES_NUMBER && read_digits(column->type, &precision, &scale))
        return pow(10, (double)(precision - scale));
    if (class == PGA_VALUES_INTEGER && g_str_has_prefix(column->type, "smallint"))
        return G_MAXINT16;
    return HUGE_VAL;
}

/* What is assumed of ends that were not said. */
static void
assume(PgaValueClass class, const PgaDesignTable *table, const PgaDesignColumn *column,
       PgaValueRange *range)
{
    const double days = table->retention_days > 0 ? table->retention_days : TIME_SPAN_DAYS;
    const double now = (double)PGA_DESIGN_NOW_EPOCH;

    range->is_assumed = TRUE;
    if (class == PGA_VALUES_TIMESTAMP || class == PGA_VALUES_DATE) {
        const double unit = class == PGA_VALUES_DATE ? SECONDS_A_DAY : 1;

        range->low = floor((now - days * SECONDS_A_DAY) / unit);
        range->high = floor(now / unit);
    } else if (class == PGA_VALUES_INTEGER) {
        range->low = 1;
        range->high = is_counted(column) ? pga_value_distinct(column, table->rows)
                                         : MAX(column->shape.distinct, INTEGER_HIGH);
    } else {
        range->low = 0;
        range->high = NUMBER_HIGH;
    }
}

gboolean
pga_value_range(const PgaDesignTable *table, const PgaDesignColumn *column, PgaValueRange *range)
{
    const PgaValueClass class = pga_value_class(column->type);

    if (class != PGA_VALUES_INTEGER && class != PGA_VALUES_NUMBER && class != PGA_VALUES_DATE &&
        class != PGA_VALUES_TIMESTAMP)
        return FALSE;
    *range = (PgaValueRange){0};
    if (!parse(class, column->shape.low, &range->low) ||
        !parse(class, column->shape.high, &range->high) || range->high < range->low)
        assume(class, table, column, range);
    range->high = MIN(range->high, limit_of(class, column));
    range->low = MIN(range->low, range->high);
    return TRUE;
}

static char *
format_number(const PgaDesignColumn *column, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    const char *comma = strchr(column->type, ',');
    const gint64 scale = comma ? g_ascii_strtoll(comma + 1, NULL, 10) : 2;
    char format[8];

    g_snprintf(format, sizeof format, "%%.%df", (int)CLAMP(scale, 0, 6));
    return g_strdup(g_ascii_formatd(text, sizeof text, format, number));
}

static char *
format_time(const PgaDesignColumn *column, double seconds, gboolean is_date)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc((gint64)seconds);
    const gboolean zone =
        g_str_has_prefix(column->type, "timestamptz") || strstr(column->type, "with time zone");

    if (!time)
        return g_strdup(is_date ? "2025-01-01" : PGA_DESIGN_NOW);
    return g_date_time_format(time, is_date ? "%Y-%m-%d"
                                    : zone  ? "%Y-%m-%d %H:%M:%S+00"
                                            : "%Y-%m-%d %H:%M:%S");
}

char *
pga_value_format(const PgaDesignColumn *column, double number)
{
    const PgaValueClass class = pga_value_class(column->type);

    if (class == PGA_VALUES_DATE)
        return format_time(column, number * SECONDS_A_DAY, TRUE);
    if (class == PGA_VALUES_TIMESTAMP)
        return format_time(column, number, FALSE);
    if (class == PGA_VALUES_NUMBER)
        return format_number(column, number);
    return g_strdup_printf("%.0f", floor(number));
}

char *
pga_value_at(const PgaDesignTable *table, const PgaDesignColumn *column, double share)
{
    PgaValueRange range;

    if (pga_value_range(table, column, &range))
        return pga_value_format(column, range.low + (range.high - range.low) * share);
    if (pga_value_class(column->type) == PGA_VALUES_TEXT && column->shape.low)
        return g_strdup(share < 0.5 || !column->shape.high ? column->shape.low
                                                           : column->shape.high);
    return NULL;
}

/* Digits that differ for each @nth, spread over the values. */
static double
share_of(guint nth)
{
    static const double shares[] = {0.5, 0.75, 0.25, 0.9, 0.1};

    return shares[nth % G_N_ELEMENTS(shares)];
}

#define N_MADE_UP 4

/* Of what has no numbers; the first one holds for all others. */
static const struct {
    PgaValueClass class;
    const char *values[N_MADE_UP];
} inventions[] = {
    {PGA_VALUES_TEXT, {"sample", "another", "third", "fourth"}},
    {PGA_VALUES_BOOLEAN, {"true", "false", "true", "false"}},
    {PGA_VALUES_UUID,
     {"80000000-0000-4000-8000-000000000000", "c0000000-0000-4000-8000-000000000001",
      "40000000-0000-4000-8000-000000000002", "20000000-0000-4000-8000-000000000003"}},
    {PGA_VALUES_TIME, {"12:00:00", "13:00:00", "14:00:00", "15:00:00"}},
    {PGA_VALUES_INET, {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}},
    {PGA_VALUES_JSON,
     {"{\"key\": \"sample\"}", "{\"key\": \"another\"}", "{\"key\": \"third\"}",
      "{\"key\": \"fourth\"}"}},
    {PGA_VALUES_ARRAY, {"{}", "{}", "{}", "{}"}},
    {PGA_VALUES_RANGE, {"empty", "empty", "empty", "empty"}},
    {PGA_VALUES_POINT, {"(8.5,47.4)", "(9.5,47.4)", "(10.5,47.4)", "(11.5,47.4)"}},
    {PGA_VALUES_BYTES, {"\\x00", "\\x01", "\\x02", "\\x03"}},
};

static char *
made_up(const PgaDesignColumn *column, guint nth)
{
    const PgaValueClass class = pga_value_class(column->type);
    const char *value = inventions[0].values[nth % N_MADE_UP];
    gint64 length, none;

    for (guint i = 0; i < G_N_ELEMENTS(inventions); i++)
        if (inventions[i].class == class)
            value = inventions[i].values[nth % N_MADE_UP];
    if (class == PGA_VALUES_TEXT && read_digits(column->type, &length, &none))
        return g_strndup(value, (gsize)length);
    return g_strdup(value);
}

static int
compare_shares(gconstpointer a, gconstpointer b, gpointer data)
{
    const double *shares = data;
    const guint first = *(const guint *)a, second = *(const guint *)b;

    if (shares[first] != shares[second])
        return shares[first] < shares[second] ? 1 : -1;
    return first < second ? -1 : first > second;
}

/* (transfer full) */
static char *
common_value(const PgaDesignColumn *column, guint nth)
{
    const GPtrArray *common = column->shape.common;
    g_autofree double *shares = pga_value_shares(column, NULL);
    g_autofree guint *order = g_new(guint, common->len);

    for (guint i = 0; i < common->len; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)common->len, sizeof *order, compare_shares, shares);
    return g_strdup(
        ((const PgaSpecShare *)g_ptr_array_index(common, order[nth % common->len]))->value);
}

char *
pga_value_equal(const PgaDesignTable *table, const PgaDesignColumn *column, guint nth)
{
    char *value = NULL;

    if (column->shape.common && column->shape.common->len > 0)
        return common_value(column, nth);
    if (pga_value_class(column->type) != PGA_VALUES_TEXT)
        value = pga_value_at(table, column, share_of(nth));
    return value ? value : made_up(column, nth);
}

double *
pga_value_shares(const PgaDesignColumn *column, double *sum)
{
    const GPtrArray *common = column->shape.common;
    const guint n = common ? common->len : 0;
    const double present = 1 - CLAMP(column->shape.null_share, 0, 1);
    double *shares = g_new0(double, MAX(n, 1)), said = 0;
    guint n_unsaid = 0;

    for (guint i = 0; i < n; i++) {
        shares[i] = ((const PgaSpecShare *)g_ptr_array_index(common, i))->share;
        if (shares[i] < 0)
            n_unsaid++;
        else
            said += shares[i];
    }
    for (guint i = 0; i < n; i++) {
        if (shares[i] < 0)
            shares[i] = MAX(present - said, 0) / n_unsaid;
        else if (said > present)
            shares[i] *= present / said;
    }
    if (sum)
        *sum = n_unsaid > 0 ? present : MIN(said, present);
    return shares;
}

double
pga_value_distinct(const PgaDesignColumn *column, double rows)
{
    const double present = MAX(rows * (1 - CLAMP(column->shape.null_share, 0, 1)), 1);
    const guint n_common = column->shape.common ? column->shape.common->len : 0;
    double distinct = column->shape.distinct < 0 ? present : MIN(column->shape.distinct, present);

    return MAX(MAX(distinct, n_common), 1);
}
