// The table of a model's objects, out of data.pkl and the code's class declarations.
#include "analyzer/frontend/torchscript/pickled_objects.h"

#include <gmock/gmock.h>

#include <fstream>
#include <optional>

#include "analyzer/ir/printer.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using namespace pickles;
using testing::HasSubstr;

const std::string kPlace = "__torch__.m";

std::string weight(const std::string& key) {
  return tensor(storage("FloatStorage", key, 6), 0, integers({2, 3}), integers({3, 1}));
}

class PickledObjectsTest : public ArchiveFixture {
 protected:
  // The printed objects, or the error's text; what is counted is kept.
  std::string objects(const std::string& code, const std::string& model, std::vector<WrittenRecord> more = {}) {
    more.push_back({"code/__torch__/m.py", code});
    more.push_back({"data.pkl", program(model)});
    const Archive& archive = open(more);
    Code code_of_archive(archive.container(), archive.root());
    ClassLayouts classes(code_of_archive);
    Result<PickledObjects> read = read_objects(archive, classes);
    if (!read) return read.error().message;
    Program printed;
    printed.objects = read->objects;
    read_ = *std::move(read);
    const std::string text = print(printed);
    return text.substr(text.find("\nobject") + 1);
  }

  PickledObjects read_;
};

const std::string kLinear =
    "class Linear(Module):\n"
    "  __parameters__ = [\"weight\", ]\n"
    "  __buffers__ = [\"count\", ]\n"
    "  scale : Final[float] = 2.\n"
    "  count : Tensor\n"
    "  weight : Tensor\n"
    "  training : bool\n";

std::string linear(const std::string& key, bool training = false) {
  return object(kPlace, "Linear",
                dict({{text("training"), boolean(training)},
                      {text("weight"), weight(key)},
                      {text("count"), tensor(storage("LongStorage", "9", 1), 0, ")", ")")}}));
}
const WrittenRecord kCount = {"data/9", bytes(5, 8)};

// In the order of the class, not of the pickle; constants are no attributes. Weights are not there to be read.
TEST_F(PickledObjectsTest, AttributesAreThoseOfTheClass) {
  EXPECT_EQ(objects(kLinear, linear("0"), {kCount}),
            "object \"\" class=\"__torch__.m.Linear\" module {\n"
            "  \"count\": Tensor {i64[] = 5} buffer path=\"count\"\n"
            "  \"weight\": Tensor {f32[2,3]} parameter path=\"weight\"\n"
            "  \"training\": bool {false}\n"
            "}\n");
  EXPECT_EQ(read_.parameter_count, 2 * 3);
  EXPECT_EQ(read_.parameter_bytes, 2 * 3 * 4);
}

const std::string kNet = kLinear +
                         "class Net(Module):\n"
                         "  __parameters__ = []\n"
                         "  a : __torch__.m.Linear\n"
                         "  __annotations__[\"1\"] = __torch__.m.Linear\n"
                         "  rest : List[__torch__.m.Linear]\n";

TEST_F(PickledObjectsTest, SharedObjectsKeepTheirFirstPath) {
  const std::string net = object(
      kPlace, "Net", dict({{text("rest"), list({get(1)})}, {text("a"), linear("0") + put(1)}, {text("1"), get(1)}}));
  const std::string shared = object(
      kPlace, "Net",
      dict({{text("a"), linear("0") + put(1)}, {text("1"), get(1)}, {text("rest"), list({get(1), linear("0")})}}));
  EXPECT_THAT(objects(kNet, net, {kCount}), HasSubstr("recalls what it never kept"));  // pickles are read in order
  const std::string text = objects(kNet, shared, {kCount});
  EXPECT_THAT(text, HasSubstr("\"a\": __torch__.m.Linear {object(\"a\")}"));
  EXPECT_THAT(text, HasSubstr("\"1\": __torch__.m.Linear {object(\"a\")}"));
  EXPECT_THAT(text, HasSubstr("\"rest\": List[__torch__.m.Linear] {[object(\"a\"), object(\"rest.1\")]}"));
}

TEST_F(PickledObjectsTest, TiedParametersCountOnce) {
  const auto net = [](const std::string& second) {
    return object(kPlace, "Net",
                  dict({{text("a"), linear("0")}, {text("1"), linear(second)}, {text("rest"), list({})}}));
  };
  EXPECT_THAT(objects(kNet, net("0"), {kCount}),
              HasSubstr("object \"1\" class=\"__torch__.m.Linear\" module {\n"
                        "  \"count\": Tensor {i64[] = 5} buffer path=\"a.count\"\n"
                        "  \"weight\": Tensor {f32[2,3]} parameter path=\"a.weight\"\n"));
  EXPECT_EQ(read_.parameter_count, 2 * 3);
  EXPECT_THAT(objects(kNet, net("1"), {kCount}), HasSubstr("parameter path=\"1.weight\""));
  EXPECT_EQ(read_.parameter_count, 2 * (2 * 3));
}

