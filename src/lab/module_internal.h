/* The planner module in a lab. */
#pragma once
#include <glib.h>
#include <lab/lab.h>
#include <lab/module.h>

G_BEGIN_DECLS

/**
 * pga_lab_module_install:
 *
 * Copies the module for the lab's major into the lab's directory: its server runs as a user who may
 * not be able to reach the build folder. Once a lab; called again it returns the same path. Where
 * the lab's directory forbids libraries (noexec) it stays where it was found.
 *
 * Returns: (transfer full) (nullable): the path to load; NULL without an error when there is no
 * module for that major, NULL with PGA_ERROR_LAB when it could not be copied
 */
char *pga_lab_module_install(PgaLab *lab, GError **error);

G_END_DECLS
