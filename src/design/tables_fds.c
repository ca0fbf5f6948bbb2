#include "tables_fds_internal.h"

/* Subsets of at most so many columns are enumerated: 4096. */
#define MAX_ENUMERATED 12
#define MAX_KEYS       64

PgaFds *
pga_fds_new(PgaDesignTable *table)
{
    PgaFds *relation = g_new0(PgaFds, 1);

    relation->table = table;
    relation->names = g_ptr_array_new_with_free_func(g_free);
    relation->fds = g_array_new(FALSE, FALSE, sizeof(PgaFd));
    return relation;
}

void
pga_fds_free(PgaFds *relation)
{
    if (!relation)
        return;
    g_ptr_array_unref(relation->names);
    g_array_unref(relation->fds);
    g_free(relation);
}

guint64
pga_fds_known(const PgaFds *relation, const GPtrArray *columns)
{
    guint64 mask = 0;

    for (guint i = 0; i < columns->len; i++) {
        guint at = 0;

        if (!g_ptr_array_find_with_equal_func(relation->names, g_ptr_array_index(columns, i),
                                              g_str_equal, &at))
            return 0;
        mask |= G_GUINT64_CONSTANT(1) << at;
    }
    return mask;
}

guint64
pga_fds_bit(PgaFds *relation, const char *column)
{
    for (guint i = 0; i < relation->names->len; i++)
        if (g_str_equal(g_ptr_array_index(relation->names, i), column))
            return G_GUINT64_CONSTANT(1) << i;
    if (!pga_design_table_column(relation->table, column))
        return 0;
    if (relation->names->len == PGA_FDS_COLUMNS) {
        relation->too_wide = TRUE;
        return 0;
    }
    g_ptr_array_add(relation->names, g_strdup(column));
    relation->all |= G_GUINT64_CONSTANT(1) << (relation->names->len - 1);
    return G_GUINT64_CONSTANT(1) << (relation->names->len - 1);
}

guint64
pga_fds_mask(PgaFds *relation, const GPtrArray *columns)
{
    guint64 mask = 0;

    for (guint i = 0; i < columns->len; i++) {
        guint64 bit = pga_fds_bit(relation, g_ptr_array_index(columns, i));

        if (bit == 0)
            return 0;
        mask |= bit;
    }
    return mask;
}

void
pga_fds_add(PgaFds *relation, guint64 left, guint64 right, PgaSaid origin)
{
    const PgaFd fd = {left, right & ~left, origin};

    if (left != 0 && fd.right != 0)
        g_array_append_val(relation->fds, fd);
}

GPtrArray *
pga_fds_names(const PgaFds *relation, guint64 mask)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < relation->names->len; i++)
        if (mask & (G_GUINT64_CONSTANT(1) << i))
            g_ptr_array_add(names, g_strdup(g_ptr_array_index(relation->names, i)));
    return names;
}

static guint64
closure(const GArray *fds, guint64 left)
{
    guint64 before = 0;

    while (before != left) {
        before = left;
        for (guint i = 0; i < fds->len; i++) {
            const PgaFd *fd = &g_array_index(fds, PgaFd, i);

            if ((fd->left & ~left) == 0)
                left |= fd->right;
        }
    }
    return left;
}

guint64
pga_fds_closure(const PgaFds *relation, guint64 left)
{
    return closure(relation->fds, left);
}

static guint64
lowest(guint64 mask)
{
    return mask & (~mask + 1);
}

/* Columns that some left side has. */
static guint64
determining(const PgaFds *relation)
{
    guint64 mask = 0;

    for (guint i = 0; i < relation->fds->len; i++)
        mask |= g_array_index(relation->fds, PgaFd, i).left;
    return mask;
}

/* (transfer full): of guint64: the single bits of @mask, at most MAX_ENUMERATED. */
static GArray *
bits_of(guint64 mask)
{
    GArray *bits = g_array_new(FALSE, FALSE, sizeof(guint64));

    for (guint64 bit = lowest(mask); bit && bits->len < MAX_ENUMERATED; bit = lowest(mask)) {
        g_array_append_val(bits, bit);
        mask &= ~bit;
    }
    return bits;
}

/* The subset of @bits that @number tells. */
static guint64
subset(const GArray *bits, guint number)
{
    guint64 mask = 0;

    for (guint i = 0; i < bits->len; i++)
        if (number & (1U << i))
            mask |= g_array_index(bits, guint64, i);
    return mask;
}

/* Columns of @of that no others of it determine: every key has them. */
static guint64
mandatory(const PgaFds *relation, guint64 of)
{
    guint64 mask = 0, left = of;

    for (guint64 bit = lowest(left); bit; bit = lowest(left)) {
        left &= ~bit;
        if (!(pga_fds_closure(relation, of & ~bit) & bit))
            mask |= bit;
    }
    return mask;
}

