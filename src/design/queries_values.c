/* Typical values in the places of parameters. */
#include <base/array_text.h>
#include <base/text.h>
#include <math.h>
#include <parse/parameters.h>
#include <string.h>

#include "queries_internal.h"

#define SECONDS_A_DAY 86400.0
#define RECENT_DAYS   30.0  /* what is asked for "since" a time */
#define RECENT_SHARE  0.1   /* at most: of what has no times, too */
#define WRITTEN_SHARE 0.001 /* of the rows: what is deleted or updated before a bound */
#define VARIANT_SHIFT 0.9
#define LITTLE_LIKE   3
#define ARRAY_LENGTH  3U

int
pga_query_direction(const char *operator_, guint item)
{
    if (!operator_)
        return 0;
    if (*operator_ == '<' && !g_str_has_prefix(operator_, "<>"))
        return operator_[1] == '\0' || operator_[1] == '=' ? -1 : 0;
    if (*operator_ == '>')
        return operator_[1] == '\0' || operator_[1] == '=' ? 1 : 0;
    if (g_str_has_prefix(operator_, "BETWEEN"))
        return item == 0 ? 1 : -1;
    return 0;
}

/* The share of the rows that a lower bound leaves. */
static double
recent_share(const PgaQueryCompared *compared)
{
    const PgaValueClass class = pga_value_class(compared->column->type);
    PgaValueRange range;
    double days;

    if ((class != PGA_VALUES_TIMESTAMP && class != PGA_VALUES_DATE) ||
        !pga_value_range(compared->table, compared->column, &range) || range.high <= range.low)
        return RECENT_SHARE;
    days = (range.high - range.low) / (class == PGA_VALUES_TIMESTAMP ? SECONDS_A_DAY : 1);
    return MIN(RECENT_DAYS / days, RECENT_SHARE);
}

static double
share_below(const PgaQueryCompared *compared, int direction)
{
    const double recent = recent_share(compared);

    if (direction > 0)
        return 1 - recent;
    if (compared->has_other)
        return 1 - recent / 2;
    return compared->is_writing ? WRITTEN_SHARE : RECENT_SHARE;
}

static gboolean
is_like(const char *operator_)
{
    return operator_ && strstr(operator_, "LIKE");
}

/* (transfer full): "'abc%'" */
static char *
pattern(const char *value)
{
    g_autofree char *prefix = NULL, *text = NULL;

    if (!g_utf8_validate(value, -1, NULL) || strpbrk(value, "%_\\"))
        return g_strdup("'sam%'");
    prefix = g_utf8_substring(value, 0, MIN(LITTLE_LIKE, g_utf8_strlen(value, -1)));
    text = g_strconcat(prefix, "%", NULL);
    return pga_quote_literal(text);
}

static char *
array(const PgaQueryCompared *compared, guint variant)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *text = NULL;

    for (guint i = 0; i < ARRAY_LENGTH; i++)
        g_ptr_array_add(values, pga_value_equal(compared->table, compared->column, i + variant));
    text = pga_array_text_format(values);
    return pga_quote_literal(text);
}

/* An array's own values are arrays already. */
static gboolean
is_list(const PgaQueryCompared *compared)
{
    return compared->operator_ && (g_str_equal(compared->operator_, "= ANY") ||
                                   g_str_equal(compared->operator_, "<> ALL"));
}

char *
pga_query_typical(const PgaQueryCompared *compared, guint variant)
{
    const int direction = pga_query_direction(compared->operator_, compared->item);
    g_autofree char *value = NULL;

    if (is_list(compared))
        return array(compared, variant);
    if (direction != 0)
        value = pga_value_at(compared->table, compared->column,
                             share_below(compared, direction) * pow(VARIANT_SHIFT, variant));
    if (!value)
        value = pga_value_equal(compared->table, compared->column, compared->item + variant);
    return is_like(compared->operator_) ? pattern(value) : pga_quote_literal(value);
}

