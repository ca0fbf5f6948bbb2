/* Expected output as files: tests/golden/NAME. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/* Fails the test when @text is not what tests/golden/@name holds, showing the first line that
 * differs. PGA_UPDATE_GOLDEN=1 in the environment writes the file instead; its diff is reviewed as
 * code. */
void pga_assert_golden(const char *text, const char *name);

G_END_DECLS
