/* Which columns depend on which: by keys, as stated, and as names tell. */
#include <string.h>

#include "tables_decompose_internal.h"

static PgaDesignDependency *
record(PgaArchitecture *architecture, const PgaDesignTable *table, PgaSaid origin)
{
    return pga_architecture_add_dependency(architecture, table->name, origin);
}

static void
copy_list(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; i < from->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

/* A key of columns that are never NULL, of all rows, determines all others. */
gboolean
pga_key_determines(const PgaDesignTable *table, const PgaDesignKey *key)
{
    if (key->where || key->columns->len == 0)
        return FALSE;
    for (guint i = 0; i < key->columns->len; i++) {
        const PgaDesignColumn *column =
            pga_design_table_column(table, g_ptr_array_index(key->columns, i));

        if (!column || (key->kind != PGA_DESIGN_PRIMARY && !column->not_null))
            return FALSE;
    }
    return TRUE;
}

static void
add_stated(PgaArchitecture *architecture, PgaFds *relation)
{
    const GPtrArray *rules = architecture->requirements->rules;

    for (guint i = 0; i < rules->len; i++) {
        const PgaSpecRule *rule = g_ptr_array_index(rules, i);
        PgaDesignDependency *dependency = NULL;
        guint64 left = 0, right = 0;

        if (rule->kind != PGA_SPEC_RULE_DEPENDENCY ||
            g_strcmp0(rule->entity, relation->table->name) != 0)
            continue;
        left = pga_fds_mask(relation, rule->left);
        right = pga_fds_mask(relation, rule->right);
        dependency = record(architecture, relation->table, PGA_SAID_STATED);
        copy_list(dependency->left, rule->left);
        copy_list(dependency->right, rule->right);
        if (left && right)
            pga_fds_add(relation, left, right, PGA_SAID_STATED);
        else
            dependency->note = g_strdup("not used: its attributes are in several tables");
    }
}

static void
add_pattern(PgaArchitecture *architecture, PgaFds *relation, const char *left, const char *right,
            char *note)
{
    PgaDesignDependency *dependency = record(architecture, relation->table, PGA_SAID_PATTERN);

    g_ptr_array_add(dependency->left, g_strdup(left));
    g_ptr_array_add(dependency->right, g_strdup(right));
    dependency->note = note;
    pga_fds_add(relation, pga_fds_bit(relation, left), pga_fds_bit(relation, right),
                PGA_SAID_PATTERN);
}

/* Values that a row keeps as they were, whatever becomes of what it references. */
#define SNAPSHOTS                                                                                  \
    "price unit_price cost amount total rate tax fee discount currency balance salary quantity "   \
    "count status version address number"
#define SNAPSHOT_WORDS "snapshot|at the time|as of|historic|copied|frozen|when ordered|at order"

static gboolean
is_snapshot(const PgaSpecAttribute *attribute, const char *what)
{
    g_auto(GStrv) words = g_strsplit(SNAPSHOT_WORDS, "|", -1);
    g_autofree char *comment = g_ascii_strdown(attribute->comment ? attribute->comment : "", -1);

    for (guint i = 0; words[i]; i++)
        if (strstr(comment, words[i]))
            return TRUE;
    return pga_word_in(what, SNAPSHOTS) || g_str_has_suffix(what, "_at") ||
           g_str_has_suffix(what, "_price") || g_str_has_suffix(what, "_amount");
}

/* Texts of any length are alike. */
static PgaMeaning
kind_of(const PgaSpecAttribute *attribute)
{
    gboolean assumed = FALSE;
    PgaMeaning meaning = pga_attribute_meaning(attribute, &assumed);

    return meaning == PGA_MEANING_NONE || meaning == PGA_MEANING_TEXT_LONG ? PGA_MEANING_TEXT_SHORT
                                                                           : meaning;
}

/* What follows "@prefix_" in @name; NULL. */
static const char *
after(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return length > 0 && g_str_has_prefix(name, prefix) && name[length] == '_' &&
                   name[length + 1] != '\0'
               ? name + length + 1
               : NULL;
}

/* (transfer full): "customer" of "customer_id", "customer_code". */
char *
pga_dependency_stem(const char *name)
{
    static const char *const endings[] = {"_id", "_code", "_no", "_number", "_key", "_uuid"};

    for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(name, endings[i]) && strlen(name) > strlen(endings[i]) &&
            !pga_word_in(name, "postal_code area_code"))
            return g_strndup(name, strlen(name) - strlen(endings[i]));
    return g_strdup(name);
}

static gboolean
is_only_reference(const PgaDesignTable *table, const char *parent)
{
    guint count = 0;

    for (guint i = 0; i < table->references->len; i++)
        count += g_str_equal(((PgaDesignReference *)g_ptr_array_index(table->references, i))->table,
                             parent);
    return count == 1;
}

