// tools/peers/comparison.csv holds what other tools say of torchvision's models. Here our program says its own half of
// the table again, for the models that tools/make_models makes.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

// Of build/models; the table has more.
const std::vector<std::string> kModels = {"densenet121", "efficientnet_b0", "mobilenet_v2", "resnet18",
                                          "squeezenet1_0"};

struct Line {
  std::string peer, unit;
  std::int64_t theirs = 0;
  bool equal = false;
};

// The first seven cells of a line have no commas but where they are quoted, and these lines are not.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

// {model and form: its lines}
std::map<std::string, std::vector<Line>> table() {
  std::map<std::string, std::vector<Line>> lines;
  std::ifstream stream(source_path("tools/peers/comparison.csv"));
  for (std::string line; std::getline(stream, line);) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() < 7 || std::find(kModels.begin(), kModels.end(), cells[1]) == kModels.end()) continue;
    lines[cells[1] + "_" + cells[2]].push_back({cells[0], cells[3], std::stoll(cells[4]), cells[6] == "0"});
  }
  return lines;
}

class PeerTable : public testing::TestWithParam<std::string> {};

TEST_P(PeerTable, EveryConventionSaysWhatItsToolSays) {
  const std::string file = GetParam() + ".pt";
  const std::vector<Line> lines = table()[GetParam()];
  ASSERT_EQ(lines.size(), 6U) << "one line for each tool";
  std::vector<std::string> arguments = {build_path("bin/flopaudit").string(),
                                        "analyze",
                                        build_path("models/").string() + file,
                                        "--format",
                                        "json",
                                        "--input",
                                        "f32[1,3,224,224]"};
  for (const Line& line : lines) arguments.insert(arguments.end(), {"--convention", line.peer});
  const ProgramRun run = run_program(arguments);
  ASSERT_EQ(run.status, 0) << run.err;
  const auto conventions = nlohmann::json::parse(run.out)["conventions"];
  for (const Line& line : lines) {
    EXPECT_TRUE(line.equal) << line.peer << " is not equal in the table";
    EXPECT_EQ(conventions[line.peer]["value"], line.theirs) << line.peer;
    EXPECT_EQ(conventions[line.peer]["unit"], line.unit) << line.peer;
    EXPECT_TRUE(conventions[line.peer]["left_out"].empty()) << line.peer;
  }
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (const std::string& model : kModels) {
    for (const char* form : {"_traced", "_scripted"}) names.push_back(model + form);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Models, PeerTable, testing::ValuesIn(files()), [](const auto& row) { return row.param; });

}  // namespace
}  // namespace flopaudit
