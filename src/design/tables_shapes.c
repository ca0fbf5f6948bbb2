/* What the planner is told of columns: from what was stated, else assumed by meaning. */
#include <math.h>
#include <string.h>

#include "tables_internal.h"

#define DEFAULT_DAYS 730 /* that points in time spread over where no retention was stated */

/* What is assumed of a meaning. distinct: at most; 0: as many as rows; share_of_rows: but not more
 * than this share of the rows. Widths with their header. */
static const struct {
    double distinct, share_of_rows, width;
    const char *low, *high;
} assumed[] = {
    [PGA_MEANING_NONE] = {0, 0.5, 16, NULL, NULL},
    [PGA_MEANING_ONE_OF] = {8, 1, 9, NULL, NULL},
    [PGA_MEANING_EMAIL] = {0, 1, 24, NULL, NULL},
    [PGA_MEANING_PHONE] = {0, 1, 14, NULL, NULL},
    [PGA_MEANING_URL] = {0, 1, 61, NULL, NULL},
    [PGA_MEANING_UUID] = {0, 1, 16, NULL, NULL},
    [PGA_MEANING_MONEY] = {100000, 0.5, 6, "0.01", "1000.00"},
    [PGA_MEANING_PERCENT] = {101, 1, 5, "0", "100"},
    [PGA_MEANING_FLAG] = {2, 1, 1, NULL, NULL},
    [PGA_MEANING_JSON] = {0, 0.5, 240, NULL, NULL},
    [PGA_MEANING_TAGS] = {0, 0.5, 60, NULL, NULL},
    [PGA_MEANING_TEXT_SHORT] = {0, 0.5, 21, NULL, NULL},
    [PGA_MEANING_TEXT_LONG] = {0, 1, 404, NULL, NULL},
    [PGA_MEANING_TIME] = {86400, 1, 8, "00:00:00", "23:59:59"},
    [PGA_MEANING_PERIOD] = {0, 1, 23, NULL, NULL},
    [PGA_MEANING_INTEGER] = {1000, 1, 4, "0", "1000"},
    [PGA_MEANING_DECIMAL] = {100000, 0.5, 7, "0", "1000"},
    [PGA_MEANING_COUNTRY] = {60, 1, 3, NULL, NULL},
    [PGA_MEANING_IP] = {100000, 0.5, 7, NULL, NULL},
    [PGA_MEANING_GEO_POINT] = {0, 1, 16, NULL, NULL},
    [PGA_MEANING_IMAGE] = {0, 1, 41, NULL, NULL},
    [PGA_MEANING_FILE] = {0, 1, 41, NULL, NULL},
    [PGA_MEANING_SECRET] = {0, 1, 61, NULL, NULL},
    [PGA_MEANING_HASH] = {0, 1, 33, NULL, NULL},
    [PGA_MEANING_VERSION] = {10, 1, 4, "1", "10"},
    [PGA_MEANING_SLUG] = {0, 1, 25, NULL, NULL},
};

/* Types that were written, and the meaning that their values are like. */
static const struct {
    const char *type;
    PgaMeaning meaning;
} by_type[] = {
    {"boolean", PGA_MEANING_FLAG},
    {"timestamp", PGA_MEANING_TIMESTAMP},
    {"date", PGA_MEANING_DATE},
    {"time", PGA_MEANING_TIME},
    {"json", PGA_MEANING_JSON},
    {"numeric", PGA_MEANING_DECIMAL},
    {"decimal", PGA_MEANING_DECIMAL},
    {"real", PGA_MEANING_DECIMAL},
    {"double", PGA_MEANING_DECIMAL},
    {"uuid", PGA_MEANING_UUID},
    {"inet", PGA_MEANING_IP},
    {"cidr", PGA_MEANING_IP},
    {"bytea", PGA_MEANING_HASH},
    {"point", PGA_MEANING_GEO_POINT},
    {"tstzrange", PGA_MEANING_PERIOD},
    {"daterange", PGA_MEANING_PERIOD},
    {"tsrange", PGA_MEANING_PERIOD},
    {"smallint", PGA_MEANING_INTEGER},
    {"integer", PGA_MEANING_INTEGER},
    {"bigint", PGA_MEANING_INTEGER},
    {"text", PGA_MEANING_TEXT_SHORT},
    {"varchar", PGA_MEANING_TEXT_SHORT},
    {"character", PGA_MEANING_TEXT_SHORT},
    {"char", PGA_MEANING_TEXT_SHORT},
    {"interval", PGA_MEANING_NONE},
};

