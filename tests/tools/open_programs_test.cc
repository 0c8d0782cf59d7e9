// What the program says where something is not known: the line to copy for a missing --input, and what a count depends
// on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/support/golden.h"
#include "tests/support/paths.h"
#include "tests/support/run_program.h"

namespace flopaudit {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::string kProgram = build_path("bin/flopaudit").string();

std::string small_model(const std::string& name) { return source_path("testdata/models/" + name).string(); }

ProgramRun flopaudit(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProgram);
  return run_program(arguments);
}

// The --input options of the line that an error offers.
std::vector<std::string> offered(const std::string& error) {
  std::vector<std::string> options;
  const std::regex option("--input '([^']*)'");
  for (std::sregex_iterator at(error.begin(), error.end(), option), end; at != end; ++at) {
    options.insert(options.end(), {"--input", (*at)[1]});
  }
  return options;
}

// Every model of the tests: the line that is offered analyses as it stands, or says that the sizes are the reader's
// own.
TEST(MissingInput, TheLineToCopyAnalyses) {
  int asked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source_path("testdata/models"))) {
    const std::string model = entry.path().string();
    if (entry.path().extension() != ".pt") continue;
    const ProgramRun missing = flopaudit({"analyze", model});
    // A traced file has inputs, a state_dict no program, and some files no forward.
    if (missing.status != 2 || missing.err.find("has no method") != std::string::npos) continue;
    EXPECT_LE(std::count(missing.err.begin(), missing.err.end(), '\n'), 8) << missing.err;
    std::vector<std::string> line = {"analyze", model};
    const std::vector<std::string> options = offered(missing.err);
    ASSERT_FALSE(options.empty()) << missing.err;
    if (missing.err.find("put your own sizes into this line") != std::string::npos) continue;
    ++asked;
    line.insert(line.end(), options.begin(), options.end());
    const ProgramRun run = flopaudit(line);
    EXPECT_EQ(run.status, 0) << missing.err << run.err;
  }
  EXPECT_GE(asked, 10);
}

TEST(MissingInput, AGuessComesFromTheFirstOpThatTakesTheTensor) {
  const ProgramRun linear = flopaudit({"analyze", small_model("linear_scripted.pt")});
  EXPECT_THAT(linear.err, HasSubstr("--input 'input=f32[1,8]'"));  // weight f32[4,8]
  EXPECT_THAT(linear.err, HasSubstr("aten::linear"));
  const ProgramRun convolution = flopaudit({"analyze", small_model("conv_bn_relu_scripted.pt")});
  EXPECT_THAT(convolution.err, HasSubstr("=f32[1,3,224,224]'"));
}

// An instance of a class is given by its attributes, a named tuple by its places.
TEST(ObjectInputs, AreGivenByTheirAttributes) {
  const std::string model = small_model("object_inputs_scripted.pt");
  const std::string cloud = R"({"points": f32[5,3], "scale": 2})";
  const ProgramRun run =
      flopaudit({"analyze", model, "--input", cloud, "--input", "(f32[5,4], 1)", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json report = json::parse(run.out);
  EXPECT_EQ(report["totals"]["macs"], 5 * 3 * 4);
  EXPECT_EQ(report["totals"]["flops"], 2 * 5 * 3 * 4 + 5 * 3 + 5 * 4);  // scaled by a number, a tensor added
  EXPECT_EQ(report["totals"]["no_shape"], 0);
  const ProgramRun symbolic = flopaudit({"analyze", model, "--input", R"({"points": f32[N,3], "scale": 2})", "--input",
                                         "(f32[N,4], 1)", "--at", "N=7", "--format", "json"});
  ASSERT_EQ(symbolic.status, 0) << symbolic.err;
  EXPECT_EQ(json::parse(symbolic.out)["totals"]["macs"], 7 * 3 * 4);
}

TEST(ObjectInputs, AMissingAttributeIsNamed) {
  const std::string model = small_model("object_inputs_scripted.pt");
  const ProgramRun run =
      flopaudit({"analyze", model, "--input", R"({"points": f32[5,3]})", "--input", "(f32[5,4], 1)"});
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("reads the attribute \"scale\" (int) of __torch__.Cloud, which is not given"));
  const ProgramRun offer = flopaudit({"analyze", model});
  EXPECT_THAT(offer.err, HasSubstr(R"("scale": 1)"));
  EXPECT_THAT(offer.err, HasSubstr(R"("points": f32[1,3])"));
}

TEST(ObjectInputs, AreMadeForARun) {
  const std::string model = small_model("object_inputs_scripted.pt");
  const ProgramRun run = flopaudit({"measure", model, "--counters", "none", "-o", "-", "--input",
                                    R"({"points": f32[5,3], "scale": 2})", "--input", "(f32[5,4], 1)"});
  ASSERT_LE(run.status, 1) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\"outputs_equal_forward\": true"));
}

