/* Two models compared by what a table says is worth comparing of each kind of record. */
#include "model/difference.h"

#include <string.h>

#include "difference_internal.h"
#include "model/identity.h"

/** Where a kind's records are. */
typedef enum { IN_CATALOG, IN_OBJECTS, IN_SCHEMA } Place;

/** What a record is that only one side has. */
typedef enum {
    LONE_ADDED,  /* added or removed */
    LONE_CHANGE, /* its owner's fields differ from their initial values */
    LONE_TOLD,   /* told of elsewhere */
} Lone;

/** What is compared of one kind. */
typedef struct {
    PgaDriftGroup group;
    Place place;
    const char *kind;
    gsize list;
    const PgaRecordType *type;
    const char *fields; /* names, blanks between; the first one says most of an added object */
    Lone lone;
} Comparison;

#define CATALOG(kind, member) IN_CATALOG, kind, G_STRUCT_OFFSET(PgaCatalog, member)
#define OBJECTS(kind, member) IN_OBJECTS, kind, G_STRUCT_OFFSET(PgaObjects, member)
#define SCHEMA(kind, member)  IN_SCHEMA, kind, G_STRUCT_OFFSET(PgaSchema, member)

static const Comparison comparisons[] = {
    {PGA_DRIFT_SCHEMA, OBJECTS("schema", namespaces), &pga_namespace_type, "", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, CATALOG("extension", extensions), &pga_extension_type, "extversion nspname",
     LONE_ADDED},
    {PGA_DRIFT_SCHEMA, CATALOG("table", relations), &pga_relation_type,
     "partkey partbound relkind relpersistence relreplident relispartition reloptions "
     "toast_reloptions relrowsecurity relforcerowsecurity inherits",
     LONE_ADDED},
    {PGA_DRIFT_SCHEMA, CATALOG("index", indexes), &pga_index_type,
     "definition indisvalid indisclustered indisreplident", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, CATALOG("constraint", constraints), &pga_constraint_type,
     "definition convalidated conenforced", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, CATALOG("sequence", sequences), &pga_sequence_type,
     "type min_value max_value increment start_value cycle", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, OBJECTS("object", objects), &pga_object_type, "definition", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, SCHEMA("publication", publications), &pga_publication_type,
     "all_tables inserts updates deletes truncates", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, SCHEMA("object", details), &pga_schema_detail_type, "value", LONE_ADDED},
    {PGA_DRIFT_SCHEMA, OBJECTS("options of column", attributes), &pga_attribute_extra_type,
     "attoptions attstattarget", LONE_CHANGE},
    {PGA_DRIFT_OWNERSHIP, OBJECTS("schema", namespaces), &pga_namespace_type, "owner acl",
     LONE_TOLD},
    {PGA_DRIFT_OWNERSHIP, OBJECTS("relation", relations), &pga_relation_extra_type,
     "owner acl tablespace amname", LONE_TOLD},
    {PGA_DRIFT_OWNERSHIP, OBJECTS("column", attributes), &pga_attribute_extra_type, "acl",
     LONE_CHANGE},
    {PGA_DRIFT_OWNERSHIP, OBJECTS("object", objects), &pga_object_type, "owner acl", LONE_TOLD},
    {PGA_DRIFT_ROLES, OBJECTS("role", roles), &pga_role_type,
     "rolsuper rolinherit rolbypassrls rolcanlogin rolcreaterole rolcreatedb rolreplication "
     "rolconnlimit has_validity password member_of",
     LONE_ADDED},
    {PGA_DRIFT_ROLES, OBJECTS("setting", role_settings), &pga_role_setting_type, "value",
     LONE_ADDED},
    {PGA_DRIFT_SETTINGS, CATALOG("setting", settings), &pga_setting_type, "setting", LONE_TOLD},
};

#define COLUMN_FIELDS                                                                              \
    "type collation attnotnull attidentity attgenerated default_expr attstorage attcompression"
#define COLUMN_ORDER 2 /* after tables */

typedef struct {
    const PgaSide *before, *after;
    GPtrArray *differences;
    GHashTable *alone; /* of display name: relations that only one side has */
    gboolean ddl;      /* one of them is: there is only a schema to compare */
} Run;

static void
field_change_free(gpointer data)
{
    PgaFieldChange *change = data;

    g_free(change->before);
    g_free(change->after);
    g_free(change);
}

static void
difference_free(gpointer data)
{
    PgaDifference *difference = data;

    g_free(difference->object);
    g_ptr_array_unref(difference->fields);
    g_free(difference);
}

