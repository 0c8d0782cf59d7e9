#include "analyzer/frontend/torchscript/custom_classes.h"

#include <array>

namespace flopaudit {
namespace {

struct Row {
  std::string_view class_name;  // below __torch__.torch.classes; a `*` stands for any dimension
  std::string_view method;
  const char* result;
};

// As LibTorch registers them, for its packed parameters.
constexpr std::array kRows = {
    Row{"quantized.LinearPackedParamsBase", "unpack", "Tuple[Tensor, Optional[Tensor]]"},
    Row{"quantized.Conv*dPackedParamsBase", "unpack", "Tuple[Tensor, Optional[Tensor]]"},
    Row{"quantized.Conv*dPackedParamsBase", "stride", "List[int]"},
    Row{"quantized.Conv*dPackedParamsBase", "padding", "List[int]"},
    Row{"quantized.Conv*dPackedParamsBase", "output_padding", "List[int]"},
    Row{"quantized.Conv*dPackedParamsBase", "dilation", "List[int]"},
    Row{"quantized.Conv*dPackedParamsBase", "groups", "int"},
    Row{"quantized.Conv*dPackedParamsBase", "transpose", "bool"},
};

bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.size() != name.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = name[i] >= '1' && name[i] <= '3';
    if (pattern[i] != name[i] && !(pattern[i] == '*' && digit)) return false;
  }
  return true;
}

}  // namespace

Type custom_method_result(std::string_view class_name, std::string_view method) {
  constexpr std::string_view kClasses = "__torch__.torch.classes.";
  if (class_name.starts_with(kClasses)) {
    for (const Row& row : kRows) {
      if (row.method == method && matches(row.class_name, class_name.substr(kClasses.size()))) {
        return *Type::parse(row.result);
      }
    }
  }
  return Type::of(Type::Kind::any);
}

}  // namespace flopaudit
