/* Reading requirements: each mapping is a table of its keys, each value read by what it is.
 * Messages begin with the path of what is wrong; details say the place and what is allowed. */
#pragma once
#include <base/yaml.h>
#include <model/requirements.h>

#include "yaml_field_internal.h"

G_BEGIN_DECLS

/** A value where it stands. */
typedef struct {
    PgaRequirements *requirements;
    const PgaYamlNode *node;
    const PgaYamlPath *at;
} PgaSpecValue;

/* FALSE with PGA_ERROR_INPUT. @out: what the field's offset points to; @with: the field's. */
typedef gboolean (*PgaSpecRead)(const PgaSpecValue *value, gpointer out, gconstpointer with,
                                GError **error);

typedef struct {
    const char *key; /* NULL ends a table */
    PgaSpecRead read;
    gsize offset;
    gconstpointer with;
    gssize place; /* offset of a PgaSpecPlace; 0: none is kept */
} PgaSpecField;

/** A word and what it stands for. */
typedef struct {
    const char *word; /* NULL ends a table; the first of a number is the one that messages list */
    gint64 number;
} PgaSpecWord;

typedef enum { PGA_SPEC_ANY, PGA_SPEC_POSITIVE } PgaSpecSign;

/* Whether nothing was said: empty, null or ~. */
gboolean pga_spec_is_nothing(const PgaYamlNode *node);

/* Always FALSE: "PATH "VALUE" FORMAT", detail: the place and @allowed (nullable, sentences). */
gboolean pga_spec_fail(const PgaSpecValue *value, const char *allowed, GError **error,
                       const char *format, ...) G_GNUC_PRINTF(4, 5);

