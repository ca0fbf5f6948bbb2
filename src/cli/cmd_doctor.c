/* doctor: the state of this machine. */
#include <app/doctor.h>
#include <base/error.h>
#include <options.h>
#include <render/render.h>

#include "verb.h"

PgaExit
pga_cmd_doctor(int argc, char **argv, GError **error)
{
    g_auto(PgaDoctorOptions) options = {0};
    g_autoptr(PgaDoctor) doctor = NULL;
    PgaFormat format = PGA_FORMAT_TEXT;
    g_autofree char *text = NULL;

    if (!pga_doctor_options_parse(&options, &argc, &argv, error))
        return PGA_EXIT_INPUT;
    if (options.help) {
        g_print("%s", pga_doctor_help);
        return PGA_EXIT_OK;
    }
    if (argc > 1) {
        pga_error_set(error, PGA_ERROR_INPUT, "doctor takes no argument, but \"%s\" was given",
                      argv[1]);
        return PGA_EXIT_INPUT;
    }
    if (options.format && !pga_format_parse(options.format, &format, error))
        return PGA_EXIT_INPUT;
    doctor = pga_app_doctor(options.pg_bindir, options.role ? options.role : "pgarchitect",
                            options.clean);
    text = pga_app_doctor_render(doctor, format);
    g_print("%s", text);
    return doctor->lab_usable ? PGA_EXIT_OK : PGA_EXIT_SERVER;
}
