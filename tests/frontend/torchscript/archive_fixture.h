// A test that opens archives which it writes itself.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "tests/frontend/torchscript/archive_writer.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {

class ArchiveFixture : public testing::Test {
 protected:
  ~ArchiveFixture() override { std::filesystem::remove(file_); }

  // Records by their names below the root. The archive that was opened before is gone.
  const Archive& open(const std::vector<WrittenRecord>& records) {
    archive_.reset();
    ArchiveWriter writer;
    for (WrittenRecord record : records) {
      record.name = "m/" + record.name;
      writer.add(record);
    }
    std::ofstream(file_, std::ios::binary) << writer.bytes();
    Result<Archive> archive = Archive::open(file_.string());
    if (!archive) throw std::runtime_error(archive.error().message);
    archive_.emplace(*std::move(archive));
    return *archive_;
  }

  // A model whose forward has these lines.
  const Archive& open_forward(const std::string& body) {
    const std::string head =
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
        "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n";
    using namespace pickles;
    return open({{"version", "3\n"},
                 {"code/__torch__.py", head + body},
                 {"constants.pkl", pickles::program(")")},
                 {"data.pkl", pickles::program(object("__torch__", "M", dict({{text("training"), boolean(false)}})))}});
  }

  const std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) / ("fa_archive_" + std::to_string(::getpid()) + ".pt");

 private:
  std::optional<Archive> archive_;
};

}  // namespace flopaudit
