#include "analyzer/frontend/gate/deeds.h"

#include <algorithm>
#include <array>

#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

using std::string_view;

struct Row {
  string_view op;  // without its overload
  string_view deed;
};

constexpr string_view kUncheckedView = "looks at memory through sizes that nothing checks";
constexpr string_view kUncheckedIndex = "reaches into memory at places that nothing checks";

constexpr std::array kRefused = {
    Row{"aten::from_file", "reads a file of this machine"},
    Row{"aten::save", "writes a file"},
    Row{"aten::_reshape_alias", kUncheckedView},
    Row{"aten::_reshape_alias_copy", kUncheckedView},
    Row{"aten::_nested_view_from_buffer", kUncheckedView},
    Row{"aten::_nested_view_from_buffer_copy", kUncheckedView},
    Row{"aten::_nested_view_from_jagged", kUncheckedView},
    Row{"aten::_nested_view_from_jagged_copy", kUncheckedView},
    Row{"aten::_sparse_coo_tensor_unsafe", kUncheckedIndex},
    Row{"aten::_sparse_compressed_tensor_unsafe", kUncheckedIndex},
    Row{"aten::_sparse_csr_tensor_unsafe", kUncheckedIndex},
    Row{"aten::_sparse_csc_tensor_unsafe", kUncheckedIndex},
    Row{"aten::_sparse_bsr_tensor_unsafe", kUncheckedIndex},
    Row{"aten::_sparse_bsc_tensor_unsafe", kUncheckedIndex},
    Row{"aten::_sparse_coo_tensor_with_dims_and_tensors", kUncheckedIndex},
    Row{"aten::_coalesced", kUncheckedIndex},
    Row{"aten::_coalesced_", kUncheckedIndex},
    Row{"aten::_unsafe_index", kUncheckedIndex},
    Row{"aten::_unsafe_index_put", kUncheckedIndex},
    Row{"aten::_unsafe_masked_index", kUncheckedIndex},
    Row{"aten::_unsafe_masked_index_put_accumulate", kUncheckedIndex},
    Row{"aten::_index_put_impl", kUncheckedIndex},
    Row{"aten::_index_put_impl_", kUncheckedIndex},
};

// A model writes its sizes as numbers, or takes them from its own shapes; exploits compute them from what they found in
// memory. The two look alike, so that all computed ones are refused; and numbers so large that LibTorch's own check of
// the bounds overflows.
constexpr std::array kStrided = {string_view("aten::as_strided"), string_view("aten::as_strided_"),
                                 string_view("aten::as_strided_copy"), string_view("aten::as_strided_scatter")};

// Namespaces of LibTorch's whose operators compute. Those of extension libraries are not in LibTorch and cannot run.
constexpr std::array kComputing = {
    string_view("aten"),     string_view("quantized"),        string_view("_quantized"),   string_view("prepacked"),
    string_view("sparse"),   string_view("mkldnn_prepacked"), string_view("quantization"), string_view("onednn"),
    string_view("profiler"), string_view("fbgemm"),
};

// The nodes of which every program is made; LibTorch's registry does not have them.
constexpr std::array kStructure = {
    string_view("prim::If"),
    string_view("prim::Loop"),
    string_view("prim::fork"),
    string_view("prim::Enter"),
    string_view("prim::Exit"),
    string_view("prim::CallMethod"),
    string_view("prim::CallFunction"),
    string_view("prim::GetAttr"),
    string_view("prim::SetAttr"),
    string_view("prim::CreateObject"),
    string_view("prim::ListConstruct"),
    string_view("prim::ListUnpack"),
    string_view("prim::TupleConstruct"),
    string_view("prim::TupleSlice"),
    string_view("prim::DictConstruct"),
    string_view("prim::isinstance"),
    // With any number of operands, as those of LibTorch's compilers, but plain.
    string_view("prim::Print"),
    string_view("prim::TupleUnpack"),
    string_view("prim::tolist"),
};

// Classes of LibTorch's that hold data; what else it has talks to devices, backends, networks and profilers.
constexpr std::array kDataClasses = {string_view("quantized"), string_view("rnn"),    string_view("sparse"),
                                     string_view("xnnpack"),   string_view("mkldnn"), string_view("profiler")};
constexpr std::array kActingClasses = {
    string_view("__backends__"), string_view("backendutils"), string_view("_nnapi"), string_view("c10d"),
    string_view("dist_c10d"),    string_view("dist_rpc"),     string_view("cuda"),   string_view("profiling")};

