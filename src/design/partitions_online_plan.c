/* partitioning/TABLE.md: how an existing table is moved into its partitions while it is in use, and
 * the SQL of both ways. */
#include <base/text.h>
#include <string.h>

#include "ddl_internal.h"
#include "ddl_partitions_internal.h"
#include "partitions_internal.h"
#include "partitions_online_internal.h"

/** A table that refers to the one that moves. */
typedef struct {
    const PgaDesignTable *table;
    const PgaDesignReference *reference;
} Child;

/* (transfer full): of Child */
static GArray *
children_of(const PgaArchitecture *architecture, const PgaDesignTable *table)
{
    GArray *children = g_array_new(FALSE, FALSE, sizeof(Child));

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *other = g_ptr_array_index(architecture->tables, i);

        for (guint j = 0; j < other->references->len; j++) {
            const Child child = {other, g_ptr_array_index(other->references, j)};

            if (!child.reference->is_dropped && strcmp(child.reference->table, table->name) == 0)
                g_array_append_val(children, child);
        }
    }
    return children;
}

static guint
place_of(const GPtrArray *columns, const char *name)
{
    guint i = 0;

    while (i < columns->len && strcmp(g_ptr_array_index(columns, i), name) != 0)
        i++;
    return i;
}

static void
set(GHashTable *words, const char *word, char *value)
{
    g_hash_table_insert(words, g_strdup_printf("@%s@", word), value);
}

/* Adds the words of one copied column; FALSE: the child had it before. */
static gboolean
set_child(GHashTable *words, const Child *child, const char *key)
{
    const GPtrArray *columns = child->reference->columns;
    const guint place = place_of(child->reference->referenced_columns, key);
    const char *copy = place < columns->len ? g_ptr_array_index(columns, place) : NULL;
    const PgaDesignColumn *column = copy ? pga_design_table_column(child->table, copy) : NULL;
    g_autofree char *prefix = pga_partition_prefix(child->table->name);
    g_autofree char *fill = g_strdup_printf("%s_fill%u", prefix, place);
    char *relation = NULL;

    if (!column || place == 0 || column->attribute)
        return FALSE;
    relation = pga_ddl_relation(child->table->name);
    set(words, "CHILD", relation);
    set(words, "CHILD_TEXT", pga_quote_literal(relation));
    set(words, "COPY", pga_quote_identifier(copy));
    set(words, "TYPE", g_strdup(column->type));
    set(words, "FILL", pga_quote_identifier(fill));
    set(words, "REFERRING", pga_quote_identifier(g_ptr_array_index(columns, 0)));
    set(words, "REFERRED",
        pga_quote_identifier(g_ptr_array_index(child->reference->referenced_columns, 0)));
    return TRUE;
}

/* (transfer full): what tables that refer need first. */
static char *
prepare_children(const PgaDesignPartitioning *partitioning, const GArray *children,
                 GHashTable *words)
{
    GString *sql = g_string_new(NULL);

    for (guint i = 0; i < children->len; i++) {
        const Child *child = &g_array_index(children, Child, i);

        if (child->table == partitioning->table || !set_child(words, child, partitioning->column))
            continue;
        {
            g_autofree char *text = pga_online_fill(pga_online_children_sql, words);
            g_autofree char *not_null = pga_online_fill(pga_online_child_not_null_sql, words);
            const PgaDesignColumn *column = pga_design_table_column(
                child->table, g_ptr_array_index(child->reference->columns, 0));

            g_string_append_printf(sql, "%s%s", text, column->not_null ? not_null : "");
        }
    }
    return g_string_free(sql, FALSE);
}

static void
set_child_keys(GHashTable *words, const GArray *children)
{
    GString *add = g_string_new(NULL), *validate = g_string_new(NULL);

    for (guint i = 0; i < children->len; i++) {
        const Child *child = &g_array_index(children, Child, i);
        g_autofree char *relation = pga_ddl_relation(child->table->name);
        g_autofree char *constraint = pga_ddl_reference(child->reference);
        g_autofree char *name = pga_quote_identifier(child->reference->name);

        g_string_append_printf(add, "ALTER TABLE %s ADD %s%s;\n", relation, constraint,
                               child->table->partitioning ? "" : " NOT VALID");
        if (!child->table->partitioning)
            g_string_append_printf(validate, "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n", relation,
                                   name);
    }
    set(words, "CHILD_KEYS", g_string_free(add, FALSE));
    set(words, "CHILD_VALIDATE", g_string_free(validate, FALSE));
}

/* (transfer full): a file that psql executes. */
static char *
script_of(const char *template, const char *children, GHashTable *words)
{
    g_autofree char *before = pga_online_fill(pga_online_preflight_sql, words);
    g_autofree char *middle = pga_online_fill(template, words);
    g_autofree char *after = pga_online_fill(pga_online_after_sql, words);

    return g_strconcat(before, children, middle, after, NULL);
}

