/* A model with the settings of a server: PostgreSQL 17 on a machine of its own with 16 GB, within
 * all bounds. */
#pragma once
#include "model.h"

#define MB        (G_GINT64_CONSTANT(1024) * 1024)
#define GB        (1024 * MB)
#define DAY       86400.0
#define ALL_BYTES (100 * GB) /* a database that fits nowhere */

/* shared_buffers 4GB, effective_cache_size 12GB, the rest at PostgreSQL's defaults. */
Model *server_new(void);

/* Without the settings named in @left_out, separated by blanks. */
Model *server_new_without(const char *left_out);

/* @value in the setting's own unit. */
void server_set(Model *model, const char *name, gint64 value);
void server_set_text(Model *model, const char *name, const char *value);
void server_set_buffers(Model *model, gint64 bytes);

/* @source: pg_settings.source; (nullable). */
void server_set_source(Model *model, const char *name, const char *source);

/* Temporary files of @bytes in @days. */
void server_make_spill(Model *model, double days, gint64 bytes);
