/* doctor: the state of this machine. */
#include <app/doctor.h>
#include <base/error.h>
#include <options.h>
#include <render/render.h>

#include "verb.h"

#define DEFAULT_ROLE "pgarchitect"

static gboolean
check_arguments(const PgaDoctorOptions *options, int argc, char **argv, GError **error)
{
    const char *surplus = argc > 2 || !options->grants || options->role ? argv[argc - 1] : NULL;

    if (argc < 2 || !surplus)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "doctor takes no argument, but \"%s\" was given",
                  surplus);
    if (options->grants)
        pga_error_hint(error, "With --grants it takes one role, as its argument or by --role.");
    return FALSE;
}

static PgaExit
print_grants(const char *role)
{
    g_autofree char *sql = pga_app_doctor_grants(role ? role : DEFAULT_ROLE);

    g_print("%s", sql);
    return PGA_EXIT_OK;
}

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
    if (!check_arguments(&options, argc, argv, error))
        return PGA_EXIT_INPUT;
    if (options.grants)
        return print_grants(argc > 1 ? argv[1] : options.role);
    if (options.format && !pga_format_parse_page(options.format, &format, error))
        return PGA_EXIT_INPUT;
    doctor = pga_app_doctor(options.pg_bindir, options.role ? options.role : DEFAULT_ROLE,
                            options.clean);
    text = pga_app_doctor_render(doctor, format);
    g_print("%s", text);
    return doctor->lab_usable ? PGA_EXIT_OK : PGA_EXIT_SERVER;
}
