/* Rules about a server's state, case by case: one rule over a server of version 17 to which each
 * case adds what it is about. */
#pragma once
#include "server.h"

typedef struct {
    const char *name, *rule;
    const char *settings; /* (nullable): "max_wal_size=1024 MB; archive_mode=on" */
    void (*prepare)(Model *model);
    Outcome want;
    PgaSeverity severity; /* of the first finding */
    const char *evidence; /* (nullable): part of it */
    const char *fix;      /* (nullable): its first statement; "": none */
    const char *note;     /* (nullable): part of it */
} StateCase;

/* Adds "/rules/SUBJECT/RULE/NAME" for each. */
void state_add_cases(const char *subject, const StateCase *cases, guint n_cases);

/* The database that was connected to: "shop", counting for @days. */
PgaDatabase *state_database(Model *model, double days);
