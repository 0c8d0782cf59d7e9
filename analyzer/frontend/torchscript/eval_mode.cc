#include "analyzer/frontend/torchscript/eval_mode.h"

#include <set>
#include <string>
#include <unordered_map>

namespace flopaudit {
namespace {

class EvalMode {
 public:
  EvalMode(std::vector<Object>& objects, ClassLayouts& classes) : objects_(objects), classes_(classes) {
    for (std::size_t i = 0; i < objects.size(); ++i) places_.emplace(objects[i].path, i);
  }

  Result<bool> run() {
    FA_TRY(collect());
    if (!was_training_) return false;
    for (const std::size_t module : modules_) {
      for (Attribute& attribute : objects_[module].attributes) {
        if (attribute.name == "training") attribute.value = Fact::boolean(false);
      }
    }
    return true;
  }

 private:
  Result<void> collect() {
    std::set<std::size_t> met = {0};
    modules_ = {0};
    for (std::size_t next = 0; next < modules_.size(); ++next) {
      const Object& module = objects_[modules_[next]];
      FA_ASSIGN(const ClassLayout* layout, classes_.find(module.class_name));
      const FieldDefinition* constant = layout != nullptr ? layout->find_constant("training") : nullptr;
      if (constant != nullptr && constant->value->kind == Expression::Kind::boolean && constant->value->integer != 0) {
        was_training_ = true;
      }
      for (const Attribute& attribute : module.attributes) {
        const auto* flag = attribute.value.get<BoolFact>();
        if (attribute.name == "training" && flag != nullptr && flag->value == true) was_training_ = true;
        const auto* object = attribute.value.get<ObjectFact>();
        if (object == nullptr || attribute.type.kind != Type::Kind::named) continue;
        FA_ASSIGN(const ClassLayout* declared, classes_.find(attribute.type.name));
        const auto place = places_.find(object->path);
        if (place == places_.end()) continue;  // a member of an enum
        if (declared != nullptr && declared->is_module && met.insert(place->second).second)
          modules_.push_back(place->second);
      }
    }
    return {};
  }

  std::vector<Object>& objects_;
  ClassLayouts& classes_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<std::size_t> modules_;
  bool was_training_ = false;
};

}  // namespace

Result<bool> set_eval_mode(std::vector<Object>& objects, ClassLayouts& classes) {
  return EvalMode(objects, classes).run();
}

}  // namespace flopaudit