// Modules behind attributes of modules are put into eval mode, those in lists are not, as LibTorch does it.
TEST_F(PickledObjectsTest, EvalModeIsThatOfLibTorch) {
  const auto net = [](bool first, bool listed) {
    return object(
        kPlace, "Net",
        dict({{text("a"), linear("0", first)}, {text("1"), linear("1")}, {text("rest"), list({linear("2", listed)})}}));
  };
  EXPECT_THAT(objects(kNet, net(false, true), {kCount}), HasSubstr("\"training\": bool {true}"));
  EXPECT_FALSE(read_.saved_training);
  EXPECT_THAT(objects(kNet, net(true, false), {kCount}), Not(HasSubstr("\"training\": bool {true}")));
  EXPECT_TRUE(read_.saved_training);
}

TEST_F(PickledObjectsTest, PlainClassesAndCustomOnes) {
  const std::string code =
      "class Thing:\n  n : int\n"
      "class Net(Module):\n  t : __torch__.m.Thing\n  p : __torch__.torch.classes.quantized.LinearPackedParamsBase\n";
  const std::string model = object(kPlace, "Net",
                                   dict({{text("t"), object(kPlace, "Thing", dict({{text("n"), integer(3)}}))},
                                         {text("p"), object("__torch__.torch.classes.quantized",
                                                            "LinearPackedParamsBase", tuple({weight("0"), none()}))}}));
  EXPECT_EQ(objects(code, model, {{"data/0", std::string(24, '\0')}}),
            "object \"\" class=\"__torch__.m.Net\" module {\n"
            "  \"t\": __torch__.m.Thing {object(\"t\")}\n"
            "  \"p\": __torch__.torch.classes.quantized.LinearPackedParamsBase {(f32[2,3], none)}\n"
            "}\n\n"
            "object \"t\" class=\"__torch__.m.Thing\" {\n"
            "  \"n\": int {3}\n"
            "}\n");
}

TEST_F(PickledObjectsTest, ElementsThatAreKept) {
  const std::string code =
      "class Net(Module):\n  __parameters__ = [\"w\", ]\n  w : Tensor\n  few : Tensor\n  many : Tensor\n  ints : "
      "Tensor\n";
  const auto floats = [](std::int64_t count) {
    return tensor(storage("FloatStorage", "0", 8), 0, integers({count}), integers({count == 9 ? 0 : 1}));
  };
  const std::string model =
      object(kPlace, "Net",
             dict({{text("w"), floats(1)},
                   {text("few"), floats(8)},
                   {text("many"), floats(9)},
                   {text("ints"), tensor(storage("CharStorage", "0", 32), 31, integers({64}), integers({0}))}}));
  const std::string text = objects(code, model, {{"data/0", std::string(32, '\0')}});
  EXPECT_THAT(text, HasSubstr("\"w\": Tensor {f32[1]} parameter"));
  EXPECT_THAT(text, HasSubstr("\"few\": Tensor {f32[8] = {0.0, "));
  EXPECT_THAT(text, HasSubstr("\"many\": Tensor {f32[9]} path"));
  EXPECT_THAT(text, HasSubstr("\"ints\": Tensor {i8[64] = {0, "));
}

const std::string kGetState = "  def __getstate__(self: __torch__.m.Old) -> int:\n    return 1\n";

TEST_F(PickledObjectsTest, WhatSetStateCopiesIsKnown) {
  const std::string code =
      "class Old(Module):\n  __parameters__ = []\n  stride : Tuple[int, int]\n  dtype : int\n  w : Tensor\n"
      "  made : int\n  branched : int\n  packed : Tensor\n  left : Optional[int]\n" +
      kGetState +
      "  def __setstate__(self: __torch__.m.Old,\n      state: Tuple[Tuple[int, int], Tensor, int]) -> None:\n"
      "    self.stride = (state)[0]\n"
      "    a, w, c, = state\n"
      "    self.dtype = c\n"
      "    self.w = w\n"
      "    self.made = torch.add(c, 1)\n"
      "    _1 = (self).pack(w, )\n"
      "    if torch.eq(c, 1):\n      self.branched = c\n    else:\n      self.branched = c\n"
      "    return None\n"
      "  def pack(self: __torch__.m.Old, w: Tensor) -> None:\n    self.packed = w\n    return None\n";
  const std::string model = object(kPlace, "Old", tuple({integers({1, 2}), weight("0"), integer(12)}));
  EXPECT_EQ(objects(code, model),
            "object \"\" class=\"__torch__.m.Old\" module {\n"
            "  \"stride\": Tuple[int, int] {(1, 2)}\n"
            "  \"dtype\": int {12}\n"
            "  \"w\": Tensor {f32[2,3]} path=\"w\"\n"
            "  \"made\": int\n"
            "  \"branched\": int\n"
            "  \"packed\": Tensor\n"
            "  \"left\": Optional[int] {none}\n"
            "}\n");
}