static gboolean
has_part(const GArray *keys, guint64 key)
{
    for (guint i = 0; i < keys->len; i++)
        if ((g_array_index(keys, guint64, i) & ~key) == 0)
            return TRUE;
    return FALSE;
}

GArray *
pga_fds_keys(const PgaFds *relation, guint64 of)
{
    GArray *keys = g_array_new(FALSE, FALSE, sizeof(guint64));
    guint64 must = mandatory(relation, of);
    g_autoptr(GArray) bits = bits_of(determining(relation) & of & ~must);

    for (guint size = 0; size <= bits->len; size++) /* the smallest first: supersets are none */
        for (guint number = 0; number < 1U << bits->len && keys->len < MAX_KEYS; number++) {
            guint64 key = must | subset(bits, number);

            if ((guint)__builtin_popcount(number) != size || has_part(keys, key) ||
                (of & ~pga_fds_closure(relation, key)) != 0)
                continue;
            g_array_append_val(keys, key);
        }
    if (keys->len == 0)
        g_array_append_val(keys, of);
    return keys;
}

guint64
pga_fds_prime(const PgaFds *relation, guint64 of)
{
    g_autoptr(GArray) keys = pga_fds_keys(relation, of);
    guint64 prime = 0;

    for (guint i = 0; i < keys->len; i++)
        prime |= g_array_index(keys, guint64, i);
    return prime;
}

/* Whether @left is a part of a candidate key. */
static gboolean
is_part(const GArray *keys, guint64 left)
{
    for (guint i = 0; i < keys->len; i++)
        if ((left & ~g_array_index(keys, guint64, i)) == 0 &&
            left != g_array_index(keys, guint64, i))
            return TRUE;
    return FALSE;
}

guint
pga_fds_normal_form(const PgaFds *relation, guint64 of)
{
    g_autoptr(GArray) keys = pga_fds_keys(relation, of);
    g_autoptr(GArray) bits = bits_of(determining(relation) & of);
    guint64 prime = pga_fds_prime(relation, of);
    guint form = 4;

    for (guint number = 1; number < 1U << bits->len; number++) {
        guint64 left = subset(bits, number);
        guint64 right = pga_fds_closure(relation, left) & of & ~left;

        if (right == 0 || (left | right) == of)
            continue;
        if ((right & ~prime) == 0)
            form = MIN(form, 3);
        else
            form = MIN(form, is_part(keys, left) ? 1U : 2U);
    }
    return form;
}

/* (transfer full): of PgaFd, one column on each right side, nothing on the left that is not needed.
 */
static GArray *
reduced(const PgaFds *relation)
{
    GArray *fds = g_array_new(FALSE, FALSE, sizeof(PgaFd));

    for (guint i = 0; i < relation->fds->len; i++) {
        PgaFd fd = g_array_index(relation->fds, PgaFd, i);
        guint64 right = fd.right, left = fd.left;

        for (guint64 bit = lowest(left); bit; bit = lowest(left)) {
            left &= ~bit;
            if (fd.left != bit && (right & ~pga_fds_closure(relation, fd.left & ~bit)) == 0)
                fd.left &= ~bit;
        }
        for (guint64 bit = lowest(right); bit; bit = lowest(right)) {
            right &= ~bit;
            fd.right = bit & ~fd.left;
            if (fd.right)
                g_array_append_val(fds, fd);
        }
    }
    return fds;
}

/* The keys' dependencies go first where others say the same. */
static void
drop_redundant(GArray *fds)
{
    for (guint round = 0; round < 2; round++)
        for (guint i = fds->len; i-- > 0;) {
            PgaFd fd = g_array_index(fds, PgaFd, i);

            if ((round == 0) != (fd.origin == PGA_SAID_KEY))
                continue;
            g_array_remove_index(fds, i);
            if ((fd.right & ~closure(fds, fd.left)) != 0)
                g_array_insert_val(fds, i, fd);
        }
}

GArray *
pga_fds_cover(const PgaFds *relation)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(PgaFdGroup));
    g_autoptr(GArray) fds = reduced(relation);

    drop_redundant(fds);
    for (guint i = 0; i < fds->len; i++) {
        const PgaFd *fd = &g_array_index(fds, PgaFd, i);
        PgaFdGroup *group = NULL;

        for (guint j = 0; j < groups->len && !group; j++) {
            PgaFdGroup *other = &g_array_index(groups, PgaFdGroup, j);

            if ((fd->left & ~pga_fds_closure(relation, other->left)) == 0 &&
                (other->left & ~pga_fds_closure(relation, fd->left)) == 0)
                group = other;
        }
        if (!group) {
            const PgaFdGroup added = {.left = fd->left};

            g_array_append_val(groups, added);
            group = &g_array_index(groups, PgaFdGroup, groups->len - 1);
        }
        if (fd->left != group->left)
            group->same |= fd->left;
        group->right |= (fd->left | fd->right) & ~group->left;
    }
    return groups;
}
