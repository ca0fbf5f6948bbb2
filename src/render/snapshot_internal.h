/* What the files that write a snapshot share. */
#pragma once
#include <jansson.h>
#include <model/record.h>

/* (transfer full): the fields of @record that are not as in a new one; of a section all, but its
 * lists and pointers. */
json_t *pga_snapshot_record_json(const PgaRecordType *type, gconstpointer record,
                                 gboolean is_section);