/* The column of @parent that @name of @table repeats; NULL. */
static const PgaDesignColumn *
copied_from(const PgaDesignTable *table, const PgaDesignReference *reference,
            const PgaDesignTable *parent, const PgaDesignColumn *column)
{
    g_autofree char *stem = pga_dependency_stem(g_ptr_array_index(reference->columns, 0));
    g_autofree char *singular = pga_word_singular(parent->name);
    const char *what = after(column->name, stem);
    const PgaDesignColumn *original = NULL;

    if (!what && is_only_reference(table, parent->name))
        what = after(column->name, singular);
    original = what ? pga_design_table_column(parent, what) : NULL;
    if (!original || !original->attribute || is_snapshot(column->attribute, what) ||
        kind_of(original->attribute) != kind_of(column->attribute))
        return NULL;
    return original;
}

#define NAMING      "name title label email full_name first_name last_name"
#define DESCRIPTIVE NAMING " description phone city country website url category"

/* Whether a column of @parent has @what in its name. */
static gboolean
knows(const PgaDesignTable *parent, const char *what)
{
    for (guint i = 0; i < parent->columns->len; i++)
        if (strstr(((PgaDesignColumn *)g_ptr_array_index(parent->columns, i))->name, what))
            return TRUE;
    return FALSE;
}

/* "customer_phone" beside a reference to customers, which have none. */
static gboolean
describes(const PgaDesignReference *reference, const PgaDesignTable *parent,
          const PgaDesignColumn *column)
{
    g_autofree char *stem = pga_dependency_stem(g_ptr_array_index(reference->columns, 0));
    const char *what = after(column->name, stem);

    return what && pga_word_in(what, NAMING " phone") && !is_snapshot(column->attribute, what) &&
           !knows(parent, what);
}

/* "customer_email" beside a reference to customers, which have an email. */
static void
find_copies(PgaArchitecture *architecture, PgaFds *relation)
{
    PgaDesignTable *table = relation->table;

    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        const PgaDesignTable *parent = pga_architecture_table(architecture, reference->table);

        if (reference->columns->len != 1 || !parent || parent == table)
            continue;
        for (guint j = 0; j < table->columns->len; j++) {
            const PgaDesignColumn *column = g_ptr_array_index(table->columns, j);
            const PgaDesignColumn *original = NULL;

            if (!column->attribute || pga_table_reference_of(table, column->name) ||
                pga_list_has(pga_table_key_columns(table), column->name))
                continue;
            original = copied_from(table, reference, parent, column);
            if (original)
                add_pattern(architecture, relation, g_ptr_array_index(reference->columns, 0),
                            column->name,
                            g_strdup_printf("it repeats %s.%s", parent->name, original->name));
            else if (describes(reference, parent, column))
                add_pattern(architecture, relation, g_ptr_array_index(reference->columns, 0),
                            column->name, g_strdup_printf("it describes %s", parent->name));
        }
    }
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

/* Whether something else than a row of @table is called @stem. */
static gboolean
is_foreign(const PgaDesignTable *table, const char *stem)
{
    g_autofree char *singular = pga_word_singular(table->name);

    return !strstr(singular, stem) && !g_str_has_suffix(stem, singular);
}

/* "course_id" and "course_title": what has an own key and a name is a thing of its own. */
static void
find_entities(PgaArchitecture *architecture, PgaFds *relation, const PgaDesignColumn *key)
{
    const PgaDesignTable *table = relation->table;
    g_autofree char *stem = pga_dependency_stem(key->name);
    gboolean has_name = FALSE;

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        const char *what = after(column->name, stem);

        has_name |= column->attribute && what && pga_word_in(what, NAMING);
    }
    for (guint i = 0; has_name && i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        const char *what = after(column->name, stem);

        if (!column->attribute || !what || !pga_word_in(what, DESCRIPTIVE) ||
            is_snapshot(column->attribute, what) ||
            pga_list_has(pga_table_key_columns(table), column->name))
            continue;
        add_pattern(architecture, relation, key->name, column->name,
                    g_strdup_printf("%s has a key and a name", stem));
    }
}

static void
find_all_entities(PgaArchitecture *architecture, PgaFds *relation)
{
    const PgaDesignTable *table = relation->table;

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *stem = pga_dependency_stem(column->name);

        if (column->attribute && !g_str_equal(stem, column->name) &&
            !is_unique(table, column->name) && !pga_table_reference_of(table, column->name) &&
            is_foreign(table, stem))
            find_entities(architecture, relation, column);
    }
}

/* What belongs to a thing that a column names: "department" and "department_head". */
#define OF_NAMED "name email phone head office manager"