/* Of the world's internet users, roughly: what a shop sells to. */
static const struct {
    const char *code;
    double share;
} countries[] = {
    {"US", 0.25}, {"DE", 0.10}, {"GB", 0.08}, {"FR", 0.07}, {"IN", 0.06}, {"JP", 0.05},
    {"BR", 0.05}, {"IT", 0.04}, {"ES", 0.04}, {"CA", 0.03}, {"AU", 0.03}, {"NL", 0.02},
};

static PgaMeaning
meaning_of_type(const char *type)
{
    g_autofree char *lower = g_ascii_strdown(type, -1);

    if (strstr(lower, "[]"))
        return PGA_MEANING_TAGS;
    for (guint i = 0; i < G_N_ELEMENTS(by_type); i++)
        if (g_str_has_prefix(lower, by_type[i].type))
            return by_type[i].meaning;
    return PGA_MEANING_NONE;
}

static PgaMeaning
meaning_of(const PgaDesignColumn *column)
{
    gboolean assumed_meaning = FALSE;
    PgaMeaning meaning = column->attribute
                             ? pga_attribute_meaning(column->attribute, &assumed_meaning)
                             : PGA_MEANING_TYPE;

    return meaning == PGA_MEANING_TYPE || meaning == PGA_MEANING_REFERENCE
               ? meaning_of_type(column->type)
               : meaning;
}

/* (transfer full) */
static char *
number(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(text, sizeof text, "%.15g", value));
}

static void
set_ends(PgaColumnShape *shape, char *low, char *high)
{
    g_free(shape->low);
    g_free(shape->high);
    shape->low = low;
    shape->high = high;
}

/* Midnight that many days before the lab's now. (transfer full) */
static char *
days_ago(double days, gboolean is_date)
{
    g_autoptr(GDateTime) now = g_date_time_new_utc(2025, 1, 1, 0, 0, 0);
    g_autoptr(GDateTime) then = g_date_time_add_days(now, -(gint)CLAMP(days, 0, 365000));

    return g_date_time_format(then, is_date ? "%Y-%m-%d" : "%Y-%m-%d 00:00:00+00");
}

/* Points in time come as rows do, unless they can be missing or change. */
static void
shape_time(const PgaDesignTable *table, PgaDesignColumn *column, gboolean is_date)
{
    double days = table->retention_days > 0 ? table->retention_days : DEFAULT_DAYS;
    PgaColumnShape *shape = &column->shape;

    if (is_date && pga_word_in(column->name, "birthday birthdate date_of_birth birth_date dob")) {
        set_ends(shape, g_strdup("1940-01-01"), g_strdup("2006-12-31"));
        shape->distinct = MIN(table->rows, 24000);
        return;
    }
    set_ends(shape, days_ago(days, is_date), days_ago(0, is_date));
    shape->distinct = is_date ? MIN(table->rows, days) : -1;
    shape->correlation = !column->not_null                            ? 0
                         : g_str_has_prefix(column->name, "updated")  ? 0.3
                         : g_str_has_prefix(column->name, "modified") ? 0.3
                                                                      : 1;
}

static void
shape_flag(PgaDesignColumn *column)
{
    gboolean mostly = strstr(column->name, "active") || strstr(column->name, "enabled") ||
                      strstr(column->name, "verified");

    pga_spec_add_share(column->shape.common, mostly ? "true" : "false", 0.9);
    pga_spec_add_share(column->shape.common, mostly ? "false" : "true", 0.1);
}

static void
shape_countries(PgaColumnShape *shape)
{
    for (guint i = 0; i < G_N_ELEMENTS(countries); i++)
        pga_spec_add_share(shape->common, countries[i].code, countries[i].share);
}

static gint
compare_shares(gconstpointer a, gconstpointer b)
{
    const PgaSpecShare *const *left = a, *const *right = b;

    if ((*left)->share != (*right)->share)
        return (*left)->share > (*right)->share ? -1 : 1;
    return g_strcmp0((*left)->value, (*right)->value);
}

