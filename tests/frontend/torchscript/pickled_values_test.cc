// Values of pickles as facts and types; elements of small tensors out of their storages.
#include "analyzer/frontend/torchscript/pickled_values.h"

#include <gmock/gmock.h>

#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using namespace pickles;
using testing::HasSubstr;

class PickledValuesTest : public ArchiveFixture {
 protected:
  // The fact's text, or the error's.
  std::string fact(const std::string& value, const std::vector<WrittenRecord>& storages = {},
                   std::size_t max_contents = Fact::kMaxContents) {
    std::vector<WrittenRecord> records = storages;
    records.push_back({"data.pkl", program(value)});
    const Archive& archive = open(records);
    const Result<Pickle> pickle = archive.read_pickle("data.pkl");
    if (!pickle) return pickle.error().message;
    PickledValues values(archive, *pickle, "data");
    type_ = values.type(pickle->root).to_string();
    const Result<Fact> fact = values.fact(pickle->root, max_contents);
    return fact ? fact->to_string() : fact.error().message;
  }
  // Of a tensor of one dimension that is all of the storage.
  std::string elements(const std::string& type, const std::string& stored, int width) {
    const auto count = static_cast<std::int64_t>(stored.size()) / width;
    return fact(tensor(storage(type, "0", count), 0, integers({count}), integers({1})), {{"data/0", stored}});
  }

  std::string type_;
};

TEST_F(PickledValuesTest, PlainValues) {
  EXPECT_EQ(fact(none()), "none");
  EXPECT_EQ(fact(boolean(true)), "true");
  EXPECT_EQ(fact(integer(-5)), "-5");
  EXPECT_EQ(fact(floating(2.5)), "2.5");
  EXPECT_EQ(fact(text("a")), "\"a\"");
  EXPECT_EQ(fact(tuple({integer(1), list({text("b")}), dict({{text("k"), none()}})})), "(1, [\"b\"], {\"k\": none})");
  EXPECT_EQ(fact(global("torch", "device") + tuple({text("cuda:1")}) + "R"), "device(\"cuda:1\")");
  EXPECT_EQ(fact(global("builtins", "complex") + tuple({floating(1), floating(-2)}) + "R"), "(1.0, -2.0)");
}

TEST_F(PickledValuesTest, ObjectsAreUnknown) {
  EXPECT_EQ(fact(object("__torch__.m", "Net", dict({}))), "unknown");
  EXPECT_EQ(type_, "__torch__.m.Net");
}

TEST_F(PickledValuesTest, TypesAreThoseOfTheTags) {
  fact(tagged(list({integer(1)}), "List[int]"));
  EXPECT_EQ(type_, "List[int]");
  fact(tagged(dict({}), "Dict[str, List[Tensor]]"));
  EXPECT_EQ(type_, "Dict[str, List[Tensor]]");
  fact(list({integer(1)}));
  EXPECT_EQ(type_, "List[Any]");
  fact(tuple({integer(1), floating(1), text(""), boolean(false), none()}));
  EXPECT_EQ(type_, "Tuple[int, float, str, bool, NoneType]");
}

TEST_F(PickledValuesTest, ElementsOfEveryType) {
  EXPECT_EQ(elements("ByteStorage", "\xff", 1), "u8[1] = {255}");
  EXPECT_EQ(elements("CharStorage", "\xff\x7f", 1), "i8[2] = {-1, 127}");
  EXPECT_EQ(elements("BoolStorage", std::string("\x01\0", 2), 1), "bool[2] = {true, false}");
  EXPECT_EQ(elements("ShortStorage", bytes(static_cast<std::uint64_t>(-300), 2), 2), "i16[1] = {-300}");
  EXPECT_EQ(elements("IntStorage", bytes(0x80000000U, 4), 4), "i32[1] = {-2147483648}");
  EXPECT_EQ(elements("LongStorage", bytes(7, 8) + bytes(~std::uint64_t{0}, 8), 8), "i64[2] = {7, -1}");
  EXPECT_EQ(elements("FloatStorage", bytes(0x3fc00000, 4), 4), "f32[1] = {1.5}");
  EXPECT_EQ(elements("DoubleStorage", bytes(0xc004000000000000, 8), 8), "f64[1] = {-2.5}");
  EXPECT_EQ(elements("BFloat16Storage", bytes(0x3fc0, 2), 2), "bf16[1] = {1.5}");
}

