/* The tables of a Django project as they are drawn. */
#pragma once
#include <model/architecture.h>

#include "django_plan_internal.h"

G_BEGIN_DECLS

/** The project as tables to draw. */
typedef struct {
    PgaDjangoWork *work;
    PgaArchitecture *architecture;
    GPtrArray *tables;  /* of PgaDesignTable *: that are drawn whole */
    GHashTable *models; /* of them to const PgaDjangoModel * */
} DjangoDrawing;

/* django_draw_tables.c: all models, with their indexes and those that are recommended. */
void pga_django_drawing_fill(DjangoDrawing *drawing);

G_END_DECLS
