/* Objects besides relations as rules ask about them: typed, where model/object.h has definitions to
 * rebuild them from. Without what belongs to an extension. Plain data, described for
 * pga_record_*(). */
#pragma once
#include <glib.h>
#include <model/record.h>

G_BEGIN_DECLS

/** A function or procedure (pg_proc). */
typedef struct {
    guint32 oid;
    char *nspname, *proname;
    char *arguments;       /* pg_get_function_identity_arguments() */
    char *result;          /* format_type() of what it returns: "trigger" */
    char *language;        /* sql, plpgsql, c, … */
    char prokind;          /* f function, p procedure, a aggregate, w window */
    gboolean prosecdef;    /* SECURITY DEFINER */
    char provolatile;      /* i, s, v */
    gboolean has_sql_body; /* BEGIN ATOMIC: names were resolved at creation */
    char *config;          /* (nullable): array text of proconfig */
    char *source;          /* (nullable): prosrc; only of sql and plpgsql */
    char *owner;
    gboolean owner_is_superuser;
    char *acl; /* (nullable): array text; NULL: EXECUTE for PUBLIC */
} PgaRoutine;

/** A trigger (pg_trigger); a constraint's own only when it does not fire as usual. */
typedef struct {
    guint32 oid, relation;
    char *tgname;
    char tgenabled; /* O origin, D disabled, R replica, A always */
    gboolean tgisinternal;
    guint32 constraint; /* that it is of; 0 */
    char *function;     /* "public.f()" */
} PgaTrigger;

/** A row security policy (pg_policy). */
typedef struct {
    guint32 oid, relation;
    char *polname;
    gboolean permissive;
    char cmd;                /* r SELECT, a INSERT, w UPDATE, d DELETE, * ALL */
    GPtrArray *roles;        /* of char *; "public" */
    char *qual, *with_check; /* (nullable): pg_get_expr() */
} PgaPolicy;

/** A rule of the rewriter (pg_rewrite) that is not a view's _RETURN. */
typedef struct {
    guint32 oid, relation;
    char *rulename;
    char ev_type; /* 1 SELECT, 2 UPDATE, 3 INSERT, 4 DELETE */
    gboolean is_instead;
} PgaRewriteRule;

/** A view or materialized view, what it reads directly. */
typedef struct {
    guint32 oid;
    char *nspname, *relname, *owner;
    gboolean owner_bypasses_rls; /* superuser or BYPASSRLS */
    gboolean security_invoker;   /* 15+ */
    gboolean is_materialized, is_populated;
    GArray *reads; /* of oid: relations and views */
} PgaView;

/** pg_publication. */
typedef struct {
    char *pubname;
    gboolean all_tables, inserts, updates, deletes, truncates;
    GArray *relations; /* of oid */
} PgaPublication;

/** A collation whose library changed since its version was recorded. */
typedef struct {
    char *nspname, *collname;
    char *collversion, *actual_version;
    char *indexes; /* (nullable): names of some indexes that use it, ", " between */
    gint64 n_indexes;
} PgaCollationMismatch;

/** A schema and who may do what in it. */
typedef struct {
    char *nspname, *owner;
    char *acl; /* (nullable): array text */
    gboolean public_creates;
} PgaSchemaAcl;

/** A fact of some object, as one text: a comment, a publication's table, the options of a foreign
 * server, default privileges, an event trigger …. Comparisons want them, rules do not. */
typedef struct {
    char *kind; /* "comment on table column"; a word or several, ours or the server's */
    char *name; /* of the object, quoted as in SQL */
    char *value;
    PgaOid relation;      /* 0: of which it is no part */
    gboolean of_database; /* of the database itself, not of what is in it */
} PgaSchemaDetail;

typedef struct {
    GPtrArray *routines;     /* of PgaRoutine *, by name and arguments */
    GPtrArray *triggers;     /* of PgaTrigger *, by relation, name */
    GPtrArray *policies;     /* of PgaPolicy *, by relation, name */
    GPtrArray *rules;        /* of PgaRewriteRule *, by relation, name */
    GPtrArray *views;        /* of PgaView *, by name */
    GPtrArray *publications; /* of PgaPublication *, by name */
    GPtrArray *collations;   /* of PgaCollationMismatch *, by name */
    GPtrArray *schemas;      /* of PgaSchemaAcl *, by name */
    GPtrArray *details;      /* of PgaSchemaDetail *, by kind and name */
} PgaSchema;

extern const PgaRecordType pga_routine_type, pga_trigger_type, pga_policy_type,
    pga_rewrite_rule_type, pga_view_type, pga_publication_type, pga_collation_mismatch_type,
    pga_schema_acl_type, pga_schema_detail_type, pga_schema_type;

PgaSchema *pga_schema_new(void);
void pga_schema_free(PgaSchema *schema);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaSchema, pga_schema_free)

G_END_DECLS
