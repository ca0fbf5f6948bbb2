#!/usr/bin/env python3
"""Makes src/advisor/tuning/server_settings.def: what fresh servers of each major say of the settings of settings.def.

usage: server_settings.py SETTINGS.def SERVER_BIN_DIR… > server_settings.def

Each directory holds initdb, pg_ctl and postgres of one major; psql is found on the PATH. The servers run as the caller,
or as nobody when that is root, in a directory that is removed afterwards, and listen on a Unix socket only. Majors that
say the same share a line. A default that the server derives itself (-1) stays -1.
"""

import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

QUERY = """
SELECT jsonb_object_agg(name, jsonb_build_array(vartype, unit, context, min_val, max_val,
         CASE WHEN boot_val = '-1' AND source <> 'configuration file' THEN boot_val ELSE setting END,
         array_to_string(enumvals, ',')))
  FROM pg_catalog.pg_settings
"""


def as_server_user():
    if os.geteuid() != 0:
        return [], None
    user = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"], user


def read(bindir):
    prefix, user = as_server_user()
    home = tempfile.mkdtemp(prefix="pga-settings-")
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    data, quiet = f"{home}/data", {"stdout": subprocess.DEVNULL, "cwd": "/", "check": True}
    options = f"-c listen_addresses= -c unix_socket_directories={home}"
    try:
        subprocess.run(prefix + [f"{bindir}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "--locale=C",
                                 "-E", "UTF8"], **quiet)
        subprocess.run(prefix + [f"{bindir}/pg_ctl", "-D", data, "-w", "-l", f"{home}/log", "-o", options, "start"],
                       **quiet)
        try:
            psql = ["psql", "-X", "-A", "-t", "-h", home, "-U", "postgres", "-d", "postgres", "-c"]
            major = subprocess.check_output(psql + ["SHOW server_version_num"], text=True)
            return int(major) // 10000, json.loads(subprocess.check_output(psql + [QUERY], text=True))
        finally:
            subprocess.run(prefix + [f"{bindir}/pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)
    finally:
        shutil.rmtree(home)


def quoted(value):
    return "NULL" if value in (None, "") else f'"{value}"'


def main():
    names = re.findall(r"^SETTING\((\w+)", pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), re.M)
    servers = dict(read(bindir) for bindir in sys.argv[2:])
    print("/* Made by tools/server_settings.py from fresh servers of PostgreSQL "
          f"{', '.join(str(major) for major in sorted(servers))}.\n"
          " *\n"
          " * FACT(name, first, last, vartype, unit, context, min, max, fresh, enumvals): fresh is what the\n"
          " * server has after initdb, in unit; -1 where it derives the value itself. Words that depend on\n"
          " * the build (lz4, zstd, io_uring) are those of the builds that were read. */")
    for name in names:
        lines = []
        for major in sorted(servers):
            fact = servers[major].get(name)
            if fact and lines and lines[-1][2] == fact and lines[-1][1] == major - 1:
                lines[-1][1] = major
            elif fact:
                lines.append([major, major, fact])
        for first, last, fact in lines:
            vartype, unit, context, low, high, fresh, words = fact
            print(f'FACT({name}, {first}, {last}, "{vartype}", {quoted(unit)}, "{context}", {quoted(low)}, '
                  f'{quoted(high)}, "{fresh}", {quoted(words)})')


main()
