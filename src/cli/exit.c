#include "exit.h"

#include <base/error.h>

PgaExit
pga_exit_for(const GError *error)
{
    if (error->domain != PGA_ERROR)
        return PGA_EXIT_INTERNAL;
    switch ((PgaError)error->code) {
    case PGA_ERROR_INPUT:
        return PGA_EXIT_INPUT;
    case PGA_ERROR_SOURCE:
    case PGA_ERROR_LAB:
        return PGA_EXIT_SERVER;
    case PGA_ERROR_INTERRUPTED:
        return PGA_EXIT_INTERRUPTED;
    case PGA_ERROR_INTERNAL:
        break;
    }
    return PGA_EXIT_INTERNAL;
}
