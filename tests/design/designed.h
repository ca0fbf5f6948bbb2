/* Models written as requirements files, as tables. */
#pragma once
#include <model/architecture.h>

/* (transfer full): @text behind a head that names workload, load and deployment; it parses. */
PgaArchitecture *designed(const char *text, guint major);
