#include "analyzer/frontend/libtorch/model_objects.h"

#include <ATen/ATen.h>

#include <set>
#include <tuple>

#include "analyzer/frontend/libtorch/value_conversion.h"

namespace flopaudit {
namespace {

// Contents decide shapes where they are indices, sizes or flags. Weights never do, and would only bloat the text.
constexpr std::size_t kMaxFloatingAttributeContents = 8;

// Two attributes are the same tensor when they are one object or the same view of the same memory.
using TensorIdentity = std::tuple<const void*, std::int64_t, std::vector<std::int64_t>, std::vector<std::int64_t>, int>;

TensorIdentity identity_of(const at::Tensor& tensor) {
  const int type = static_cast<int>(tensor.scalar_type());
  const bool has_memory = tensor.layout() == at::kStrided && tensor.has_storage() && tensor.numel() > 0;
  if (!has_memory) return {tensor.unsafeGetTensorImpl(), 0, {}, {}, type};
  return {tensor.storage().unsafeGetStorageImpl(), tensor.storage_offset(), tensor.sizes().vec(),
          tensor.strides().vec(), type};
}

std::string joined(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

std::size_t contents_limit(const at::Tensor& tensor, bool is_parameter) {
  if (is_parameter) return 0;
  return at::isFloatingType(tensor.scalar_type()) ? kMaxFloatingAttributeContents : Fact::kMaxContents;
}

class Walk {
 public:
  ModelObjects run(const torch::jit::Module& module) {
    visit(module._ivalue(), "", /*is_module=*/true);
    return std::move(result_);
  }

 private:
  void visit(const c10::intrusive_ptr<c10::ivalue::Object>& object, const std::string& path, bool is_module) {
    result_.paths.emplace(object.get(), path);
    const std::size_t index = result_.objects.size();
    const c10::ClassTypePtr type = object->type();
    Object described;
    described.path = path;
    described.class_name = type->name() ? type->name()->qualifiedName() : "";
    described.is_module = is_module;
    result_.objects.push_back(std::move(described));
    result_.classes.push_back(type);
    for (std::size_t slot = 0; slot < type->numAttributes(); ++slot) {
      Attribute attribute;
      attribute.name = type->getAttributeName(slot);
      attribute.type = type_of(*type->getAttribute(slot));
      // LibTorch refuses the question for an instance of a script class, which has neither.
      attribute.is_parameter = is_module && type->is_parameter(slot);
      attribute.is_buffer = is_module && type->is_buffer(slot);
      const std::string attribute_path = joined(path, attribute.name);
      const c10::IValue& value = object->getSlot(slot);
      attribute.value = describe(value, attribute_path, attribute.is_parameter);
      if (value.isTensor() && value.toTensor().defined()) {
        attribute.tensor_path = canonical_path(value.toTensor(), attribute_path);
        if (attribute.is_parameter) count_parameter(value.toTensor());
      }
      result_.objects[index].attributes.push_back(std::move(attribute));
    }
  }

  Fact describe(const c10::IValue& value, const std::string& path, bool is_parameter) {
    if (value.isTensor() && value.toTensor().defined()) {
      result_.tensors.emplace(path, value.toTensor());
      return fact_of(value.toTensor(), contents_limit(value.toTensor(), is_parameter));
    }
    if (value.isCustomClass()) return fact_of(value, Fact::kMaxContents);
    if (value.isObject()) {
      const auto object = value.toObject();
      const auto met = result_.paths.find(object.get());
      if (met != result_.paths.end()) return ObjectFact{met->second};
      visit(object, path, object->type()->is_module());
      return ObjectFact{path};
    }
    if (value.isList()) return Fact::list(describe_elements(value.toListRef(), path));
    if (value.isTuple()) return Fact::tuple(describe_elements(value.toTupleRef().elements(), path));
    if (value.isGenericDict()) {
      std::vector<std::pair<Fact, Fact>> items;
      for (const auto& item : value.toGenericDict()) {
        const std::string key = std::to_string(items.size());
        items.emplace_back(fact_of(item.key(), 0), describe(item.value(), path + "." + key, false));
      }
      return Fact::dict(std::move(items));
    }
    return fact_of(value, Fact::kMaxContents);
  }

  template <typename Elements>
  std::vector<Fact> describe_elements(const Elements& elements, const std::string& path) {
    std::vector<Fact> facts;
    for (const c10::IValue& element : elements)
      facts.push_back(describe(element, path + "." + std::to_string(facts.size()), false));
    return facts;
  }

  std::string canonical_path(const at::Tensor& tensor, const std::string& path) {
    return canonical_.emplace(identity_of(tensor), path).first->second;
  }

  void count_parameter(const at::Tensor& tensor) {
    if (!counted_.insert(identity_of(tensor)).second) return;
    result_.parameter_count += tensor.numel();
    result_.parameter_bytes += tensor.numel() * static_cast<std::int64_t>(tensor.element_size());
  }

  ModelObjects result_;
  std::map<TensorIdentity, std::string> canonical_;
  std::set<TensorIdentity> counted_;
};

}  // namespace

ModelObjects describe_objects(const torch::jit::Module& module) { return Walk().run(module); }

}  // namespace flopaudit