static void
find_named(PgaArchitecture *architecture, PgaFds *relation)
{
    const PgaDesignTable *table = relation->table;

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *named = g_ptr_array_index(table->columns, i);
        gboolean is_text = named->attribute && kind_of(named->attribute) == PGA_MEANING_TEXT_SHORT;

        if (!is_text || is_unique(table, named->name) || !is_foreign(table, named->name) ||
            pga_table_reference_of(table, named->name))
            continue;
        for (guint j = 0; j < table->columns->len; j++) {
            const PgaDesignColumn *column = g_ptr_array_index(table->columns, j);
            const char *what = after(column->name, named->name);

            if (what && column->attribute && pga_word_in(what, OF_NAMED) &&
                !is_snapshot(column->attribute, what) &&
                !pga_list_has(pga_table_key_columns(table), column->name))
                add_pattern(architecture, relation, named->name, column->name,
                            g_strdup_printf("it describes the %s", named->name));
        }
    }
}

/* "contact_email", "contact_name", "contact_phone": perhaps of a thing of its own, perhaps of the
 * row: told, not used. */
static void
find_unnamed(PgaArchitecture *architecture, const PgaDesignTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *email = g_ptr_array_index(table->columns, i);
        g_autofree char *stem = g_str_has_suffix(email->name, "_email")
                                    ? g_strndup(email->name, strlen(email->name) - 6)
                                    : g_strdup("");
        g_autofree char *name = g_strconcat(stem, "_name", NULL);
        g_autofree char *id = g_strconcat(stem, "_id", NULL);
        PgaDesignDependency *dependency = NULL;

        if (*stem == '\0' || !is_foreign(table, stem) || !pga_design_table_column(table, name) ||
            pga_design_table_column(table, id) || pga_design_table_column(table, stem))
            continue;
        dependency = record(architecture, table, PGA_SAID_ASSUMED);
        g_ptr_array_add(dependency->left, g_strdup(email->name));
        g_ptr_array_add(dependency->right, g_strdup(name));
        dependency->note = g_strdup_printf("not used: a %s may be a thing of its own; make it an "
                                           "entity, or state the dependency, where it is",
                                           stem);
    }
}

/* A postal code tells a place almost, but not always: it is told, not used. */
static void
find_places(PgaArchitecture *architecture, const PgaDesignTable *table)
{
    static const char codes[] = "zip zip_code zipcode postal_code postcode plz";
    static const char *const places[] = {"city", "town", "state", "region", "province"};

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *code = g_ptr_array_index(table->columns, i);

        for (guint j = 0; pga_word_in(code->name, codes) && j < G_N_ELEMENTS(places); j++) {
            PgaDesignDependency *dependency = NULL;

            if (!pga_design_table_column(table, places[j]))
                continue;
            dependency = record(architecture, table, PGA_SAID_ASSUMED);
            g_ptr_array_add(dependency->left, g_strdup(code->name));
            g_ptr_array_add(dependency->right, g_strdup(places[j]));
            dependency->note = g_strdup_printf(
                "not used: places share postal codes; state {functional_dependency: \"%s.%s -> "
                "%s.%s\"} where they do not",
                table->name, code->name, table->name, places[j]);
        }
    }
}

static gboolean
is_stated(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    for (guint i = 0; i < architecture->requirements->rules->len; i++) {
        const PgaSpecRule *rule = g_ptr_array_index(architecture->requirements->rules, i);

        if (rule->kind == PGA_SPEC_RULE_DEPENDENCY && g_strcmp0(rule->entity, table->name) == 0)
            return TRUE;
    }
    return FALSE;
}

PgaFds *
pga_fds_of(PgaArchitecture *architecture, PgaDesignTable *table)
{
    PgaFds *relation = pga_fds_new(table);

    for (guint i = 0; i < table->keys->len; i++)
        pga_fds_mask(relation, ((PgaDesignKey *)g_ptr_array_index(table->keys, i))->columns);
    add_stated(architecture, relation);
    find_copies(architecture, relation);
    find_all_entities(architecture, relation);
    find_named(architecture, relation);
    find_unnamed(architecture, table);
    if (!is_stated(architecture, table))
        find_places(architecture, table);
    if (table->columns->len > relation->names->len)
        relation->all |= PGA_FDS_REST;
    for (guint i = 0; i < table->keys->len; i++) {
        const PgaDesignKey *key = g_ptr_array_index(table->keys, i);

        if (pga_key_determines(table, key))
            pga_fds_add(relation, pga_fds_mask(relation, key->columns), relation->all,
                        PGA_SAID_KEY);
    }
    return relation;
}

void
pga_tables_record_keys(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < table->keys->len; j++) {
            const PgaDesignKey *key = g_ptr_array_index(table->keys, j);
            PgaDesignDependency *dependency = NULL;

            if (!pga_key_determines(table, key) || key->columns->len == table->columns->len)
                continue;
            dependency = record(architecture, table, PGA_SAID_KEY);
            copy_list(dependency->left, key->columns);
            for (guint k = 0; k < table->columns->len; k++) {
                const char *name = ((PgaDesignColumn *)g_ptr_array_index(table->columns, k))->name;

                if (!pga_list_has(key->columns, name))
                    g_ptr_array_add(dependency->right, g_strdup(name));
            }
        }
    }
}