constexpr std::array kInSetState = {
    string_view("prim::If"),
    string_view("prim::CallMethod"),
    string_view("prim::CallFunction"),
    string_view("prim::GetAttr"),
    string_view("prim::SetAttr"),
    string_view("prim::TupleIndex"),
    string_view("prim::TupleUnpack"),
    string_view("prim::TupleConstruct"),
    string_view("prim::ListConstruct"),
    string_view("prim::ListUnpack"),
    string_view("prim::DictConstruct"),
    string_view("prim::RaiseException"),
    string_view("prim::unchecked_cast"),
    string_view("prim::unchecked_unwrap_optional"),
    string_view("prim::isinstance"),
    string_view("prim::Uninitialized"),
    string_view("aten::eq"),
    string_view("aten::ne"),
    string_view("aten::__is__"),
    string_view("aten::__isnot__"),
    string_view("aten::__not__"),
    string_view("aten::__getitem__"),
    string_view("aten::__contains__"),
    string_view("aten::len"),
    string_view("aten::append"),
    string_view("aten::format"),
};

template <typename List>
bool has(const List& list, string_view name) {
  return std::ranges::find(list, name) != list.end();
}

constexpr string_view kClasses = "__torch__.torch.classes.";

// "quantized"; empty: no class of C++.
string_view library_of_class(string_view class_name) {
  if (!class_name.starts_with(kClasses)) return "";
  const string_view rest = class_name.substr(kClasses.size());
  return rest.substr(0, rest.find('.'));
}

string_view namespace_of(string_view op) { return op.substr(0, op.find("::")); }

constexpr std::int64_t kMostOfAView = std::int64_t{1} << 24;  // size, stride or offset

bool is_modest(const Fact& fact) {
  if (const auto* list = fact.get<ListFact>())
    return list->elements && *list->elements && std::ranges::all_of(**list->elements, is_modest);
  const auto* number = fact.get<IntFact>();
  if (number == nullptr) return fact.is_none();
  const auto value = number->value ? number->value->constant() : std::nullopt;
  return value && *value >= 0 && *value <= kMostOfAView;
}

// A number that the code writes, or a list of such, or nothing.
bool is_modest_constant(const Value& value) {
  if (value.origin == Value::Origin::constant) return is_modest(value.fact);
  if (value.producer == nullptr || value.producer->op.name != "prim::ListConstruct") return false;
  return std::ranges::all_of(value.producer->operands, [](const Value* element) {
    return element->origin == Value::Origin::constant && is_modest(element->fact);
  });
}

bool has_other_numbers(const Node& node) {
  return std::ranges::any_of(node.operands, [](const Value* operand) {
    return operand->type.kind != Type::Kind::tensor && !is_modest_constant(*operand);
  });
}

// Of LibTorch's own compilers: they take any number of values and believe what an optimiser has proved before.
bool is_of_a_compiler(string_view op) {
  if (has(kStructure, op)) return false;
  const auto lines = schema_lines_of(op);
  return lines.empty() || std::ranges::any_of(lines, [](string_view line) { return line.find("(...)") != line.npos; });
}

}  // namespace

std::string deed_of(const Node& node) {
  const auto method = node.op.name == "prim::CallMethod" ? node.attributes.find("name") : node.attributes.end();
  if (method != node.attributes.end() && node.operands.at(0)->type.kind != Type::Kind::named) {
    Node operation;
    operation.op.name = "aten::" + method->second;
    operation.operands = node.operands;
    return deed_of(operation);
  }
  const string_view op = node.op.name;
  const auto row = std::ranges::find(kRefused, op, &Row::op);
  if (row != kRefused.end()) return std::string(row->deed);
  if (has(kStrided, op) && has_other_numbers(node)) {
    return "takes sizes, strides or an offset that the program computes, or that no tensor has, by which memory beyond "
           "the tensor can be reached";
  }
  if (op == "aten::set_" && node.op.overload.find("storage_offset") != std::string::npos) {
    return std::string(kUncheckedView);
  }
  if (namespace_of(op) == "prim") {
    return is_of_a_compiler(op) ? "is an operator that LibTorch's compilers make for themselves" : "";
  }
  if (has(kComputing, namespace_of(op)) || schema_lines_of(op).empty()) return "";
  return "is not an operator for models: those of " + std::string(namespace_of(op)) +
         " reach beyond the program (raw memory, networks, the insides of compilers)";
}

std::string deed_of_class(string_view class_name) {
  if (!has(kActingClasses, library_of_class(class_name))) return "";
  return "is a class of LibTorch's that reaches beyond the program (devices, backends, networks)";
}

bool is_foreign_class(string_view class_name) {
  const string_view library = library_of_class(class_name);
  return !library.empty() && !has(kDataClasses, library) && !has(kActingClasses, library);
}

bool belongs_in_set_state(const Node& node) {
  const string_view op = node.op.name;
  const bool packs = op.find("_prepack") != op.npos && namespace_of(op) != "aten" && namespace_of(op) != "prim";
  return packs || has(kInSetState, op);
}

}  // namespace flopaudit
