"""scripts/fetch-headers: what it fetches, from where, and that it takes nothing that the machine's keys do not verify.

A program of this test stands in for apt-get; nothing is downloaded. Usage: test_fetch_headers.py path/to/fetch-headers
"""
import os
import shutil
import subprocess
import sys
import tempfile

APT = """#!/bin/sh
echo "$*" >>"$FAKE_LOG"
case "$FAKE_MODE $*" in
"system "*download*) cp "$FAKE_DEB" . ;;
"private "*apt.conf*update*) exit 0 ;;
"private "*apt.conf*download*) cp "$FAKE_DEB" . ;;
"unsigned "*apt.conf*update*) echo "E: The repository 'x trixie InRelease' is not signed." >&2; exit 100 ;;
"empty "*download*) cp "$FAKE_EMPTY" . ;;
*) echo "E: Unable to locate package" >&2; exit 100 ;;
esac
"""


def installed(major):
    return os.path.exists(f"/usr/include/postgresql/{major}/server/postgres.h")


class Checkout:
    """A folder with the script, its apt-get and two packages."""

    def __init__(self, script, folder, major):
        self.folder, self.major = folder, major
        for name in ("scripts", "whatif", "bin"):
            os.mkdir(os.path.join(folder, name))
        shutil.copy(script, os.path.join(folder, "scripts", "fetch-headers"))
        apt = os.path.join(folder, "bin", "apt-get")
        with open(apt, "w", encoding="utf-8") as file:
            file.write(APT)
        os.chmod(apt, 0o755)
        self.deb = self.package("full", f"usr/include/postgresql/{major}/server")
        self.empty = self.package("empty", "usr/share/doc")

    def package(self, name, path):
        tree = os.path.join(self.folder, name)
        os.makedirs(os.path.join(tree, path))
        os.mkdir(os.path.join(tree, "DEBIAN"))
        with open(os.path.join(tree, "DEBIAN", "control"), "w", encoding="utf-8") as file:
            file.write("Package: x\nVersion: 1.2-3\nArchitecture: all\nMaintainer: x <x@x>\nDescription: x\n")
        with open(os.path.join(tree, path, "postgres.h"), "w", encoding="utf-8") as file:
            file.write("/* x */\n")
        subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, tree + ".deb"], check=True, capture_output=True)
        return tree + ".deb"

    def run(self, mode, *arguments):
        environment = {**os.environ, "FAKE_MODE": mode, "FAKE_DEB": self.deb, "FAKE_EMPTY": self.empty,
                       "FAKE_LOG": self.path("log"), "PATH": self.path("bin") + ":" + os.environ["PATH"]}
        done = subprocess.run(["bash", self.path("scripts/fetch-headers"), *arguments], env=environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def log(self):
        if not os.path.exists(self.path("log")):
            return ""
        with open(self.path("log"), encoding="utf-8") as file:
            return file.read()

    def has_headers(self):
        major = self.major
        return os.path.exists(self.path(f".headers/{major}/usr/include/postgresql/{major}/server/postgres.h"))


def from_own_release(checkout):
    status, _ = checkout.run("system", checkout.major)
    assert status == 0 and checkout.has_headers()
    with open(checkout.path(f".headers/{checkout.major}/version"), encoding="utf-8") as file:
        assert file.read() == "1.2-3\n"
    assert "install" not in checkout.log() and "update" not in checkout.log()


def once(checkout):
    checkout.run("system", checkout.major)
    os.remove(checkout.path("log"))
    status, output = checkout.run("none", checkout.major)
    assert status == 0 and output == "" and checkout.log() == ""


def from_other_release(checkout):
    status, output = checkout.run("private", checkout.major)
    if "this is not Debian" in output or "no entry for its own release" in output:
        return "the machine is no Debian with a mirror of its own release"
    assert status == 0 and checkout.has_headers(), output
    return None


def not_verified(checkout):
    status, output = checkout.run("unsigned", checkout.major)
    assert status == 75 and not checkout.has_headers()
    assert "skipped" in output
    assert "download" not in checkout.log().split("apt.conf", 1)[-1], "a package was fetched all the same"


def without_headers(checkout):
    status, output = checkout.run("empty", checkout.major)
    assert status == 75 and "holds no headers" in output and not os.path.exists(checkout.path(f".headers/{checkout.major}"))


def unknown_major(checkout):
    status, output = checkout.run("system", "13")
    assert status == 2 and "14 to 18" in output


def no_release_has_it(checkout):
    for major in ("14", "16"):
        if not installed(major):
            status, output = checkout.run("none", major)
            assert status == 75 and f"postgresql-server-dev-{major}" in output
            return None
    return "headers of both 14 and 16 are installed"


TESTS = [from_own_release, once, from_other_release, not_verified, without_headers, unknown_major, no_release_has_it]


def main():
    major = next((major for major in ("18", "17", "15") if not installed(major)), None)
    if not shutil.which("dpkg-deb") or not major:
        print("1..0 # SKIP " + ("headers of every major are installed" if not major else "dpkg-deb is not there"))
        return
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        name = "/scripts/fetch-headers/" + test.__name__.replace("_", "-")
        with tempfile.TemporaryDirectory() as folder:
            try:
                skipped = test(Checkout(sys.argv[1], folder, major))
                print(f"ok {number} {name}" + (f" # SKIP {skipped}" if skipped else ""))
            except AssertionError as error:
                print(f"not ok {number} {name}\n# {error or 'see the assertion'}")


main()
