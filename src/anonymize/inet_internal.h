/* Addresses whose networks stay networks. */
#pragma once
#include <glib.h>

#include "key_internal.h"

G_BEGIN_DECLS

/* Appends what the inet or cidr @text becomes: of two addresses as many leading bits are equal as
 * were before, so that an address stays in its network. The mask's length stays, and host bits that
 * are all zero stay so. TRUE; FALSE with nothing appended when it is no address. */
gboolean pga_inet_map(const PgaSipKey *key, const char *text, gsize length, GString *out);

/* Like the type's "<": family, bits of the network, length of the mask, bits of the host. */
int pga_inet_compare(const char *a, const char *b);

G_END_DECLS
