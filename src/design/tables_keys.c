/* How many rows a table has and gets, and how long its generated key lasts. */
#include <math.h>

#include <base/units.h>

#include "tables_internal.h"

#define HORIZON_YEARS  20 /* a key's type is changed with everything that references it */
#define SECONDS_A_YEAR 31557600.0
#define MAX_YEARS      1000
#define DAYS_A_YEAR    365.25

/* Of the rows that come in a year, what more come in the next: 0.4. */
static double
growth_of(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    double growth = table->entity ? table->entity->growth : -1;

    if (growth < 0)
        growth = architecture->requirements->growth_per_year;
    return MAX(growth, 0);
}

/* Years until @limit keys are used up; MAX_YEARS: later. */
static guint
years_to(const PgaArchitecture *architecture, const PgaDesignTable *table, double limit)
{
    double used = table->rows, added = MAX(table->rows_per_year, 0);
    double growth = growth_of(architecture, table);
    guint years = 0;

    while (years < MAX_YEARS && used < limit) {
        used += added;
        added *= 1 + growth;
        years++;
    }
    return used < limit ? MAX_YEARS : years;
}

static char *
years_text(guint years)
{
    return years >= MAX_YEARS ? g_strdup("after more than 1,000 years")
                              : g_strdup_printf("after %u year%s", years, years == 1 ? "" : "s");
}

static void
explain(const PgaArchitecture *architecture, PgaDesignTable *table, PgaDesignColumn *column,
        gboolean is_small)
{
    g_autofree char *rows = pga_count_format(table->rows);
    g_autofree char *added = pga_count_format(MAX(table->rows_per_year, 0));
    g_autofree char *small = years_text(years_to(architecture, table, G_MAXINT32));
    g_autofree char *large = years_text(years_to(architecture, table, (double)G_MAXINT64));

    column->reason = g_strdup_printf(
        "%s identity: with %s rows and %s added in a year, growing by %.0f %%, integer is "
        "exhausted "
        "%s (type chosen for %d years at half of its range, for rollbacks leave gaps)",
        column->type, rows, added, growth_of(architecture, table) * 100, small, HORIZON_YEARS);
    g_ptr_array_add(table->notes, g_strdup_printf("Key %s (%s) is exhausted %s.", column->name,
                                                  column->type, is_small ? small : large));
}

void
pga_tables_identity(PgaArchitecture *architecture, PgaDesignTable *table, PgaDesignColumn *column)
{
    gboolean is_small = FALSE;

    g_free(column->type);
    if (column->attribute && column->attribute->elsewhere) {
        column->identity = NULL;
        column->type = g_strdup("uuid");
        column->default_ = g_strdup(architecture->major >= 18 ? "uuidv7()" : "gen_random_uuid()");
        column->reason = g_strdup("uuid: its values are made outside the database");
        return;
    }
    is_small = years_to(architecture, table, G_MAXINT32 / 2.0) > HORIZON_YEARS;
    column->type = g_strdup(is_small ? "integer" : "bigint");
    if (!column->identity)
        column->identity = "ALWAYS";
    explain(architecture, table, column, is_small);
}

/* Rows that access patterns insert in a year; they are peaks, so only where nothing else is known.
 */
static double
inserted_a_year(const PgaRequirements *requirements, const char *entity)
{
    double sum = 0;

    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (pattern->kind == PGA_PATTERN_INSERT && g_strcmp0(pattern->entity, entity) == 0 &&
            pattern->per_second > 0)
            sum += pattern->per_second * MAX(pattern->rows, 1) * SECONDS_A_YEAR;
    }
    return sum;
}

static gboolean
is_changed(const PgaRequirements *requirements, const char *entity)
{
    for (guint i = 0; i < requirements->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(requirements->patterns, i);

        if (pattern->kind == PGA_PATTERN_SQL ||
            ((pattern->kind == PGA_PATTERN_UPDATE || pattern->kind == PGA_PATTERN_DELETE) &&
             g_strcmp0(pattern->entity, entity) == 0))
            return TRUE;
    }
    return FALSE;
}

static void
rows_of(PgaArchitecture *architecture, PgaDesignTable *table)
{
    const PgaSpecEntity *entity = table->entity;
    const PgaRequirements *requirements = architecture->requirements;
    double inserted = inserted_a_year(requirements, entity->name);

    table->rows = entity->rows >= 0 ? entity->rows : 1000;
    if (entity->rows < 0)
        g_ptr_array_add(table->notes, g_strdup("Rows were not said: 1,000 assumed."));
    table->retention_days = entity->retention_days;
    table->append_only =
        entity->append_only == TRUE || (entity->append_only < 0 && inserted > 0 &&
                                        requirements->workload == PGA_WORKLOAD_TIME_SERIES &&
                                        !is_changed(requirements, entity->name));
    if (table->retention_days > 0)
        table->rows_per_year = table->rows * DAYS_A_YEAR / table->retention_days;
    else if (growth_of(architecture, table) > 0)
        table->rows_per_year = table->rows * growth_of(architecture, table);
    else
        table->rows_per_year = inserted;
}

void
pga_tables_rows(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        if (table->entity)
            rows_of(architecture, table);
    }
}
