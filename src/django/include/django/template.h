/* The parts of a Django template that name something: nothing is run. Outside data. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    gboolean is_tag; /* {% … %}; else {{ … }} */
    char *text;      /* what stands between, without white space around it */
    guint line;      /* 1-based: where it begins */
} PgaTemplateToken;

/* (transfer full): of PgaTemplateToken *, in order; without comments and what is verbatim. At most
 * 20,000, none longer than 2,000 bytes; what has no end is text. */
GPtrArray *pga_template_tokens(const char *text, gsize length);

G_END_DECLS
