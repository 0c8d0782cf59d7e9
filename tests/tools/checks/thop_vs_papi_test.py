"""tools/models/thop_vs_papi.py and its charts: on two tiny files with the real programs, and with a program that answers what
the test says, for what is taken up again and what is found wanting.

    python thop_vs_papi_test.py PROGRAM CHARTS_PYTHON

CHARTS_PYTHON has matplotlib; the tests of charts are skipped where `tools/setup tests` could not install it.
"""

import csv
import json
import pathlib
import subprocess
import sys
import unittest
import xml.etree.ElementTree

from trees import ROOT, TreeTest

PROGRAM, CHARTS_PYTHON = sys.argv[1], pathlib.Path(sys.argv[2])
SCRIPT = ROOT / "tools" / "models" / "thop_vs_papi.py"
CHARTS = ROOT / "tools" / "models" / "experiment_charts.py"
MODEL = ROOT / "testdata" / "models" / "conv_bn_relu_traced.pt"
TOKENS = """
import sys, torch
from torch import nn
torch.manual_seed(0)
layers = nn.Sequential(nn.Linear(24, 40), nn.GELU(), nn.LayerNorm(40), nn.Linear(40, 7), nn.Softmax(-1)).eval()
with torch.no_grad():
    torch.jit.trace(layers, torch.rand(2, 9, 24)).save(sys.argv[1])
"""


def node(verdict, annotated, measured, causes=(), expected=None):
    named = [{"name": name, "flops": flops} for name, flops in causes]
    return {"op": "aten::linear", "verdict": verdict, "annotated": annotated, "measured": measured, "causes": named}


# 1000 FLOPs and 7 of noise exact, 2000 with two causes, one of them an interval, 3 quiet.
GOOD_NODES = [
    node("exact", 1000, 1007),
    node("within", 2000, 2130, [("tail", {"min": 100, "max": 150}), ("alpha", -10)]),
    node("quiet", 0, 3),
]
BAD_NODES = [*GOOD_NODES, node("mismatch", 500, 540, [("tail", 20)])]

STUB = """#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
(here / "calls").open("a").write(sys.argv[1] + "\\n")
answers = json.loads((here / "answers.json").read_text())
def option(name):
    return pathlib.Path(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else None
if answers["status"] and sys.argv[1] == "audit":
    print("nothing counts here", file=sys.stderr)
    sys.exit(answers["status"])
if sys.argv[1] == "analyze":
    option("--dump-passes").mkdir(exist_ok=True)
    (option("--dump-passes") / "06-annotate.ir").write_text(answers["ir"])
    print(json.dumps({{"totals": {{"flops": answers["flops"]}}, "conventions": {{"thop-0.1.1": {{"value": answers["thop"]}}}}}}))
else:
    if sys.argv[1] == "audit":
        option("--record").write_text("counted")
    print(json.dumps(answers["report"]))
"""


def report(nodes):
    measured = sum(one["measured"] for one in nodes)
    rest = sum(one["measured"] for one in nodes if one["verdict"] == "mismatch")
    return {
        "nodes": nodes,
        "totals": {"measured": measured, "expected": {"min": 3090, "max": 3140}, "unexplained": rest, "bound_width": 50,
                   "value_width": 0, "quiet": 1, "outputs_equal_forward": True, "node_sum": {"ADD_SP": 2000, "FMA_DP": 8},
                   "whole_forward": {"ADD_SP": 1999, "FMA_DP": 10}},
    }  # fmt: skip


class ThopVsPapiTest(TreeTest):
    def run_script(self, program, *arguments):
        command = [sys.executable, "-B", str(SCRIPT), str(program), str(self.tree / "scratch"), *map(str, arguments)]
        command += ["--write", str(self.tree / "models.csv")]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def rows(self):
        with open(self.tree / "models.csv", newline="") as file:
            return list(csv.DictReader(file))


