"""Runs every command that the README, the guide and the examples of --help show, in a folder with the files that they name.

    python documented_commands_test.py PROGRAM SOURCE_TREE

A command fails when it does not end with 0, or with 1 for `diff` and `check`, whose findings are an answer.
"""

import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM, TREE = sys.argv[1], pathlib.Path(sys.argv[2])
MODEL = TREE / "testdata" / "models" / "conv_bn_relu_traced.pt"
RECORD = TREE / "testdata" / "records" / "conv_bn_relu_traced.record.json"
RULES = TREE / "testdata" / "op_rules" / "sample.rules"
SLOW = ("audit", "measure", "validate aten")  # they start the software counter


def shown(text):
    """Lines of indented blocks that begin with the program's name, without the remark behind them."""
    for line in re.findall(r"^ {2,4}flopaudit (.*)$", text, re.MULTILINE):
        yield line.split(" #")[0].rstrip()


def commands():
    pages = [TREE / "README.md", *sorted((TREE / "tools" / "guide").glob("*.md"))]
    found = [command for page in pages for command in shown(page.read_text())]
    helps = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
    for name in re.findall(r"^  ([a-z-]+) ", helps.split("Subcommands:")[1], re.MULTILINE):
        found += shown(subprocess.run([PROGRAM, name, "--help"], capture_output=True, text=True, check=True).stdout)
    return list(dict.fromkeys(found))


def fill(folder):
    for name in ("model.pt", "old.pt", "new.pt"):
        shutil.copy(MODEL, folder / name)
    shutil.copy(RECORD, folder / "run.json")
    shutil.copy(RULES, folder / "my.rules")
    (folder / "budget.txt").write_text("flops <= 1T\n")
    report = [PROGRAM, "analyze", "model.pt", "--input", "f32[1,3,224,224]", "--format", "json", "-o", "report.json"]
    subprocess.run(report, cwd=folder, check=True)


class DocumentedCommands(unittest.TestCase):
    def test_each_runs(self):
        everything = commands()
        self.assertGreater(len(everything), 30)
        slow = [command for command in everything if command.startswith(SLOW)]
        for command in [c for c in everything if c not in slow] + slow[:1]:  # one of them shows that they start
            with self.subTest(command), tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                fill(folder)
                run = subprocess.run([PROGRAM, *shlex.split(command)], cwd=folder, capture_output=True, text=True)
                good = (0, 1) if command.startswith(("diff", "check")) else (0,)
                self.assertIn(run.returncode, good, f"flopaudit {command}\n{run.stderr}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