/* Of texts, with their header. */
static double
width_of(const GPtrArray *shares)
{
    double bytes = 0, all = 0;

    for (guint i = 0; i < shares->len; i++) {
        const PgaSpecShare *share = g_ptr_array_index(shares, i);

        bytes += share->share * (double)(strlen(share->value) + 1);
        all += share->share;
    }
    return all > 0 ? bytes / all : 9;
}

/* Stated values; what no share was said of divides the rest. */
static void
shape_values(PgaDesignColumn *column)
{
    const GPtrArray *values = column->attribute->values;
    PgaColumnShape *shape = &column->shape;
    double said = 0;
    guint unsaid = 0;

    for (guint i = 0; i < values->len; i++) {
        const PgaSpecShare *share = g_ptr_array_index(values, i);

        said += MAX(share->share, 0);
        unsaid += share->share < 0;
    }
    g_ptr_array_set_size(shape->common, 0);
    for (guint i = 0; i < values->len; i++) {
        const PgaSpecShare *share = g_ptr_array_index(values, i);
        double of = share->share >= 0 ? share->share : MAX(0, 1 - said) / unsaid;

        if (of > 0)
            pga_spec_add_share(shape->common, share->value, of);
    }
    g_ptr_array_sort(shape->common, compare_shares);
    if (pga_type_layout(column->type).length < 0 && shape->common->len > 0)
        shape->width = width_of(shape->common);
    shape->distinct = column->attribute->meaning == PGA_MEANING_ONE_OF || said >= 0.999
                          ? MAX(shape->common->len, 1)
                          : MAX(shape->distinct, shape->common->len);
}

static void
shape_range(const PgaDesignTable *table, PgaDesignColumn *column, PgaMeaning meaning)
{
    const PgaSpecAttribute *attribute = column->attribute;
    PgaColumnShape *shape = &column->shape;

    if (!attribute)
        return;
    if (!isnan(attribute->min) || !isnan(attribute->max)) {
        double low = isnan(attribute->min) ? MIN(0, attribute->max) : attribute->min;
        double high = isnan(attribute->max) ? low + 1000 : attribute->max;

        set_ends(shape, number(low), number(high));
        if (meaning == PGA_MEANING_INTEGER)
            shape->distinct = MIN(table->rows, high - low + 1);
    }
}

static void
shape_elements(const PgaDesignTable *table, PgaDesignColumn *column, PgaMeaning meaning)
{
    if (meaning == PGA_MEANING_TAGS) {
        column->shape.elements = MIN(MAX(table->rows, 1), 1000);
        column->shape.elements_a_row = 4;
    } else if (meaning == PGA_MEANING_JSON) {
        column->shape.elements = column->attribute && column->attribute->json_keys->len > 0
                                     ? column->attribute->json_keys->len
                                     : 20;
        column->shape.elements_a_row = MIN(column->shape.elements, 8);
    }
}

static void
shape_meaning(const PgaDesignTable *table, PgaDesignColumn *column, PgaMeaning meaning)
{
    PgaColumnShape *shape = &column->shape;
    double distinct = assumed[meaning].distinct > 0 ? assumed[meaning].distinct : table->rows;
    double most = assumed[meaning].share_of_rows > 0 ? table->rows * assumed[meaning].share_of_rows
                                                     : table->rows;

    shape->distinct = MAX(1, MIN(distinct, most));
    if (assumed[meaning].distinct <= 0 && assumed[meaning].share_of_rows >= 1)
        shape->distinct = -1;
    set_ends(shape, g_strdup(assumed[meaning].low), g_strdup(assumed[meaning].high));
    if (meaning == PGA_MEANING_TIMESTAMP || meaning == PGA_MEANING_DATE)
        shape_time(table, column, meaning == PGA_MEANING_DATE);
    else if (meaning == PGA_MEANING_FLAG)
        shape_flag(column);
    else if (meaning == PGA_MEANING_COUNTRY)
        shape_countries(shape);
    shape_range(table, column, meaning);
    shape_elements(table, column, meaning);
}

