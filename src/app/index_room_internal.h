/* What an index is worth against the room that it takes. */
#pragma once
#include "index_batch_internal.h"

G_BEGIN_DECLS

#define PGA_INDEX_MUCH_SMALLER 0.8 /* of the bytes, at most: what is worth an exchange */

/** What room is held against. */
typedef struct {
    PgaIndexRun *run;
    double cost;  /* of the workload with all that is chosen */
    double bytes; /* of the tables and their indexes */
} PgaIndexRoom;

/** One in the place of others. */
typedef struct {
    guint left_out, instead; /* instead: PGA_INDEX_NONE: nothing */
    double bytes, upkeep;    /* that it spares */
} PgaIndexSwap;

/** What a swap comes to. */
typedef struct {
    double lost;        /* weighted; HUGE_VAL: a statement loses too much */
    gboolean is_slight; /* no statement loses anything worth telling */
} PgaIndexLoss;

/* index_room.c: of the samples' costs as they were planned last. */
void pga_index_room_init(PgaIndexRoom *room, PgaIndexRun *run);
/* What @bytes have to save of a workload that costs @lost more without them. */
double pga_index_room_price(const PgaIndexRoom *room, double bytes, double lost);
/* Of run->chosen; @instead: a number, or PGA_INDEX_NONE. */
PgaIndexSwap pga_index_swap(const PgaIndexRun *run, guint left_out, guint instead);
/* What @users (of guint: samples, put into another order: when it does not do for all, the one that
 * it does not do for comes first) lose by @swap. */
gboolean pga_index_try_swap(const PgaIndexRoom *room, const PgaIndexSwap *swap, GArray *users,
                            PgaIndexLoss *loss, GError **error);
gboolean pga_index_is_chosen(const PgaIndexRun *run, guint number);
const PgaIndexKey *pga_index_first_key(const PgaIndexChoice *choice);

/* index_unite.c: one in the place of that at @left and of others behind it in run->chosen that
 * begin alike; adds to *n_replaced. */
gboolean pga_index_unite(PgaIndexRoom *room, guint left, guint *n_replaced, GError **error);

G_END_DECLS