class OfAProgramThatAnswers(ThopVsPapiTest):
    def setUp(self):
        super().setUp()
        self.write("bin/flopaudit", STUB.format(python=sys.executable))
        self.write("bin/flopaudit-exec", "one")
        (self.tree / "bin/flopaudit").chmod(0o755)
        self.write("a.pt", "a")
        self.write("b.pt", "b")
        self.answer(GOOD_NODES)

    def answer(self, nodes, **changes):
        answers = {"status": 0, "ir": "the graph", "flops": 3000, "thop": 1600, "report": report(nodes), **changes}
        self.write("bin/answers.json", json.dumps(answers))

    def calls(self, *arguments):
        """Exit status and what the program was asked for."""
        log = self.tree / "bin/calls"
        log.unlink(missing_ok=True)
        files = [word for name in ("a.pt", "b.pt") for word in ("--file", self.tree / name)]
        self.done = self.run_script(self.tree / "bin/flopaudit", *files, "--dtype", "f64", *arguments)
        return self.done.returncode, log.read_text().split() if log.exists() else []

    def test_row(self):
        self.assertEqual(self.calls()[0], 0, self.done.stderr)
        row = self.rows()[0]
        self.assertEqual((row["thop_x2"], row["flops"], row["expected"], row["measured"]), ("3200", "3000", "3090..3140", "3140"))
        self.assertEqual((row["ratio"], row["nodes"], row["quiet"]), (f"{3140 / 3200:.4f}", "2", "1"))
        self.assertEqual((row["good_percent"], row["flops_percent"]), ("100.0000", "100.0000"))
        self.assertEqual((row["causes"], row["bounds"], row["noise"], row["rest"]), ("alpha=-10; tail=100", "40", "10", "0"))
        self.assertEqual(row["forward_percent"], f"{100 * (1 + 2 * 2) / (1999 + 2 * 10):.4f}")

    def test_parts_add_up_to_the_gap(self):
        self.answer(BAD_NODES)
        self.calls()
        row = self.rows()[0]
        causes = sum(int(part.rsplit("=", 1)[1]) for part in row["causes"].split("; "))
        gap = int(row["measured"]) - sum(one["annotated"] for one in BAD_NODES)
        self.assertEqual(causes + int(row["bounds"]) + int(row["noise"]) + int(row["rest"]), gap)
        self.assertEqual(row["rest"], "40")

    def test_mismatch_is_found_wanting(self):
        self.answer(BAD_NODES)
        self.assertEqual(self.calls()[0], 1)
        self.assertIn("aten::linear*1", self.done.stdout)
        self.assertEqual((self.rows()[0]["mismatch"], self.rows()[0]["good_percent"]), ("1", f"{100 * 2 / 3:.4f}"))

    def test_nothing_is_done_twice(self):
        self.assertEqual(self.calls(), (0, ["analyze", "audit"] * 2))
        self.assertEqual(self.calls(), (0, []))
        self.assertEqual(len(self.rows()), 2)

    def test_goes_on_where_it_was(self):
        self.calls("--dtype", "f32")
        log = self.tree / "scratch/rows.jsonl"
        log.write_text("".join(log.read_text().splitlines(keepends=True)[:3]))  # as if it had been stopped in the last row
        for record in (self.tree / "scratch/records").glob("b_*_f32*"):
            record.unlink()
        self.assertEqual(self.calls("--dtype", "f32"), (0, ["analyze", "audit"]))
        self.assertEqual(len(self.rows()), 4)

    def test_what_was_measured_alone(self):
        self.calls()
        self.assertEqual(self.calls("--dtype", "f32", "--measured"), (0, []))
        self.assertEqual([row["dtype"] for row in self.rows()], ["f64", "f64"])

    def test_another_file_of_the_name_is_another_model(self):
        self.calls()
        self.write("a.pt", "other")
        self.assertEqual(self.calls()[1], ["analyze", "audit"])

    def test_new_models_of_kernels_judge_what_was_counted(self):
        self.calls()
        self.write("bin/flopaudit", STUB.format(python=sys.executable) + "# newer\n")
        (self.tree / "bin/flopaudit").chmod(0o755)
        self.assertEqual(self.calls(), (0, ["analyze", "report"] * 2))

    def test_new_analysis_or_counter_counts_again(self):
        self.calls()
        self.write("bin/flopaudit", STUB.format(python=sys.executable) + "# newer\n")
        (self.tree / "bin/flopaudit").chmod(0o755)
        self.answer(GOOD_NODES, ir="another graph")
        self.assertEqual(self.calls(), (0, ["analyze", "audit"] * 2))
        self.write("bin/flopaudit-exec", "two")
        self.assertEqual(self.calls(), (0, ["analyze", "audit"] * 2))

    def test_what_failed_is_tried_again(self):
        self.answer(GOOD_NODES, status=3)
        self.assertEqual(self.calls()[0], 1)
        self.assertIn("nothing counts here", self.done.stdout)
        self.assertEqual(self.rows(), [])
        self.answer(GOOD_NODES)
        self.assertEqual(self.calls(), (0, ["analyze", "audit"] * 2))

    def test_no_counter_ends_the_run(self):
        self.answer(GOOD_NODES, status=4)
        status, asked = self.calls()
        self.assertEqual(asked, ["analyze", "audit"])
        self.assertNotEqual(status, 0)
        self.assertIn("nothing counts here", self.done.stderr)

    def draw(self, folder):
        command = [str(CHARTS_PYTHON), "-B", str(CHARTS), str(self.tree / "models.csv"), str(self.tree / folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def texts(self, name):
        root = xml.etree.ElementTree.parse(self.tree / "charts" / name).getroot()
        return ["".join(text.itertext()).strip() for text in root.iter() if text.tag.endswith("}text")]

    @unittest.skipUnless(CHARTS_PYTHON.exists(), "no matplotlib here: tools/setup tests")
    def test_charts(self):
        self.answer(BAD_NODES)
        self.calls("--dtype", "f32")
        done = self.draw("charts")
        self.assertEqual(done.returncode, 0, done.stderr)
        bars, gap = self.texts("thop_vs_papi.svg"), self.texts("gap_by_cause.svg")
        self.assertEqual((bars.count("a"), bars.count("b"), bars.count(f"{3680 / 3200:.4f}")), (1, 1, 2))
        self.assertEqual((gap.count("a"), gap.count("b"), gap.count(f"{100 * 540 / 3680:.4f} %")), (2, 2, 4))
        for part in ("counted otherwise by THOP", "tail", "alpha", "inside stated bounds", "dispatch noise", "without a reason"):
            self.assertIn(part, gap)
        self.assertTrue((self.tree / "charts/gap_by_cause.png").read_bytes().startswith(b"\x89PNG"))
        self.draw("again")
        for name in ("thop_vs_papi.svg", "gap_by_cause.svg"):
            self.assertEqual((self.tree / "charts" / name).read_bytes(), (self.tree / "again" / name).read_bytes())

    @unittest.skipUnless(CHARTS_PYTHON.exists(), "no matplotlib here: tools/setup tests")
    def test_no_rows_no_charts(self):
        self.answer(GOOD_NODES, status=3)
        self.calls()
        self.assertEqual(self.draw("charts").returncode, 2)


class OfTheProgram(ThopVsPapiTest):
    def test_two_tiny_models(self):
        tokens = self.tree / "tokens.pt"
        subprocess.run([sys.executable, "-c", TOKENS, str(tokens)], check=True)
        arguments = ("--file", MODEL, "--file", tokens, "--dtype", "f64")
        done = self.run_script(PROGRAM, *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = self.rows()
        self.assertEqual([(row["model"], row["dtype"]) for row in rows], [(MODEL.stem, "f64"), ("tokens", "f64")])
        for row in rows:
            self.assertEqual((row["mismatch"], row["other"], row["good_percent"], row["unexplained"]), ("0", "0", "100.0000", "0"), row)
            self.assertGreater(int(row["measured"]), int(row["flops"]) // 2, row)
        again = self.run_script(PROGRAM, *arguments)
        self.assertEqual((again.returncode, "[" in again.stdout), (0, False), again.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
