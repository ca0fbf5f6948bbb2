/* Privileges as the catalogs print them: an aclitem[]. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    char *grantee;    /* "" PUBLIC */
    char *privileges; /* "arwd", a "*" behind what may be granted on */
} PgaAclItem;

/* (transfer full): of PgaAclItem *; empty for NULL and for what cannot be read. */
GPtrArray *pga_acl_parse(const char *acl);

/* Whether PUBLIC has one of @privileges. */
gboolean pga_acl_public_has(const char *acl, const char *privileges);

/* Whether anybody but @owner has one of @privileges. */
gboolean pga_acl_others_have(const char *acl, const char *owner, const char *privileges);

G_END_DECLS
