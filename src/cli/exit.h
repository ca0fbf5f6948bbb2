/* The program's exit statuses, and where each comes from. */
#pragma once
#include <glib.h>

typedef enum {
    PGA_EXIT_OK = 0,
    PGA_EXIT_FINDINGS = 1,      /* findings at or above --fail-on */
    PGA_EXIT_INPUT = 2,         /* wrong usage, unreadable or refused input */
    PGA_EXIT_SERVER = 3,        /* the database or the lab could not be used */
    PGA_EXIT_INTERNAL = 4,      /* our own fault */
    PGA_EXIT_INTERRUPTED = 130, /* Ctrl-C or SIGTERM */
} PgaExit;

PgaExit pga_exit_for(const GError *error);
