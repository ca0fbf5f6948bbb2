/* The audit log: one JSON line for each recommendation, appended. */
#pragma once
#include <glib.h>
#include <model/report.h>

G_BEGIN_DECLS

/* @now: seconds since the epoch. Keys: time, tool, version, command, source, user, rule, severity,
 * object, fingerprint, fix, proven. PGA_ERROR_INPUT when @path cannot be appended to. */
gboolean pga_app_audit(const char *path, const PgaReport *report, gint64 now, GError **error);

G_END_DECLS
