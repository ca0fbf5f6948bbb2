#include "model/btree_size.h"

#include <math.h>

enum {
    BLOCK = 8192,
    PAGE_HEADER = 24,
    BTREE_SPECIAL = 16,
    LINE_POINTER = 4,
    INDEX_TUPLE_HEADER = 8,
    TID = 6,
    POSTING_LIMIT = 812, /* bytes of a posting list tuple: BTMaxItemSize / 3 in _bt_dedup_pass() */
};

#define INNER_FILLFACTOR 0.7

static double
align8(double bytes)
{
    return ceil(bytes / 8) * 8;
}

/* Bytes of all leaf entries of one key with @duplicates rows. */
static double
posting_bytes(double tuple, double duplicates)
{
    const double most = MAX(1, floor((POSTING_LIMIT - tuple) / TID));
    const double whole = floor(duplicates / most);
    const double rest = duplicates - whole * most;

    return whole * (align8(tuple + TID * most) + LINE_POINTER) +
           (rest > 0 ? align8(tuple + (rest > 1 ? TID * rest : 0)) + LINE_POINTER : 0);
}

double
pga_btree_pages(const PgaBtree *btree)
{
    const double space = BLOCK - PAGE_HEADER - BTREE_SPECIAL;
    const double leaf =
        ceil(btree->distinct * posting_bytes(btree->tuple, btree->rows / btree->distinct) /
             (space * btree->leaf_fill));

    return 1 + leaf +
           ceil(leaf * (btree->tuple + LINE_POINTER + INDEX_TUPLE_HEADER) /
                (space * INNER_FILLFACTOR));
}
