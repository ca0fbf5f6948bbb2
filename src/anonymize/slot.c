/* Slots of pg_statistic: which of them hold values of the column's type, which are in an order that
 * has to be that of the values. Kinds: src/include/catalog/pg_statistic.h. */
#include "slot_internal.h"

#include <base/array_text.h>
#include <string.h>

#include "dates_internal.h"
#include "numbers_internal.h"
#include "parts_internal.h"

enum {
    KIND_MCV = 1,
    KIND_HISTOGRAM = 2,
    KIND_CORRELATION = 3,
    KIND_MCELEM = 4,
    KIND_DECHIST = 5,
    KIND_RANGE_LENGTH_HISTOGRAM = 6,
    KIND_BOUNDS_HISTOGRAM = 7,
};

static void
slot_empty(PgaStatisticSlot *slot)
{
    g_clear_pointer(&slot->numbers, g_free);
    g_clear_pointer(&slot->values, g_free);
    slot->kind = 0;
}

/* Takes the array's text as it becomes. */
static gboolean
map_array(const PgaListMap *list, char **text)
{
    g_autoptr(GString) out = NULL;
    gsize length;

    if (!*text || list->type->kind == PGA_VALUE_UNKNOWN)
        return FALSE;
    length = strlen(*text);
    out = g_string_sized_new(length + length / 4);
    if (!pga_array_map(list->map, list->type, *text, length, out))
        return FALSE;
    g_free(*text);
    *text = g_string_free(g_steal_pointer(&out), FALSE);
    return TRUE;
}

static int
compare(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgaListMap *list = data;

    return pga_order_compare(list->order, list->type, *(char *const *)a, *(char *const *)b);
}

void
pga_list_sort(const PgaListMap *list, GPtrArray *values)
{
    if (!pga_order_is_kept(list->type))
        g_ptr_array_sort_with_data(values, compare, (gpointer)list);
}

static gboolean
map_histogram(const PgaListMap *list, PgaStatisticSlot *slot)
{
    g_autoptr(GPtrArray) values = NULL;

    if (!map_array(list, &slot->values))
        return FALSE;
    if (pga_order_is_kept(list->type))
        return TRUE;
    values = pga_array_text_parse(slot->values);
    if (!values || g_ptr_array_find(values, NULL, NULL))
        return FALSE;
    pga_list_sort(list, values);
    g_free(slot->values);
    slot->values = pga_array_text_format(values);
    return TRUE;
}

/** An element with its frequency. */
typedef struct {
    const char *value, *frequency;
} Element;

static int
compare_elements(gconstpointer a, gconstpointer b, gpointer data)
{
    const Element *left = a, *right = b;
    const PgaListMap *list = data;

    return pga_order_compare(list->order, list->type, left->value, right->value);
}

/* Puts both lists into the order of @elements; what follows in @numbers stays behind. */
static void
reorder(const GArray *elements, GPtrArray *values, GPtrArray *numbers)
{
    for (guint i = 0; i < elements->len; i++) {
        const Element *element = &g_array_index(elements, Element, i);

        values->pdata[i] = (gpointer)element->value;
        numbers->pdata[i] = (gpointer)element->frequency;
    }
}

/* Elements are looked up by halving: they have to be sorted, and their frequencies with them. */
static gboolean
sort_elements(const PgaListMap *list, PgaStatisticSlot *slot)
{
    g_autoptr(GPtrArray) values = pga_array_text_parse(slot->values);
    g_autoptr(GPtrArray) numbers = slot->numbers ? pga_array_text_parse(slot->numbers) : NULL;
    g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(Element));

    if (!values || !numbers || numbers->len < values->len || g_ptr_array_find(values, NULL, NULL) ||
        g_ptr_array_find(numbers, NULL, NULL))
        return FALSE;
    for (guint i = 0; i < values->len; i++) {
        const Element element = {g_ptr_array_index(values, i), g_ptr_array_index(numbers, i)};

        g_array_append_val(elements, element);
    }
    g_array_sort_with_data(elements, compare_elements, (gpointer)list);
    reorder(elements, values, numbers);
    g_free(slot->values);
    g_free(slot->numbers);
    slot->values = pga_array_text_format(values);
    slot->numbers = pga_array_text_format(numbers);
    return TRUE;
}

/* Elements of an array; of a tsvector, which are texts; of an index that holds elements, whatever
 * the index's column says. */
static gboolean
map_elements(const PgaListMap *list, PgaStatisticSlot *slot)
{
    PgaListMap elements = *list;

    if (list->type->kind == PGA_VALUE_ARRAY)
        elements.type = list->type->element;
    if (list->type->kind == PGA_VALUE_TSVECTOR) {
        elements.type = pga_value_type_of(list->map, "text");
        elements.order = PGA_ORDER_LEXEMES;
    }
    if (!map_array(&elements, &slot->values))
        return FALSE;
    return pga_order_is_kept(elements.type) || sort_elements(&elements, slot);
}

/* FALSE: the slot is of no use any more. */
static gboolean
map_slot(const PgaListMap *list, PgaStatisticSlot *slot)
{
    switch (slot->kind) {
    case KIND_MCV:
    case KIND_BOUNDS_HISTOGRAM:
        return map_array(list, &slot->values);
    case KIND_HISTOGRAM:
        return map_histogram(list, slot);
    case KIND_MCELEM:
        return map_elements(list, slot);
    case 0:
    case KIND_CORRELATION:
    case KIND_DECHIST:
    case KIND_RANGE_LENGTH_HISTOGRAM:
        return TRUE;
    default:
        return FALSE;
    }
}

gboolean
pga_slots_map(const PgaListMap *list, PgaStatisticSlot slots[PGA_STATISTIC_SLOTS])
{
    gboolean whole = TRUE;

    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        if (map_slot(list, &slots[i]))
            continue;
        whole = FALSE;
        slot_empty(&slots[i]);
    }
    return whole;
}

static gboolean
is_boolean(const char *text)
{
    return g_str_equal(text, "t") || g_str_equal(text, "f");
}

static gboolean
is_number(const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);

    return pga_numeric_shift(text, strlen(text), 0, out);
}

static gboolean
is_date(const char *text)
{
    return g_ascii_strcasecmp(text, "infinity") == 0 ||
           g_ascii_strcasecmp(text, "-infinity") == 0 || pga_date_is_one(text, strlen(text));
}

/* An array, a range, a composite value, JSON: what is in it is not known. */
static gboolean
is_compound(const char *text)
{
    return *text && strchr("{[(", *text);
}

static gboolean
all_are(const GPtrArray *values, gboolean (*is)(const char *text))
{
    for (guint i = 0; i < values->len; i++) {
        const char *value = g_ptr_array_index(values, i);

        if (!value || !is(value))
            return FALSE;
    }
    return TRUE;
}

const PgaValueType *
pga_slots_guess(PgaValueMap *map, const PgaStatisticSlot slots[PGA_STATISTIC_SLOTS])
{
    g_autoptr(GPtrArray) values = NULL;

    for (guint i = 0; i < PGA_STATISTIC_SLOTS && !values; i++)
        if ((slots[i].kind == KIND_MCV || slots[i].kind == KIND_HISTOGRAM) && slots[i].values)
            values = pga_array_text_parse(slots[i].values);
    if (!values || all_are(values, is_compound))
        return pga_value_type_of(map, "");
    if (all_are(values, is_boolean))
        return pga_value_type_of(map, "boolean");
    if (all_are(values, is_number))
        return pga_value_type_of(map, "numeric");
    return pga_value_type_of(map, all_are(values, is_date) ? "timestamp" : "text");
}
