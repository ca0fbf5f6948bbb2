/* Arrays as PostgreSQL writes them. */
#pragma once
#include <base/array_text.h>
