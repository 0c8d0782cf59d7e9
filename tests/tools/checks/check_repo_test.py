"""check_repo.py must accept a tree that keeps the rules, and name each thing that breaks one."""

import hashlib
import json
import sys
import unittest

from trees import ROOT, TreeTest

sys.path.insert(0, str(ROOT / "tools"))
import check_repo  # noqa: E402

CHECK = "check_repo.py"


class CheckRepoTest(TreeTest):
    def setUp(self):
        super().setUp()
        self.write("README.md", "flopaudit\n")
        self.write("build/whatever.pt", b"x" * 30_000)
        for folder in check_repo.FOLDERS_WITH_README:
            self.write(f"{folder}/README.md", "What lives here.\n")

    def write_models(self, models, manifest):
        for name, content in models.items():
            self.write(f"testdata/models/{name}", content)
        rows = [{"file": name, "sha256": hashlib.sha256(content).hexdigest()} for name, content in manifest.items()]
        self.write("testdata/models/MANIFEST.json", json.dumps({"models": rows}))

    def test_accepts_a_tree_that_keeps_the_rules(self):
        self.write_models({"a.pt": b"weights"}, {"a.pt": b"weights"})
        self.assert_clean(CHECK)

    def test_something_else_at_the_top(self):
        self.write("docs/x.md", "")
        self.assert_one_violation(CHECK, "docs: the top level holds only")

    def test_folder_without_readme(self):
        (self.tree / "passes/README.md").unlink()
        self.assert_one_violation(CHECK, "passes: has no README.md")

    def test_readme_of_two_pages(self):
        self.write("passes/README.md", "line\n" * 100)
        self.assert_one_violation(CHECK, "passes/README.md", "a page is enough")

    def test_large_model(self):
        large = b"x" * 20_000
        self.write_models({"a.pt": large}, {"a.pt": large})
        self.assert_one_violation(CHECK, "testdata/models/a.pt: has 20000 bytes")

    def test_model_that_is_not_the_manifest_s(self):
        self.write_models({"a.pt": b"weights"}, {"a.pt": b"other"})
        self.assert_one_violation(CHECK, "testdata/models/a.pt: is not what")

    def test_model_that_is_in_the_manifest_only(self):
        self.write_models({}, {"a.pt": b"weights"})
        self.assert_one_violation(CHECK, "testdata/models/a.pt: is in")

    def test_namespaces_of_a_picture(self):
        self.write("testdata/a.svg", '<svg xmlns="https:' + '//example.org/svg" xmlns:xlink="https:' + '//example.org/xlink">\n')
        self.assert_clean(CHECK)

    def test_address_in_a_picture(self):
        self.write("testdata/a.svg", '<svg xmlns="https:' + '//example.org/svg" id="https:' + '//example.org">\n')
        self.assert_one_violation(CHECK, "testdata/a.svg:1: holds a URL")

    def test_address_in_a_build_file(self):
        self.write("tools/CMakeLists.txt", "\n# see https:" + "//example.org\n")
        self.assert_one_violation(CHECK, "tools/CMakeLists.txt:2: holds a URL")

    def test_path_of_one_machine(self):
        self.write("testdata/x.json", '{"file": "/home' + '/someone/m.pt"}\n')
        self.assert_one_violation(CHECK, "testdata/x.json:1: holds a path of one machine")

    def test_unfinished_work(self):
        self.write("passes/x.cc", "// TO" + "DO: more\n")
        self.assert_one_violation(CHECK, "passes/x.cc:1: holds an unfinished-work mark")

    def test_long_source(self):
        self.write("passes/x.cc", "\n" * 601)
        self.assert_one_violation(CHECK, "passes/x.cc: has 601 lines")


if __name__ == "__main__":
    unittest.main()
