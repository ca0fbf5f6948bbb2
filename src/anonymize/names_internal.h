/* What becomes of an identifier. One word has one pseudonym, whatever it names: so a text of SQL
 * stays right when its words are replaced one by one. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

#include "key_internal.h"

G_BEGIN_DECLS

/** What a word was first met as: the beginning of its pseudonym. */
typedef enum {
    PGA_NAME_SCHEMA,
    PGA_NAME_TABLE,
    PGA_NAME_COLUMN,
    PGA_NAME_INDEX,
    PGA_NAME_CONSTRAINT,
    PGA_NAME_SEQUENCE,
    PGA_NAME_TYPE,
    PGA_NAME_FUNCTION,
    PGA_NAME_TRIGGER,
    PGA_NAME_POLICY,
    PGA_NAME_ROLE,
    PGA_NAME_OTHER,
} PgaNameKind;

typedef struct PgaNameMap PgaNameMap;

/* @snapshot: its extensions' names and members stay as they are; not kept. */
PgaNameMap *pga_name_map_new(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key);
void pga_name_map_free(PgaNameMap *map);

/* Whether @word, an identifier as the catalogs have it (without quotes, folded), says nothing of
 * whose database it is: PostgreSQL's or an extension's own. */
gboolean pga_name_is_own(const PgaNameMap *map, const char *word);
/* The same as PgaOwnWords asks; @map: a PgaNameMap. */
gboolean pga_name_is_own_word(gconstpointer map, const char *word);

/* (transfer full): the pseudonym of one identifier: at most 63 bytes, no keyword, never in need of
 * quotes unless it stays as it is. Never NULL; "" stays. */
char *pga_name_map(PgaNameMap *map, PgaNameKind kind, const char *word);

/* (nullable): the pseudonym that @word was given before; NULL when it never was. Borrowed. */
const char *pga_name_known(const PgaNameMap *map, const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaNameMap, pga_name_map_free)

G_END_DECLS
