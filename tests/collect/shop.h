/* A database with one of everything that a collection reads. */
#pragma once
#include <collect/collect.h>
#include <model/finding.h>

#include "cluster.h"

G_BEGIN_DECLS

/* One of the catalogs' "char" columns. */
#define assert_char(actual, wanted) g_assert_cmpuint((guchar)(actual), ==, (guchar)(wanted))

/** What a collection handed over. */
typedef struct {
    PgaCatalog *catalog;
    PgaEnvironment *environment;
    GPtrArray *not_checked; /* of PgaNotChecked * */
} Collected;

void collected_clear(Collected *collected);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Collected, collected_clear)

/* (transfer full): the conninfo of a new database @name with the schema "shop", as much of it as
 * @cluster's version knows, analysed. */
char *shop_create(const PgaTestCluster *cluster, const char *name);

/* Fails the test on an error. @dsn: as postgres; @user: (nullable): somebody else. */
void shop_collect(const char *dsn, const char *user, const PgaCollectOptions *options,
                  Collected *out);

const PgaIndex *shop_index(const PgaCatalog *catalog, const char *relname);
const PgaConstraint *shop_constraint(const PgaCatalog *catalog, const char *conname);
const PgaSequence *shop_sequence(const PgaCatalog *catalog, const char *relname);
const PgaType *shop_type(const PgaCatalog *catalog, const char *typname);
/* (nullable): the entry about @what. */
const PgaNotChecked *shop_not_checked(const Collected *collected, const char *what);

/* (transfer full): all that the model says of the schema, a line each: for comparing two
 * collections. */
char *shop_describe(const Collected *collected);

G_END_DECLS
