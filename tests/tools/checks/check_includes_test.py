"""check_includes.py must accept a tree that keeps the rules, and name the file and the line of each way to break one."""

import unittest

from trees import TreeTest

CHECK = "check_includes.py"


class CheckIncludesTest(TreeTest):
    def setUp(self):
        super().setUp()
        self.write("analyzer/support/log.h", "#pragma once\n#include <string_view>\n")
        self.write("analyzer/support/log.cc", '#include "analyzer/support/log.h"\n#include <spdlog/spdlog.h>\n')
        self.write("analyzer/ir/graph.h", '#include "analyzer/support/log.h"\n#include <boost/graph/adjacency_list.hpp>\n')
        self.write("analyzer/frontend/libtorch/load.cc", '#include "analyzer/ir/graph.h"\n#include <torch/script.h>\n')
        self.write("passes/pass.h", '#include "analyzer/ir/graph.h"\n')
        self.write("runtime/executor/execute.h", '#include "analyzer/ir/graph.h"\n')
        self.write("runtime/executor/execute.cc", '#include "runtime/executor/execute.h"\n#include <ATen/ATen.h>\n')
        self.write("runtime/measurement.h", '#include "analyzer/ir/graph.h"\n')
        self.write("runtime/fpcount/requests.h", "")
        self.write("runtime/fpcount/main.c", '#include "pub_tool_basics.h"\n#include "requests.h"\n')
        self.write("runtime/fpcount/classify.h", "")
        self.write("runtime/papi_library.h", "#pragma once\n#include <papi.h>\n")
        self.write("runtime/papi_counters.cc", '#include "runtime/papi_library.h"\n#include "runtime/fpcount/requests.h"\n')
        self.write("tools/main.cc", '#include "passes/pass.h"\n#include "runtime/measurement.h"\n#include <fmt/format.h>\n')
        self.write("tools/dump_schemas.cc", '#include "analyzer/frontend/libtorch/schemas.h"\n')
        self.write("analyzer/frontend/libtorch/schemas.h", "")

    def test_accepts_a_tree_that_keeps_the_rules(self):
        self.assert_clean(CHECK)

    def assert_refuses(self, name, content, *words):
        self.write(name, content)
        self.assert_one_violation(CHECK, name, *words)

    def test_ir_above_support(self):
        self.assert_refuses("analyzer/support/up.cc", '\n#include "analyzer/ir/graph.h"\n', ":2:", "analyzer/support may not include")

    def test_analyzer_below_passes(self):
        self.assert_refuses("analyzer/ir/up.cc", '#include "passes/pass.h"\n', "analyzer/ir may not include passes/pass.h")

    def test_passes_beside_runtime(self):
        self.assert_refuses("passes/run.cc", '#include "runtime/measurement.h"\n', "passes may not include")

    def test_runtime_beside_passes(self):
        self.assert_refuses("runtime/run.cc", '#include "passes/pass.h"\n', "runtime may not include")

    def test_tools_below_nothing(self):
        self.write("tools/options.h", "")
        self.assert_refuses("runtime/options.cc", '#include "tools/options.h"\n', "runtime may not include")

    def test_tests_are_not_included(self):
        self.write("tests/support/golden.h", "")
        self.assert_refuses("tools/x.cc", '#include "tests/support/golden.h"\n', "tools may not include")

    def test_libtorch_elsewhere(self):
        for header in ("torch/script.h", "ATen/ATen.h", "c10/util/Exception.h", "caffe2/serialize/x.h"):
            self.assert_refuses("tools/x.cc", f"#include <{header}>\n", header, "LibTorch is for")

    def test_half_with_libtorch_elsewhere(self):
        for header in ("runtime/executor/execute.h", "analyzer/frontend/libtorch/schemas.h"):
            self.assert_refuses("tools/x.cc", f'#include "{header}"\n', header, "the half with LibTorch is for")

    def test_executor_above_runtime(self):
        self.write("runtime/x.cc", '#include "runtime/executor/execute.h"\n')
        status, lines = self.run_check(CHECK)
        self.assertEqual(status, 1)
        self.assertIn("runtime may not include runtime/executor/execute.h", "\n".join(lines))

    def test_papi_elsewhere(self):
        self.assert_refuses("runtime/papi_more.cc", "#include <papi.h>\n", "PAPI is for runtime/papi_library.h")

    def test_boost_graph_elsewhere(self):
        self.assert_refuses("analyzer/report/x.cc", "# include <boost/graph/graphviz.hpp>\n", "Boost.Graph is for analyzer/ir")

    def test_spdlog_elsewhere(self):
        self.assert_refuses("analyzer/support/other.cc", "#include <spdlog/spdlog.h>\n", "spdlog is for analyzer/support/log.cc")

    def test_libtorch_with_fmt(self):
        self.assert_refuses("runtime/executor/x.cc", "#include <ATen/ATen.h>\n#include <fmt/format.h>\n", "another fmt")

    def test_libtorch_with_fmt_through_a_header(self):
        self.write("runtime/executor/text.h", "#include <fmt/format.h>\n")
        self.assert_refuses(
            "runtime/executor/x.cc", '#include <ATen/ATen.h>\n#include "runtime/executor/text.h"\n', "runtime/executor/text.h"
        )

    def test_header_that_is_not_there(self):
        self.assert_refuses("passes/x.cc", '#include "graph.h"\n', "is not a file")

    def test_fpcount_shares_one_header(self):
        self.assert_refuses("runtime/x.cc", '#include "runtime/fpcount/classify.h"\n', "only runtime/fpcount/requests.h")

    def test_folder_without_a_row(self):
        self.assert_refuses("analyzer/new/x.cc", "#include <vector>\n", "no row for this folder")


if __name__ == "__main__":
    unittest.main()
