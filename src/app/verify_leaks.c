/* Whether a name or a value of the original is found again. Short ones meet pseudonyms by chance,
 * so how long a text has to be depends on how many it is compared with. */
#include <anonymize/kept_words.h>
#include <base/array_text.h>
#include <model/finding.h>
#include <string.h>

#include "verify_internal.h"
#include "verify_unchanged.h"
#include "verify_words.h"

enum {
    MIN_LETTERS = 4,     /* of a name */
    BITS_IN_CODE = 28,   /* six letters; 10^3 names met 10^4 words of constants */
    BITS_IN_VALUES = 40, /* nine letters; 10^6 values met as many */
    BITS_OF_NAMES = 18,  /* four letters, where names stand */
    MIN_VALUE_LENGTH = 6,
};

struct PgaLeakCheck {
    PgaWords *names, *values;
    PgaKeptWords *kept;
    PgaUnchanged *unchanged;
};

/** What a walk over a snapshot is told. */
typedef void (*Visit)(gpointer data, const PgaRecordType *type, const PgaField *field,
                      const char *text);

typedef struct {
    Visit visit;
    gpointer data;
    const char **label; /* (nullable): gets the name of the record that is visited */
} Walk;

static void walk_record(const Walk *walk, const PgaRecordType *type, gconstpointer record);

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs are nested */
walk_list(const Walk *walk, const PgaRecordType *type, const PgaField *field, const GPtrArray *list)
{
    for (guint i = 0; list && i < list->len; i++) {
        const char *element = g_ptr_array_index(list, i);

        if (field->type == PGA_FIELD_RECORDS)
            walk_record(walk, field->record, element);
        else if (element)
            walk->visit(walk->data, type, field, element);
    }
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs are nested */
walk_field(const Walk *walk, const PgaRecordType *type, const PgaField *field, gconstpointer member)
{
    switch (field->type) {
    case PGA_FIELD_STRING:
        if (*(char *const *)member)
            walk->visit(walk->data, type, field, *(char *const *)member);
        break;
    case PGA_FIELD_STRINGS:
    case PGA_FIELD_RECORDS:
        walk_list(walk, type, field, *(GPtrArray *const *)member);
        break;
    case PGA_FIELD_RECORD:
        walk_record(walk, field->record, member);
        break;
    case PGA_FIELD_POINTER:
        if (*(gpointer const *)member)
            walk_record(walk, field->record, *(gpointer const *)member);
        break;
    case PGA_FIELD_BOOL:
    case PGA_FIELD_CHAR:
    case PGA_FIELD_INT16:
    case PGA_FIELD_INT32:
    case PGA_FIELD_INT64:
    case PGA_FIELD_DOUBLE:
    case PGA_FIELD_OID:
    case PGA_FIELD_ID:
    case PGA_FIELD_INT16S:
    case PGA_FIELD_OIDS:
    case PGA_FIELD_DOUBLES:
    case PGA_FIELD_STRUCTS:
    case PGA_FIELD_LINKS:
        break;
    }
}

/* (nullable): the first of its names that is not its schema's. */
static const char *
label_of(const PgaRecordType *type, gconstpointer record)
{
    for (guint i = 0; i < type->n_fields; i++) {
        const PgaField *field = &type->fields[i];

        if (field->type == PGA_FIELD_STRING && field->meaning == PGA_MEANING_IDENTIFIER &&
            !g_str_equal(field->name, "nspname"))
            return *(char *const *)((const char *)record + field->offset);
    }
    return NULL;
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the model's structs are nested */
walk_record(const Walk *walk, const PgaRecordType *type, gconstpointer record)
{
    const char *label = walk->label ? label_of(type, record) : NULL;

    if (label)
        *walk->label = label;
    for (guint i = 0; i < type->n_fields; i++)
        walk_field(walk, type, &type->fields[i], (const char *)record + type->fields[i].offset);
}

static gboolean
has_letters(const char *text, guint n)
{
    for (; *text && n > 0; text++)
        n -= g_ascii_isalpha(*text) || (guchar)*text >= 0xc0;
    return n == 0;
}

static void
collect_name(gpointer data, const PgaRecordType *type, const PgaField *field, const char *text)
{
    PgaLeakCheck *check = data;

    (void)type;
    if (field->meaning == PGA_MEANING_IDENTIFIER && has_letters(text, MIN_LETTERS) &&
        !pga_kept_words_has(check->kept, text))
        pga_words_add(check->names, text);
}

static gboolean
is_kept_value(const PgaLeakCheck *check, const char *text)
{
    g_autofree char *folded = g_ascii_strdown(text, -1);

    return pga_kept_words_has(check->kept, folded);
}

static void
collect_value(PgaLeakCheck *check, const char *text)
{
    if (strlen(text) >= MIN_VALUE_LENGTH && has_letters(text, 1) && !is_kept_value(check, text))
        pga_words_add(check->values, text);
}

/* Strings of a JSON document, keys among them. */
static void
collect_json(PgaLeakCheck *check, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "\"", -1);

    for (guint i = 1; parts[0] && parts[i] && parts[i + 1]; i += 2)
        collect_value(check, parts[i]);
}

static void
collect_values(PgaLeakCheck *check, const PgaAttribute *attribute, const char *array)
{
    g_autoptr(GPtrArray) values = pga_array_text_parse(array);
    const gboolean json = g_str_has_prefix(attribute->typname, "json");

    for (guint i = 0; values && i < values->len; i++) {
        const char *value = g_ptr_array_index(values, i);

        if (value && json)
            collect_json(check, value);
        else if (value)
            collect_value(check, value);
    }
}

/* Columns of texts, labels, documents, lists of these. Others look alike in any database. */
static gboolean
holds_texts(const PgaAttribute *attribute)
{
    return strchr("SE", attribute->typcategory) || attribute->typcategory == 'A' ||
           g_str_has_prefix(attribute->typname, "json") || g_str_equal(attribute->typname, "uuid");
}

static void
collect_column(PgaLeakCheck *check, const PgaAttribute *attribute,
               const PgaColumnStatistics *column)
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++)
        if (column->slots[i].values && holds_texts(attribute))
            collect_values(check, attribute, column->slots[i].values);
}

