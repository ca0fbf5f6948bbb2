/* How much of a table each of its partitions holds, by its bounds and the key's values. */
#include <string.h>

#include "design_plan_internal.h"

void
pga_design_partition_part_clear(PgaPartitionPart *part)
{
    g_clear_pointer(&part->list, g_ptr_array_unref);
}

/* (nullable): "RANGE (placed_at)": the column, when it is one alone. */
static const PgaDesignColumn *
key_of(const PgaDesignTable *table, const PgaRelation *parent)
{
    const char *open = parent->partkey ? strchr(parent->partkey, '(') : NULL;
    const char *close = open ? strrchr(open, ')') : NULL;
    g_autofree char *name = NULL;

    if (!close)
        return NULL;
    name = g_strndup(open + 1, (gsize)(close - open - 1));
    if (*name == '"') {
        char *end = strrchr(name, '"');

        *end = '\0';
        return pga_design_table_column(table, name + 1);
    }
    return pga_design_table_column(table, name);
}

/* (transfer full): the literal at *at, which moves behind it. */
static char *
take_literal(const char **at)
{
    GString *value = g_string_new(NULL);
    const gboolean quoted = **at == '\'';

    *at += quoted ? 1 : 0;
    while (**at && (quoted ? (**at != '\'' || (*at)[1] == '\'') : !strchr(",)", **at))) {
        *at += quoted && **at == '\'' ? 1 : 0;
        g_string_append_c(value, *(*at)++);
    }
    return g_string_free(value, FALSE);
}

/* (transfer full): of char *: literals of "('a', 'b''c', 1)" behind @word. */
static GPtrArray *
literals(const char *bound, const char *word)
{
    GPtrArray *values = g_ptr_array_new_with_free_func(g_free);
    const char *at = strstr(bound, word);

    at = at ? strchr(at, '(') : NULL;
    while (at && *at && *at != ')') {
        at += 1 + strspn(at + 1, " ");
        g_ptr_array_add(values, take_literal(&at));
        at += strcspn(at, ",)");
    }
    return values;
}

/* An end of "FROM ('…') TO ('…')"; MINVALUE, MAXVALUE: @open. */
static double
end_of(const PgaDesignColumn *column, const char *bound, const char *word, double open)
{
    g_autoptr(GPtrArray) values = literals(bound, word);
    double number = open;

    if (values->len == 0 || !pga_value_parse(column, g_ptr_array_index(values, 0), &number))
        return open;
    return number;
}

/** A partition among its siblings. */
typedef struct {
    const PgaDesignTable *table;
    const PgaDesignColumn *column; /* (nullable): the key */
    const PgaRelation *relation;
} Piece;

static gboolean
is_default(const PgaRelation *relation)
{
    return g_strcmp0(relation->partbound, "DEFAULT") == 0;
}

static double
range_share(const Piece *piece, double *low, double *high)
{
    PgaValueRange range;

    if (!piece->column || !pga_value_range(piece->table, piece->column, &range) ||
        range.high <= range.low)
        return 1;
    *low = MAX(end_of(piece->column, piece->relation->partbound, "FROM", range.low), range.low);
    *high = MIN(end_of(piece->column, piece->relation->partbound, "TO", range.high), range.high);
    return MAX(*high - *low, 0) / (range.high - range.low);
}

static double
list_share(const Piece *piece, const GPtrArray *values)
{
    const GPtrArray *common = piece->column ? piece->column->shape.common : NULL;
    g_autofree double *shares = NULL;
    double sum = 0;

    if (!common || common->len == 0)
        return 1;
    shares = pga_value_shares(piece->column, NULL);
    for (guint i = 0; i < common->len; i++)
        if (g_ptr_array_find_with_equal_func(
                (GPtrArray *)values, ((const PgaSpecShare *)g_ptr_array_index(common, i))->value,
                g_str_equal, NULL))
            sum += shares[i];
    return sum;
}

/* Of all that its parent has, before it is seen what its siblings leave over. */
static double
raw_share(const Piece *piece)
{
    const char *bound = piece->relation->partbound;
    double low, high;

    if (!bound || is_default(piece->relation))
        return 0;
    if (strstr(bound, "FROM ("))
        return range_share(piece, &low, &high);
    if (strstr(bound, " IN (")) {
        g_autoptr(GPtrArray) values = literals(bound, " IN ");

        return list_share(piece, values);
    }
    return 1;
}

/* Shares of siblings add up to all; what no partition is for is in the default one, if it holds
 * anything: of a list. */
static double
share_among(const PgaCatalog *catalog, const Piece *piece, gboolean is_list)
{
    double sum = 0;

    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *sibling = g_ptr_array_index(catalog->relations, i);

        if (sibling->parent == piece->relation->parent)
            sum += raw_share(&(Piece){piece->table, piece->column, sibling});
    }
    if (is_default(piece->relation))
        return is_list ? MAX(1 - sum, 0) : 0;
    if (sum <= 0)
        return 0;
    return raw_share(piece) / (is_list ? MAX(sum, 1) : sum);
}

static void
place(const Piece *piece, PgaPartitionPart *part)
{
    PgaValueRange range;

    part->column = piece->column->name;
    if (!pga_value_range(piece->table, piece->column, &range) || range.high <= range.low)
        return;
    part->from = (part->low - range.low) / (range.high - range.low);
    part->until = (part->high - range.low) / (range.high - range.low);
}

static void
narrow(const Piece *piece, PgaPartitionPart *part)
{
    const char *bound = piece->relation->partbound;

    if (!piece->column || !bound || is_default(piece->relation))
        return;
    if (strstr(bound, "FROM (")) {
        if (range_share(piece, &part->low, &part->high) < 1)
            place(piece, part);
    } else if (strstr(bound, " IN (") && !part->list) {
        part->list = literals(bound, " IN ");
        part->list_column = piece->column->name;
    }
}

void
pga_design_partition_part(const PgaDesignStatistics *statistics, const PgaRelation *relation,
                          PgaPartitionPart *part)
{
    const PgaDesignTable *table = pga_design_table_of(statistics, relation);

    *part = (PgaPartitionPart){.share = 1};
    while (table && relation->relispartition && relation->parent) {
        const PgaRelation *parent = pga_catalog_relation(statistics->catalog, relation->parent);
        Piece piece = {.table = table, .relation = relation};

        if (!parent)
            return;
        piece.column = key_of(table, parent);
        part->share *= share_among(statistics->catalog, &piece,
                                   parent->partkey && g_str_has_prefix(parent->partkey, "LIST"));
        narrow(&piece, part);
        relation = parent;
    }
}