static const char way_back_attach[] =
    "Before the swap: `DROP INDEX @PKEY_NEXT@; ALTER TABLE @TABLE@ DROP CONSTRAINT @RANGE@;`.\n"
    "After it, in one transaction, as long as no partition ahead has rows (otherwise copy these "
    "into @HISTORY@ first):\n\n"
    "```sql\nBEGIN;\nSET LOCAL lock_timeout = '3s';\n"
    "ALTER TABLE @TABLE@ DETACH PARTITION @HISTORY@;\n"
    "ALTER TABLE @TABLE@ RENAME TO @NEW@;\n"
    "ALTER TABLE @HISTORY@ RENAME TO @TABLE_NAME@;\n"
    "COMMIT;\n```\n\n"
    "Foreign keys that refer to it have to be made again on the old columns; identity values go on "
    "with `ALTER TABLE … ADD GENERATED … AS IDENTITY (START …)`.\n";

static const char way_back_copy[] =
    "Before the swap: `DROP TRIGGER @MIRROR@ ON @TABLE@; DROP FUNCTION @MIRROR@(); DROP TABLE "
    "@NEW@;`.\nAfter it @OLD@ still gets each change (the trigger works the other way round): in "
    "one transaction rename @TABLE@ to @NEW@ and @OLD@ to @TABLE@, move the identity on with "
    "setval(), make the foreign keys that refer to it again. When nobody wants to go back any "
    "more: drop the trigger @MIRROR@ and its function; dropping @OLD@, which removes the second "
    "copy of the data, is yours to decide.\n";

static const char document[] =
    "# Moving @TABLE@ into partitions while it is in use\n\n"
    "For a table @TABLE@ that is there already, as schema.sql has it but for the partitions. Try "
    "it on a copy first; it takes free disk of 1.2 (A: an index) to 2 times (B: a copy) the "
    "table.\n\n"
    "| | A: attach in place | B: copy with a trigger |\n|---|---|---|\n"
    "| when | RANGE by time: the history may stay one big partition that ages out | any key; the "
    "history is to be partitioned, too |\n"
    "| rows rewritten | none | all |\n"
    "| stops the table | milliseconds, at the swap | milliseconds, at the swap |\n"
    "| file | @A_FILE@ | @B_FILE@ |\n\n"
    "Steps of both: preflight (ends where triggers, policies, views or publications would be "
    "lost); tables that refer to it get a copy of the key, filled a megabyte of pages a "
    "transaction; the new primary key (@PK@); one short transaction under lock_timeout = 3s that "
    "swaps; foreign keys validated afterwards; ANALYZE. Wherever it ends early nothing is lost: "
    "see the way back.\n\n"
    "Locks: ADD CONSTRAINT … NOT VALID and the swap take ACCESS EXCLUSIVE for milliseconds; "
    "VALIDATE and CREATE INDEX CONCURRENTLY SHARE UPDATE EXCLUSIVE, beside reads and writes; the "
    "copy ROW SHARE.\n\n";

static void
append_variant(GString *text, const char *title, const char *sql, const char *way_back,
               GHashTable *words)
{
    g_autofree char *back = pga_online_fill(way_back, words);

    g_string_append_printf(text, "## %s\n\n```sql\n%s```\n\nThe way back. %s\n", title, sql, back);
}

static void
write_plan(PgaArchitecture *architecture, PgaDesignPartitioning *partitioning, const char *base)
{
    g_autoptr(GHashTable) words = pga_online_words(partitioning);
    g_autoptr(GArray) children = children_of(architecture, partitioning->table);
    g_autofree char *prepared = prepare_children(partitioning, children, words);
    const gboolean can_attach = partitioning->method == PGA_PARTITION_RANGE;
    g_autofree char *attach = g_strdup_printf("%s-attach.sql", base);
    g_autofree char *copy = g_strdup_printf("%s-copy.sql", base);
    g_autofree char *plan = g_strdup_printf("%s.md", base);
    g_autoptr(GString) text = NULL;
    g_autofree char *head = NULL;
    char *sql = NULL;

    set_child_keys(words, children);
    set(words, "A_FILE", g_strdup(can_attach ? attach : "not for this method"));
    set(words, "B_FILE", g_strdup(copy));
    head = pga_online_fill(document, words);
    text = g_string_new(head);
    if (can_attach) {
        sql = script_of(pga_online_attach_sql, prepared, words);
        append_variant(text, "A: attach in place", sql, way_back_attach, words);
        pga_architecture_put_file(architecture, attach, sql);
    }
    sql = script_of(pga_online_copy_sql, prepared, words);
    append_variant(text, "B: copy with a trigger", sql, way_back_copy, words);
    pga_architecture_put_file(architecture, copy, sql);
    g_free(partitioning->online_plan);
    partitioning->online_plan = g_strdup(text->str);
    pga_architecture_put_file(architecture, plan, g_strdup(text->str));
}

/* (transfer full): of letters and digits: "partitioning/orders", with a number where two would be
 * the same. */
static char *
base_of(const PgaDesignTable *table, guint number)
{
    GString *base = g_string_new("partitioning/");
    gboolean is_same = TRUE;

    for (const char *c = table->name; *c; c++) {
        const gboolean plain = g_ascii_islower(*c) || g_ascii_isdigit(*c) || *c == '_';

        is_same &= plain;
        g_string_append_c(base, plain ? *c : '_');
    }
    if (!is_same)
        g_string_append_printf(base, "-%u", number);
    return g_string_free(base, FALSE);
}

void
pga_design_online_plans(PgaArchitecture *architecture)
{
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        g_autofree char *base = base_of(table, i + 1);

        if (table->partitioning && table->partitioning->recommended &&
            pga_design_table_primary(table))
            write_plan(architecture, table->partitioning, base);
    }
}
