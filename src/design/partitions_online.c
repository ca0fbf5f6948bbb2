/* Moving an existing table into partitions while it is in use: the SQL of two ways, from templates
 * (sql/online_*.sql) in which @WORD@ stands for what is the table's own. */
#include <base/text.h>
#include <string.h>

#include "ddl_internal.h"
#include "ddl_partitions_internal.h"
#include "partitions_internal.h"
#include "partitions_online_internal.h"

/* Takes @value. */
static void
set(GHashTable *words, const char *word, char *value)
{
    g_hash_table_insert(words, g_strdup_printf("@%s@", word), value);
}

static gboolean
put_word(const GMatchInfo *match, GString *text, gpointer words)
{
    g_autofree char *word = g_match_info_fetch(match, 0);
    const char *value = g_hash_table_lookup(words, word);

    g_string_append(text, value ? value : word);
    return FALSE;
}

char *
pga_online_fill(const char *template, GHashTable *words)
{
    g_autoptr(GRegex) regex = g_regex_new("@[A-Z_]+@", 0, 0, NULL);
    char *text = g_regex_replace_eval(regex, template, -1, 0, 0, put_word, words, NULL);

    return text ? text : g_strdup("");
}

/* (transfer full): "orders_history", quoted. */
static char *
name_of(const char *table, const char *suffix)
{
    g_autofree char *prefix = pga_partition_prefix(table);
    g_autofree char *name = g_strdup_printf("%s_%s", prefix, suffix);

    return pga_quote_identifier(name);
}

static void
set_names(GHashTable *words, const PgaDesignTable *table)
{
    static const struct {
        const char *word, *suffix;
    } names[] = {{"RANGE", "range"},
                 {"PKEY_NEXT", "pkey_next"},
                 {"PKEY_HISTORY", "history_pkey"},
                 {"PKEY_OLD", "old_pkey"},
                 {"HISTORY", "history"},
                 {"HISTORY_NAME", "history"},
                 {"NEW", "new"},
                 {"OLD", "old"},
                 {"OLD_NAME", "old"},
                 {"MIRROR", "mirror"}};
    const PgaDesignKey *key = pga_design_table_primary(table);
    char *relation = pga_ddl_relation(table->name);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        set(words, names[i].word, name_of(table->name, names[i].suffix));
    set(words, "TABLE", relation);
    set(words, "TABLE_NAME", pga_quote_identifier(table->name));
    set(words, "TABLE_TEXT", pga_quote_literal(relation));
    set(words, "HISTORY_TEXT", pga_quote_literal(g_hash_table_lookup(words, "@HISTORY@")));
    set(words, "PKEY", key->name ? pga_quote_identifier(key->name) : name_of(table->name, "pkey"));
    set(words, "PK", pga_ddl_columns(key->columns));
}

/* (transfer full): what @make makes of each column that is written, ", " between. */
static char *
columns_of(const PgaDesignTable *table, const char *before)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);
        g_autofree char *name = pga_quote_identifier(column->name);

        if (!column->generated)
            g_string_append_printf(text, "%s%s%s", text->len ? ", " : "", before, name);
    }
    return g_string_free(text, FALSE);
}

static char *
match_of(const PgaDesignTable *table)
{
    const PgaDesignKey *key = pga_design_table_primary(table);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < key->columns->len; i++) {
        g_autofree char *name = pga_quote_identifier(g_ptr_array_index(key->columns, i));

        g_string_append_printf(text, "%st.%s = OLD.%s", i ? " AND " : "", name, name);
    }
    return g_string_free(text, FALSE);
}

/* (transfer full): ALTER TABLE @relation ADD … for each CHECK. */
static char *
checks_of(const PgaDesignTable *table, const char *relation)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < table->constraints->len; i++) {
        const PgaDesignConstraint *constraint = g_ptr_array_index(table->constraints, i);
        g_autofree char *name = pga_quote_identifier(constraint->name);

        g_string_append_printf(text, "ALTER TABLE %s ADD CONSTRAINT %s %s;\n", relation, name,
                               constraint->definition);
    }
    return g_string_free(text, FALSE);
}

/* (transfer full): the same for its own references; @relation: where. */
static char *
references_of(const PgaDesignTable *table, const char *relation)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < table->references->len; i++) {
        const PgaDesignReference *reference = g_ptr_array_index(table->references, i);
        g_autofree char *constraint = pga_ddl_reference(reference);

        if (!reference->is_dropped && strcmp(reference->table, table->name) != 0)
            g_string_append_printf(text, "ALTER TABLE %s ADD %s;\n", relation, constraint);
    }
    return g_string_free(text, FALSE);
}

