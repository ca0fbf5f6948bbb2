/* What the forms of a tuned configuration have in common. */
#pragma once
#include <render/tune.h>

#include "json_internal.h"

/* (transfer full): three significant digits in PostgreSQL's units: "16.5GB". */
char *pga_tune_size(gint64 kilobytes);

/* (transfer full): "64GB (--ram)", "unknown". */
char *pga_tune_fact(const PgaFact *fact, char *value);

/** One of the facts that a configuration rests on. */
typedef struct {
    const char *name; /* "RAM", of JSON "ram" */
    const char *key;
    const PgaFact *fact;
    char *(*text)(gint64 value); /* (transfer full) */
    gboolean is_size;            /* JSON has its bytes, of the others the word or the number */
    gboolean is_word;
} PgaTuneFactText;

#define PGA_TUNE_N_FACTS 9
/* Fills @facts, an array of PGA_TUNE_N_FACTS. */
void pga_tune_facts(const PgaTuningInput *input, PgaTuneFactText *facts);

/* (transfer full): "PostgreSQL 17, 64GB RAM, 16 cores, ssd, oltp". */
char *pga_tune_machine(const PgaTuningInput *input);

/* What is set now: of the source, else of a fresh server; "''" for an empty text. Borrowed. */
const char *pga_tune_now(const PgaTunedSetting *setting);

/* (transfer full): "31 settings, 12 of them with a restart". */
char *pga_tune_count(const PgaTuneReport *report);

/** A term of the memory inequality. */
typedef struct {
    const char *name;       /* "shared memory" */
    const char *key;        /* "shared" */
    gint64 worst, expected; /* kB */
    char *formula;          /* with the numbers put in */
} PgaTuneTerm;

#define PGA_TUNE_N_TERMS 5
void pga_tune_terms(const PgaTuning *tuning, PgaTuneTerm *terms);
void pga_tune_terms_clear(PgaTuneTerm *terms);

/* How the improvement was found, or why none is known. Borrowed. */
const char *pga_tune_improvement_method(const PgaTuning *tuning);

/* (transfer full): "The worst case needs 43.1GB of 64GB: it fits, 33 % are left." */
char *pga_tune_verdict(const PgaTuning *tuning);

/* (transfer full) each. */
char *pga_render_tune_json(const PgaTuneReport *report);
char *pga_render_tune_conf(const PgaTuneReport *report);
char *pga_render_tune_alter_system(const PgaTuneReport *report);
char *pga_render_tune_provider(const PgaTuneReport *report);
char *pga_render_tune_pgbouncer(const PgaTuneReport *report);

/* (transfer full): of char *: statements, each ending in ";". */
GPtrArray *pga_tune_alter_statements(const PgaTuneReport *report, gboolean undo);

/* (transfer full): of char *: shell commands of the service's program; empty when self-hosted. */
GPtrArray *pga_tune_provider_commands(const PgaTuneReport *report);

/* (transfer full) (nullable): a command that lists what can be set there. */
char *pga_tune_provider_list(const PgaTuneReport *report);

/* tune_json.c: (transfer full): parts for other documents. */
json_t *pga_tune_performance_json(const PgaTuneReport *report);
json_t *pga_tune_machine_json(const PgaTuneReport *report);
