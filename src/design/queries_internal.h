/* An access pattern on its way to a statement. */
#pragma once
#include <design/values.h>
#include <glib.h>
#include <model/architecture.h>
#include <model/catalog.h>

G_BEGIN_DECLS

/** A table of the statement besides the first one, and how it is joined. */
typedef struct {
    const PgaDesignTable *table;
    char *alias; /* its name in the statement, unquoted */
    char *on;    /* condition, complete */
} PgaQueryJoin;

/** A column as the statement names it. */
typedef struct {
    const PgaDesignTable *table;
    const PgaDesignColumn *column;
    char *sql;       /* qualified where it has to be; with -> where a key of a document is meant */
    gboolean is_key; /* of a document: sql is text */
} PgaQueryColumn;

typedef struct {
    PgaArchitecture *architecture;
    const PgaSpecPattern *pattern;
    const PgaDesignTable *table; /* the first one */
    GPtrArray *joins;            /* of PgaQueryJoin * */
    GPtrArray *values;           /* of char * (nullable): SQL in the place of $1 … */
    GPtrArray *variants;         /* of char * (nullable): of another call */
    GString *order;              /* what has to be sorted by: of "near" */
    gboolean qualifies;          /* columns are written with their table */
    gboolean unkeyed;            /* the partition key is not added */
    const char *key_added;       /* (nullable): the partition key that was */
    char *failure;               /* (nullable) */
} PgaQueryDraft;

void pga_query_column_clear(PgaQueryColumn *column);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaQueryColumn, pga_query_column_clear)

/* queries_columns.c: what @path ("placed_at", "user.country", "settings->theme") means; joins what
 * it leads through. FALSE: draft->failure says why not. */
gboolean pga_query_find_column(PgaQueryDraft *draft, const char *path, PgaQueryColumn *column);
/* Joins an entity's table, by a reference from or to what is there. FALSE with draft->failure. */
gboolean pga_query_join_entity(PgaQueryDraft *draft, const char *entity);
/* (nullable): of the entity's name, or the table's. */
const PgaDesignTable *pga_query_table(const PgaArchitecture *architecture, const char *entity);
/* (transfer full): as SQL names it. */
char *pga_query_relation(const PgaDesignTable *table);

/* queries_conditions.c: appends the pattern's conditions. */
gboolean pga_query_add_where(PgaQueryDraft *draft, GString *where);
/* Takes the SQL of a value (nullable) and of another one. Its number. */
guint pga_query_add_value(PgaQueryDraft *draft, char *value, char *variant);
/* Appends $n for a value that @column is set to. */
void pga_query_add_set(PgaQueryDraft *draft, GString *sql, const PgaDesignColumn *column);

/* queries_keys.c: whether the pattern finds rows by the primary key of @table, or by the key that
 * its rows refer to, and nothing else, and nobody stated it: whoever has that key has @column, the
 * time that belongs to it where it is partitioned, too. */
gboolean pga_query_is_by_key(const PgaSpecPattern *pattern, const PgaDesignTable *table,
                             const char *column);
/* Appends the partition key to the conditions of such a pattern. */
void pga_query_add_partition_key(PgaQueryDraft *draft, GString *where);

/* queries_parts.c: the statement. FALSE with draft->failure. */
gboolean pga_query_write(PgaQueryDraft *draft, GString *sql);

/** What a parameter is compared with. */
typedef struct {
    const PgaDesignTable *table;
    const PgaDesignColumn *column;
    const char *operator_; /* (nullable): equality */
    guint item;
    gboolean has_other;  /* another parameter bounds it from the other side */
    gboolean is_writing; /* UPDATE, DELETE */
} PgaQueryCompared;

/* queries_values.c: (transfer full): a typical value as SQL; another one with @variant. */
char *pga_query_typical(const PgaQueryCompared *compared, guint variant);
/* -1 below, 1 above, 0 neither. */
int pga_query_direction(const char *operator_, guint item);
/* Values for those parameters that have none yet, by what they are compared with. */
void pga_query_fill_values(const PgaArchitecture *architecture, const char *sql, char command,
                           GPtrArray *values, GPtrArray *variants);

/* queries_moved.c: the text of @query where it names what the design moved, as far as that is
 * simple; its origin says so. Else it stays. */
void pga_query_rewrite_moved(PgaQueryDraft *draft, PgaDesignQuery *query);

G_END_DECLS