static void
shape_generated(const PgaDesignTable *table, PgaDesignColumn *column)
{
    PgaColumnShape *shape = &column->shape;
    gboolean is_number = !g_str_equal(column->type, "uuid");

    shape->distinct = -1;
    shape->correlation = is_number || g_strcmp0(column->default_, "uuidv7()") == 0 ? 1 : 0;
    if (is_number)
        set_ends(shape, g_strdup("1"), number(MAX(table->rows, 1)));
}

/* Whether rows of one parent come together: it leads the key, and no time is in it, in whose order
 * the rows of all parents come. */
static gboolean
leads_family(const PgaDesignTable *table, const char *column)
{
    const GPtrArray *key = pga_table_key_columns(table);

    for (guint i = 0; key && i < key->len; i++) {
        const PgaDesignColumn *other = pga_design_table_column(table, g_ptr_array_index(key, i));

        if (other &&
            (g_str_has_prefix(other->type, "timestamp") || g_str_has_prefix(other->type, "date")))
            return FALSE;
    }
    return key && key->len > 0 && g_strcmp0(g_ptr_array_index(key, 0), column) == 0;
}

/* As many values as rows of what is referenced, at most. */
static void
shape_reference(const PgaArchitecture *architecture, const PgaDesignTable *table,
                PgaDesignColumn *column, const PgaDesignReference *reference)
{
    const PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);
    PgaColumnShape *shape = &column->shape;
    double rows = parent ? MAX(parent->rows, 1) : 1000;
    const PgaDesignColumn *key =
        parent
            ? pga_design_table_column(parent, g_ptr_array_index(reference->referenced_columns, 0))
            : NULL;

    if (key && key->shape.width > 0 && reference->columns->len == 1)
        shape->width = key->shape.width;
    shape->distinct = MAX(1, MIN(MAX(table->rows, 1), rows));
    if (g_str_equal(column->type, "bigint") || g_str_equal(column->type, "integer") ||
        g_str_equal(column->type, "smallint"))
        set_ends(shape, g_strdup("1"), number(rows));
    if (leads_family(table, column->name))
        shape->correlation = 0.9;
}

/* What was stated of the column goes before what is assumed. */
static void
shape_stated(const PgaDesignTable *table, PgaDesignColumn *column)
{
    const PgaSpecAttribute *attribute = column->attribute;
    PgaColumnShape *shape = &column->shape;

    if (attribute && attribute->distinct > 0)
        shape->distinct = MIN(attribute->distinct, MAX(table->rows, 1));
    if (attribute && attribute->average_length > 0)
        shape->width = attribute->average_length + (attribute->average_length < 127 ? 1 : 4);
    else if (attribute && attribute->length > 0 && shape->width > (double)attribute->length + 4)
        shape->width = (double)attribute->length / 2 + 1;
    if (attribute && attribute->values->len > 0)
        shape_values(column);
    if (!column->not_null)
        shape->null_share = attribute && attribute->null_share >= 0 ? attribute->null_share : 0.1;
    for (guint i = 0; i < shape->common->len; i++)
        ((PgaSpecShare *)g_ptr_array_index(shape->common, i))->share *= 1 - shape->null_share;
}

static gboolean
is_unique(const PgaDesignTable *table, const char *column)
{
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (key->columns->len == 1 && pga_list_has(key->columns, column))
            return TRUE;
    }
    return FALSE;
}

static void
shape_column(const PgaArchitecture *architecture, const PgaDesignTable *table,
             PgaDesignColumn *column)
{
    const PgaDesignReference *reference = pga_table_reference_of(table, column->name);
    PgaMeaning meaning = meaning_of(column);
    PgaTypeLayout layout = pga_type_layout(column->type);
    PgaColumnShape *shape = &column->shape;

    shape->width = layout.length > 0            ? layout.length
                   : assumed[meaning].width > 0 ? assumed[meaning].width
                                                : 16;
    if (reference)
        shape_reference(architecture, table, column, reference);
    else if (column->identity || (meaning == PGA_MEANING_UUID && column->default_))
        shape_generated(table, column);
    else
        shape_meaning(table, column, meaning);
    shape_stated(table, column);
    if (is_unique(table, column->name)) {
        shape->distinct = -1;
        g_ptr_array_set_size(shape->common, 0);
    }
}

void
pga_tables_shapes(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->columns->len; j++)
            shape_column(architecture, table, g_ptr_array_index(table->columns, j));
    }
}
