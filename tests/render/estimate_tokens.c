/* Prints the estimate of each file named: "TOKENS NAME", for
 * tools/check_tokens.mjs. */
#include <render/tokens.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autofree char *text = NULL;
        g_autoptr(GError) error = NULL;
        gsize length;

        if (!g_file_get_contents(argv[i], &text, &length, &error)) {
            fprintf(stderr, "%s\n", error->message);
            return 1;
        }
        printf("%u %s\n", pga_tokens_estimate(text, length), argv[i]);
    }
    return 0;
}
