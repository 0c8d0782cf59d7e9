#include "analyzer/frontend/torchscript/pickle_globals.h"
#include "analyzer/support/quoted.h"

#include <array>
#include <utility>

namespace flopaudit {
namespace {

Error misfit(const std::string& why) { return input_error(why); }

constexpr std::size_t kStorageNameLimit = 128;  // bytes of a storage's key, and of its device

// `torch.jit.…LoweredModule` are the classes of delegates.
bool is_class_of_model(std::string_view name) {
  return name.starts_with("__torch__.") ||
         (name.starts_with("torch.jit.") && name.find("LoweredModule") != std::string_view::npos);
}

Result<std::vector<std::int64_t>> integers(const Pickle& pickle, PickleRef ref) {
  const std::vector<PickleRef>* elements = pickle.sequence(ref);
  if (elements == nullptr) return misfit("has a tensor whose sizes are no tuple");
  std::vector<std::int64_t> values;
  for (const PickleRef element : *elements) {
    const auto* value = pickle.get<std::int64_t>(element);
    if (value == nullptr) return misfit("has a tensor whose sizes are no integers");
    values.push_back(*value);
  }
  return values;
}

Result<std::vector<std::int64_t>> sizes_of(const Pickle& pickle, PickleRef ref) {
  FA_ASSIGN(std::vector<std::int64_t> sizes, integers(pickle, ref));
  for (const std::int64_t size : sizes) {
    if (size < 0) return misfit("has a tensor of a negative size");
  }
  return sizes;
}

PickleItem added(Pickle& pickle, PickleTensor tensor) {
  pickle.tensors.push_back(std::move(tensor));
  return PickleTensorPlace{static_cast<std::uint32_t>(pickle.tensors.size() - 1)};
}

// The seventh argument of a plain tensor: {"conj": True, "neg": True}, those that are set.
bool has_negative_bit(const Pickle& pickle, const std::vector<PickleRef>& arguments) {
  const auto* bits = arguments.size() == 7 ? pickle.get<PickleDict>(arguments[6]) : nullptr;
  if (bits == nullptr) return false;
  for (const auto& [key, value] : bits->items) {
    const auto* name = pickle.get<std::string>(key);
    const auto* is_set = pickle.get<bool>(value);
    if (name != nullptr && *name == "neg" && is_set != nullptr && *is_set) return true;
  }
  return false;
}

// torch._utils._rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, hooks); _rebuild_qtensor has the
// quantizer before requires_grad.
Result<PickleItem> tensor_of(Pickle& pickle, const std::vector<PickleRef>& arguments, bool quantized) {
  if (arguments.size() < 4) return misfit("rebuilds a tensor from too few arguments");
  PickleTensor tensor;
  const auto* storage = pickle.get<PickleStorage>(arguments[0]);
  const auto* offset = pickle.get<std::int64_t>(arguments[1]);
  if (storage == nullptr || offset == nullptr || *offset < 0) return misfit("rebuilds a tensor without a storage");
  tensor.storage = *storage;
  tensor.offset = *offset;
  FA_ASSIGN(tensor.sizes, sizes_of(pickle, arguments[2]));
  FA_ASSIGN(tensor.strides, integers(pickle, arguments[3]));
  if (tensor.sizes.size() != tensor.strides.size()) return misfit("has a tensor with more sizes than strides");
  const std::size_t flag = quantized ? 5 : 4;
  if (quantized && arguments.size() > 4) tensor.quantizer = arguments[4];
  const auto* requires_grad = arguments.size() > flag ? pickle.get<bool>(arguments[flag]) : nullptr;
  tensor.requires_grad = requires_grad != nullptr && *requires_grad;
  tensor.is_negated = !quantized && has_negative_bit(pickle, arguments);
  return added(pickle, std::move(tensor));
}

// torch._utils._rebuild_sparse_tensor(layout, sizes, requires_grad, indices, values, hooks); the compressed layout, 2,
// has two tensors of indices.
Result<PickleItem> sparse_tensor_of(Pickle& pickle, const std::vector<PickleRef>& arguments) {
  const auto* layout = !arguments.empty() ? pickle.get<std::int64_t>(arguments[0]) : nullptr;
  const std::size_t place = layout != nullptr && *layout == 2 ? 5 : 4;
  const auto* values = arguments.size() > place ? pickle.get<PickleTensor>(arguments[place]) : nullptr;
  if (values == nullptr) return misfit("rebuilds a sparse tensor without values");
  PickleTensor tensor;
  tensor.storage = values->storage;
  tensor.is_sparse = true;
  FA_ASSIGN(tensor.sizes, sizes_of(pickle, arguments[1]));
  tensor.strides.resize(tensor.sizes.size());
  return added(pickle, std::move(tensor));
}

// A list or dict whose element type the writer added: restore_type_tag(value, "List[int]").
Result<PickleItem> tagged(const Pickle& pickle, const std::vector<PickleRef>& arguments) {
  if (arguments.size() != 2) return misfit("tags a value without a type");
  if (pickle.get<std::string>(arguments[1]) == nullptr) return misfit("tags a value with what is no type");
  PickleItem value = pickle.at(arguments[0]);
  if (auto* list = std::get_if<PickleList>(&value)) list->type = arguments[1];
  if (auto* dict = std::get_if<PickleDict>(&value)) dict->type = arguments[1];
  return value;
}

Result<PickleItem> list_of(const Pickle& pickle, const std::vector<PickleRef>& arguments, PickleRef global) {
  const std::vector<PickleRef>* elements = arguments.size() == 1 ? pickle.sequence(arguments[0]) : nullptr;
  if (elements == nullptr) return misfit("builds a list from what is none");
  return PickleItem(PickleList{*elements, global});
}

Result<PickleItem> complex_of(const Pickle& pickle, const std::vector<PickleRef>& arguments) {
  const auto* real = arguments.size() == 2 ? pickle.get<double>(arguments[0]) : nullptr;
  const auto* imaginary = arguments.size() == 2 ? pickle.get<double>(arguments[1]) : nullptr;
  if (real == nullptr || imaginary == nullptr) return misfit("builds a complex number from what are no numbers");
  return PickleItem(PickleComplex{*real, *imaginary});
}

Result<PickleItem> device_of(const Pickle& pickle, const std::vector<PickleRef>& arguments) {
  const auto* name = !arguments.empty() ? pickle.get<std::string>(arguments[0]) : nullptr;
  if (name == nullptr) return misfit("names a device by what is no text");
  return PickleItem(PickleDevice{*name});
}

constexpr std::array<std::pair<std::string_view, const char*>, 4> kLists = {{
    {"torch.jit._pickle.build_boollist", "List[bool]"},
    {"torch.jit._pickle.build_doublelist", "List[float]"},
    {"torch.jit._pickle.build_intlist", "List[int]"},
    {"torch.jit._pickle.build_tensorlist", "List[Tensor]"},
}};

constexpr std::array<std::string_view, 15> kOthers = {
    "builtins.complex",
    "collections.OrderedDict",
    "torch._utils._rebuild_qtensor",
    "torch._utils._rebuild_sparse_tensor",
    "torch._utils._rebuild_tensor_v2",
    "torch.device",
    "torch.jit._pickle.restore_type_tag",
    "torch.per_channel_affine",
    "torch.per_channel_affine_float_qparams",
    "torch.per_channel_symmetric",
    "torch.per_tensor_affine",
    "torch.per_tensor_symmetric",
    "torch.preserve_format",
    "torch.contiguous_format",
    "torch.channels_last",
};

}  // namespace

bool is_known_global(std::string_view name) {
  if (is_class_of_model(name)) return true;
  if (element_type_of_storage(name) != nullptr) return true;
  for (const auto& [list, type] : kLists) {
    if (list == name) return true;
  }
  for (const std::string_view other : kOthers) {
    if (other == name) return true;
  }
  return false;
}

std::string type_tag(const Pickle& pickle, std::optional<PickleRef> type) {
  if (!type) return "";
  if (const auto* text = pickle.get<std::string>(*type)) return *text;
  const auto* global = pickle.get<PickleGlobal>(*type);
  for (const auto& [list, words] : kLists) {
    if (global != nullptr && list == global->name) return words;
  }
  return "";
}

Result<PickleItem> item_of_global(Pickle& pickle, PickleRef callee, PickleRef argument, bool is_new) {
  const std::string& global = pickle.get<PickleGlobal>(callee)->name;
  if (is_class_of_model(global)) {
    PickleObject object{callee, !is_new, std::nullopt};
    if (!is_new) object.state = argument;  // an enum: its class called with its value
    return PickleItem(object);
  }
  const auto* tuple = pickle.get<PickleTuple>(argument);
  if (is_new || tuple == nullptr) return misfit("calls " + global + " without arguments");
  const std::vector<PickleRef>& arguments = tuple->elements;
  if (global == "torch._utils._rebuild_tensor_v2") return tensor_of(pickle, arguments, false);
  if (global == "torch._utils._rebuild_qtensor") return tensor_of(pickle, arguments, true);
  if (global == "torch._utils._rebuild_sparse_tensor") return sparse_tensor_of(pickle, arguments);
  if (global == "torch.jit._pickle.restore_type_tag") return tagged(pickle, arguments);
  if (global == "collections.OrderedDict") return PickleItem(PickleDict{});
  if (global == "builtins.complex") return complex_of(pickle, arguments);
  if (global == "torch.device") return device_of(pickle, arguments);
  for (const auto& [list, type] : kLists) {
    if (list == global) return list_of(pickle, arguments, callee);
  }
  return misfit("calls " + global + ", which is no function");
}

Result<PickleStorage> storage_of_id(const Pickle& pickle, PickleRef id) {
  const std::vector<PickleRef>* fields = pickle.sequence(id);
  if (fields == nullptr || fields->size() < 5) return misfit("has a persistent id that names no storage");
  const auto* kind = pickle.get<std::string>((*fields)[0]);
  const auto* type = pickle.get<PickleGlobal>((*fields)[1]);
  const auto* key = pickle.get<std::string>((*fields)[2]);
  const auto* device = pickle.get<std::string>((*fields)[3]);
  const auto* elements = pickle.get<std::int64_t>((*fields)[4]);
  if (kind == nullptr || *kind != "storage" || type == nullptr || key == nullptr || device == nullptr ||
      elements == nullptr || *elements < 0) {
    return misfit("has a persistent id that names no storage");
  }
  if (key->size() > kStorageNameLimit || device->size() > kStorageNameLimit) {
    return misfit("has a storage of a name that nobody writes");
  }
  const ElementType* element = element_type_of_storage(type->name);
  if (element != nullptr) return PickleStorage{element, *key, *device, *elements};
  return misfit("has a storage of " + quoted_name(type->name) + ", which is no element type");
}

}  // namespace flopaudit