// Binary16: one and a half, the greatest number, the least one above 0 (2^-24), infinity, not a number.
TEST_F(PickledValuesTest, HalvesAreWidened) {
  EXPECT_EQ(elements("HalfStorage", bytes(0x3e00, 2) + bytes(0xfbff, 2) + bytes(0, 2), 2),
            "f16[3] = {1.5, -65504.0, 0.0}");
  EXPECT_EQ(elements("HalfStorage", bytes(1, 2), 2), "f16[1] = {" + Fact::floating(0x1p-24).to_string() + "}");
  EXPECT_EQ(elements("HalfStorage", bytes(0xfc00, 2) + bytes(0x7e00, 2), 2), "f16[2] = {-inf, nan}");
}

// Their greatest, their least and their special numbers, by hand: (1 + m / 2^M) * 2^(e - bias).
TEST_F(PickledValuesTest, ElementTypesThatTheIrHasNoWordFor) {
  EXPECT_EQ(elements("Float8_e5m2Storage", "\x3e\x7b\xfc\x7d", 1), "?[4] = {1.5, 57344.0, -inf, nan}");
  EXPECT_EQ(elements("Float8_e4m3fnStorage", "\x3c\x7e\xff\x08", 1), "?[4] = {1.5, 448.0, nan, 0.015625}");
  EXPECT_EQ(elements("Float8_e5m2fnuzStorage", "\x42\x7f\x80", 1), "?[3] = {1.5, 57344.0, nan}");
  EXPECT_EQ(elements("Float8_e4m3fnuzStorage", "\x44\x7f\x80", 1), "?[3] = {1.5, 240.0, nan}");
  EXPECT_EQ(elements("Float8_e8m0fnuStorage", "\x80\x7e\xff", 1), "?[3] = {2.0, 0.5, nan}");
  EXPECT_EQ(elements("UInt16Storage", "\xff\xff", 2), "?[1] = {65535}");
  EXPECT_EQ(elements("UInt64Storage", bytes(7, 8), 8), "?[1] = {7}");
}

TEST_F(PickledValuesTest, SparseTensorsHaveSizesAndNoElements) {
  const std::string indices = tensor(storage("LongStorage", "0", 6), 0, integers({2, 3}), integers({3, 1}));
  const std::string values = tensor(storage("FloatStorage", "1", 3), 0, integers({3}), integers({1}));
  const auto rebuilt = [](const std::vector<std::string>& arguments) {
    return global("torch._utils", "_rebuild_sparse_tensor") + tuple(arguments) + "R";
  };
  const std::string no = boolean(false);
  EXPECT_EQ(fact(rebuilt({integer(1), integers({3, 3}), no, indices, values, none()})), "f32[3,3]");
  EXPECT_EQ(fact(rebuilt({integer(2), integers({3, 3}), no, indices, indices, values, none()})), "f32[3,3]");
  EXPECT_THAT(fact(rebuilt({integer(1), integers({std::int64_t{1} << 60}), no, indices, values, none()})),
              HasSubstr("reaches beyond its storage"));
  EXPECT_THAT(fact(global("torch._utils", "_rebuild_sparse_tensor") + tuple({integer(1)}) + "R"),
              HasSubstr("rebuilds a sparse tensor without values"));
}

// The imaginary part of a conjugate is a view of the numbers as they were, and a bit that says so.
TEST_F(PickledValuesTest, NegatedViews) {
  const std::string view = global("torch._utils", "_rebuild_tensor_v2") +
                           tuple({storage("DoubleStorage", "0", 2), integer(0), integers({2}), integers({1}),
                                  boolean(false), none(), dict({{text("neg"), boolean(true)}})}) +
                           "R";
  EXPECT_EQ(fact(view, {{"data/0", bytes(0x3ff8000000000000, 8) + bytes(0xc000000000000000, 8)}}),
            "f64[2] = {-1.5, 2.0}");
}

TEST_F(PickledValuesTest, ElementsThatAreNoNumbersAreNotRead) {
  EXPECT_EQ(elements("ComplexFloatStorage", bytes(0, 8), 8), "c64[1]");
  EXPECT_EQ(elements("QInt8Storage", "a", 1), "qi8[1]");
  EXPECT_EQ(fact(tensor(storage("FloatStorage", "0", 1, "meta"), 0, integers({1}), integers({1}))), "f32[1]");
}