/* The same without the value, at a place of its own (line 0: that of the value). */
gboolean pga_spec_fail_at(const PgaSpecValue *value, PgaSpecPlace place, const char *allowed,
                          GError **error, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Hints at the nearest of @known, NULL-terminated; nothing when none is near. */
void pga_spec_hint_closest(GError **error, const char *word, const char *const *known);
/* The same of names in a vector of char *. */
void pga_spec_hint_closest_of(GError **error, const char *word, const GPtrArray *known);

PgaSpecPlace pga_spec_place(const PgaYamlNode *node);
PgaSpecPlace pga_spec_key_place(const PgaYamlNode *mapping, guint i);

/* (transfer full): "entities.users.rows", "access_patterns[2]". */
char *pga_spec_path(const PgaYamlPath *at);

gboolean pga_spec_expect(const PgaSpecValue *value, PgaYamlKind kind, GError **error);

/* Reads the mapping @value by @fields into @into. */
gboolean pga_spec_fields(const PgaSpecValue *value, const PgaSpecField *fields, gpointer into,
                         GError **error);

/* Reads each member of a list, or the single value in its place. */
gboolean pga_spec_each(const PgaSpecValue *value, PgaSpecRead read, gpointer out, GError **error);

/* What is of its own reader's order: taken elsewhere. */
gboolean pga_spec_later(const PgaSpecValue *value, gpointer out, gconstpointer with,
                        GError **error);

/* Digits with "_", "," between groups, a fraction, an exponent; *rest: behind them and blanks.
 * FALSE when no number begins at @text. */
gboolean pga_spec_number(const char *text, double *number, const char **rest);
/* The same with k, M, G, B, T, "million" … behind it. */
gboolean pga_spec_count_text(const char *text, double *number, const char **rest);
/* Bytes from "500GB", "64G", "16Gi"; FALSE when it is none. */
gboolean pga_spec_bytes_text(const char *text, gboolean memory, gint64 *bytes);
/* Seconds from "15min", "24 months"; a number without a unit is @plain seconds long. */
gboolean pga_spec_duration_text(const char *text, double plain, double *seconds);

/* Readers. @out is what the comment says. */
gboolean pga_spec_rows(const PgaSpecValue *value, gpointer out, gconstpointer with,
                       GError **error); /* double */
gboolean pga_spec_rate(const PgaSpecValue *value, gpointer out, gconstpointer with,
                       GError **error); /* double: per second */
gboolean pga_spec_milliseconds(const PgaSpecValue *value, gpointer out, gconstpointer with,
                               GError **error); /* double */
gboolean pga_spec_seconds(const PgaSpecValue *value, gpointer out, gconstpointer with,
                          GError **error); /* double */
gboolean pga_spec_share_of_one(const PgaSpecValue *value, gpointer out, gconstpointer with,
                               GError **error); /* double, 0 to 1 */
gboolean pga_spec_growth_share(const PgaSpecValue *value, gpointer out, gconstpointer with,
                               GError **error); /* double, per year */
gboolean pga_spec_storage_bytes(const PgaSpecValue *value, gpointer out, gconstpointer with,
                                GError **error); /* gint64 */
gboolean pga_spec_storage_size(const PgaSpecValue *value, gpointer out, gconstpointer with,
                               GError **error); /* double: bytes */
gboolean pga_spec_memory_bytes(const PgaSpecValue *value, gpointer out, gconstpointer with,
                               GError **error); /* gint64 */
gboolean pga_spec_integer(const PgaSpecValue *value, gpointer out, gconstpointer with,
                          GError **error); /* gint64, 1 or more */
gboolean pga_spec_signed(const PgaSpecValue *value, gpointer out, gconstpointer with,
                         GError **error); /* double */
gboolean pga_spec_flag(const PgaSpecValue *value, gpointer out, gconstpointer with,
                       GError **error); /* gboolean */
gboolean pga_spec_no_flag(const PgaSpecValue *value, gpointer out, gconstpointer with,
                          GError **error); /* gboolean, the opposite */
gboolean pga_spec_three(const PgaSpecValue *value, gpointer out, gconstpointer with,
                        GError **error); /* gint64: 0, 1 */
gboolean pga_spec_text(const PgaSpecValue *value, gpointer out, gconstpointer with,
                       GError **error); /* char * */
gboolean pga_spec_name(const PgaSpecValue *value, gpointer out, gconstpointer with,
                       GError **error); /* char *: a name of SQL */
gboolean pga_spec_names(const PgaSpecValue *value, gpointer out, gconstpointer with,
                        GError **error); /* GPtrArray *: names, of a list or "a, b" */
gboolean pga_spec_texts(const PgaSpecValue *value, gpointer out, gconstpointer with,
                        GError **error); /* GPtrArray *: texts of a list, or one */
gboolean pga_spec_word(const PgaSpecValue *value, gpointer out, gconstpointer with,
                       GError **error); /* int (an enum) by the PgaSpecWord table @with */
gboolean pga_spec_word64(const PgaSpecValue *value, gpointer out, gconstpointer with,
                         GError **error); /* gint64 */

/* FALSE unless @name can be one of SQL: not empty, 63 bytes at most, no control character, no dot.
 */
gboolean pga_spec_check_name(const PgaSpecValue *value, const char *name, PgaSpecPlace place,
                             GError **error);

/* Parts of the file. */
gboolean pga_spec_volume(const PgaSpecValue *value, gpointer out, gconstpointer with,
                         GError **error);
gboolean pga_spec_availability(const PgaSpecValue *value, gpointer out, gconstpointer with,
                               GError **error);
gboolean pga_spec_deployment(const PgaSpecValue *value, gpointer out, gconstpointer with,
                             GError **error);
gboolean pga_spec_sharding(const PgaSpecValue *value, gpointer out, gconstpointer with,
                           GError **error);
gboolean pga_spec_entities(const PgaSpecValue *value, gpointer out, gconstpointer with,
                           GError **error);
gboolean pga_spec_attributes(const PgaSpecValue *value, gpointer out, gconstpointer with,
                             GError **error); /* GPtrArray * of attributes */
gboolean pga_spec_relationships(const PgaSpecValue *value, gpointer out, gconstpointer with,
                                GError **error);
gboolean pga_spec_rules(const PgaSpecValue *value, gpointer out, gconstpointer with,
                        GError **error);
gboolean pga_spec_patterns(const PgaSpecValue *value, gpointer out, gconstpointer with,
                           GError **error);

extern const PgaSpecWord pga_spec_delete_actions[];

/* What an attribute's word means. */
gboolean pga_spec_meaning(const PgaSpecValue *value, const char *written,
                          PgaSpecAttribute *attribute, GError **error);
/* Takes the stronger of two meanings: a reference before a list of values before a type. */
void pga_spec_take_meaning(PgaSpecAttribute *attribute, PgaMeaning meaning);

/* Whether the entity exists; the volume's names and entities are all known by then. */
PgaSpecEntity *pga_spec_find_entity(const PgaSpecValue *value, const char *name, PgaSpecPlace place,
                                    GError **error);
/* The same, but a name that is near no other declares an entity known by name only, with a note. */
PgaSpecEntity *pga_spec_need_entity(const PgaSpecValue *value, const char *name, PgaSpecPlace place,
                                    GError **error);
/* The same of an attribute of @entity. */
gboolean pga_spec_need_attribute(const PgaSpecValue *value, PgaSpecEntity *entity, const char *name,
                                 PgaSpecPlace place, GError **error);
/* Whether "attribute", "attribute.attribute" leads somewhere from @entity. TRUE where entities are
 * known by name only. */
gboolean pga_spec_check_path(const PgaSpecValue *value, const PgaSpecEntity *entity,
                             const char *path, PgaSpecPlace place, GError **error);
/* What entities name: keys, references, tenants. */
gboolean pga_spec_check_entities(const PgaSpecValue *value, GError **error);

G_END_DECLS
