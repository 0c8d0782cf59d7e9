"""Shared by the tests of this folder: small trees in temporary folders, and our scripts run on them."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]


class TreeTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.tree = pathlib.Path(scratch.name)

    def write(self, name, content):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)

    def run_check(self, script):
        """The exit status and the lines that a checker prints about the tree."""
        command = [sys.executable, "-B", str(ROOT / "tools" / script), str(self.tree)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout.splitlines()

    def assert_clean(self, script):
        self.assertEqual(self.run_check(script), (0, []))

    def assert_one_violation(self, script, *words):
        status, lines = self.run_check(script)
        self.assertEqual((status, len(lines)), (1, 1), lines)
        for word in words:
            self.assertIn(word, lines[0])
