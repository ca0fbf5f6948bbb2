/* Who may connect from where, and how files name things. */
#pragma once
#include <model/architecture.h>

G_BEGIN_DECLS

/* Where applications are, in files without proxies: a placeholder, as all addresses are. */
#define PGA_CLIENT_NETWORK "10.0.0.0/16"

/* (transfer full): of the database, in letters, digits and underscores: names folders, scopes. */
char *pga_design_cluster(const PgaArchitecture *architecture);

/* (transfer full): lines of pg_hba.conf, without an end of line; of char *. */
GPtrArray *pga_access_lines(const PgaArchitecture *architecture);

/* Whether replicas are made and clients come through HAProxy on the data nodes. */
gboolean pga_design_has_patroni(const PgaArchitecture *architecture);

/* One sentence as comment lines of at most 100 columns. */
void pga_append_comment(GString *out, const char *mark, const char *text);

/** A file of src/design/ha/. */
typedef struct {
    const char *name, *text;
} PgaEmbedded;

extern const PgaEmbedded pga_ha_templates[];

/* (transfer full): the template with each @KEY@ of @values (char * to char *) replaced. */
char *pga_ha_expand(const char *name, GHashTable *values);
/* Takes @value. */
void pga_ha_set(GHashTable *values, const char *key, char *value);

/* ha/: of servers of one's own configuration, scripts, README, RUNBOOK; of a service a RUNBOOK. */
void pga_design_ha_files(PgaArchitecture *architecture);
/* What the keys of every template of a Patroni cluster, and of one's servers, stand for. */
void pga_ha_configuration(PgaArchitecture *architecture, GHashTable *values);
void pga_ha_pages(PgaArchitecture *architecture, GHashTable *values);

/* pgbouncer.ini, and pgbouncer.sql with the role it looks passwords up with. */
void pga_design_pooler(PgaArchitecture *architecture);

G_END_DECLS
