/* Steps by themselves. */
#include "place_internal.h"
#include "step_internal.h"

void
pga_step_clear(PgaStep *step)
{
    g_free(step->error);
    g_free(step->hint);
    *step = (PgaStep){0};
}

void
pga_step_position(const PgaStep *step, gsize offset, guint *line, guint *column)
{
    Place place = {.at = step->text, .line = step->line, .column = step->column};

    if (!step->anchored)
        pga_place_advance(&place, step->text + MIN(offset, step->length));
    *line = place.line;
    *column = place.column;
}

gboolean
pga_step_runs_outside(const PgaStep *step)
{
    const PgQuery__Node *tree = step->tree;

    if (!tree)
        return FALSE;
    switch ((int)tree->node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return tree->index_stmt->concurrent;
    case PG_QUERY__NODE__NODE_DROP_STMT:
        return tree->drop_stmt->concurrent;
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
        return tree->vacuum_stmt->is_vacuumcmd;
    case PG_QUERY__NODE__NODE_CREATEDB_STMT:
    case PG_QUERY__NODE__NODE_DROPDB_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
        return TRUE;
    default:
        return FALSE;
    }
}
