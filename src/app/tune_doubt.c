/* What a source and what is said of its machine contradict. */
#include <base/units.h>

#include "tune_internal.h"

static gboolean
has_source_settings(const PgaSource *source)
{
    return source->catalog && source->environment->source_kind != PGA_SOURCE_DDL;
}

static void
report_buffers(PgaTuning *tuning, gint64 buffers)
{
    const PgaTuningInput *input = tuning->input;
    PgaFinding *finding = pga_finding_new("tune-source-exceeds-ram");
    g_autofree char *now = pga_bytes_format_memory(buffers);
    g_autofree char *ram = pga_bytes_format_memory(input->ram.value);

    finding->severity = PGA_SEVERITY_ERROR;
    finding->category = "config";
    finding->object = g_strdup("shared_buffers");
    finding->title = g_strdup("The source's shared_buffers exceeds the RAM it is said to have");
    finding->evidence =
        g_strdup_printf("shared_buffers is %s, RAM is %s (%s).", now, ram,
                        input->ram.method ? input->ram.method : pga_origin_name(input->ram.origin));
    finding->fix.note =
        g_strdup_printf("If the RAM is right, the server swaps or is killed as soon as its "
                        "buffers fill: set what is proposed here. If it is not, give --ram.");
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fingerprint = pga_finding_fingerprint(finding->rule, finding->object);
    finding->docs_title = "shared_buffers";
    finding->docs_url = g_strdup_printf("https://www.postgresql.org/docs/%u/"
                                        "runtime-config-resource.html#GUC-SHARED-BUFFERS",
                                        input->major);
    finding->requirements = "T1-3 Q-3";
    g_ptr_array_insert(tuning->findings, 0, finding);
}

void
pga_tune_doubt(const PgaSource *source, PgaTuning *tuning)
{
    const gint64 buffers = has_source_settings(source)
                               ? pga_catalog_setting_int64(source->catalog, "shared_buffers")
                               : -1;

    if (buffers > tuning->input->ram.value)
        report_buffers(tuning, buffers);
}