static const PgaAttribute *
attribute_of(const PgaSnapshot *snapshot, const PgaColumnStatistics *column)
{
    const PgaRelation *relation = pga_catalog_relation(snapshot->catalog, column->relation);

    return relation ? pga_relation_attribute(relation, column->attnum) : NULL;
}

PgaLeakCheck *
pga_leak_check_new(PgaSnapshot *snapshot)
{
    PgaLeakCheck *check = g_new0(PgaLeakCheck, 1);
    const Walk walk = {collect_name, check, NULL};

    check->names = pga_words_new();
    check->values = pga_words_new();
    check->kept = pga_kept_words_new(snapshot);
    check->unchanged = pga_unchanged_new(snapshot);
    walk_record(&walk, &pga_snapshot_type, snapshot);
    for (guint i = 0; i < snapshot->planner->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(snapshot->planner->columns, i);
        const PgaAttribute *attribute = attribute_of(snapshot, column);

        if (attribute)
            collect_column(check, attribute, column);
    }
    return check;
}

void
pga_leak_check_free(PgaLeakCheck *check)
{
    if (!check)
        return;
    pga_words_free(check->names);
    pga_words_free(check->values);
    pga_kept_words_free(check->kept);
    pga_unchanged_free(check->unchanged);
    g_free(check);
}

/** A search through the anonymised snapshot. */
typedef struct {
    const PgaLeakCheck *check;
    GHashTable *found; /* of char *, text and place, to PgaLeak *, borrowed */
    PgaVerification *verification;
    const PgaRecordType *type; /* where the search is */
    const PgaField *field;
    const char *label; /* (nullable): whose field it is */
    gboolean for_values;
} Search;

/* A name is told of once for each kind of place, values once for each column. */
static char *
key_of(const Search *search, const char *text)
{
    return search->for_values
               ? g_strdup_printf("%s %s", search->label ? search->label : "", search->type->name)
               : g_strdup_printf("%s\n%s %s", text, search->type->name, search->field->name);
}

static void
add_leak(Search *search, const PgaWord *word)
{
    g_autofree char *text = g_strndup(word->text, word->length);
    g_autofree char *key = key_of(search, text);
    PgaLeak *leak = g_hash_table_lookup(search->found, key);

    if (!leak) {
        g_autofree char *place = pga_snapshot_key(search->type);

        leak = pga_verification_add_leak(search->verification);
        leak->is_value = search->for_values;
        leak->text = g_steal_pointer(&text);
        leak->where = g_strdup_printf("%s (%s, %s)", search->label ? search->label : "?", place,
                                      search->field->name);
        g_hash_table_insert(search->found, g_steal_pointer(&key), leak);
    }
    leak->n++;
}

/* Messages of ours, and objects as the server describes them: English with names in it. */
static gboolean
is_prose(const Search *search)
{
    static const char *const fields[] = {"what", "why", "dependent", "obstacle", "name", NULL};

    return g_strv_contains(fields, search->field->name);
}

static gboolean
is_own_word(const Search *search, const PgaWord *word)
{
    g_autofree char *text = g_strndup(word->text, word->length);

    return is_prose(search) && pga_kept_words_has_prose(search->check->kept, text);
}

static void
judge(gpointer data, const PgaWord *word)
{
    Search *search = data;
    const gboolean in_values = search->field->meaning == PGA_MEANING_VALUE;
    const double enough = in_values                            ? BITS_IN_VALUES
                          : word->quoted || search->for_values ? BITS_IN_CODE
                                                               : BITS_OF_NAMES;

    if (word->bits >= enough && !is_own_word(search, word))
        add_leak(search, word);
}

/* Names are not looked for among values, nor values where only PostgreSQL's own words stand. */
static void
search_text(gpointer data, const PgaRecordType *type, const PgaField *field, const char *text)
{
    Search *search = data;

    search->type = type;
    search->field = field;
    search->for_values = FALSE;
    if (field->meaning != PGA_MEANING_VALUE)
        pga_words_find(search->check->names, text, judge, search);
    search->for_values = TRUE;
    if (field->meaning == PGA_MEANING_VALUE || field->meaning == PGA_MEANING_SQL)
        pga_words_find(search->check->values, text, judge, search);
}

void
pga_leak_check_run(PgaLeakCheck *check, PgaSnapshot *snapshot, PgaVerification *verification)
{
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Search search = {.check = check, .found = found, .verification = verification};
    const Walk walk = {search_text, &search, &search.label};

    walk_record(&walk, &pga_snapshot_type, snapshot);
    pga_unchanged_run(check->unchanged, snapshot, verification);
    verification->n_names = pga_words_count(check->names);
    verification->n_values = pga_words_count(check->values);
    pga_verification_sort(verification);
}
