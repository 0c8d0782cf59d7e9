// The rows of testdata/torchvision/table.csv whose models tools/make_models keeps: every figure is still what the table
// says, and the MACs are those that torchvision publishes. tools/torchvision_table makes the whole table.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

using nlohmann::json;
using Row = std::map<std::string, std::string>;

const std::string kData = source_path("testdata/torchvision/").string();

// No cell that is read here holds a comma: the last column, the cause, is empty in good rows.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> parts;
  std::stringstream stream(line);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

std::vector<Row> read_csv(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> names = cells(line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> values = cells(line);
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = i < values.size() ? values[i] : "";
    rows.push_back(row);
  }
  return rows;
}

const Row* find_row(const std::vector<Row>& rows, const std::string& builder, const std::string& file) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
    return row.at("builder") == builder && (file.empty() || row.at("file") == file);
  });
  return found == rows.end() ? nullptr : &*found;
}

// "1x3x224x224 1x3x224x224" -> --input f32[1,3,224,224] --input f32[1,3,224,224]
std::vector<std::string> input_options(const std::string& shapes) {
  std::vector<std::string> options;
  std::stringstream stream(shapes);
  for (std::string shape; stream >> shape;) {
    std::replace(shape.begin(), shape.end(), 'x', ',');
    options.insert(options.end(), {"--input", "f32[" + shape + "]"});
  }
  return options;
}

struct Model {
  const char* builder;
  const char* file;
};

class TorchvisionTable : public testing::TestWithParam<Model> {};

const char* const kBuilders[] = {"googlenet",
                                 "lraspp_mobilenet_v3_large",
                                 "mnasnet0_5",
                                 "quantized_mobilenet_v2",
                                 "quantized_shufflenet_v2_x0_5",
                                 "regnet_x_400mf",
                                 "regnet_y_400mf",
                                 "resnet18",
                                 "s3d",
                                 "shufflenet_v2_x0_5",
                                 "squeezenet1_1",
                                 "swin_t"};

std::vector<Model> models() {
  std::vector<Model> all;
  for (const char* builder : kBuilders) {
    for (const char* file : {"traced", "scripted"}) all.push_back({builder, file});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Models, TorchvisionTable, testing::ValuesIn(models()),
                         [](const auto& row) { return std::string(row.param.builder) + "_" + row.param.file; });

TEST_P(TorchvisionTable, SaysWhatTheAnalysisSays) {
  const auto [builder, file] = GetParam();
  const std::vector<Row> table = read_csv(kData + "table.csv");
  const std::vector<Row> published = read_csv(kData + "builders.csv");
  const Row* row = find_row(table, builder, file);
  const Row* builder_row = find_row(published, builder, "");
  ASSERT_TRUE(row != nullptr && builder_row != nullptr) << builder << " is in no table";
  std::vector<std::string> arguments = {build_path("bin/flopaudit").string(), "analyze",
                                        build_path("models/").string() + builder + "_" + file + ".pt", "--format",
                                        "json"};
  if (std::string(file) == "scripted") {
    for (const std::string& word : input_options(builder_row->at("inputs"))) arguments.push_back(word);
  }
  const ProgramRun run = run_program(arguments);
  ASSERT_EQ(run.status, 0) << run.err;
  const json totals = json::parse(run.out, nullptr, false)["totals"];
  for (const char* figure : {"macs", "flops", "nodes", "no_rule", "no_shape"}) {
    EXPECT_EQ(totals[figure].dump(), row->at(figure))
        << figure << " moved: if it should, run tools/torchvision_table and commit what it writes";
  }
  EXPECT_EQ(totals["macs"].dump(), builder_row->at("macs"));
  EXPECT_EQ(row->at("equal"), "yes");
  EXPECT_EQ(row->at("no_rule"), "0");
  EXPECT_EQ(row->at("no_shape"), "0");
}

}  // namespace
}  // namespace flopaudit
