// Reading a file directly runs nothing of it: no file is opened but the model itself, no process is started, whatever
// its `__setstate__` would do.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/frontend/front_end_texts.h"
#include "tests/frontend/torchscript/archive_writer.h"
#include "tests/frontend/torchscript/pickle_writer.h"
#include "tests/frontend/watched_child.h"

namespace flopaudit {
namespace {

void expect_that_nothing_runs(const std::string& file) {
  const auto deeds = deeds_of([&] { (void)direct_text(file, "forward", CompareWhat::objects); });
  if (!deeds) GTEST_SKIP() << "no process may watch another here: nothing is tested";
  EXPECT_TRUE(WIFEXITED(deeds->status)) << file;
  EXPECT_EQ(deeds->started, 0) << file;
  EXPECT_FALSE(deeds->opened.empty()) << file;
  for (const std::string& path : deeds->opened) EXPECT_EQ(path, file);
}

TEST(NothingRunsTest, TheWatchSeesWhatIsDone) {
  const auto deeds = deeds_of([] {
    (void)std::ifstream("/etc/hostname");
    if (::fork() == 0) ::_exit(0);
  });
  if (!deeds) GTEST_SKIP() << "no process may watch another here: nothing is tested";
  ASSERT_EQ(deeds->opened.size(), 1U);
  EXPECT_EQ(deeds->opened.front(), "/etc/hostname");
  EXPECT_EQ(deeds->started, 1);
}

TEST(NothingRunsTest, ASetStateThatReadsAFile) {
  using namespace pickles;
  const std::string code =
      "class Net(Module):\n  __parameters__ = []\n  __buffers__ = []\n  w : Tensor\n"
      "  def forward(self: __torch__.Net, x: Tensor) -> Tensor:\n    return torch.add(x, self.w)\n"
      "  def __getstate__(self: __torch__.Net) -> Tuple[Tensor, bool]:\n    return (self.w, True)\n"
      "  def __setstate__(self: __torch__.Net, state: Tuple[Tensor, bool]) -> NoneType:\n"
      "    leaked = torch.from_file(\"/etc/hostname\", None, 10)\n"
      "    self.w = torch.add((state)[0], leaked)\n    return None\n";
  const std::string state =
      tuple({tensor(storage("FloatStorage", "0", 1), 0, integers({1}), integers({1})), boolean(true)});
  ArchiveWriter writer;
  writer.add({"m/version", "3\n"});
  writer.add({"m/code/__torch__.py", code});
  writer.add({"m/constants.pkl", program(")")});
  writer.add({"m/data/0", bytes(0, 4)});
  writer.add({"m/data.pkl", program(object("__torch__", "Net", state))});
  const auto file = std::filesystem::path(testing::TempDir()) / ("fa_hostile_" + std::to_string(::getpid()) + ".pt");
  std::ofstream(file, std::ios::binary) << writer.bytes();
  EXPECT_TRUE(direct_text(file.string(), "forward", CompareWhat::objects));
  expect_that_nothing_runs(file.string());
  std::filesystem::remove(file);
}

TEST(NothingRunsTest, HostileFilesByOthers) {
  const char* folder = std::getenv("FLOPAUDIT_CORPUS");
  if (folder == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().string();
    if (file.find("malicious") != std::string::npos) expect_that_nothing_runs(file);
  }
}

}  // namespace
}  // namespace flopaudit