/* (nullable) */
static const PgaDesignColumn *
identity_of(const PgaDesignTable *table)
{
    for (guint i = 0; i < table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(table->columns, i);

        if (column->identity)
            return column;
    }
    return NULL;
}

static void
set_identity(GHashTable *words, const PgaDesignTable *table)
{
    static const struct {
        const char *word, *template;
    } statements[] = {
        {"IDENTITY_DROP", "ALTER TABLE @HISTORY@ ALTER COLUMN @ID@ DROP IDENTITY;"},
        {"IDENTITY_ADD", "ALTER TABLE @TABLE@ ALTER COLUMN @ID@ ADD GENERATED @KIND@ AS IDENTITY;"},
        {"IDENTITY_ADD_NEW",
         "ALTER TABLE @NEW@ ALTER COLUMN @ID@ ADD GENERATED @KIND@ AS IDENTITY;"},
        {"IDENTITY_SET_HISTORY",
         "SELECT setval(pg_get_serial_sequence(@TABLE_TEXT@, @ID_TEXT@), coalesce(max(@ID@), 0) + "
         "1, false)\n  FROM @HISTORY@;"},
        {"IDENTITY_SET_OLD",
         "SELECT setval(pg_get_serial_sequence(@TABLE_TEXT@, @ID_TEXT@), coalesce(max(@ID@), 0) + "
         "1, false)\n  FROM @OLD@;"},
    };
    const PgaDesignColumn *column = identity_of(table);

    if (column) {
        set(words, "ID", pga_quote_identifier(column->name));
        set(words, "ID_TEXT", pga_quote_literal(column->name));
        set(words, "KIND", g_strdup(column->identity));
    }
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++)
        set(words, statements[i].word,
            column ? pga_online_fill(statements[i].template, words) : g_strdup(""));
}

static void
set_rights(GHashTable *words)
{
    static const char template[] =
        "/* Its owner, and who may do what. */\n"
        "SELECT format('GRANT %s ON @TABLE@ TO %s', a.privilege_type,\n"
        "              CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid("
        "a.grantee)) END)\n"
        "  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a\n"
        " WHERE c.oid = @FROM_TEXT@::regclass AND a.grantee <> c.relowner\n\\gexec\n"
        "SELECT format('ALTER TABLE @TABLE@ OWNER TO %I', pg_get_userbyid(relowner))\n"
        "  FROM pg_class WHERE oid = @FROM_TEXT@::regclass\n\\gexec";
    static const struct {
        const char *word, *from;
    } rights[] = {{"COPY_RIGHTS_HISTORY", "@HISTORY@"}, {"COPY_RIGHTS_OLD", "@OLD@"}};

    for (guint i = 0; i < G_N_ELEMENTS(rights); i++) {
        set(words, "FROM_TEXT", pga_quote_literal(g_hash_table_lookup(words, rights[i].from)));
        set(words, rights[i].word, pga_online_fill(template, words));
    }
}

/* An SQL expression: @moment, a timestamp in UTC, as a literal of the key's type. */
static char *
bound_of(const PgaDesignPartitioning *partitioning, const char *moment)
{
    static const struct {
        const char *kind, *before, *after;
    } kinds[] = {
        {"date", "to_char(", ", 'YYYY-MM-DD')"},
        {"timestamp", "to_char(", ", 'YYYY-MM-DD HH24:MI:SS')"},
        {"timestamptz", "to_char(", ", 'YYYY-MM-DD HH24:MI:SS\"+00\"')"},
        {"uuid", "(lpad(to_hex((extract(epoch FROM ",
         ") * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid::text"},
    };
    const char *kind = pga_partition_kind(partitioning);
    guint i = 0;

    while (i + 1 < G_N_ELEMENTS(kinds) && strcmp(kinds[i].kind, kind) != 0)
        i++;
    return g_strconcat(kinds[i].before, moment, kinds[i].after, NULL);
}

/* (transfer full): the key's value, @value, as a timestamp in UTC. */
static char *
moment_of(const PgaDesignPartitioning *partitioning, const char *value)
{
    const char *kind = pga_partition_kind(partitioning);

    if (strcmp(kind, "timestamptz") == 0)
        return g_strdup_printf("(%s AT TIME ZONE 'UTC')", value);
    if (strcmp(kind, "uuid") == 0)
        return g_strdup_printf("(to_timestamp((('x' || lpad(substr(replace(%s::text, '-', ''), 1, "
                               "12), 16, '0'))::bit(64)::bigint) / 1000.0) AT TIME ZONE 'UTC')",
                               value);
    return g_strdup_printf("(%s::timestamp)", value);
}

