"""What the program prints as JSON fits the schemas that are published in testdata/schemas, and the schemas refuse what does not.

    python json_schemas_test.py PROGRAM SOURCE_TREE
"""

import copy
import json
import pathlib
import re
import subprocess
import sys
import unittest

import jsonschema

PROGRAM, TREE = sys.argv[1], pathlib.Path(sys.argv[2])
DATA = TREE / "testdata"
MODELS = DATA / "models"
RECORD = DATA / "records" / "conv_bn_relu_traced.record.json"
PAGES = ("list", "methods", "validate")
LINEAR = [MODELS / "linear_scripted.pt", "--input"]


def schema_of(name):
    return json.loads((DATA / "schemas" / f"{name}-1.schema.json").read_text())


def printed(*arguments):
    run = subprocess.run([PROGRAM, *map(str, arguments), "--format", "json"], capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stderr
    return json.loads(run.stdout)


def of_page(command):
    """The JSON in the page of `command`, as its golden has it."""
    page = (DATA / "formats" / f"{command}.html").read_text()
    return json.loads(re.search('id="report">([^<]*)<', page).group(1))


def is_valid(document, name):
    return jsonschema.Draft202012Validator(schema_of(name)).is_valid(document)


class Schemas(unittest.TestCase):
    def check(self, document, name):
        jsonschema.Draft202012Validator.check_schema(schema_of(name))
        errors = list(jsonschema.Draft202012Validator(schema_of(name)).iter_errors(document))
        self.assertEqual([f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors[:5]], [])

    def test_analyses(self):
        for arguments in (
            [*LINEAR, "f32[3,8]", "--convention", "torch", "--convention", "xla"],
            [*LINEAR, "f32[N,8]"],
            [DATA / "op_rules" / "added_ops.ir", "--input", "f32[4,5]"],
            [MODELS / "conv_bn_relu_traced.pt"],
        ):
            self.check(printed("analyze", *arguments), "analysis")

    def test_reports_and_records(self):
        self.check(printed("report", RECORD), "report")
        self.check(printed("report", RECORD, "--times"), "report")
        for record in sorted((DATA / "records").glob("*.json")):
            self.check(json.loads(record.read_text()), "record")

    def test_counters(self):
        self.check(printed("counters"), "counters")
        self.check(json.loads((DATA / "reports" / "counters.json").read_text()), "counters")

    def test_diffs_and_checks(self):
        self.check(json.loads((DATA / "compare" / "diff.json").read_text()), "diff")
        self.check(json.loads((DATA / "compare" / "check.json").read_text()), "check")
        self.check(printed("diff", RECORD, RECORD), "diff")

    def test_sweeps(self):
        self.check(printed("analyze", *LINEAR, "f32[N,8]", "--sweep", "N=1..4"), "sweep")
        # Of two sizes one does not fit: its row has the reason and no numbers.
        self.check(printed("analyze", *LINEAR, "f32[3,C]", "--sweep", "C=7,8"), "sweep")

    def test_pages_of_tables(self):
        for command in PAGES:
            document = of_page(command)
            self.check(document, "table")
            self.assertEqual({len(row) for row in document["rows"]}, {len(document["columns"])})
        self.check(of_page("check"), "check")

    # A key that goes, a type that changes, a word that is none: each schema notices.
    def test_schemas_refuse(self):
        documents = {"analysis": printed("analyze", *LINEAR, "f32[3,8]"), "report": printed("report", RECORD), "record": json.loads(RECORD.read_text()),
                     "sweep": printed("analyze", *LINEAR, "f32[N,8]", "--sweep", "N=1..4")}  # fmt: skip
        for name in ("diff", "check"):
            documents[name] = json.loads((DATA / "compare" / f"{name}.json").read_text())
        documents["table"] = of_page("methods")
        for name, document in documents.items():
            self.assertTrue(is_valid(document, name), name)
            for key in schema_of(name)["required"]:
                without = {k: v for k, v in document.items() if k != key}
                self.assertFalse(is_valid(without, name), f"{name} without {key}")
                changed = copy.deepcopy(document)
                changed[key] = 1.5
                self.assertFalse(is_valid(changed, name), f"{name} with a number as {key}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
