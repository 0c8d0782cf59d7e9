// The data in the HTML page; the page itself is tested in tests/html_report.
#include "analyzer/report/html_page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "analyzer/ir/parser.h"
#include "analyzer/report/picture_json.h"
#include "tests/support/golden.h"

namespace flopaudit {
namespace {

using nlohmann::json;

std::unique_ptr<Program> stored_program(const std::string& path) {
  auto program = parse_program(*read_text_file(source_path(path)));
  if (!program) throw std::runtime_error(program.error().message);
  return std::move(*program);
}

TEST(HtmlPage, JsonInAScriptCannotEndItAndSaysTheSame) {
  const json hostile = {{"</script><!--",
                         "https:/"
                         "/example.invalid"},
                        {"///", "a<b && c>d"}};
  const std::string text = json_in_script(hostile.dump());
  for (const char* never : {"<",
                            "/"
                            "/"})
    EXPECT_EQ(text.find(never), std::string::npos) << text;
  EXPECT_EQ(json::parse(text), hostile);
}

TEST(HtmlPage, HoldsTheReport) {
  if (!check_html_template()) GTEST_SKIP() << check_html_template().error().message;
  const auto program = stored_program("testdata/dot/residual.ir");
  const std::string page = html_page("{\"schema\": \"@GRAPH@\"}", program.get());
  EXPECT_NE(page.find("id=\"report\">{\"schema\":\"@GRAPH@\"}</script>"), std::string::npos);
  EXPECT_NE(html_page("{}", nullptr).find("id=\"graph\">null</script>"), std::string::npos);
  EXPECT_NE(page.find("id=\"graph\">{\"vertices\":[{\"id\":\"in0\""), std::string::npos);
}

// Vertices and labels by their places, boxes in boxes.
TEST(PictureJson, IsWhatThePictureSays) {
  const auto program = stored_program("testdata/dot/residual.ir");
  const json picture = picture_json(make_picture(program->entry()));
  const json& vertices = picture["vertices"];
  ASSERT_EQ(vertices.size(), 1 + 15 + 1);  // argument, nodes, result
  EXPECT_EQ(vertices[0]["shape"], "argument");
  EXPECT_EQ(vertices[1]["id"], "n0");
  EXPECT_EQ(vertices[1]["op"], "aten::conv2d");
  EXPECT_EQ(vertices[1]["label"], "conv1");
  EXPECT_EQ(picture["edges"][0], json({0, 1, 0}));
  EXPECT_EQ(picture["labels"][0], "f32[1,3,32,32]");
  const json& layer1 = picture["root"]["items"][3];
  EXPECT_EQ(layer1["label"], "layer1");
  EXPECT_EQ(layer1["items"].size(), 2U);
  EXPECT_EQ(layer1["items"][0]["module"], "layer1.0");
}

}  // namespace
}  // namespace flopaudit
