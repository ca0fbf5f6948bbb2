/* A shop to clone, the program run on it, and whether it left anything behind. */
#pragma once
#include <glib.h>

#include "program.h"

G_BEGIN_DECLS

/* Makes the shop on PostgreSQL 15 or the newest there is, and a folder for labs of its own. FALSE
 * without server programs or psql. */
gboolean pga_clone_shop_make(void);
void pga_clone_shop_remove(void);

/* Borrowed: the shop's conninfo, and the folder. */
const char *pga_clone_shop_dsn(void);
const char *pga_clone_shop_folder(void);

/* @rest comes after the source; (nullable) @environment as pga_program_run() has it. */
PgaProgramRun *pga_clone_with(const char *source, const char *const *rest,
                              const char *const *environment);

#define CLONE(source, ...) pga_clone_with(source, (const char *const[]){__VA_ARGS__, NULL}, NULL)

/* A line of shell in which "$0" is the program and "$1" the shop. */
PgaProgramRun *pga_clone_shell(const char *line);

/* No folder of a lab, no server. */
void pga_assert_nothing_left(void);

G_END_DECLS
