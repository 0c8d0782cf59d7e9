"""Configuring takes all of LibTorch from one installation, or stops: a second one is faked beside the real one.

    python one_libtorch_test.py CMAKE TORCH_DIR
"""

import pathlib
import shutil
import subprocess
import sys
import unittest

from trees import ROOT, TreeTest

CMAKE, TORCH_DIR = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))

PROJECT = f"""cmake_minimum_required(VERSION 3.25)
project(one_libtorch CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(Threads REQUIRED)
set(Python3_EXECUTABLE {sys.executable})
include({ROOT}/tools/cmake/torch.cmake)
message(STATUS "c10 is ${{c10_LIBRARY}}")
"""


class OneLibtorchTest(TreeTest):
    def setUp(self):
        super().setUp()
        self.write("CMakeLists.txt", PROJECT)
        # A second installation that would be found: its Caffe2 and its c10 lie as a real one's do.
        self.other = self.tree / "other"
        self.write("other/share/cmake/Caffe2/Caffe2Config.cmake", "set(CAFFE2_INCLUDE_DIRS /nowhere)\n")
        self.write("other/lib/libc10.so", b"")

    def configure(self, *options):
        command = [CMAKE, "-S", str(self.tree), "-B", str(self.tree / "build"), *map(str, options)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # CMake breaks an error message into lines.
        return done.returncode, done.stdout, " ".join(done.stderr.split())

    def test_given_torch_dir_goes_before_other_prefixes(self):
        status, said, errors = self.configure(f"-DTorch_DIR={TORCH_DIR}", f"-DCMAKE_PREFIX_PATH={self.other}")
        self.assertEqual((status, errors), (0, ""))
        library = (TORCH_DIR.parents[2] / "lib/libc10.so").resolve()
        self.assertIn(f"c10 is {library}\n", said)

    def test_configuring_again_finds_the_same(self):
        self.assertEqual(self.configure(f"-DTorch_DIR={TORCH_DIR}")[0], 0)
        status, _, errors = self.configure(f"-DCMAKE_PREFIX_PATH={self.other}")
        self.assertEqual((status, errors), (0, ""))

    def test_mixed_caffe2_stops(self):
        caffe2 = self.other / "share/cmake/Caffe2"
        status, _, errors = self.configure(f"-DTorch_DIR={TORCH_DIR}", f"-DCaffe2_DIR={caffe2}")
        self.assertEqual(status, 1)
        self.assertIn("LibTorch is mixed from different installations", errors)
        self.assertIn(f"Caffe2 from {self.other.resolve()},", errors)

    def test_mixed_c10_stops(self):
        library = self.other / "lib/libc10.so"
        status, _, errors = self.configure(f"-DTorch_DIR={TORCH_DIR}", f"-Dc10_LIBRARY={library}")
        self.assertEqual(status, 1)
        self.assertIn(f"c10 from {self.other.resolve()};", errors)

    def test_torch_dir_that_is_no_such_folder(self):
        status, _, errors = self.configure(f"-DTorch_DIR={self.other}")
        self.assertEqual(status, 1)
        self.assertIn(f"Torch_DIR is {self.other}, where there is no TorchConfig.cmake", errors)

    def test_none_anywhere(self):
        self.write("CMakeLists.txt", PROJECT.replace(sys.executable, shutil.which("false")))
        status, _, errors = self.configure()
        self.assertEqual(status, 1)
        self.assertIn("LibTorch is not found: run tools/setup", errors)


if __name__ == "__main__":
    unittest.main()
