/* Reading YAML whose shape is known: every complaint says file, line, column and key. */
#pragma once
#include <base/yaml.h>

/** Where a value stands: the keys from the root to it are told in messages. */
typedef struct PgaYamlPath PgaYamlPath;
struct PgaYamlPath {
    const PgaYamlPath *above; /* NULL at the root */
    const char *key;          /* of the root: the file's name */
};

/* (nullable): the tree of the file @path; NULL with PGA_ERROR_INPUT */
PgaYamlNode *pga_yaml_field_read(const char *path, GError **error);

/* Sets the detail "FILE, line N, column M, key a.b.c." */
void pga_yaml_field_place(const PgaYamlPath *at, guint line, guint column, GError **error);

/* Whether nothing was written behind a key: the section counts as absent. */
gboolean pga_yaml_field_is_empty(const PgaYamlNode *node);

/* FALSE with PGA_ERROR_INPUT unless @node is of @kind. */
gboolean pga_yaml_field_expect(const PgaYamlNode *node, PgaYamlKind kind, const PgaYamlPath *at,
                               GError **error);

/**
 * pga_yaml_field_unknown:
 * @what: "key", "rule"
 * @known: NULL-terminated
 *
 * PGA_ERROR_INPUT for the @i-th key of @mapping, with the nearest of @known, or all, as the hint.
 */
void pga_yaml_field_unknown(const PgaYamlNode *mapping, guint i, const char *what,
                            const char *const *known, const PgaYamlPath *at, GError **error);
