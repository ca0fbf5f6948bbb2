/* Architectures for renderers, made by hand. */
#pragma once
#include <model/architecture.h>

/* (transfer full): all there is to say, some of it hostile. */
PgaArchitecture *pga_architecture_of_shop(void);

/* (transfer full): no tables, no server, nothing asked for. */
PgaArchitecture *pga_architecture_of_nothing(void);

/* (transfer full): of a database that is there: two migrations, one thing to decide. */
PgaArchitecture *pga_architecture_of_source(void);

/* (transfer full): @n tables with names and numbers only. */
PgaArchitecture *pga_architecture_of_many(guint n);