// What old quantized modules do: a method packs weight and bias with the geometry that was copied before.
TEST_F(PickledObjectsTest, WhatSetStatePacksIsKnown) {
  const std::string conv = "code/__torch__/torch/nn/quantized/modules/conv.py";
  const std::string self = "self: __torch__.torch.nn.quantized.modules.conv.Conv2d";
  const auto objects_of = [&](const std::string& op, const std::string& mode) {
    const std::string code =
        "class Conv2d(Module):\n  __parameters__ = []\n  stride : Tuple[int, int]\n  padding : Tuple[int, int]\n"
        "  dilation : Tuple[int, int]\n  groups : int\n  padding_mode : str\n  _packed_params : Tensor\n"
        "  def __getstate__(" +
        self +
        ") -> int:\n    return 1\n"
        "  def __setstate__(" +
        self +
        ", state: Tuple[Tensor, Optional[Tensor]]) -> None:\n"
        "    self.stride = (state)[2]\n    self.padding = (state)[3]\n    self.dilation = (state)[2]\n"
        "    self.groups = (state)[4]\n    self.padding_mode = (state)[5]\n"
        "    _1 = (self).set_weight_bias((state)[0], (state)[1], )\n    return None\n"
        "  def set_weight_bias(" +
        self +
        ", w: Tensor, b: Optional[Tensor]) -> None:\n"
        "    _2 = ops." +
        op + "(w, b)\n    self._packed_params = _2\n    return None\n";
    const std::string state = tuple({weight("0"), none(), integers({1, 2}), integers({3, 4}), integer(5), text(mode)});
    return objects("", object("__torch__.torch.nn.quantized.modules.conv", "Conv2d", state), {{conv, code}});
  };
  const std::string type = "\"_packed_params\": __torch__.torch.classes.quantized.Conv2dPackedParamsBase";
  EXPECT_THAT(objects_of("quantized.conv2d_prepack", "zeros"),
              HasSubstr(type + " {(f32[2,3], none, [1, 2], [3, 4], [0, 0], [1, 2], 5, false)}\n"));
  EXPECT_THAT(objects_of("quantized.conv2d_prepack", "reflect"),
              HasSubstr(type + " {(f32[2,3], none, [1, 2], [0, 0], [0, 0], [1, 2], 5, false)}\n"));
  EXPECT_THAT(objects_of("quantized.linear_prepack", "zeros"), HasSubstr(type + " {(f32[2,3], none)}\n"));
  EXPECT_THAT(objects_of("mine.pack", "zeros"), HasSubstr(type + "\n"));
}

// A method that gets the object itself may do anything with it.
TEST_F(PickledObjectsTest, NothingIsKnownOfAnObjectThatIsHandedOn) {
  const std::string code = "class Old(Module):\n  n : int\n" + kGetState +
                           "  def __setstate__(self: __torch__.m.Old, state: Tuple[int]) -> None:\n"
                           "    self.n = (state)[0]\n    _0 = __torch__.m.f(self, )\n    return None\n";
  EXPECT_THAT(objects(code, object(kPlace, "Old", tuple({integer(3)}))), HasSubstr("\"n\": int\n"));
}

// Both methods make it one of LibTorch's; with one alone the state is a dict of attributes.
TEST_F(PickledObjectsTest, SetStateWithoutGetStateIsNotUsed) {
  const std::string code =
      "class Old(Module):\n  n : int\n  def __setstate__(self: __torch__.m.Old, state: int) -> None:\n    return "
      "None\n";
  EXPECT_THAT(objects(code, object(kPlace, "Old", dict({{text("n"), integer(3)}}))), HasSubstr("\"n\": int {3}"));
}

