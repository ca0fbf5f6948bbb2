/* What a statement costs others, told without a server: locks, rewrites, scans. Source: the lock
 * matrix that was measured on 14 to 18; every form of it is a test. */
#pragma once
#include <glib.h>
#include <migration/action.h>

G_BEGIN_DECLS

/** pg_locks.mode, weakest first. */
typedef enum {
    PGA_LOCK_NONE,
    PGA_LOCK_ACCESS_SHARE,
    PGA_LOCK_ROW_SHARE,
    PGA_LOCK_ROW_EXCLUSIVE,
    PGA_LOCK_SHARE_UPDATE_EXCLUSIVE,
    PGA_LOCK_SHARE,
    PGA_LOCK_SHARE_ROW_EXCLUSIVE,
    PGA_LOCK_EXCLUSIVE,
    PGA_LOCK_ACCESS_EXCLUSIVE,
} PgaLockMode;

const char *pga_lock_mode_name(PgaLockMode mode); /* "ACCESS EXCLUSIVE"; static */
gboolean pga_lock_blocks_reads(PgaLockMode mode);
gboolean pga_lock_blocks_writes(PgaLockMode mode);
gboolean pga_lock_conflicts(PgaLockMode one, PgaLockMode other);

typedef struct {
    char *relation;       /* "public.orders"; an index by its own name */
    PgaStateRelation *of; /* (nullable): the table; of an index its table */
    gboolean is_index;
    PgaLockMode mode;
} PgaLock;

/** Of one statement. */
typedef struct {
    GArray *locks;        /* of PgaLock: on what existed before and not by this transaction alone */
    GPtrArray *rewritten; /* of char *: tables that get a new file with every row copied */
    GPtrArray *scanned;   /* of char *: tables read whole */
    GPtrArray *rebuilt;   /* of char *: indexes built again */
    GPtrArray *built;     /* of char *: new indexes */
    gboolean known;       /* FALSE: a statement nobody has measured */
    gboolean guessed;     /* columns are not known: the worst that it can be */
    gboolean refused;     /* that version refuses it */
    gboolean outside_block; /* must run outside a transaction block */
} PgaEffect;

PgaEffect *pga_effect_of(PgaState *state, const PgaStep *step);
/* Of one action alone, as if it were a statement. */
PgaEffect *pga_effect_of_action(PgaState *state, const PgaAction *action);
void pga_effect_free(PgaEffect *effect);

/* The strongest on that relation; NONE. */
PgaLockMode pga_effect_lock(const PgaEffect *effect, const PgaStateRelation *relation);
PgaLockMode pga_effect_strongest(const PgaEffect *effect);

/* 'v' when a server takes the function for volatile in an expression, else 's'; SQL functions that
 * are inlined are what their body is. */
char pga_function_volatility(const PgaState *state, const PgQuery__CreateFunctionStmt *function);
/* Whether it calls something volatile: functions that nobody knows are. */
gboolean pga_expression_is_volatile(const PgaState *state, const PgQuery__Node *expression);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaEffect, pga_effect_free)

G_END_DECLS
