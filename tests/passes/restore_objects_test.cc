// Objects that a class's `__setstate__` makes in ways that are not plainly seen: its code is interpreted on the state
// that the file holds. Nothing is run, and what only a run would tell stays unknown.
#include <gmock/gmock.h>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/ir/printer.h"
#include "passes/restore_objects.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SavedObjectsTest : public ArchiveFixture {
 protected:
  // The text of a model whose child was saved as (f32[2,3], 4), once its attributes are made.
  std::string text_of(const std::string& set_state, const std::string& more_methods = "") {
    const std::string self = "self: __torch__.C";
    const std::string code =
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  c : __torch__.C\n"
        "  def forward(self: __torch__.M, x: Tensor) -> Tensor:\n    return torch.add(x, (self.c).w)\n"
        "class C(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
        "  w : Tensor\n  n : int\n  d : Dict[str, Tensor]\n  l : List[Tensor]\n  t : Tuple[Tensor, int]\n"
        "  o : Optional[Tensor]\n  b : bool\n"
        "  def __getstate__(" +
        self + ") -> Tuple[Tensor, int]:\n    return (self.w, self.n)\n" + "  def __setstate__(" + self +
        ", state: Tuple[Tensor, int]) -> NoneType:\n    a = (state)[0]\n    n = (state)[1]\n" + set_state +
        "    return None\n" + more_methods;
    using namespace pickles;
    const std::string state =
        tuple({tensor(storage("FloatStorage", "0", 6), 0, integers({2, 3}), integers({3, 1})), integer(4)});
    open({{"version", "3\n"},
          {"code/__torch__.py", code},
          {"constants.pkl", program(")")},
          {"data/0", std::string(24, '\0')},
          {"data.pkl", program(object("__torch__", "M", dict({{text("c"), object("__torch__", "C", state)}})))}});
    std::vector<SavedObjects> saved;
    const auto loaded = load_with_torchscript(file_.string(), "forward", {}, &saved);
    if (!loaded) return loaded.error().message;
    restore_objects(**loaded, std::move(saved));
    return print(**loaded);
  }
};

TEST_F(SavedObjectsTest, WhatIsComputedOfTheState) {
  EXPECT_THAT(text_of("    self.w = torch.cat([a, a], 1)\n    self.n = torch.mul(n, 3)\n    self.t = (a, n)\n"),
              AllOf(HasSubstr("\"w\": Tensor {f32[2,6]}\n"), HasSubstr("\"n\": int {12}\n"),
                    HasSubstr("\"t\": Tuple[Tensor, int] {(f32[2,3], 4)}\n")));
  EXPECT_THAT(text_of("    self.w = torch.add(a, torch.select(torch.from_file(\"/etc/passwd\", None, 9), 0, 0))\n"),
              HasSubstr("\"w\": Tensor {f32[2,3]}\n"));
}

TEST_F(SavedObjectsTest, ByBranchesLoopsContainersAndMethods) {
  EXPECT_THAT(
      text_of("    if torch.gt(n, 3):\n      self.w = torch.t(a)\n    else:\n      self.w = a\n"
              "    ts = annotate(List[Tensor], [])\n    for i in range(n):\n"
              "      _0 = torch.append(ts, torch.select(a, 0, 0))\n    self.l = ts\n"
              "    self.d = {\"a\": a}\n    _1 = (self).more(n, )\n",
              "  def more(self: __torch__.C, n: int) -> NoneType:\n    self.n = torch.neg(n)\n    return None\n"),
      AllOf(HasSubstr("\"w\": Tensor {f32[3,2]}\n"),
            HasSubstr("\"l\": List[Tensor] {[f32[3], f32[3], f32[3], f32[3]]}\n"),
            HasSubstr("\"d\": Dict[str, Tensor] {{\"a\": f32[2,3]}}\n"), HasSubstr("\"n\": int {-4}\n")));
}

// The graph that made them is no part of the program.
TEST_F(SavedObjectsTest, TheProgramIsWhatItWas) {
  EXPECT_THAT(text_of("    self.w = torch.relu(a)\n"), AllOf(HasSubstr("graph \"__torch__.M.forward\""),
                                                             Not(HasSubstr("__setstate__")), Not(HasSubstr("relu"))));
}

TEST_F(SavedObjectsTest, WhatOnlyARunTellsStaysUnknown) {
  EXPECT_THAT(text_of("    self.n = int(torch.item(torch.sum(a)))\n    self.w = torch.nonzero(a)\n"),
              AllOf(HasSubstr("\"n\": int {int}\n"), Not(HasSubstr("nonzero("))));
  EXPECT_THAT(text_of("    self.b = bool(torch.any(a))\n    self.w = torch.add(a, ops.my.secret(a))\n"),
              AllOf(HasSubstr("\"b\": bool {bool}\n"), Not(HasSubstr("\"w\": Tensor {f32"))));
}

// Code that cannot be read or that always raises makes nothing, and is no reason to refuse the file.
TEST_F(SavedObjectsTest, ASetStateThatDoesNotWork) {
  EXPECT_THAT(text_of("    self.w = torch.relu(a)\n    _0 = torch.no_such_name(1, 2, 3, unknown)\n"),
              AllOf(HasSubstr("graph \"__torch__.M.forward\""), HasSubstr("\"w\": Tensor\n")));
  EXPECT_THAT(text_of("    self.w = torch.relu(a)\n    ops.prim.RaiseException(\"no\")\n"),
              AllOf(HasSubstr("graph \"__torch__.M.forward\""), HasSubstr("\"w\": Tensor\n")));
  EXPECT_THAT(text_of("    _0 = (self).again()\n    self.w = a\n",
                      "  def again(self: __torch__.C) -> NoneType:\n    _0 = (self).again()\n    return None\n"),
              HasSubstr("graph \"__torch__.M.forward\""));
}

}  // namespace
}  // namespace flopaudit
