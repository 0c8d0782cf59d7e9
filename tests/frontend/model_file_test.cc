// Every kind of file that is not a TorchScript model gets its own sentence.
#include "analyzer/frontend/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "analyzer/frontend/libtorch/load_libtorch.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

class BadFileTest : public testing::Test {
 protected:
  BadFileTest() { std::filesystem::create_directories(folder_); }
  ~BadFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::string written(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  // A zip archive of these entries; an existing one is kept and its entries of the same name replaced.
  std::string zipped(const std::string& name, const std::map<std::string, std::string>& entries) const {
    int error = 0;
    zip_t* archive = zip_open(path(name).c_str(), ZIP_CREATE, &error);
    EXPECT_NE(archive, nullptr);
    for (const auto& [entry, bytes] : entries) {
      zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
      const zip_int64_t index = zip_file_add(archive, entry.c_str(), source, ZIP_FL_OVERWRITE);
      EXPECT_GE(index, 0);
      zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
    }
    EXPECT_EQ(zip_close(archive), 0);
    return path(name);
  }

  // The one sentence, from the loader itself.
  static std::string sentence(const std::string& file) {
    const auto program = load_with_libtorch(file, "forward");
    if (program) return "it loads";
    EXPECT_EQ(program.error().kind, ErrorKind::input);
    EXPECT_EQ(program.error().message.find('\n'), std::string::npos) << program.error().message;
    return program.error().message;
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("fa_bad_files_" + std::to_string(::getpid()));
};

std::string model(const std::string& name) { return source_path("testdata/models/" + name).string(); }

TEST_F(BadFileTest, Missing) {
  EXPECT_EQ(sentence(path("none.pt")), "cannot read '" + path("none.pt") + "': no such file");
}

TEST_F(BadFileTest, Directory) { EXPECT_THAT(sentence(path("")), HasSubstr("it is a directory")); }

TEST_F(BadFileTest, Empty) { EXPECT_THAT(sentence(written("empty.pt", "")), HasSubstr("the file is empty")); }

TEST_F(BadFileTest, NoPermission) {
  const std::string file = written("closed.pt", "PK");
  std::filesystem::permissions(file, std::filesystem::perms::none);
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(::seteuid(65534), 0);  // root may read everything
  }
  const auto inspected = inspect_model_file(file);
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ASSERT_FALSE(inspected);
  EXPECT_THAT(inspected.error().message, HasSubstr("no permission"));
}

TEST_F(BadFileTest, NotAZip) {
  EXPECT_THAT(sentence(written("text.pt", "just some text")), HasSubstr("it is no zip archive"));
}

TEST_F(BadFileTest, LegacyPickle) {
  EXPECT_THAT(sentence(written("legacy.pt", std::string("\x80\x02}q\x00.??", 8))), HasSubstr("torch.save pickle"));
}

TEST_F(BadFileTest, Flatbuffer) {
  EXPECT_THAT(sentence(written("flat.ptl", std::string("\x14\x00\x00\x00PTMF____", 12))), HasSubstr("flatbuffer"));
}

TEST_F(BadFileTest, BeforePyTorch1) {
  EXPECT_THAT(sentence(written("old.pt", "PYTORCH1____")), HasSubstr("before PyTorch 1.0"));
}

TEST_F(BadFileTest, StateDict) {
  EXPECT_THAT(sentence(model("state_dict.pt")), HasSubstr("holds weights, no program"));
}

TEST_F(BadFileTest, Pt2) {
  EXPECT_THAT(sentence(zipped("m.pt2", {{"m/archive_format", "pt2"}, {"m/models/model.json", "{}"}})),
              HasSubstr(".pt2"));
}

TEST_F(BadFileTest, ModelJson) {
  EXPECT_THAT(sentence(zipped("m.pt", {{"m/model.json", "{}"}, {"m/version", "1"}})), HasSubstr("before PyTorch 1.4"));
}

TEST_F(BadFileTest, ForeignZip) {
  EXPECT_THAT(sentence(zipped("m.zip", {{"readme.txt", "text"}})), HasSubstr("not of TorchScript"));
}

// Cut anywhere, a model is damaged: its zip directory stands at the end.
TEST_F(BadFileTest, Truncated) {
  const std::string whole = *read_text_file(model("conv_bn_relu_traced.pt"));
  for (const std::size_t parts : {1U, 2U, 3U}) {
    const std::string cut = written("cut.pt", whole.substr(0, whole.size() * parts / 4));
    EXPECT_THAT(sentence(cut), HasSubstr("damaged or truncated"));
  }
}

// LibTorch would refuse the file; a stub stands for the operator, which the graph names.
TEST_F(BadFileTest, UnknownOperatorsBecomeStubs) {
  const std::string code =
      "class ConvBnRelu(Module):\n"
      "  __parameters__ = []\n"
      "  __buffers__ = []\n"
      "  training : bool\n"
      "  def forward(self: __torch__.ConvBnRelu,\n"
      "    x: Tensor) -> Tensor:\n"
      "    return ops.absent.sharpen(x)\n";
  // Protocol 2; an instance of the class, whose one attribute is false.
  std::string data("\x80\x02", 2);
  data.append("c__torch__\nConvBnRelu\n)\x81}X").append("\x08\x00\x00\x00", 4).append("training\x89sb.");
  const std::string file = zipped("m.pt", {{"m/code/__torch__.py", code},
                                           {"m/constants.pkl", std::string("\x80\x02).", 4)},
                                           {"m/data.pkl", data},
                                           {"m/version", "3\n"}});
  const auto program = load_with_libtorch(file, "forward");
  ASSERT_TRUE(program) << program.error().message;
  EXPECT_EQ((*program)->entry().body.nodes.front()->op.name, "absent::sharpen");
}

TEST_F(BadFileTest, NoSuchMethodListsThoseThatExist) {
  const auto program = load_with_libtorch(model("no_forward_scripted.pt"), "forward");
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::usage);
  EXPECT_THAT(program.error().message,
              testing::AllOf(HasSubstr("'forward'"), HasSubstr("encode"), HasSubstr("decode")));
}

}  // namespace
}  // namespace flopaudit