static char *
number_text(const PgaField *field, gconstpointer at)
{
    const gint64 number = field->type == PGA_FIELD_INT16   ? *(const gint16 *)at
                          : field->type == PGA_FIELD_INT32 ? *(const gint32 *)at
                                                           : *(const gint64 *)at;

    return g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static char *
list_text(const GPtrArray *list)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", (char *)g_ptr_array_index(list, i));
    return g_string_free(out, FALSE);
}

/* (transfer full) (nullable): NULL: none */
static char *
field_text(const PgaField *field, gconstpointer at)
{
    if (g_str_equal(field->name, "attoptions"))
        return pga_difference_options(*(char *const *)at);
    if (g_str_has_suffix(field->name, "reloptions"))
        return pga_difference_sorted(*(char *const *)at);
    if (field->type == PGA_FIELD_STRING)
        return g_strdup(*(char *const *)at);
    if (field->type == PGA_FIELD_BOOL)
        return g_strdup(*(const gboolean *)at ? "true" : "false");
    if (field->type == PGA_FIELD_CHAR)
        return *(const char *)at ? g_strndup(at, 1) : NULL;
    if (field->type == PGA_FIELD_STRINGS)
        return *(GPtrArray *const *)at ? list_text(*(GPtrArray *const *)at) : NULL;
    return number_text(field, at);
}

static const PgaField *
find_field(const PgaRecordType *type, const char *name)
{
    for (guint i = 0; i < type->n_fields; i++)
        if (g_str_equal(type->fields[i].name, name))
            return &type->fields[i];
    g_return_val_if_reached(NULL);
}

static void
add_field(GPtrArray *fields, const char *name, const char *before, const char *after)
{
    PgaFieldChange *change = g_new0(PgaFieldChange, 1);

    *change = (PgaFieldChange){name, g_strdup(before), g_strdup(after)};
    g_ptr_array_add(fields, change);
}

/* One field of two records; what only one of them has is compared with a new one. */
static void
compare_field(const PgaField *field, gconstpointer before, gconstpointer after, gconstpointer none,
              GPtrArray *fields)
{
    g_autofree char *was =
        field_text(field, (const char *)(before ? before : none) + field->offset);
    g_autofree char *is = field_text(field, (const char *)(after ? after : none) + field->offset);

    if (g_strcmp0(was, is) != 0)
        add_field(fields, field->name, before ? was : NULL, after ? is : NULL);
}

/* (transfer full): what differs of the fields that are compared, in the order in which these are
 * named; either may be NULL. */
static GPtrArray *
compare_fields(const PgaRecordType *type, const char *names, gconstpointer before,
               gconstpointer after)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func(field_change_free);
    g_auto(GStrv) words = g_strsplit(names, " ", -1);
    gpointer none = before && after ? NULL : pga_record_new(type);

    for (guint i = 0; words[i] && *words[i]; i++)
        if (before && after && g_str_equal(words[i], "acl") &&
            pga_difference_same_acl(type, before, after))
            continue;
        else
            compare_field(find_field(type, words[i]), before, after, none, fields);
    pga_record_free(type, none);
    return fields;
}

/* Takes @object and @fields. */
static void
add_difference(Run *run, const PgaDifference *what, char *object, GPtrArray *fields)
{
    PgaDifference *difference = g_memdup2(what, sizeof(*what));

    difference->object = object;
    difference->fields = fields;
    g_ptr_array_add(run->differences, difference);
}

static gboolean
is_left_out(const Run *run, const PgaRecordType *type, gconstpointer record,
            const PgaCatalog *catalog)
{
    g_autofree char *whole = pga_difference_whole(type, record, catalog);

    return (whole && g_hash_table_contains(run->alone, whole)) ||
           pga_difference_leaves_out(type, record, catalog);
}

/* What takes a superuser to create is in no lab: of DDL it is not known. */
static gboolean
needs_superuser(const PgaSchemaDetail *detail)
{
    static const char *const kinds[] = {"event trigger",
                                        "foreign-data wrapper",
                                        "server",
                                        "user mapping",
                                        "options of foreign table",
                                        "options of foreign column",
                                        "subscription",
                                        "language",
                                        "access method",
                                        "conversion",
                                        "transform",
                                        NULL};

    return g_strv_contains(kinds, detail->kind);
}

