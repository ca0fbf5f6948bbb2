/* What the fields of the model's structs are. From one description come freeing, the snapshot's
 * reading and writing, the comparison of two sources, rates between two snapshots, anonymisation.
 */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef guint32 PgaOid; /* 0 is InvalidOid */

typedef enum {
    PGA_FIELD_BOOL,    /* gboolean */
    PGA_FIELD_CHAR,    /* char; 0: none */
    PGA_FIELD_INT16,   /* gint16 */
    PGA_FIELD_INT32,   /* gint32, guint, enums */
    PGA_FIELD_INT64,   /* gint64 */
    PGA_FIELD_DOUBLE,  /* double; may be NAN */
    PGA_FIELD_OID,     /* PgaOid */
    PGA_FIELD_ID,      /* guint64 */
    PGA_FIELD_STRING,  /* char *, owned; NULL: none */
    PGA_FIELD_STRINGS, /* GPtrArray * of char *, owned; NULL: none */
    PGA_FIELD_INT16S,  /* GArray * of gint16; NULL: none */
    PGA_FIELD_OIDS,    /* GArray * of PgaOid; NULL: none */
    PGA_FIELD_DOUBLES, /* GArray * of double; NULL: none */
    PGA_FIELD_RECORD,  /* a struct in the struct */
    PGA_FIELD_POINTER, /* a struct of its own, owned; NULL: none */
    PGA_FIELD_RECORDS, /* GPtrArray * of pointers to structs, owned; never NULL */
    PGA_FIELD_STRUCTS, /* GArray * of structs that own nothing; never NULL */
    PGA_FIELD_LINKS,   /* GPtrArray * of what others own: found anew, never written; never NULL */
} PgaFieldType;

/** What a field says, for those who compare, subtract or anonymise. */
typedef enum {
    PGA_MEANING_FACT,       /* part of what the database is: compared */
    PGA_MEANING_OID,        /* an address: differs between two databases of the same schema */
    PGA_MEANING_IDENTIFIER, /* a name that a user gave */
    PGA_MEANING_SQL,        /* text of SQL, with names and constants */
    PGA_MEANING_VALUE,      /* values of columns, as text */
    PGA_MEANING_TEXT,       /* other text that may name things: comments, paths, addresses */
    PGA_MEANING_MEASURE,    /* a size, an age, a state of the moment: not part of the schema */
    PGA_MEANING_COUNTER,    /* counts up since the statistics were reset */
} PgaFieldMeaning;

typedef struct PgaRecordType PgaRecordType;

typedef struct {
    const char *name;
    PgaFieldType type;
    PgaFieldMeaning meaning;
    gsize offset;
    const PgaRecordType *record; /* of RECORD, POINTER, RECORDS, STRUCTS */
} PgaField;

struct PgaRecordType {
    const char *name; /* "relation" */
    gsize size;
    const PgaField *fields;
    guint n_fields;
    void (*init)(gpointer record); /* (nullable): what is not zero in a new one */
};

/* A line of a table of fields; and the table's type. */
#define PGA_FIELD_NAMED(label, type, member, kind, meaning)                                        \
    {                                                                                              \
        label, PGA_FIELD_##kind, PGA_MEANING_##meaning, G_STRUCT_OFFSET(type, member), NULL        \
    }
#define PGA_FIELD_OF_NAMED(label, type, member, kind, of)                                          \
    {                                                                                              \
        label, PGA_FIELD_##kind, PGA_MEANING_FACT, G_STRUCT_OFFSET(type, member), &(of)            \
    }
#define PGA_FIELD(type, member, kind, meaning) PGA_FIELD_NAMED(#member, type, member, kind, meaning)
#define PGA_FIELD_OF(type, member, kind, of)   PGA_FIELD_OF_NAMED(#member, type, member, kind, of)
#define PGA_RECORD_TYPE_INIT(label, type, table, init)                                             \
    {                                                                                              \
        label, sizeof(type), table, G_N_ELEMENTS(table), init                                      \
    }
#define PGA_RECORD_TYPE(label, type, table) PGA_RECORD_TYPE_INIT(label, type, table, NULL)

/* Zeroed but for what its type's init says, its lists empty. */
gpointer pga_record_new(const PgaRecordType *type);

/* A new one, appended to @list. */
gpointer pga_record_add(GPtrArray *list, const PgaRecordType *type);

/* (transfer full): everything that it owns copied, its LINKS empty. */
gpointer pga_record_copy(const PgaRecordType *type, gconstpointer record);

/* What it owns, and the struct itself. */
void pga_record_free(const PgaRecordType *type, gpointer record);

G_END_DECLS
