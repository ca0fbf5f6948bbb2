/* What a clone needs of a database besides its relations (model/catalog.h): everything that has a
 * definition of its own, who owns what, and what depends on what. Plain data, owned by PgaObjects.
 */
#pragma once
#include <glib.h>
#include <model/catalog.h>
#include <model/schema.h>

G_BEGIN_DECLS

/** An object as pg_depend addresses it: the oid of its catalog, then its own. */
typedef guint64 PgaObjectId;

/* Fixed oids of catalogs (src/include/catalog/pg_*.h, PostgreSQL 9.6-18). */
typedef enum {
    PGA_CLASS_TYPE = 1247,
    PGA_CLASS_ROUTINE = 1255,
    PGA_CLASS_RELATION = 1259, /* tables, views, sequences */
    PGA_CLASS_CAST = 2605,
    PGA_CLASS_OPCLASS = 2616,
    PGA_CLASS_OPERATOR = 2617,
    PGA_CLASS_RULE = 2618,
    PGA_CLASS_TRIGGER = 2620,
    PGA_CLASS_OPFAMILY = 2753,
    PGA_CLASS_POLICY = 3256,
    PGA_CLASS_STATISTICS = 3381,
    PGA_CLASS_COLLATION = 3456,
    PGA_CLASS_TS_DICTIONARY = 3600,
    PGA_CLASS_TS_CONFIGURATION = 3602,
} PgaObjectClass;

#define PGA_OBJECT_ID(classid, oid) (((PgaObjectId)(classid) << 32) | (PgaOid)(oid))
#define PGA_OBJECT_CLASS(id)        ((PgaObjectClass)((id) >> 32))
#define PGA_OBJECT_OID(id)          ((PgaOid)((id)&G_MAXUINT32))

/** Anything with a definition that is not in the Catalog: views, routines, policies, …
 *
 * A definition names everything with its schema but what is in pg_catalog. Several statements are
 * parted by a parser (bodies and literals have ";\n" too) or sent as one simple query. A string
 * body names what may not be there yet: check_function_bodies is to be off. A superuser is needed
 * for LEAKPROOF and SUPPORT, operator classes and families, aggregates on "internal", casts WITHOUT
 * FUNCTION. */
typedef struct {
    PgaObjectId id;
    char *name;       /* as shown: pg_describe_object(): "function public.f(integer)" */
    char *nspname;    /* (nullable): of what has a schema of its own */
    char *objname;    /* (nullable): the bare name that a statement would use */
    PgaOid relation;  /* of a policy, trigger, rule, statistics object: its relation; 0 */
    char *definition; /* (nullable): complete statements, separated by ";\n" when several */
    char *obstacle;   /* (nullable): why it cannot be rebuilt; then definition is NULL */
    char *owner;      /* (nullable): a role */
    char *acl;        /* (nullable): as text of aclitem[]; NULL: the default */
} PgaObject;

/** @dependent cannot be made, or not whole, without @referenced. Both are objects of users, here as
 * PgaObject or PgaRelationExtra; what an extension brings is not. Parts are counted to their whole:
 * a column, a default, an index or a constraint to its relation, a rule of a view (ON SELECT) to
 * the view, a relation's row type and array types to the relation or the element type.
 *
 * A view that groups by a primary key needs that constraint, but depends on the relation only: keys
 * are to be made with their table. Nobody depends on a cast, which an expression finds by its two
 * types. Views can go round in a circle. */
typedef struct {
    PgaObjectId dependent, referenced;
    gboolean late; /* by a default, constraint, index or policy: made after all tables and routines
                    */
} PgaDependency;

typedef struct {
    char *rolname;
    gboolean rolsuper, rolinherit, rolbypassrls, rolcanlogin;
    gboolean rolcreaterole, rolcreatedb, rolreplication;
    gint32 rolconnlimit;   /* -1 none */
    gboolean has_validity; /* VALID UNTIL is set */
    char password;         /* m md5, s SCRAM, o other, 0 none, ? not readable */
    GPtrArray *member_of;  /* of char *: roles, sorted */
} PgaRole;

typedef struct {
    char *spcname;
    char *options; /* (nullable): array text of spcoptions: "{random_page_cost=1.1}" */
} PgaTablespace;

/** One row's element of pg_db_role_setting. */
typedef struct {
    char *rolname;        /* (nullable): every role */
    gboolean in_database; /* only in this database */
    char *name, *value;
} PgaRoleSetting;

/** A row of pg_enum. Hashes are of its oid: a hash-partitioned table's rows stay where they are
 * only with the source's own. */
