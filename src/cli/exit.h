/* The program's exit statuses, and where each comes from. clone passes on its command's instead. */
#pragma once
#include <glib.h>

typedef enum {
    PGA_EXIT_OK = 0,
    PGA_EXIT_FINDINGS = 1, /* findings at or above --fail-on */
    PGA_EXIT_INPUT = 2,    /* wrong usage, unreadable or refused input */
    PGA_EXIT_SERVER = 3,   /* the database or the lab could not be used */
    PGA_EXIT_INTERNAL = 4, /* our own fault */
    PGA_EXIT_NOT_EXECUTABLE =
        126,                    /* clone's command is there but cannot be run, as shells say it */
    PGA_EXIT_NOT_FOUND = 127,   /* clone's command is not there */
    PGA_EXIT_INTERRUPTED = 130, /* Ctrl-C or SIGTERM */
} PgaExit;

PgaExit pga_exit_for(const GError *error);
