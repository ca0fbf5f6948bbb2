/* The SQL that Django sends for two processes that do the same to one row: how the work of one is
 * lost, and how it is not after the fix. */
#pragma once
#include <model/interleaving.h>

#include "django_flow_internal.h"

G_BEGIN_DECLS

/** Statements about one model's table. */
typedef struct {
    PgaInterleaving *interleaving;
    const PgaDjangoModel *model;
    char *table, *key;  /* quoted */
    char *key_value;    /* a literal */
    GPtrArray *columns; /* of char *: names that a row has, without the primary key's */
    GPtrArray *values;  /* of char *: literals */
} PgaRace;

/* (nullable): NULL: the table's primary key is no single column of a plain type. */
PgaRace *pga_race_new(const PgaDjangoProject *project, const PgaDjangoModel *model);
void pga_race_free(PgaRace *race);

/* (nullable) (transfer full): a literal that a column of the field takes. */
char *pga_race_sample(const PgaDjangoProject *project, const PgaDjangoField *field);

/* Whether the field's name can stand for its value in a statement. */
gboolean pga_race_has_column(const PgaRace *race, const PgaDjangoField *field);

/* The row that both read begins with @value in the field's column. */
void pga_race_start(PgaRace *race, const PgaDjangoField *field, const char *value);
/* Puts the row there. */
void pga_race_insert_row(PgaRace *race);

/* (transfer full): statements. @expression: "@" in it is the value that was read (or, of
 * pga_race_update(), the column). */
char *pga_race_select(const PgaRace *race, gboolean lock);
char *pga_race_save(const PgaRace *race, const PgaDjangoField *field, const char *expression,
                    gboolean only);
char *pga_race_update(const PgaRace *race, const PgaDjangoField *field, const char *expression,
                      const char *where);

/* Both read, both save, one after the other; after the fix each updates with what is there, or
 * @locks: reads with a lock and saves below it. */
void pga_race_lost_update(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoEvent *set,
                          const PgaDjangoEvent *save, gboolean locks);

/** What has to stand below a lock. */
typedef struct {
    const PgaDjangoEvent *look; /* of the object, with the field: no later than where it is read */
    const PgaDjangoEvent *end;  /* what writes it: save(), update() */
} PgaRaceChange;

/* The source's own lines, from where the field was first read to the end, below a lock; in words
 * where they cannot be put there. */
void pga_race_fix_lock(PgaFinding *finding, const PgaRaceChange *change);
/* The words alone. */
void pga_race_fix_words(PgaFinding *finding, const PgaRaceChange *change);

/* The function's own variable: it can be bound to another object. */
gboolean pga_race_is_own_variable(const PgaDjangoObject *object);

/* (transfer full): the class whose manager has the row; an abstract one has none. */
char *pga_race_class(const PgaDjangoObject *object, const char *name);

/** One process's statement, and (nullable) the condition that it looks at before. */
typedef struct {
    const char *when, *sql;
} PgaRaceWrite;

/* Both read with a lock, the second waits, and write below it. */
void pga_race_add_locked(GPtrArray *steps, const char *reads, const char *lock, const char *changes,
                         const PgaRaceWrite writes[2]);

/* The model has a save() of its own, the field is set by every save(). */
gboolean pga_race_has_own_save(const PgaDjangoRun *run, const PgaDjangoModel *model);
gboolean pga_race_is_auto_now(const PgaDjangoField *field);
/* Says what an update() in place of save() leaves out. */
void pga_race_note_update(const PgaDjangoRun *run, PgaFinding *finding,
                          const PgaDjangoModel *model);

/* Both find no row with these fields (of const PgaDjangoField *), both create one; after the fix a
 * unique constraint lets one. */
/* The rows that an application begins with are made by who sets it up, not by a request: looked for
 * by rows that the source names. */
gboolean pga_race_is_seed(const PgaDjangoEvent *check);

/* (transfer full): "models.UniqueConstraint(fields=["a"], name="t_uniq")"; a text of any length may
 * be too long for an index, its MD5() is not. */
char *pga_race_constraint(const PgaDjangoProject *project, const PgaDjangoModel *model,
                          const GPtrArray *fields);

void pga_race_double_create(const PgaDjangoRun *run, PgaFinding *finding,
                            const PgaDjangoModel *model, const GPtrArray *fields);

/* Both take the next number of what is there; after the fix a sequence gives it. */
void pga_race_double_number(const PgaDjangoRun *run, PgaFinding *finding,
                            const PgaDjangoModel *model, const PgaDjangoField *field);

/* Takes @race; the query of the end and what it is to find. */
void pga_race_finish(PgaRace *race, PgaFinding *finding, char *observe, const char *expected);

/* A column's name as a word of the SQL. (transfer full) */
char *pga_race_quote(const char *name);

/* The model whose table has the field's column, @model or one of its parents: (nullable). */
const PgaDjangoModel *pga_race_owner(const PgaDjangoProject *project, const PgaDjangoModel *model,
                                     const PgaDjangoField *field);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaRace, pga_race_free)

G_END_DECLS
