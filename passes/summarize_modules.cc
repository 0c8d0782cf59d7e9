// summarize-modules: adds work and parameters up over the module tree, into PassContext::modules. The IR stays as is.
//
// 1. A node's work belongs to the module that it names and to all modules around that one.
// 2. A parameter belongs to every module in whose subtree it is registered, once however many names lead to it. A
//    module that is registered at two places is walked at both.
#include <set>
#include <unordered_map>
#include <vector>

#include "analyzer/ir/region_total.h"
#include "passes/pass.h"
#include "passes/pass_factories.h"

namespace flopaudit {
namespace {

// "__torch__.torchvision.models.resnet.___torch_mangle_3.BasicBlock" -> "BasicBlock"
std::string short_class_name(const std::string& class_name) {
  const std::size_t dot = class_name.rfind('.');
  return dot == std::string::npos ? class_name : class_name.substr(dot + 1);
}

class Summary {
 public:
  explicit Summary(const Program& program) : program_(program) {
    for (const Object& object : program.objects) objects_.emplace(object.path, &object);
  }

  std::vector<ModuleSummary> run() {
    std::vector<ModuleSummary> modules;
    for (const Object& object : program_.objects) {
      if (!object.is_module) continue;
      index_.emplace(object.path, modules.size());
      modules.push_back({object.path, short_class_name(object.class_name), {}, parameters_under(object)});
    }
    for_each_node(program_.entry().body, [&](const Node& node) { add_work(modules, node); });
    // Of the branches of an undecided If, modules get what each may cost, from 0; the model gets the hull of both.
    const auto model = index_.find("");
    if (model != index_.end()) {
      modules[model->second].work = region_total(program_.entry().body, [](const Node& node) { return node.work; });
    }
    return modules;
  }

 private:
  void add_work(std::vector<ModuleSummary>& modules, const Node& node) const {
    if (node.work == WorkTotal{} || node.module.empty()) return;
    for (std::string path = node.module;; path.erase(path.rfind('.'))) {
      add_to(modules, path, node.work);
      if (path.find('.') == std::string::npos) return;
    }
  }

  void add_to(std::vector<ModuleSummary>& modules, const std::string& path, const WorkTotal& work) const {
    const auto found = index_.find(path);
    if (found != index_.end()) modules[found->second].work += work;
  }

  std::int64_t parameters_under(const Object& root) const {
    std::int64_t count = 0;
    std::set<std::string> counted;
    std::set<const Object*> seen = {&root};
    std::vector<const Object*> waiting = {&root};
    while (!waiting.empty()) {
      const Object& object = *waiting.back();
      waiting.pop_back();
      for (const Attribute& attribute : object.attributes) {
        if (const auto* child = attribute.value.get<ObjectFact>()) {
          const auto found = objects_.find(child->path);
          if (found != objects_.end() && seen.insert(found->second).second) waiting.push_back(found->second);
        } else if (attribute.is_parameter && attribute.value.tensor() && counted.insert(attribute.tensor_path).second) {
          const auto elements = element_count(*attribute.value.tensor());
          count += elements ? elements->constant().value_or(0) : 0;
        }
      }
    }
    return count;
  }

  const Program& program_;
  std::unordered_map<std::string, const Object*> objects_;
  std::unordered_map<std::string, std::size_t> index_;  // path -> position in the result
};

class SummarizeModules : public Pass {
 public:
  Result<Changed> run(Program& program, PassContext& context) override {
    const SymbolBounds bounds(context.least_sizes);
    const LargestSizes largest(context.most_sizes);
    context.modules = Summary(program).run();
    return Changed::no;
  }
};

}  // namespace

std::unique_ptr<Pass> make_summarize_modules() { return std::make_unique<SummarizeModules>(); }

}  // namespace flopaudit