/* Whether @folded, a statement in lower case, may name a table. Names that have to be quoted can be
 * written in several ways. */
static gboolean
may_name(const char *folded, const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] || strstr(folded, name) ||
           strstr(folded, "u&\"");
}

/* What names of columns need: no types, no statistics. */
static PgaCatalog *
catalog_of(const PgaArchitecture *architecture, const char *sql)
{
    PgaCatalog *catalog = pga_catalog_new();
    g_autofree char *folded = g_ascii_strdown(sql, -1);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        PgaRelation *relation;

        if (!may_name(folded, table->name))
            continue;
        relation = pga_catalog_add_relation(catalog, i + 1, "public", table->name);
        relation->relkind = 'r';
        for (guint j = 0; j < table->columns->len; j++) {
            const PgaDesignColumn *column = g_ptr_array_index(table->columns, j);
            PgaAttribute *attribute =
                pga_relation_add_attribute(relation, (gint16)(j + 1), column->name);

            attribute->type = g_strdup(column->type);
            attribute->typname = g_strdup(column->type);
            attribute->typnspname = g_strdup("pg_catalog");
        }
    }
    pga_catalog_finish(catalog);
    return catalog;
}

/** What fills in. */
typedef struct {
    const PgaArchitecture *architecture;
    const GArray *uses; /* of PgaParameterUse */
    char command;
} Filling;

static gboolean
has_other(const Filling *filling, const PgaParameterUse *use)
{
    const int direction = pga_query_direction(use->operator_, use->item);

    for (guint i = 0; direction != 0 && i < filling->uses->len; i++) {
        const PgaParameterUse *other = &g_array_index(filling->uses, PgaParameterUse, i);

        if (other->attribute == use->attribute &&
            pga_query_direction(other->operator_, other->item) == -direction)
            return TRUE;
    }
    return FALSE;
}

/* (transfer full) (nullable) */
static char *
value_of(const Filling *filling, const PgaParameterUse *use, guint variant)
{
    PgaQueryCompared compared = {.operator_ = use->operator_, .item = use->item};

    switch (use->kind) {
    case PGA_PARAMETER_DELTA:
        return g_strdup("1");
    case PGA_PARAMETER_INTERVAL:
        return g_strdup(variant ? "'2 days'" : "'1 day'");
    case PGA_PARAMETER_LIMIT:
        return g_strdup("10");
    case PGA_PARAMETER_OFFSET:
        return g_strdup("0");
    case PGA_PARAMETER_COMPARED:
    default:
        break;
    }
    compared.table = use->relation
                         ? pga_architecture_table(filling->architecture, use->relation->relname)
                         : NULL;
    compared.column = compared.table && use->attribute
                          ? pga_design_table_column(compared.table, use->attribute->attname)
                          : NULL;
    compared.has_other = has_other(filling, use);
    compared.is_writing = filling->command == 'u' || filling->command == 'd';
    return compared.column ? pga_query_typical(&compared, variant) : NULL;
}

static void
set(GPtrArray *values, guint number, char *value)
{
    if (number > values->len)
        g_ptr_array_set_size(values, (gint)number);
    if (g_ptr_array_index(values, number - 1))
        g_free(value);
    else
        g_ptr_array_index(values, number - 1) = value;
}

void
pga_query_fill_values(const PgaArchitecture *architecture, const char *sql, char command,
                      GPtrArray *values, GPtrArray *variants)
{
    g_autoptr(PgaCatalog) catalog = catalog_of(architecture, sql);
    g_autoptr(GArray) uses = pga_parameter_uses(sql, catalog);
    const Filling filling = {architecture, uses, command};

    for (guint i = 0; uses && i < uses->len; i++) {
        const PgaParameterUse *use = &g_array_index(uses, PgaParameterUse, i);

        if (use->number == 0 || use->number > G_MAXUINT16)
            continue;
        set(values, use->number, value_of(&filling, use, 0));
        set(variants, use->number, value_of(&filling, use, 1));
    }
}
