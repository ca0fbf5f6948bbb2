/* `check --all-databases` and `--targets`: many databases, some at a time. Prints nothing. */
#pragma once
#include <app/check.h>
#include <model/many.h>

G_BEGIN_DECLS

typedef struct {
    PgaCheckRequest check;    /* of each; what it says of the source is for --all-databases */
    const char *targets_path; /* (nullable): a file of clusters (parse/targets.h) instead */
    guint jobs;               /* databases at a time; 0: twice the cores, 8 at most */
} PgaCheckManyRequest;

/**
 * pga_app_check_many:
 *
 * One that fails does not stop the others: it says why. What is about a server is in the report of
 * its first database only. Fixes are not executed: that takes a lab for each.
 *
 * Returns: (nullable): NULL with PGA_ERROR_INPUT (the targets file), PGA_ERROR_INTERRUPTED
 */
PgaCheckedMany *pga_app_check_many(const PgaCheckManyRequest *request, GError **error);

G_END_DECLS
