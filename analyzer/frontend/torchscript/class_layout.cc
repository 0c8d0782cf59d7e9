#include "analyzer/frontend/torchscript/class_layout.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "analyzer/frontend/torchscript/annotation.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

// Old quantized modules declare their packed parameters as a Tensor; LibTorch reads them as the class that they became.
struct PackedClass {
  std::string_view module, packed;
};
constexpr std::string_view kPackedLinear = "__torch__.torch.classes.quantized.LinearPackedParamsBase";
constexpr std::string_view kPackedConv2d = "__torch__.torch.classes.quantized.Conv2dPackedParamsBase";
constexpr std::string_view kPackedConv3d = "__torch__.torch.classes.quantized.Conv3dPackedParamsBase";
constexpr std::array<PackedClass, 12> kPackedClasses = {{
    {"__torch__.torch.ao.nn.quantized.dynamic.modules.linear.Linear", kPackedLinear},
    {"__torch__.torch.ao.nn.quantized.modules.conv.Conv2d", kPackedConv2d},
    {"__torch__.torch.ao.nn.quantized.modules.conv.Conv3d", kPackedConv3d},
    {"__torch__.torch.ao.nn.quantized.modules.linear.Linear", kPackedLinear},
    {"__torch__.torch.ao.nn.quantized.modules.linear.LinearPackedParams", kPackedLinear},
    {"__torch__.torch.nn.intrinsic.quantized.modules.conv_relu.ConvReLU2d", kPackedConv2d},
    {"__torch__.torch.nn.intrinsic.quantized.modules.conv_relu.ConvReLU3d", kPackedConv3d},
    {"__torch__.torch.nn.quantized.dynamic.modules.linear.Linear", kPackedLinear},
    {"__torch__.torch.nn.quantized.modules.conv.Conv2d", kPackedConv2d},
    {"__torch__.torch.nn.quantized.modules.conv.Conv3d", kPackedConv3d},
    {"__torch__.torch.nn.quantized.modules.linear.Linear", kPackedLinear},
    {"__torch__.torch.nn.quantized.modules.linear.LinearPackedParams", kPackedLinear},
}};

// "__torch__.a.C" of "__torch__.a.___torch_mangle_7.C".
std::string without_mangling(std::string_view name) {
  constexpr std::string_view kMangle = ".___torch_mangle_";
  std::string plain;
  for (std::size_t at = name.find(kMangle); at != std::string_view::npos; at = name.find(kMangle)) {
    const std::size_t digits = at + kMangle.size();
    const std::size_t end = std::min(name.find_first_not_of("0123456789", digits), name.size());
    plain += name.substr(0, end == digits ? digits : at);
    name.remove_prefix(end);
  }
  return plain + std::string(name);
}

Type attribute_type(const std::string& plain_class, const std::string& name, Type declared) {
  if (name != "_packed_params" || declared.kind != Type::Kind::tensor) return declared;
  for (const PackedClass& row : kPackedClasses) {
    if (row.module == plain_class) return {Type::Kind::named, std::string(row.packed), {}};
  }
  return declared;
}

Error bad_field(const ClassLayout& layout, const std::string& name, const std::string& why) {
  return input_error("the record " + quoted(layout.code.file->record) + " declares " + layout.code.definition->name +
                     "." + name + why);
}

Result<void> add_fields(ClassLayout& layout) {
  const ClassDefinition& definition = *layout.code.definition;
  const std::string plain_class = without_mangling(layout.name);
  const std::set<std::string_view> parameters(definition.parameters.begin(), definition.parameters.end());
  const std::set<std::string_view> buffers(definition.buffers.begin(), definition.buffers.end());
  for (const FieldDefinition& field : definition.fields) {
    if (field.value && layout.kind != ClassLayout::Kind::named_tuple) {
      layout.constants.push_back(&field);
      continue;
    }
    if (!field.annotation) continue;
    Result<Type> type = type_of_annotation(*field.annotation);
    if (!type) return bad_field(layout, field.name, ": " + type.error().message);
    layout.attributes.push_back({field.name, attribute_type(plain_class, field.name, *std::move(type)),
                                 parameters.contains(field.name), buffers.contains(field.name),
                                 field.value ? &*field.value : nullptr});
  }
  for (std::size_t i = 0; i < layout.attributes.size(); ++i) {
    const std::string& name = layout.attributes[i].name;
    if (!layout.places.emplace(name, i).second) return bad_field(layout, name, " twice");
  }
  return {};
}

}  // namespace

const ClassLayout::Attribute* ClassLayout::find(std::string_view attribute) const {
  const auto found = places.find(attribute);
  return found == places.end() ? nullptr : &attributes[found->second];
}

const FieldDefinition* ClassLayout::find_constant(std::string_view constant) const {
  for (const FieldDefinition* candidate : constants) {
    if (candidate->name == constant) return candidate;
  }
  return nullptr;
}

const FunctionDefinition* ClassLayout::find_method(std::string_view method) const {
  for (const FunctionDefinition& candidate : code.definition->methods) {
    if (candidate.name == method) return &candidate;
  }
  return nullptr;
}

Result<const ClassLayout*> ClassLayouts::find(std::string_view qualified_name) {
  const auto known = layouts_.find(qualified_name);
  if (known != layouts_.end()) return static_cast<const ClassLayout*>(known->second.get());
  FA_ASSIGN(const ClassInCode code, code_.find_class(qualified_name));
  std::unique_ptr<ClassLayout>& layout = layouts_[std::string(qualified_name)];
  if (code.definition == nullptr) return static_cast<const ClassLayout*>(nullptr);
  layout = std::make_unique<ClassLayout>();
  layout->name = qualified_name;
  layout->code = code;
  for (const Expression& base : code.definition->bases) {
    layout->is_module = layout->is_module || base.text == "Module" || base.text == "ModuleInterface";
    if (base.text == "Interface" || base.text == "ModuleInterface") layout->kind = ClassLayout::Kind::interface;
    if (base.text == "NamedTuple") layout->kind = ClassLayout::Kind::named_tuple;
    if (base.text == "Enum") layout->kind = ClassLayout::Kind::enumeration;
  }
  FA_TRY(add_fields(*layout));
  layout->has_set_state =
      layout->find_method("__setstate__") != nullptr && layout->find_method("__getstate__") != nullptr;
  return static_cast<const ClassLayout*>(layout.get());
}

}  // namespace flopaudit
