/* Passwords on the command line are hidden from process lists as soon as they have been read. */
#pragma once

/* Overwrites, in place, what in @argv may hold a password: values of "password=" in conninfo
 * strings and the part between ":" and "@" of URIs. Work on copies from then on. */
void pga_secrets_hide(int argc, char **argv);