/* A view is an object, and a relation whose owner and privileges are compared as such. */
static gboolean
is_told(const Run *run, const Comparison *comparison, gconstpointer record)
{
    const PgaSchemaDetail *detail = record;

    if (comparison->type == &pga_schema_detail_type)
        return run->ddl && (detail->of_database || needs_superuser(detail));
    return comparison->type == &pga_object_type && comparison->group == PGA_DRIFT_OWNERSHIP &&
           PGA_OBJECT_CLASS(((const PgaObject *)record)->id) == PGA_CLASS_RELATION;
}

static const GPtrArray *
list_of(const Comparison *comparison, const PgaSide *side)
{
    const char *owner = comparison->place == IN_CATALOG   ? (const char *)side->catalog
                        : comparison->place == IN_OBJECTS ? (const char *)side->objects
                                                          : (const char *)side->objects->schema;

    return *(GPtrArray *const *)(owner + comparison->list);
}

/* (transfer full): of identity to record, without what is left out */
static GHashTable *
records_of(const Run *run, const Comparison *comparison, const PgaSide *side)
{
    GHashTable *records = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GPtrArray *list = list_of(comparison, side);

    for (guint i = 0; i < list->len; i++) {
        gpointer record = g_ptr_array_index(list, i);

        if (!is_told(run, comparison, record) &&
            !is_left_out(run, comparison->type, record, side->catalog))
            g_hash_table_insert(
                records, pga_record_identity(comparison->type, record, side->catalog), record);
    }
    return records;
}

static void
add_lone(Run *run, const Comparison *comparison, gconstpointer record, gboolean added)
{
    const PgaSide *side = added ? run->after : run->before;
    g_autofree char *name = pga_difference_name(comparison->type, record, side->catalog);
    const PgaDifference what = {.group = comparison->group,
                                .kind = comparison->kind,
                                .change = comparison->lone == LONE_CHANGE ? PGA_CHANGE_CHANGED
                                          : added                         ? PGA_CHANGE_ADDED
                                                                          : PGA_CHANGE_REMOVED,
                                .order = (guint)(comparison - comparisons) * 2};
    g_autoptr(GPtrArray) fields = compare_fields(comparison->type, comparison->fields,
                                                 added ? NULL : record, added ? record : NULL);

    if (comparison->type == &pga_relation_type) {
        g_hash_table_add(run->alone, g_strdup(name));
        if (run->ddl && ((const PgaRelation *)record)->relkind == 'f')
            return; /* its server takes a superuser */
    }
    if (comparison->lone == LONE_ADDED || fields->len > 0)
        add_difference(run, &what, g_steal_pointer(&name), g_steal_pointer(&fields));
}

/* "4096kB", "16384 * 8kB" */
static void
add_unit(char **value, const char *unit)
{
    char *with = g_strconcat(*value, g_ascii_isdigit(*unit) ? " * " : "", unit, NULL);

    g_free(*value);
    *value = with;
}

/* A setting's number says little without its unit. */
static void
add_units(GPtrArray *fields, const PgaSetting *before, const PgaSetting *after)
{
    for (guint i = 0; i < fields->len; i++) {
        PgaFieldChange *change = g_ptr_array_index(fields, i);

        if (before->unit && change->before)
            add_unit(&change->before, before->unit);
        if (after->unit && change->after)
            add_unit(&change->after, after->unit);
    }
}

/* The same thing on both sides. Takes nothing. */
static void
add_changed(Run *run, const Comparison *comparison, gconstpointer before, gconstpointer after)
{
    g_autoptr(GPtrArray) fields =
        compare_fields(comparison->type, comparison->fields, before, after);
    const PgaDifference what = {.group = comparison->group,
                                .kind = comparison->kind,
                                .change = PGA_CHANGE_CHANGED,
                                .order = (guint)(comparison - comparisons) * 2};

    if (comparison->type == &pga_setting_type)
        add_units(fields, before, after);
    if (fields->len > 0)
        add_difference(run, &what,
                       pga_difference_name(comparison->type, before, run->before->catalog),
                       g_steal_pointer(&fields));
}

static void
compare_kind(Run *run, const Comparison *comparison)
{
    g_autoptr(GHashTable) before = records_of(run, comparison, run->before);
    g_autoptr(GHashTable) after = records_of(run, comparison, run->after);
    GHashTableIter iter;
    gpointer identity, record;

    g_hash_table_iter_init(&iter, before);
    while (g_hash_table_iter_next(&iter, &identity, &record)) {
        gconstpointer other = g_hash_table_lookup(after, identity);

        if (other)
            add_changed(run, comparison, record, other);
        else if (comparison->lone != LONE_TOLD)
            add_lone(run, comparison, record, FALSE);
    }
    g_hash_table_iter_init(&iter, after);
    while (comparison->lone != LONE_TOLD && g_hash_table_iter_next(&iter, &identity, &record))
        if (!g_hash_table_contains(before, identity))
            add_lone(run, comparison, record, TRUE);
}