TEST_F(PickledObjectsTest, DamageIsRefused) {
  const std::string code = "class Net(Module):\n  n : int\n  m : __torch__.m.Net\n";
  EXPECT_THAT(objects(code, integer(1)), HasSubstr("its record \"data.pkl\" holds no module"));
  EXPECT_THAT(objects(code, object(kPlace, "Other", dict({}))),
              HasSubstr("an object of __torch__.m.Other, whose code is missing"));
  EXPECT_THAT(objects(code, object(kPlace, "Net", dict({{text("m"), none()}}))),
              HasSubstr("gives an object of __torch__.m.Net no attribute \"n\""));
  EXPECT_THAT(objects(code, object(kPlace, "Net", integer(1))),
              HasSubstr("an object of __torch__.m.Net without attributes"));
  EXPECT_THAT(objects("class Net(Module):\n  n : int\n  n : int\n", object(kPlace, "Net", dict({}))),
              HasSubstr("declares Net.n twice"));
}

// An object that holds itself is met once; a chain of objects is as deep as it may be.
TEST_F(PickledObjectsTest, CyclesAndChains) {
  const std::string code = "class Net(Module):\n  next : Optional[__torch__.m.Net]\n";
  const std::string cycle = global(kPlace, "Net") + ")\x81" + put(1) + dict({{text("next"), get(1)}}) + "b";
  EXPECT_EQ(objects(code, cycle),
            "object \"\" class=\"__torch__.m.Net\" module {\n"
            "  \"next\": Optional[__torch__.m.Net] {object(\"\")}\n"
            "}\n");
  std::string chain = none();
  for (int i = 0; i < 500; ++i) chain = object(kPlace, "Net", dict({{text("next"), chain}}));
  EXPECT_THAT(objects(code, chain), HasSubstr("its record \"data.pkl\" nests values deeper than 400"));
}

// Bytes that this process has asked the system for; nothing: it does not say.
std::optional<std::uint64_t> bytes_read() {
  std::ifstream io("/proc/self/io");
  std::string word;
  std::uint64_t value = 0;
  if (!(io >> word >> value) || word != "rchar:") return std::nullopt;
  return value;
}

// A model of ten gigabytes of weights, which are a hole in the file: what is read of it is its directory and its code.
TEST_F(PickledObjectsTest, WeightsAreNeverRead) {
  constexpr std::uint64_t kBytes = std::uint64_t{10} << 30;
  constexpr std::int64_t kElements = kBytes / 4;
  const std::string weight = tensor(storage("FloatStorage", "0", kElements), 0, integers({kElements}), integers({1}));
  ArchiveWriter writer;
  writer.add({"m/code/__torch__/m.py", "class Net(Module):\n  __parameters__ = [\"w\", ]\n  w : Tensor\n"});
  writer.add({"m/data.pkl", program(object(kPlace, "Net", dict({{text("w"), weight}})))});
  WrittenRecord last{"m/data/0", "", false, true};
  last.claimed_size = kBytes;
  writer.add(last);
  std::ofstream stream(file_, std::ios::binary);
  stream << writer.records();
  const std::uint64_t end = writer.records().size() + kBytes;
  stream.seekp(static_cast<std::streamoff>(end));
  stream << writer.directory(end);
  stream.close();

  const auto before = bytes_read();
  const auto archive = Archive::open(file_.string());
  ASSERT_TRUE(archive) << archive.error().message;
  Code code(archive->container(), archive->root());
  ClassLayouts classes(code);
  const auto read = read_objects(*archive, classes);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->parameter_bytes, static_cast<std::int64_t>(kBytes));
  const auto after = bytes_read();
  if (!before || !after) GTEST_SKIP() << "this system does not say what a process reads: that is not tested";
  EXPECT_LT(*after - *before, std::uint64_t{1} << 18);
}

// A thousand objects of one state and one class of ten thousand attributes: ten million attributes in a small file.
TEST_F(PickledObjectsTest, ObjectsThatShareTheirStateAreCounted) {
  std::string code = "class Net(Module):\n  all : List[__torch__.m.Big]\nclass Big:\n";
  std::vector<std::pair<std::string, std::string>> state;
  for (int i = 0; i < 10000; ++i) {
    code += "  a" + std::to_string(i) + " : int\n";
    state.emplace_back(text("a" + std::to_string(i)), integer(i));
  }
  std::vector<std::string> all = {object(kPlace, "Big", dict(state) + put(1))};
  for (int i = 0; i < 1000; ++i) all.push_back(object(kPlace, "Big", get(1)));
  EXPECT_THAT(objects(code, object(kPlace, "Net", dict({{text("all"), list(all)}}))),
              HasSubstr("spells out more than 4000000 values"));
}

}  // namespace
}  // namespace flopaudit
