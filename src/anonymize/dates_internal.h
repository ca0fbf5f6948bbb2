/* Dates and timestamps as text (DateStyle ISO), shifted by days. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Appends "2024-02-29 13:00:00.5+01", "infinity", "0044-03-15 BC" @days later: its time of day and
 * offset stay. TRUE; FALSE with nothing appended when @text is none. A day that PostgreSQL does not
 * have stays. */
gboolean pga_date_shift(const char *text, gsize length, gint days, GString *out);

/* Whether @text begins like an ISO date that has a day: for constants whose type is not known. */
gboolean pga_date_is_one(const char *text, gsize length);

G_END_DECLS