static const PgaAttribute *
find_column(const PgaRelation *relation, const char *attname)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (g_str_equal(attribute->attname, attname))
            return attribute;
    }
    return NULL;
}

static void
add_column(Run *run, const PgaRelation *relation, const PgaAttribute *before,
           const PgaAttribute *after)
{
    const PgaDifference what = {.group = PGA_DRIFT_SCHEMA,
                                .kind = "column",
                                .change = !before  ? PGA_CHANGE_ADDED
                                          : !after ? PGA_CHANGE_REMOVED
                                                   : PGA_CHANGE_CHANGED,
                                .order = COLUMN_ORDER * 2 + 1};
    g_autoptr(GPtrArray) fields = compare_fields(&pga_attribute_type, COLUMN_FIELDS, before, after);

    if (fields->len > 0)
        add_difference(run, &what, pga_relation_display(relation, before ? before : after),
                       g_steal_pointer(&fields));
}

static void
compare_columns(Run *run, const PgaRelation *before, const PgaRelation *after)
{
    for (guint i = 0; i < before->attributes->len; i++) {
        const PgaAttribute *column = g_ptr_array_index(before->attributes, i);

        add_column(run, before, column, find_column(after, column->attname));
    }
    for (guint i = 0; i < after->attributes->len; i++) {
        const PgaAttribute *column = g_ptr_array_index(after->attributes, i);

        if (!find_column(before, column->attname))
            add_column(run, after, NULL, column);
    }
}

static void
compare_all_columns(Run *run)
{
    const GPtrArray *relations = run->before->catalog->relations;

    for (guint i = 0; i < relations->len; i++) {
        const PgaRelation *before = g_ptr_array_index(relations, i);
        const PgaRelation *after =
            pga_catalog_relation_by_name(run->after->catalog, before->nspname, before->relname);

        if (after && !before->extension && !before->relispartition)
            compare_columns(run, before, after);
    }
}

/* Of what there is once. Takes @fields. */
static void
add_server(Run *run, GPtrArray *fields, const char *object)
{
    const PgaDifference what = {.group = PGA_DRIFT_SERVER,
                                .kind = object,
                                .change = PGA_CHANGE_CHANGED,
                                .order = G_MAXUINT};

    if (fields->len > 0)
        add_difference(run, &what, g_strdup(object), fields);
    else
        g_ptr_array_unref(fields);
}

static int
compare_differences(gconstpointer a, gconstpointer b)
{
    const PgaDifference *left = *(PgaDifference *const *)a, *right = *(PgaDifference *const *)b;
    int order = (left->group > right->group) - (left->group < right->group);

    if (!order)
        order = (left->order > right->order) - (left->order < right->order);
    return order ? order : strcmp(left->object, right->object);
}

GPtrArray *
pga_differences(const PgaSide *before, const PgaSide *after)
{
    g_autoptr(GHashTable) alone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *differences = g_ptr_array_new_with_free_func(difference_free);
    const gboolean ddl = before->environment->source_kind == PGA_SOURCE_DDL ||
                         after->environment->source_kind == PGA_SOURCE_DDL;
    Run run = {before, after, differences, alone, ddl};

    for (guint i = 0; i < G_N_ELEMENTS(comparisons); i++)
        if (!ddl || comparisons[i].group == PGA_DRIFT_SCHEMA)
            compare_kind(&run, &comparisons[i]);
    compare_all_columns(&run);
    if (!ddl) {
        add_server(&run,
                   compare_fields(&pga_environment_type, "version is_standby provider",
                                  before->environment, after->environment),
                   "server");
        add_server(&run,
                   compare_fields(&pga_objects_type, "encoding collate ctype provider locale",
                                  before->objects, after->objects),
                   "database");
    }
    g_ptr_array_sort(differences, compare_differences);
    return differences;
}

const char *
pga_drift_group_name(PgaDriftGroup group)
{
    static const char *const names[] = {"schema", "ownership", "roles", "settings", "server"};

    return names[group];
}

const char *
pga_change_name(PgaChange change)
{
    static const char *const names[] = {"added", "removed", "changed"};

    return names[change];
}
