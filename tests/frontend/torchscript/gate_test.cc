// The gate before execution: what is refused, each with a twin that passes.
#include <gmock/gmock.h>

#include <cstdlib>
#include <set>

#include "analyzer/frontend/gate/admission.h"
#include "analyzer/ir/parser.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"
#include "tests/support/paths.h"

namespace flopaudit {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

class GateTest : public ArchiveFixture {
 protected:
  // What the gate says of a model whose forward has these lines; "" if it passes. `more`: classes and functions.
  std::string outcome_of_body(const std::string& body, const std::string& more = "") {
    return outcome_of_class("  training : bool\n", "", body, more);
  }
  std::string outcome_of_set_state(const std::string& body, const std::string& more_methods = "") {
    const std::string methods =
        "  def __getstate__(self: __torch__.M) -> Tuple[Tensor, bool]:\n    return (self.w, True)\n"
        "  def __setstate__(self: __torch__.M, state: Tuple[Tensor, bool]) -> NoneType:\n" +
        body + "    return None\n" + more_methods;
    return outcome_of_class("  w : Tensor\n  training : bool\n", methods, "    return x\n", "");
  }
  std::string outcome_of_class(const std::string& fields, const std::string& methods, const std::string& forward,
                               const std::string& more) {
    const std::string code = "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n" + fields +
                             "  def forward(self: __torch__.M, x: Tensor, n: int) -> Tensor:\n" + forward + methods +
                             more;
    return outcome_of_records({{"code/__torch__.py", code}});
  }
  std::string outcome_of_records(std::vector<WrittenRecord> records, const std::string& state = pickles::dict({})) {
    records.push_back({"version", "3\n"});
    records.push_back({"constants.pkl", pickles::program(")")});
    records.push_back({"data.pkl", pickles::program(pickles::object("__torch__", "M", state))});
    records.push_back({"data/0", pickles::bytes(0, 16)});
    open(records);
    const auto admitted = admit_file(file_.string(), /*trust=*/false);
    EXPECT_TRUE(admit_file(file_.string(), /*trust=*/true)) << "--trust";
    if (admitted) {
      EXPECT_EQ(admitted->model_file(), file_.string());
      return "";
    }
    EXPECT_EQ(admitted.error().kind, ErrorKind::input);
    EXPECT_THAT(admitted.error().message, AllOf(HasSubstr("is not run: "), EndsWith("; --trust runs it all the same")));
    EXPECT_EQ(admitted.error().message.find('\n'), std::string::npos);
    return admitted.error().message;
  }
};

TEST_F(GateTest, ArithmeticPasses) { EXPECT_EQ(outcome_of_body("    return torch.relu(torch.add(x, n))\n"), ""); }

TEST_F(GateTest, FilesAreNamedWithTheirPlace) {
  EXPECT_THAT(outcome_of_body("    y = torch.relu(x)\n    return torch.from_file(\"/etc/passwd\", None, 100)\n"),
              HasSubstr("aten::from_file at code/__torch__.py:7 reads a file of this machine"));
  EXPECT_THAT(outcome_of_body("    torch.save(x, \"out.pt\")\n    return x\n"),
              HasSubstr("aten::save at code/__torch__.py:6 writes a file"));
}

// However the call is written, and whether or not the model calls what holds it.
TEST_F(GateTest, EveryWayToCallIsSeen) {
  EXPECT_THAT(outcome_of_body("    x.save(\"out.pt\")\n    return x\n"), HasSubstr("aten::save"));
  EXPECT_THAT(outcome_of_body("    if torch.eq(n, 3):\n      for i in range(n):\n        torch.save(x, \"f\")\n"
                              "    else:\n      pass\n    return x\n"),
              HasSubstr("aten::save at code/__torch__.py:8"));
  EXPECT_THAT(
      outcome_of_body("    return x\n", "def unused(x: Tensor) -> Tensor:\n  torch.save(x, \"f\")\n  return x\n"),
      HasSubstr("aten::save at code/__torch__.py:8"));
  EXPECT_THAT(outcome_of_body("    return x\n", "def f(x: Any) -> Any:\n  x.save(\"f\")\n  return x\n"),
              HasSubstr("save"));
  // What a method of a C++ class gives may be anything.
  EXPECT_THAT(outcome_of_class("  training : bool\n  p : __torch__.torch.classes.quantized.LinearPackedParamsBase\n",
                               "", "    y = (self.p).hidden()\n    z = (y).save(\"f\")\n    return x\n", ""),
              HasSubstr("save"));
  const std::string saver =
      "class Saver:\n  training : bool\n  def save(self: __torch__.Saver, x: Tensor) -> Tensor:\n    return @\n";
  const auto with = [&](const std::string& result) {
    std::string text = saver;
    return text.replace(text.find('@'), 1, result);
  };
  EXPECT_EQ(outcome_of_body("    return x\n", with("torch.relu(x)")), "") << "a method of that name is no operator";
  EXPECT_THAT(outcome_of_body("    return x\n", with("torch.from_file(\"f\")")), HasSubstr("aten::from_file"));
}

TEST_F(GateTest, OperatorsThatReachBeyondTheProgram) {
  EXPECT_THAT(outcome_of_body("    return ops.inductor._reinterpret_tensor(x, [1], [1], 100)\n"),
              HasSubstr("inductor::_reinterpret_tensor at code/__torch__.py:6 is not an operator for models"));
  EXPECT_THAT(outcome_of_body("    return torch._reshape_alias(x, [9], [1])\n"), HasSubstr("nothing checks"));
  EXPECT_THAT(outcome_of_body("    return ops.mkldnn._reorder_linear_weight(x, None)\n"), HasSubstr("mkldnn"));
  EXPECT_THAT(outcome_of_body("    return ops._test.cat([x])\n"), HasSubstr("_test::cat"));
  EXPECT_THAT(outcome_of_body("    y = ops.prim.FusionGroup(x)\n    return x\n"), HasSubstr("compilers make"));
  EXPECT_EQ(outcome_of_body("    y = ops.prim.NumToTensor(n)\n    return torch.add(x, y)\n"), "");
  EXPECT_EQ(outcome_of_body("    return ops.torchvision.nms(x, x, 0.5)\n"), "") << "LibTorch does not have it";
}

TEST_F(GateTest, StridesMustBeNumbers) {
  EXPECT_EQ(outcome_of_body("    return torch.as_strided(x, [2, 3], [3, 1], 1)\n"), "");
  EXPECT_EQ(outcome_of_body("    return torch.as_strided(x, [2, 3], [3, 1])\n"), "");
  for (const char* call :
       {"as_strided(x, [2, n], [3, 1])", "as_strided(x, [2, 3], [n, 1])", "as_strided(x, [2, 3], [3, 1], n)",
        "as_strided_(x, [2, n], [3, 1])", "as_strided_copy(x, [2, 3], [3, 1], n)",
        "as_strided_scatter(x, x, [2, 3], [3, n])", "as_strided(x, torch.size(x), [3, 1])",
        "as_strided(x, [9], [1], 2305843009213675520)", "as_strided(x, [9], [-1], 9)"}) {
    EXPECT_THAT(outcome_of_body("    return torch." + std::string(call) + "\n"),
                AllOf(HasSubstr("aten::as_strided"), HasSubstr("that the program computes")))
        << call;
  }
}

// LibTorch works these out while it loads the file.
TEST_F(GateTest, WhatIsEvaluatedOnLoadingIsALiteral) {
  EXPECT_THAT(
      outcome_of_body("    return x\n", "def f(x: Tensor=torch.from_file(\"/etc/passwd\")) -> Tensor:\n  return x\n"),
      HasSubstr("no literal"));
  EXPECT_THAT(outcome_of_body("    return x\n", "class P(NamedTuple):\n  a : Tensor = torch.from_file(\"f\")\n"),
              HasSubstr("P.a at code/__torch__.py:8 is no literal"));
  EXPECT_EQ(outcome_of_body("    return x\n", "class P(NamedTuple):\n  a : int = 3\n"), "");
  EXPECT_EQ(outcome_of_body("    return x\n", "def f(x: Tensor, n: int=3) -> Tensor:\n  return x\n"), "");
}

TEST_F(GateTest, ASetStateOnlyRestores) {
  EXPECT_EQ(outcome_of_set_state("    self.w = (state)[0]\n    self.training = (state)[1]\n"), "");
  EXPECT_THAT(outcome_of_set_state("    self.w = torch.mul((state)[0], 2)\n"),
              AllOf(HasSubstr("aten::mul.Scalar at code/__torch__.py:"), HasSubstr("__torch__.M.__setstate__"),
                    HasSubstr("while it loads the file")));
  EXPECT_THAT(outcome_of_set_state("    for i in range(1000000):\n      pass\n    self.w = (state)[0]\n"),
              HasSubstr("prim::Loop"));
  const std::string restore =
      "  def restore(self: __torch__.M, w: Tensor) -> NoneType:\n    self.w = @\n    return None\n";
  const auto with = [&](const std::string& value) {
    std::string text = restore;
    return text.replace(text.find('@'), 1, value);
  };
  EXPECT_EQ(outcome_of_set_state("    _0 = (self).restore((state)[0])\n", with("w")), "");
  EXPECT_THAT(outcome_of_set_state("    _0 = (self).restore((state)[0])\n", with("torch.ones([1])")),
              HasSubstr("aten::ones"));
  EXPECT_EQ(outcome_of_set_state("    self.w = (state)[0]\n", with("torch.ones([1])")), "") << "not reached";
}

TEST_F(GateTest, PackedParametersAreRestored) {
  const std::string pack =
      "    if torch.eq(self.training, True):\n"
      "      _1 = ops.quantized.linear_prepack((state)[0], None)\n"
      "      self.packed = _1\n"
      "    else:\n"
      "      ops.prim.RaiseException(\"Unsupported dtype\")\n";
  const std::string methods =
      "  def __getstate__(self: __torch__.M) -> Tuple[Tensor, bool]:\n    return (self.w, True)\n"
      "  def __setstate__(self: __torch__.M, state: Tuple[Tensor, bool]) -> NoneType:\n" +
      pack + "    return None\n";
  EXPECT_EQ(outcome_of_class("  w : Tensor\n  training : bool\n"
                             "  packed : __torch__.torch.classes.quantized.LinearPackedParamsBase\n",
                             methods, "    return x\n", ""),
            "");
}

TEST_F(GateTest, ClassesThatAct) {
  const auto with = [&](const std::string& name) {
    return outcome_of_class("  training : bool\n  a : __torch__.torch.classes." + name + "\n", "", "    return x\n",
                            "");
  };
  EXPECT_THAT(with("_nnapi.Compilation"),
              HasSubstr("_nnapi.Compilation at code/__torch__.py:5 is a class of LibTorch's that reaches beyond"));
  EXPECT_EQ(with("quantized.LinearPackedParamsBase"), "");
  // No LibTorch has it: --trust would not help.
  const WrittenRecord code{"code/__torch__.py",
                           "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
                           "  a : __torch__.torch.classes.metatensor.Labels\n"};
  open({code, {"version", "3\n"}, {"constants.pkl", "x"}, {"data.pkl", "x"}});
  const auto admitted = admit_file(file_.string(), false);
  ASSERT_FALSE(admitted);
  EXPECT_THAT(admitted.error().message,
              HasSubstr("cannot be run: it needs the custom class __torch__.torch.classes.metatensor.Labels at "
                        "code/__torch__.py:4, which LibTorch does not have"));
}

TEST_F(GateTest, WhatCannotBeReadIsRefused) {
  EXPECT_THAT(outcome_of_body("    return torch.add(x, \"text\")\n"), HasSubstr("no overload of aten::add"));
  EXPECT_THAT(outcome_of_body("    return @\n"), HasSubstr("cannot be read"));
  const WrittenRecord code{"code/__torch__.py",
                           "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
                           "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return x\n"};
  EXPECT_EQ(outcome_of_records({code}), "");
  EXPECT_THAT(outcome_of_records({code, {"CODE/__torch__.py", "x"}}), HasSubstr("nothing but case"));
  EXPECT_THAT(outcome_of_records({code, {"code/__torch__.a.py", "x"}}), HasSubstr("no class or function can have"));
  const auto tensor_of = [](std::int64_t size) {
    using namespace pickles;
    return dict({{text("w"), tensor(storage("FloatStorage", "0", 4), 0, integers({size}), integers({1}))}});
  };
  EXPECT_EQ(outcome_of_records({code}, tensor_of(4)), "");
  EXPECT_THAT(outcome_of_records({code}, tensor_of(5)), HasSubstr("reaches beyond its storage"));
}

TEST(GateOfIr, OperatorsAreLookedAt) {
  const auto outcome = [](const std::string& body) -> std::string {
    const auto program = parse_program(
        "flopaudit.ir/1\nprogram file=\"t.ir\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" parameters=0 "
        "parameter_bytes=0\n\ngraph \"f\"(%x: Tensor {f32[2]}) -> (Tensor) {\n" +
        body + "}\n");
    if (!program) return "no program: " + program.error().message;
    EXPECT_TRUE(admit_ir(**program, /*trust=*/true));
    const auto admitted = admit_ir(**program, /*trust=*/false);
    return admitted ? "" : admitted.error().message;
  };
  EXPECT_EQ(outcome("  n0: %y: Tensor = aten::relu(%x)\n  return (%y)\n"), "");
  EXPECT_THAT(outcome("  n0: %y: Tensor = aten::from_file(\"/etc/passwd\", None, 8, None, None, None, None)\n"
                      "  return (%y)\n"),
              AllOf(HasSubstr("n0 (aten::from_file"), HasSubstr("reads a file of this machine"), HasSubstr("--trust")));
}

TEST(GateOnFiles, TheTinyModelsPass) {
  for (const auto& entry : std::filesystem::directory_iterator(source_path("testdata/models"))) {
    if (entry.path().extension() != ".pt" || entry.path().stem() == "state_dict") continue;
    const auto admitted = admit_file(entry.path().string(), false);
    EXPECT_TRUE(admitted) << admitted.error().message;
  }
}

// Real files by others: the hostile ones are refused, by this reader, which loads nothing; all others pass but those
// that talk to a backend.
TEST(GateOnFiles, Corpus) {
  const char* folder = std::getenv("FLOPAUDIT_CORPUS");
  if (folder == nullptr)
    GTEST_SKIP() << "FLOPAUDIT_CORPUS names no folder of real TorchScript files: nothing is tested";
  int hostile = 0, passed = 0;
  std::set<std::string> others;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".md") continue;
    const auto admitted = admit_file(entry.path().string(), false);
    const bool is_hostile = name.find("malicious") != std::string::npos;
    if (is_hostile) {
      ++hostile;
      EXPECT_FALSE(admitted) << name;
    } else if (admitted) {
      ++passed;
    } else if (admitted.error().message.find("is not run: ") != std::string::npos) {
      others.insert(name);
      std::cout << "  refused: " << admitted.error().message << '\n';
    }
    if (is_hostile && !admitted) std::cout << "  " << admitted.error().message << '\n';
  }
  std::cout << "  " << hostile << " hostile files refused, " << passed << " others pass\n";
  EXPECT_GT(hostile, 0);
  EXPECT_GT(passed, hostile);
  for (const std::string& name : others) {
    EXPECT_TRUE(name.find("delegate") != std::string::npos || name.find("backend") != std::string::npos) << name;
  }
}

}  // namespace
}  // namespace flopaudit
