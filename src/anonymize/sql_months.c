/* A date that months are added to. Months are of different lengths: were the date just moved, the
 * sum would not be the moved sum. The date is chosen so that it is. */
#include <base/text.h>
#include <stdlib.h>
#include <string.h>

#include "sql_tree_internal.h"

#define ISO_DATE       10 /* characters */
#define MONTHS_A_YEAR  12
#define MAX_MONTHS     1200     /* a date stays one of these millennia */
#define INTERVAL_MONTH (1 << 1) /* typmods of interval, PostgreSQL's utils/timestamp.h */
#define INTERVAL_YEAR  (1 << 2)

/* (nullable): the constant of a cast to @type or to what begins so. */
static const json_t *
constant_of(const json_t *node, const char *type)
{
    const json_t *cast = pga_node_as(node, "TypeCast");
    const char *name =
        pga_sql_last_name(json_object_get(json_object_get(cast, "typeName"), "names"));

    return name && g_str_has_prefix(name, type)
               ? pga_node_as(json_object_get(cast, "arg"), "A_Const")
               : NULL;
}

static const char *
string_of(const json_t *constant)
{
    return json_string_value(json_object_get(json_object_get(constant, "sval"), "sval"));
}

/* "1 year 2 mons -3 days": its months; numbers without a unit are of @unit. */
static gint
months_in(const char *value, gint64 unit)
{
    gint months = 0;
    g_auto(GStrv) words = g_strsplit(value, " ", -1);

    for (guint i = 0; words[i]; i++) {
        const gint number = (gint)CLAMP(strtol(words[i], NULL, 10), -9999, 9999);
        const char *name = words[i + 1] ? words[i + 1] : "";

        if (g_str_has_prefix(name, "mon") || (!*name && unit == INTERVAL_MONTH))
            months += number;
        else if (g_str_has_prefix(name, "year") || (!*name && unit == INTERVAL_YEAR))
            months += number * MONTHS_A_YEAR;
    }
    return months;
}

static gint
months_of(const json_t *interval)
{
    const json_t *constant = constant_of(interval, "interval");
    const json_t *typmods =
        json_object_get(json_object_get(pga_node_as(interval, "TypeCast"), "typeName"), "typmods");
    const json_t *unit = pga_node_as(json_array_get(typmods, 0), "A_Const");

    return string_of(constant)
               ? months_in(string_of(constant), json_integer_value(json_object_get(
                                                    json_object_get(unit, "ival"), "ival")))
               : 0;
}

static void
add_months(GDate *date, gint months)
{
    if (months >= 0)
        g_date_add_months(date, (guint)months);
    else
        g_date_subtract_months(date, (guint)-months);
}

/* FALSE for what is no date of these millennia. */
static gboolean
read_date(const char *value, GDate *date)
{
    glong year, month, day;

    if (strlen(value) < ISO_DATE || value[4] != '-' || value[7] != '-')
        return FALSE;
    year = strtol(value, NULL, 10);
    month = strtol(value + 5, NULL, 10);
    day = strtol(value + 8, NULL, 10);
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 ||
        !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    g_date_clear(date, 1);
    g_date_set_dmy(date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    return TRUE;
}

static void
add_days(GDate *date, gint days)
{
    if (days >= 0)
        g_date_add_days(date, (guint)days);
    else
        g_date_subtract_days(date, (guint)-days);
}

gboolean
pga_sql_shift_months(SqlWalk *walk, const json_t *node)
{
    const json_t *operation = pga_node_as(node, "A_Expr");
    const char *name = pga_sql_last_name(json_object_get(operation, "name"));
    const json_t *left = json_object_get(operation, "lexpr");
    const json_t *constant = constant_of(left, "date");
    const gint months = months_of(json_object_get(operation, "rexpr"));
    g_autofree char *moved = NULL;
    char text[ISO_DATE + 1];
    const char *value;
    GDate date;
    guint i;

    constant = constant ? constant : constant_of(left, "timestamp");
    value = string_of(constant);
    if (!name || (strcmp(name, "+") != 0 && strcmp(name, "-") != 0) || !value || months == 0 ||
        abs(months) > MAX_MONTHS || !read_date(value, &date) ||
        !pga_sql_token_of(walk, constant, &i))
        return FALSE;
    add_months(&date, *name == '-' ? -months : months);
    add_days(&date, pga_value_map_day_shift(walk->map->values));
    add_months(&date, *name == '-' ? months : -months);
    g_date_strftime(text, sizeof(text), "%Y-%m-%d", &date);
    moved = g_strconcat(text, value + ISO_DATE, NULL);
    pga_sql_text_replace(walk->text, i, pga_quote_literal(moved));
    return TRUE;
}