// Rows of 3 of i64 from element 1 on, seen as columns: 1 4 / 2 5 / 3 6.
TEST_F(PickledValuesTest, StridesAndOffset) {
  std::string stored;
  for (int i = 0; i < 7; ++i) stored += bytes(static_cast<std::uint64_t>(i), 8);
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 7), 1, integers({3, 2}), integers({1, 3})), {{"data/0", stored}}),
            "i64[3,2] = {1, 4, 2, 5, 3, 6}");
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 7), 6, integers({2, 1}), integers({0, 99})), {{"data/0", stored}}),
            "i64[2,1] = {6, 6}");
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 7), 2, ")", ")"), {{"data/0", stored, true}}), "i64[] = 2");
}

TEST_F(PickledValuesTest, ElementsThatLieFarApart) {
  std::string stored(8 * 3001, '\0');
  stored[8 * 3000] = 9;
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 3001), 0, integers({2}), integers({3000})), {{"data/0", stored}}),
            "i64[2] = {0, 9}");
}

// The storages' records are not even there.
TEST_F(PickledValuesTest, BigAndEmptyTensorsAreNotTouched) {
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 65), 0, integers({65}), integers({1}))), "i64[65]");
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 0), 0, integers({0, 4}), integers({4, 1}))), "i64[0,4] = {}");
  EXPECT_EQ(fact(tensor(storage("LongStorage", "0", 1), 0, integers({1}), integers({1})), {}, 0), "i64[1]");
}

TEST_F(PickledValuesTest, TensorsThatPassTheirStorageAreRefused) {
  EXPECT_THAT(fact(tensor(storage("LongStorage", "0", 3), 0, integers({4}), integers({1}))),
              HasSubstr("its record \"data.pkl\" has a tensor of 4 elements that reaches beyond its storage of 3"));
  EXPECT_THAT(fact(tensor(storage("LongStorage", "0", 3), 1, integers({3}), integers({1}))),
              HasSubstr("reaches beyond"));
  EXPECT_THAT(fact(tensor(storage("LongStorage", "0", 3), 1, integers({2}), integers({-2}))),
              HasSubstr("reaches beyond"));
  const std::int64_t huge = std::int64_t{1} << 62;
  EXPECT_THAT(fact(tensor(storage("LongStorage", "0", huge), 0, integers({huge}), integers({1}))),
              HasSubstr("reaches beyond"));
  EXPECT_THAT(fact(tensor(storage("LongStorage", "0", 3), 0, integers({2}), integers({huge}))),
              HasSubstr("reaches beyond"));
  EXPECT_THAT(fact(tensor(storage("LongStorage", "0", 3), 0, integers({huge, 4}), integers({0, 0}))),
              HasSubstr("more than 2^63 elements"));
}

TEST_F(PickledValuesTest, StoragesThatAreNotThereAreRefused) {
  const std::string one = tensor(storage("LongStorage", "0", 1), 0, integers({1}), integers({1}));
  EXPECT_THAT(fact(one), HasSubstr("its record \"data/0\" is missing"));
  EXPECT_THAT(fact(one, {{"data/0", "short"}}), HasSubstr("its record \"m/data/0\" is shorter than what refers to it"));
}

// Forty tensors in a deflated record of 4 MB each inflate more than is allowed in all; the first ones are read.
TEST_F(PickledValuesTest, DeflatedStoragesAreReadUpToABudget) {
  const std::int64_t count = (4 << 20) / 8;
  const std::string one = tensor(storage("LongStorage", "0", count), 0, integers({1}), integers({1}));
  const std::string text =
      fact(tuple(std::vector<std::string>(40, one)), {{"data/0", std::string(4 << 20, '\0'), true}});
  EXPECT_THAT(text, HasSubstr("(i64[1] = {0}, "));
  EXPECT_THAT(text, HasSubstr(", i64[1])"));
}

TEST_F(PickledValuesTest, CyclesAndDepthAreRefused) {
  EXPECT_THAT(fact("]" + put(1) + get(1) + "a"), HasSubstr("its record \"data.pkl\" nests values deeper than 400"));
  std::string nested = integer(1);
  for (int i = 0; i < 399; ++i) nested += "\x85";
  EXPECT_THAT(fact(nested), Not(HasSubstr("nests")));
  EXPECT_THAT(fact(nested + "\x85"), HasSubstr("nests values deeper than 400"));
}

// Each tuple holds the one before twice: 2^40 values when written out.
TEST_F(PickledValuesTest, SharedPartsAreRefusedWhenTheyAreTooMany) {
  std::string doubled = list({}) + put(0);
  for (int i = 0; i < 40; ++i) doubled += tuple({get(i), get(i)}) + put(i + 1);
  EXPECT_THAT(fact(doubled), HasSubstr("its record \"data.pkl\" spells out more than 4000000 values"));
}

}  // namespace
}  // namespace flopaudit