// A list of symbolic length, as input and as what a loop makes.
TEST(SymbolicLists, AreFormulas) {
  const ProgramRun run =
      flopaudit({"analyze", small_model("open_lists_scripted.pt"), "--input", "f32[T,2,8]", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json report = json::parse(run.out);
  EXPECT_EQ(report["totals"]["no_shape"], 0) << report["gaps"];
  EXPECT_EQ(report["totals"]["macs"]["expr"], "128*T");  // 2*8*4 + 2*4*4 + 2*4*4 a step
  const ProgramRun number =
      flopaudit({"analyze", small_model("open_lists_scripted.pt"), "--input", "f32[6,2,8]", "--format", "json"});
  EXPECT_EQ(json::parse(number.out)["totals"]["macs"], 6 * (2 * 8 * 4 + 2 * 4 * 4 + 2 * 4 * 4));
  const ProgramRun list = flopaudit({"analyze", small_model("list_input_scripted.pt"), "--input", "[f32[2,3] x N]"});
  EXPECT_EQ(list.status, 0) << list.err;
}

// A graph of IR text need not be a method.
TEST(IrText, AFunctionWithoutSelfTakesItsInputs) {
  const std::string path = testing::TempDir() + "function.ir";
  std::ofstream(path) << "flopaudit.ir/1\nprogram file=\"f.pt\" kind=\"scripted\" method=\"forward\" "
                         "libtorch=\"2.13.0\" parameters=0 parameter_bytes=0\n\ngraph \"forward\"(%x.1: Tensor, %y: "
                         "Tensor) -> (Tensor) {\n  n0: %z: Tensor = aten::mm(%x.1, %y)\n  return (%z)\n}\n";
  const ProgramRun run =
      flopaudit({"analyze", path, "--input", "y=f32[3,4]", "--input", "x=f32[2,3]", "--format", "json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const json report = json::parse(run.out);
  EXPECT_EQ(report["totals"]["macs"], 2 * 3 * 4);
  EXPECT_EQ(report["inputs"].size(), 2U);
  EXPECT_EQ(flopaudit({"analyze", path, "--input", "f32[2,3]"}).status, 2);
}

TEST(DependsOn, BothBranchesAreShownAndOneCanBeTaken) {
  const std::string model = small_model("branch_unknown_scripted.pt");
  const std::vector<std::string> base = {"analyze", model, "--input", "f32[1,3,8,8]"};
  const auto with = [&base](std::vector<std::string> more) {
    std::vector<std::string> all = base;
    all.insert(all.end(), more.begin(), more.end());
    return flopaudit(all);
  };
  const json open = json::parse(with({"--format", "json"}).out);
  const auto branch = std::find_if(open["depends_on"].begin(), open["depends_on"].end(),
                                   [](const json& row) { return row["kind"] == "branch"; });
  ASSERT_NE(branch, open["depends_on"].end()) << open["depends_on"];
  ASSERT_EQ((*branch)["branches"].size(), 2U);
  const std::string name = (*branch)["name"];
  EXPECT_THAT(with({}).out, HasSubstr("what this count depends on"));
  EXPECT_THAT(with({}).out, HasSubstr("  " + name + " = 0 or 1: the condition"));
  EXPECT_THAT(with({}).out, HasSubstr("    where it does not: "));

  // Taken, a branch costs what the list says of it, apart from what both share.
  std::vector<std::int64_t> flops;
  for (const char* taken : {"1", "0"}) {
    const ProgramRun run = with({"--assume", name + "=" + taken, "--format", "json"});
    ASSERT_EQ(run.status, 0) << run.err;
    const json report = json::parse(run.out);
    EXPECT_TRUE(report["depends_on"].empty()) << report["depends_on"];
    flops.push_back(report["totals"]["flops"]);
  }
  EXPECT_EQ(flops[0] - flops[1], (*branch)["branches"][0]["flops"].get<std::int64_t>() -
                                     (*branch)["branches"][1]["flops"].get<std::int64_t>());

  // The number alone names the node; a name that the program does not depend on is a slip.
  const std::string short_name = "branch(" + name.substr(std::string("branch(n").size());
  EXPECT_EQ(with({"--assume", short_name + "=1"}).status, 0);
  const ProgramRun slip = with({"--assume", "trips(n1)=3"});
  EXPECT_EQ(slip.status, 2);
  EXPECT_THAT(slip.err, HasSubstr("does not depend on trips(n1); it depends on " + name));
}

}  // namespace
}  // namespace flopaudit
