/* Files that are refused. */
#pragma once
#include <glib.h>

typedef struct {
    const char *name;
    const char *head; /* (nullable): what stands before the text */
    const char *text;
    const char *message;
    guint line, column;
    const char *allowed; /* (nullable): the rest of the detail */
    const char *hint;    /* (nullable) */
} RequirementsRefused;

extern const RequirementsRefused requirements_refused[]; /* the last one has no name */
