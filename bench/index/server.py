"""A throw-away server, as an unprivileged user where this one is root."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import libpq

MAJOR = 15


class Server:
    def __init__(self, settings="", bindir=None):
        base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.bindir = bindir or f"/usr/lib/postgresql/{MAJOR}/bin"
        self.folder = tempfile.mkdtemp(prefix="pga-bench-index-", dir=base)
        self.data = f"{self.folder}/data"
        self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "nobody")
        try:
            self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                     "--no-sync")
            self.start(settings)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, name, *arguments):
        subprocess.run([*self.user, f"{self.bindir}/{name}", *arguments], check=True, cwd=self.folder,
                       stdout=subprocess.DEVNULL)

    def start(self, settings=""):
        self.run("pg_ctl", "-D", self.data, "-w", "-l", f"{self.folder}/log", "-o",
                 f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c autovacuum=off {settings}",
                 "start")

    def stop(self):
        if pathlib.Path(self.data, "postmaster.pid").exists():
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def conninfo(self, database="postgres"):
        return f"host={self.folder} user=postgres dbname={database}"

    def connect(self, database="postgres"):
        return libpq.Connection(self.conninfo(database))