/* (transfer full): partitions of @parent from its oldest row to those ahead. */
static char *
ranges_of(const PgaDesignPartitioning *partitioning, const char *parent, const char *prefix,
          const char *oldest)
{
    const char *unit = pga_partition_step_unit(partitioning);
    g_autofree char *low = bound_of(partitioning, "moment"),
                    *high = bound_of(partitioning, "moment + step");
    g_autofree char *prefix_text = pga_quote_literal(prefix);
    g_autofree char *parent_text = pga_quote_literal(parent);

    return g_strdup_printf(
        "SELECT format('CREATE TABLE %%I PARTITION OF %%s FOR VALUES FROM (%%L) TO (%%L)',\n"
        "              %s || to_char(moment, '%s'), %s, %s,\n              %s)\n"
        "  FROM (SELECT interval '%s' AS step) s\n"
        " CROSS JOIN LATERAL generate_series(date_trunc('%s', coalesce(%s, now() AT TIME ZONE "
        "'UTC')),\n"
        "     date_trunc('%s', now() AT TIME ZONE 'UTC') + %u * step, step) moment\n"
        " ORDER BY moment\n\\gexec\n",
        prefix_text, pga_partition_suffix(partitioning), parent_text, low, high,
        partitioning->interval, unit, oldest, unit, partitioning->premake);
}

static char *
oldest_of(const PgaDesignPartitioning *partitioning, const char *column)
{
    g_autofree char *relation = pga_ddl_relation(partitioning->table->name);
    g_autofree char *key = pga_quote_identifier(column);
    g_autofree char *value =
        g_strdup_printf("(SELECT %s FROM %s ORDER BY %s LIMIT 1)", key, relation, key);

    return moment_of(partitioning, value);
}

/* (transfer full): all partitions of the new table. */
static char *
partitions_of(const PgaDesignPartitioning *partitioning, const char *parent)
{
    GString *sql = g_string_new(NULL);
    g_autofree char *prefix = pga_partition_prefix(partitioning->table->name);

    if (partitioning->method == PGA_PARTITION_RANGE) {
        g_autofree char *oldest = oldest_of(partitioning, partitioning->column);
        g_autofree char *ranges = ranges_of(partitioning, parent, prefix, oldest);

        g_string_append(sql, ranges);
    } else {
        pga_partition_append_static(sql, partitioning, parent);
    }
    for (guint i = 0; partitioning->sub_column && i < partitioning->values->len; i++) {
        g_autofree char *oldest = oldest_of(partitioning, partitioning->sub_column);
        g_autofree char *name = pga_partition_value_name(partitioning, i);
        g_autofree char *relation = pga_ddl_relation(name);
        g_autofree char *of_value = pga_partition_prefix(name);
        g_autofree char *ranges = ranges_of(partitioning, relation, of_value, oldest);

        g_string_append(sql, ranges);
    }
    return g_string_free(sql, FALSE);
}

GHashTable *
pga_online_words(const PgaDesignPartitioning *partitioning)
{
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const PgaDesignTable *table = partitioning->table;
    g_autofree char *cut =
        g_strdup_printf("date_trunc('%s', now() AT TIME ZONE 'UTC') + 2 * interval '%s'",
                        pga_partition_step_unit(partitioning),
                        partitioning->interval ? partitioning->interval : "1 month");

    set_names(words, table);
    set(words, "KEY", pga_quote_identifier(partitioning->column));
    set(words, "METHOD", g_strdup(pga_partition_method_name(partitioning->method)));
    set(words, "CUT", bound_of(partitioning, cut));
    set(words, "COLUMNS", columns_of(table, ""));
    set(words, "NEW_VALUES", columns_of(table, "NEW."));
    set(words, "MATCH", match_of(table));
    set(words, "CHECKS", checks_of(table, g_hash_table_lookup(words, "@TABLE@")));
    set(words, "REFERENCES", references_of(table, g_hash_table_lookup(words, "@TABLE@")));
    set(words, "REFERENCES_NEW", references_of(table, g_hash_table_lookup(words, "@NEW@")));
    set_identity(words, table);
    set_rights(words);
    set(words, "PARTITIONS", partitions_of(partitioning, g_hash_table_lookup(words, "@NEW@")));
    return words;
}
