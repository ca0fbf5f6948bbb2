/* YAML as a tree whose nodes know where they stand, read with libyaml. Outside data: no aliases, no
 * custom tags, at most 64 levels, 100,000 nodes, 4 MiB; duplicate keys are refused. JSON is read
 * too (a subset). */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef enum { PGA_YAML_SCALAR, PGA_YAML_SEQUENCE, PGA_YAML_MAPPING } PgaYamlKind;

typedef struct PgaYamlNode PgaYamlNode;

struct PgaYamlNode {
    PgaYamlKind kind;
    guint line;             /* 1-based */
    guint column;           /* 1-based */
    char *scalar;           /* the text; NULL unless a scalar */
    gboolean quoted;        /* a quoted or block scalar: never null, number or boolean */
    GPtrArray *keys;        /* of char *, in file order; NULL unless a mapping */
    GPtrArray *key_at;      /* of guint line numbers (GPOINTER_TO_UINT); NULL unless a mapping */
    GPtrArray *key_columns; /* the same of columns */
    GPtrArray *values;      /* of PgaYamlNode *; NULL for a scalar */
};

/* (transfer full) (nullable): NULL with PGA_ERROR_INPUT, detail "FILE, line N, column M." An empty
 * text is an empty mapping. @name is what messages call the text. */
PgaYamlNode *pga_yaml_parse(const char *text, gsize length, const char *name, GError **error);

typedef struct {
    gsize max_bytes;
    guint max_nodes;
} PgaYamlLimits;

/* The same for texts that may be larger, or must be smaller. */
PgaYamlNode *pga_yaml_parse_limited(const char *text, gsize length, const char *name,
                                    const PgaYamlLimits *limits, GError **error);

void pga_yaml_free(PgaYamlNode *node);

/* (nullable): the value of @key in a mapping, NULL if absent. Borrowed. */
const PgaYamlNode *pga_yaml_get(const PgaYamlNode *mapping, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaYamlNode, pga_yaml_free)

G_END_DECLS