typedef struct {
    PgaOid type, oid;
    char *sortorder; /* as text of float4 */
    char *label;
} PgaEnumLabel;

/** What a relation has besides what the Catalog says. */
typedef struct {
    PgaOid oid;
    char relkind; /* r, p, m, f, v view, S sequence, i index, I partitioned index */
    char *nspname, *relname;
    char *owner;
    char *acl;        /* (nullable): array text of aclitem[] */
    char *tablespace; /* (nullable): not the database's default */
    char *reloptions; /* (nullable): array text: "{fillfactor=70}" */
    char *amname;     /* (nullable): table access method that is not heap */
    GArray *parents;  /* of PgaOid: in inhseqno's order (inheritance, or one for a partition) */
    gint16 relnatts;  /* columns, dropped ones among them: INSERT's plans show these */
    gboolean relrowsecurity, relforcerowsecurity;
} PgaRelationExtra;

/** A column's own: ACL, and what ALTER COLUMN SET (…) and SET STATISTICS said. */
typedef struct {
    PgaOid relation;
    char *attname;
    char *acl;            /* (nullable) */
    char *attoptions;     /* (nullable): array text: "{n_distinct=-0.5}" */
    gint32 attstattarget; /* -1: the default */
} PgaAttributeExtra;

typedef struct {
    char *nspname, *owner, *acl; /* acl (nullable) */
} PgaNamespace;

typedef struct {
    char *encoding;        /* "UTF8" */
    char *collate;         /* datcollate */
    char *ctype;           /* datctype */
    char provider;         /* 'c' libc, 'i' icu, 'b' builtin */
    char *locale;          /* (nullable): of icu or builtin */
    char *icu_rules;       /* (nullable) */
    char *tablespace;      /* (nullable): the database's own when it is not pg_default */
    GPtrArray *objects;    /* of PgaObject *, by id */
    GArray *dependencies;  /* of PgaDependency, by dependent, then referenced */
    GPtrArray *relations;  /* of PgaRelationExtra *, by oid */
    GPtrArray *attributes; /* of PgaAttributeExtra *, only those that have something; by relation */
    GPtrArray *namespaces; /* of PgaNamespace *, by name; users' and public */
    GPtrArray *roles;      /* of PgaRole *, by name; without pg_* */
    GPtrArray *tablespaces; /* of PgaTablespace *, by name; without pg_* unless they have options */
    GPtrArray *role_settings; /* of PgaRoleSetting * */
    GPtrArray *enum_labels;   /* of PgaEnumLabel *, by type, then in the type's order */
    PgaSchema *schema;        /* the same objects, and others, as rules ask about them */
    /*< private >*/
    GHashTable *object_by_id; /* keys are borrowed from the objects */
    GHashTable *relation_by_oid;
} PgaObjects;

extern const PgaRecordType pga_object_type, pga_dependency_type, pga_relation_extra_type,
    pga_attribute_extra_type, pga_namespace_type, pga_role_type, pga_tablespace_type,
    pga_role_setting_type, pga_enum_label_type, pga_objects_type;

PgaObjects *pga_objects_new(void);
void pga_objects_free(PgaObjects *objects);

/* Builders: zeroed, already in its vector. */
PgaObject *pga_objects_add(PgaObjects *objects, PgaObjectId id);
PgaRelationExtra *pga_objects_add_relation(PgaObjects *objects, PgaOid oid);
PgaAttributeExtra *pga_objects_add_attribute(PgaObjects *objects, PgaOid relation);
PgaNamespace *pga_objects_add_namespace(PgaObjects *objects, const char *nspname);
PgaRole *pga_objects_add_role(PgaObjects *objects, const char *rolname);
PgaTablespace *pga_objects_add_tablespace(PgaObjects *objects, const char *spcname);
PgaRoleSetting *pga_objects_add_role_setting(PgaObjects *objects, const char *name);
PgaEnumLabel *pga_objects_add_enum_label(PgaObjects *objects, PgaOid type, PgaOid oid);

/* Sorts every vector but enum_labels. Call once, before the lookups. */
void pga_objects_finish(PgaObjects *objects);

/* Lookups: NULL when absent. */
PgaObject *pga_objects_lookup(const PgaObjects *objects, PgaObjectId id);
PgaRelationExtra *pga_objects_relation(const PgaObjects *objects, PgaOid oid);

/* The dependencies of @dependent: first element, and how many in *n. (nullable) */
const PgaDependency *pga_objects_dependencies(const PgaObjects *objects, PgaObjectId dependent,
                                              guint *n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaObjects, pga_objects_free)

G_END_DECLS
