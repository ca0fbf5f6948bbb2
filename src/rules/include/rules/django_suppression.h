/* Comments of a project's files that suppress findings: "# pgarchitect: ignore RULE, RULE -- why"
 * at the statement, above it, or at the line of a class or function for everything in it;
 * "# pgarchitect: ignore-file RULE" in all of the file. */
#pragma once
#include <glib.h>
#include <rules/django.h>

G_BEGIN_DECLS

/* Moves what a comment covers from @findings to @suppressed (both of PgaFinding *, files as the
 * project has them), and appends a finding for each comment that has nothing to suppress. Python
 * is only read where a file has such comments. */
void pga_django_suppress(const PgaDjangoSource *source, GPtrArray *findings, GPtrArray *suppressed);

G_END_DECLS
