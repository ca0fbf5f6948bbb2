/* Lock modes: their names and what they keep out (src/backend/storage/lmgr/lock.c,
 * LockConflicts). */
#include "migration/effect.h"

#define BIT(mode) (1u << PGA_LOCK_##mode)

static const struct {
    const char *name;
    guint conflicts;
} modes[] = {
    [PGA_LOCK_NONE] = {"none", 0},
    [PGA_LOCK_ACCESS_SHARE] = {"ACCESS SHARE", BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_ROW_SHARE] = {"ROW SHARE", BIT(EXCLUSIVE) | BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_ROW_EXCLUSIVE] = {"ROW EXCLUSIVE", BIT(SHARE) | BIT(SHARE_ROW_EXCLUSIVE) |
                                                     BIT(EXCLUSIVE) | BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_SHARE_UPDATE_EXCLUSIVE] = {"SHARE UPDATE EXCLUSIVE",
                                         BIT(SHARE_UPDATE_EXCLUSIVE) | BIT(SHARE) |
                                             BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                             BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_SHARE] = {"SHARE", BIT(ROW_EXCLUSIVE) | BIT(SHARE_UPDATE_EXCLUSIVE) |
                                     BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                     BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_SHARE_ROW_EXCLUSIVE] = {"SHARE ROW EXCLUSIVE",
                                      BIT(ROW_EXCLUSIVE) | BIT(SHARE_UPDATE_EXCLUSIVE) |
                                          BIT(SHARE) | BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                          BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_EXCLUSIVE] = {"EXCLUSIVE", BIT(ROW_SHARE) | BIT(ROW_EXCLUSIVE) |
                                             BIT(SHARE_UPDATE_EXCLUSIVE) | BIT(SHARE) |
                                             BIT(SHARE_ROW_EXCLUSIVE) | BIT(EXCLUSIVE) |
                                             BIT(ACCESS_EXCLUSIVE)},
    [PGA_LOCK_ACCESS_EXCLUSIVE] = {"ACCESS EXCLUSIVE", BIT(ACCESS_SHARE) | BIT(ROW_SHARE) |
                                                           BIT(ROW_EXCLUSIVE) |
                                                           BIT(SHARE_UPDATE_EXCLUSIVE) |
                                                           BIT(SHARE) | BIT(SHARE_ROW_EXCLUSIVE) |
                                                           BIT(EXCLUSIVE) | BIT(ACCESS_EXCLUSIVE)},
};

const char *
pga_lock_mode_name(PgaLockMode mode)
{
    return modes[mode].name;
}

gboolean
pga_lock_conflicts(PgaLockMode one, PgaLockMode other)
{
    return (modes[one].conflicts & (1u << other)) != 0;
}

gboolean
pga_lock_blocks_reads(PgaLockMode mode)
{
    return pga_lock_conflicts(mode, PGA_LOCK_ACCESS_SHARE);
}

gboolean
pga_lock_blocks_writes(PgaLockMode mode)
{
    return pga_lock_conflicts(mode, PGA_LOCK_ROW_EXCLUSIVE);
}
