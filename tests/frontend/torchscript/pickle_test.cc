#include "analyzer/frontend/torchscript/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzer/frontend/torchscript/pickle_globals.h"

namespace flopaudit {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string text(const std::string& letters) {
  return "X" + std::string(1, static_cast<char>(letters.size())) + "\0\0\0"s + letters;
}
std::string pickled(const std::string& body) { return "\x80\x02" + body + "."; }

std::string refusal(const std::string& bytes) {
  const Result<Pickle> pickle = read_pickle(bytes);
  return pickle ? "it is read" : pickle.error().message;
}

// The tuple that a tensor's storage goes by.
const std::string kStorage = "(" + text("storage") + "ctorch\nFloatStorage\n" + text("7") + text("cpu") + "K\x06tQ";

TEST(PickleTest, Numbers) {
  const auto pickle =
      read_pickle(pickled("(K\x07M\x01\x02J\xff\xff\xff\xff\x8a\x08\0\0\0\0\0\0\0\x80G\x3f\xf8\0\0\0\0\0\0\x88Nt"s));
  ASSERT_TRUE(pickle) << pickle.error().message;
  const auto& elements = pickle->get<PickleTuple>(pickle->root)->elements;
  ASSERT_EQ(elements.size(), 7U);
  EXPECT_EQ(*pickle->get<std::int64_t>(elements[0]), 7);
  EXPECT_EQ(*pickle->get<std::int64_t>(elements[1]), 2 * 256 + 1);
  EXPECT_EQ(*pickle->get<std::int64_t>(elements[2]), -1);
  EXPECT_EQ(*pickle->get<std::int64_t>(elements[3]), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*pickle->get<double>(elements[4]), 1.5);
  EXPECT_TRUE(*pickle->get<bool>(elements[5]));
  EXPECT_NE(pickle->get<PickleNone>(elements[6]), nullptr);
}

TEST(PickleTest, TensorsAreWhatIsSaidOfThem) {
  const auto pickle = read_pickle(pickled("ctorch._utils\n_rebuild_tensor_v2\n(" + kStorage +
                                          "K\x01K\x02K\x03\x86K\x03K\x01\x86\x89"
                                          "ccollections\nOrderedDict\n)RtR"));
  ASSERT_TRUE(pickle) << pickle.error().message;
  const auto* tensor = pickle->get<PickleTensor>(pickle->root);
  ASSERT_NE(tensor, nullptr);
  EXPECT_EQ(tensor->storage.element->dtype, DType::f32);
  EXPECT_EQ(tensor->storage.key, "7");
  EXPECT_EQ(tensor->storage.elements, 6);
  EXPECT_EQ(tensor->offset, 1);
  EXPECT_THAT(tensor->sizes, ElementsAre(2, 3));
  EXPECT_THAT(tensor->strides, ElementsAre(3, 1));
  EXPECT_FALSE(tensor->requires_grad);
}

TEST(PickleTest, ObjectsKeepTheirStateAndEnumsTheirValue) {
  const auto object = read_pickle(pickled("c__torch__.m\nNet\n)\x81}(" + text("a") + "K\x01ub"));
  ASSERT_TRUE(object) << object.error().message;
  const auto* net = object->get<PickleObject>(object->root);
  ASSERT_NE(net, nullptr);
  EXPECT_EQ(object->class_name(*net), "__torch__.m.Net");
  EXPECT_EQ(object->get<PickleDict>(*net->state)->items.size(), 1U);
  const auto member = read_pickle(pickled("c__torch__.m\nColor\nK\x02R"));
  ASSERT_TRUE(member) << member.error().message;
  EXPECT_TRUE(member->get<PickleObject>(member->root)->is_enum);
}

TEST(PickleTest, ListsKnowTheirType) {
  const auto tagged =
      read_pickle(pickled("ctorch.jit._pickle\nrestore_type_tag\n](K\x01K\x02" + ("e" + text("List[int]")) + "\x86R"));
  ASSERT_TRUE(tagged) << tagged.error().message;
  EXPECT_EQ(type_tag(*tagged, tagged->get<PickleList>(tagged->root)->type), "List[int]");
  const auto built = read_pickle(pickled("ctorch.jit._pickle\nbuild_intlist\n](K\x01K\x02" + "e\x85R"s));
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_EQ(built->get<PickleList>(built->root)->elements.size(), 2U);
  EXPECT_EQ(type_tag(*built, built->get<PickleList>(built->root)->type), "List[int]");
}

TEST(PickleTest, WhatIsSharedIsOneItem) {
  const auto pickle = read_pickle(pickled("(]q\x01h\x01t"));
  ASSERT_TRUE(pickle);
  const auto& elements = pickle->get<PickleTuple>(pickle->root)->elements;
  EXPECT_EQ(elements[0], elements[1]);
}

TEST(PickleTest, CyclesAreNoTrouble) { EXPECT_TRUE(read_pickle(pickled("]q\x01h\x01" + "a"s))); }

TEST(PickleTest, CodeOfPythonIsRefused) {
  EXPECT_EQ(refusal(pickled("cposix\nsystem\n" + text("id") + "\x85R")),
            "names \"posix.system\", which no TorchScript file needs, at byte 2");
  EXPECT_THAT(refusal(pickled("cbuiltins\neval\n")), HasSubstr("no TorchScript file needs"));
  EXPECT_THAT(refusal("\x80\x04\x95"s), HasSubstr("an opcode 149"));
}

TEST(PickleTest, DamageIsRefused) {
  EXPECT_THAT(refusal(""), HasSubstr("ends before its STOP at byte 0"));
  EXPECT_THAT(refusal(pickled("")), HasSubstr("asks for more than it has pushed"));
  EXPECT_THAT(refusal(pickled("t")), HasSubstr("has no mark"));
  EXPECT_THAT(refusal(pickled("h\x05")), HasSubstr("recalls what it never kept"));
  EXPECT_THAT(refusal(pickled("X\xff\xff\xff\xff")), HasSubstr("is cut off"));
  EXPECT_THAT(refusal(pickled("K\x01K\x02" + "a"s)), HasSubstr("appends to what is no list"));
  EXPECT_THAT(refusal(pickled("}(K\x01u")), HasSubstr("a key without a value"));
  EXPECT_THAT(refusal(pickled("K\x01(\x85")), HasSubstr("asks for more than it has pushed"));  // a mark is a floor
  EXPECT_THAT(refusal(pickled("K\x01K\x02" + "b"s)), HasSubstr("what is no object"));
  EXPECT_THAT(refusal(pickled("K\x01)R")), HasSubstr("what is no class"));
  EXPECT_THAT(refusal(pickled("K\x01Q")), HasSubstr("names no storage"));
  EXPECT_THAT(refusal(pickled("\x8a\x09")), HasSubstr("more than 64 bits"));
}

// A list of a million elements that is tagged again and again: each time a few bytes of the pickle, and 4 MB.
TEST(PickleTest, CopiesAreCounted) {
  std::string bytes = "](" + std::string(1 << 20, 'N') + "eq\x01" + text("List[int]") + "q\x02";
  const std::string tag = "ctorch.jit._pickle\nrestore_type_tag\nh\x01h\x02\x86R";
  for (int i = 0; i < 1000; ++i) bytes += tag;
  EXPECT_THAT(refusal(pickled(bytes)), HasSubstr("spells out more than 1073741824 bytes of values"));
}

TEST(PickleTest, LongNamesAreCutInMessages) {
  EXPECT_LT(refusal(pickled("c" + std::string(100'000, 'a') + "\nb\n")).size(), 300U);
}

TEST(PickleTest, NamesOfControlCharactersAreEscapedInMessages) {
  const std::string type = "c__torch__\n" + std::string(500, '\x7f') + "\n";
  const std::string message = refusal(pickled("(" + text("storage") + type + text("0") + text("cpu") + "K\x01tQ"));
  EXPECT_THAT(message, HasSubstr("has a storage of \"__torch__.\\u007f\\u007f"));
  EXPECT_THAT(message, Not(HasSubstr("\x7f")));
  EXPECT_LT(message.size(), 400U);
}

TEST(PickleTest, TensorsThatAreNone) {
  const std::string rebuild = "ctorch._utils\n_rebuild_tensor_v2\n(";
  EXPECT_THAT(refusal(pickled(rebuild + kStorage + "tR")), HasSubstr("too few arguments"));
  EXPECT_THAT(refusal(pickled(rebuild + "NK\x01K\x02\x85K\x01\x85tR")), HasSubstr("without a storage"));
  EXPECT_THAT(refusal(pickled(rebuild + kStorage + "K\x01K\x02\x85)tR")), HasSubstr("more sizes than strides"));
  EXPECT_THAT(refusal(pickled(rebuild + kStorage + "K\x01J\xff\xff\xff\xff\x85K\x01\x85tR")),
              HasSubstr("a negative size"));
}

}  // namespace
}  // namespace flopaudit
