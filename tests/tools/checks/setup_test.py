"""tools/setup on a machine that lacks packages: without root and sudo it names them and stops, having changed nothing;
with root it installs just those, and never asks."""

import os
import shutil
import subprocess
import unittest

from trees import ROOT, TreeTest

PROGRAMS = ["bash", "dirname", "basename", "cat", "env", "grep", "mkdir", "tail"]


class SetupTest(TreeTest):
    def setUp(self):
        super().setUp()
        for name in ("setup", "lib.sh"):
            self.write(f"tools/{name}", (ROOT / "tools" / name).read_text())
        (self.tree / "bin").mkdir()
        for program in PROGRAMS:
            (self.tree / "bin" / program).symlink_to(shutil.which(program))
        # All of Debian's packages but two are there, apt-get notes how it is called.
        self.stub("apt-get", f'echo "$DEBIAN_FRONTEND apt-get $*" >> {self.tree}/calls; exit "${{APT_STATUS:-0}}"')
        packages = (ROOT / "tools/setup").read_text().split("debian_packages=(")[1].split(")")[0].split()
        self.assertIn("libpapi-dev", packages)
        present = [name for name in packages if name not in ("libpapi-dev", "valgrind")]
        self.stub("dpkg-query", "\n".join(f"echo 'installed {name}'" for name in present))

    def stub(self, name, body):
        path = self.tree / "bin" / name
        path.write_text(f"#!/bin/bash\n{body}\n")
        path.chmod(0o755)

    def setup_as(self, user, **environment):
        self.stub("id", f"echo {user}")
        done = subprocess.run(
            ["bash", str(self.tree / "tools/setup")],
            env={"PATH": str(self.tree / "bin"), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        calls = self.tree / "calls"
        return done.returncode, done.stderr, calls.read_text().splitlines() if calls.exists() else []

    def test_names_what_is_missing_and_stops(self):
        status, said, calls = self.setup_as(1000)
        self.assertEqual((status, calls), (1, []))
        self.assertEqual(
            said, "setup: run as root or with sudo, or install first: apt-get install libpapi-dev valgrind\n"
        )

    def test_sudo_that_would_ask_is_no_sudo(self):
        self.stub("sudo", "exit 1")
        status, said, calls = self.setup_as(1000)
        self.assertEqual((status, calls), (1, []))
        self.assertIn("libpapi-dev valgrind", said)

    def test_installs_what_is_missing_as_root(self):
        _, said, calls = self.setup_as(0)
        self.assertTrue(said.startswith("setup: installing Debian packages: libpapi-dev valgrind\n"), said)
        self.assertEqual(
            calls[:2],
            [
                "noninteractive apt-get update",
                "noninteractive apt-get install --yes --no-install-recommends libpapi-dev valgrind",
            ],
        )

    def test_installs_through_sudo(self):
        self.stub("sudo", '[ "$1" = -n ] && shift; "$@"')
        self.stub("true", "exit 0")
        _, _, calls = self.setup_as(1000)
        self.assertIn("noninteractive apt-get install --yes --no-install-recommends libpapi-dev valgrind", calls)

    def test_says_where_apt_get_s_own_words_are(self):
        status, said, _ = self.setup_as(0, APT_STATUS="100")
        self.assertEqual(status, 1)
        self.assertIn("apt-update failed", said)
        self.assertIn(os.path.join("build", "log", "apt-update.log"), said)

    def test_other_system(self):
        (self.tree / "bin/apt-get").unlink()
        status, said, _ = self.setup_as(0)
        self.assertEqual(status, 1)
        self.assertEqual(said, "setup: no apt-get here; install the equivalents of: libpapi-dev valgrind\n")


if __name__ == "__main__":
    unittest.main()
