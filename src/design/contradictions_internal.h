/* What cannot be had together, each a line of a table and a function. */
#pragma once
#include <model/requirements.h>

G_BEGIN_DECLS

/** A contradiction that was found. */
typedef struct {
    char *a, *b;          /* the two sides with their values: "an SLA of 99.99 %", "one node" */
    guint a_line, b_line; /* 0: not known; both equal: one line */
    char *why;            /* sentences, with numbers */
} PgaConflict;

typedef struct {
    const char *id;
    gboolean notes; /* doubtful, not impossible: a note */
    /* FALSE: the two sides agree, or one of them was not stated. */
    gboolean (*check)(const PgaRequirements *requirements, PgaConflict *conflict);
    const char *hint; /* what would resolve it */
} PgaContradiction;

/* Patroni's default, seconds. */
#define PGA_PATRONI_TTL 30

/* contradictions_availability.c, _failover.c, _data.c: ended by an id of NULL. */
extern const PgaContradiction pga_contradictions_availability[];
extern const PgaContradiction pga_contradictions_failover[];
extern const PgaContradiction pga_contradictions_data[];

/* Takes @a, @b and @why; always TRUE. */
gboolean pga_conflict(PgaConflict *conflict, char *a, guint a_line, char *b, guint b_line,
                      char *why);

/* The strictest latency that was stated, and its name "p99"; -1: none was. Milliseconds. */
double pga_stated_latency(const PgaRequirements *requirements, const char **name);

/* (transfer full): "an RTO of 30 s", "an RTO of 15 min". */
char *pga_seconds_text(const char *what, double seconds);

gboolean pga_is_managed(const PgaRequirements *requirements);

/* The line of a thing of its own, else that of availability. */
guint pga_line_of(const PgaSpecAvailability *availability, const PgaSpecPlace *place);

G_END_DECLS
