// 1. Records whose names differ in nothing but case are refused: LibTorch may read the other one.
// 2. The classes of C++ that the text of the code names.
// 3. Every class and function of every code file is compiled and its nodes are looked at.
// 4. Every `__setstate__`, which LibTorch runs while it loads the file, with all that it calls.
// 5. The classes of the objects in the pickles, and the extents of the tensors.
#include "analyzer/frontend/gate/code_inspection.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "analyzer/frontend/gate/deeds.h"
#include "analyzer/frontend/torchscript/archive_constants.h"
#include "analyzer/frontend/torchscript/container.h"
#include "analyzer/frontend/torchscript/emitter.h"
#include "analyzer/frontend/torchscript/tensor_contents.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

// Calls `visit(name, line)` for every name of a class that is C++.
template <typename Visit>
void for_each_custom_class(std::string_view text, const Visit& visit) {
  constexpr std::string_view kStart = "__torch__.torch.classes.";
  int line = 1;
  std::size_t counted = 0;
  for (std::size_t at = text.find(kStart); at != std::string_view::npos; at = text.find(kStart, at + 1)) {
    const auto is_part = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    };
    std::size_t end = at;
    while (end < text.size() && is_part(text[end])) ++end;
    line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                        text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted = at;
    visit(text.substr(at, end - at), line);
  }
}

class Inspection {
 public:
  Inspection(const Archive& archive, int version, std::vector<ArchiveConstant> constants,
             const std::vector<Schema>& added)
      : archive_(archive),
        constants_(std::move(constants)),
        code_(archive.container(), archive.root()),
        classes_(code_),
        declarations_(classes_),
        operators_(version, added) {}

  Result<void> run() {
    FA_TRY(check_names());
    for (const std::string& record : archive_.names_below("code/")) {
      if (record.ends_with(".py")) FA_TRY(inspect_record(record));
    }
    for (const std::string& root : set_states_) FA_TRY(inspect_set_state(root));
    for (const char* pickle : {"data.pkl", "constants.pkl"}) FA_TRY(inspect_pickle(pickle));
    return {};
  }

 private:
  struct Compiled {
    std::unique_ptr<Graph> graph;
    std::string record;
    std::map<const Node*, int> lines;
    int first_line = 0;
  };

  Result<void> check_names() const {
    std::map<std::string, const std::string*> folded;
    for (const auto& [name, record] : archive_.container().records()) {
      std::string lower = name;
      for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const auto [entry, inserted] = folded.emplace(std::move(lower), &name);
      if (!inserted) {
        return input_error("its records " + quoted_name(*entry->second) + " and " + quoted_name(name) +
                           " differ in nothing but case, and LibTorch may take one for the other");
      }
    }
    return {};
  }

  Result<void> inspect_record(const std::string& record) {
    std::string place = record.substr(5, record.size() - 5 - 3);  // "code/" and ".py"
    std::ranges::replace(place, '/', '.');
    FA_ASSIGN(const CodeFile* file, code_.file(place));
    if (file == nullptr || file->record != record) {
      return input_error("the record " + quoted_name(record) + " has a name that no class or function can have");
    }
    std::string acting;
    for_each_custom_class(file->text, [&](std::string_view name, int line) {
      const std::string deed = deed_of_class(name);
      if (!deed.empty() && acting.empty())
        acting = std::string(name) + " at " + record + ":" + std::to_string(line) + " " + deed;
    });
    if (!acting.empty()) return input_error(acting);
    for (const FunctionDefinition& function : file->syntax.functions) {
      FA_TRY(compile({place + "." + function.name, std::nullopt, {file, &function}}));
    }
    for (const ClassDefinition& definition : file->syntax.classes) {
      FA_TRY(inspect_class(place + "." + definition.name, *file, definition));
    }
    return {};
  }

  Result<void> inspect_class(const std::string& name, const CodeFile& file, const ClassDefinition& definition) {
    FA_ASSIGN(const ClassLayout* layout, classes_.find(name));
    for (const FieldDefinition& field : definition.fields) {
      if (!field.value || literal_of(*field.value)) continue;
      return input_error("the value of " + name + "." + field.name + " at " + place_of(file, field.value->offset) +
                         " is no literal, and LibTorch would work it out while it loads the file");
    }
    if (layout->kind == ClassLayout::Kind::interface) return {};  // declares, does nothing
    for (const FunctionDefinition& method : definition.methods) {
      FA_TRY(compile({name + "." + method.name, name, {&file, &method}}));
      if (method.name == "__setstate__") set_states_.push_back(name + "." + method.name);
    }
    return {};
  }

  Result<void> compile(const FunctionToEmit& function) {
    const EmissionContext context{declarations_, operators_, constants_,
                                  [](const CodeFile&, std::uint32_t) { return SourceLocation{}; }, budget_};
    FA_ASSIGN(EmittedFunction emitted, emit_function(function, context));
    const CodeFile& file = *function.source.file;
    Compiled& compiled = functions_[function.name];
    compiled.graph = std::move(emitted.graph);
    compiled.record = file.record;
    compiled.first_line = line_of(file, function.source.definition->offset);
    for (const auto& [node, offset] : emitted.offsets) compiled.lines.emplace(node, line_of(file, offset));
    return inspect_nodes(compiled);
  }

  Result<void> inspect_nodes(const Compiled& function) {
    Result<void> outcome;
    for_each_node(function.graph->body, [&](const Node& node) {
      if (!outcome) return;
      std::string deed = deed_of(node);
      const bool is_method = node.op.name == "prim::CallMethod";
      const std::string what = is_method ? "a method '" + node.attributes.at("name") + "'" : node.op.full();
      if (!deed.empty()) outcome = refused(what, function, node, deed);
    });
    return outcome;
  }

  // All that one `__setstate__` reaches.
  Result<void> inspect_set_state(const std::string& root) {
    std::set<std::string> reached = {root};
    std::vector<std::string> waiting = {root};
    while (!waiting.empty()) {
      const auto found = functions_.find(waiting.back());
      waiting.pop_back();
      if (found == functions_.end()) continue;
      const Compiled& function = found->second;
      Result<void> outcome;
      for_each_node(function.graph->body, [&](const Node& node) {
        if (!outcome) return;
        const std::string callee = callee_of(node);
        if (!belongs_in_set_state(node) || (callee.empty() && is_call(node))) {
          outcome = refused(node.op.full(), function, node,
                            "is reached by " + root +
                                ", which LibTorch runs while it loads the file, and is not what restoring quantized or "
                                "packed parameters needs");
        } else if (!callee.empty() && reached.insert(callee).second) {
          waiting.push_back(callee);
        }
      });
      if (!outcome) return outcome;
    }
    return {};
  }

  static bool is_call(const Node& node) {
    return node.op.name == "prim::CallMethod" || node.op.name == "prim::CallFunction";
  }

  // Of a call to code of the archive; empty: it is none, or goes where the code does not say.
  std::string callee_of(const Node& node) const {
    std::string name;
    if (node.op.name == "prim::CallFunction") name = node.attributes.at("function");
    if (node.op.name == "prim::CallMethod") name = node.operands[0]->type.name + "." + node.attributes.at("name");
    return functions_.contains(name) ? name : "";
  }

  Result<void> inspect_pickle(const std::string& record) const {
    FA_ASSIGN(const Pickle pickle, archive_.read_pickle(record));
    for (const PickleItem& item : pickle.items) {
      const auto* object = std::get_if<PickleObject>(&item);
      if (object == nullptr) continue;
      const std::string& name = pickle.class_name(*object);
      const std::string deed = deed_of_class(name);
      if (!deed.empty()) return input_error(name + " in " + record + " " + deed);
    }
    // Sizes that pass a tensor's storage: LibTorch does not look at all of them.
    for (const PickleTensor& tensor : pickle.tensors) {
      const Result<std::int64_t> count = checked_element_count(tensor);
      if (!count) return archive_.damaged(record, count.error().message);
    }
    return {};
  }

  static int line_of(const CodeFile& file, std::uint32_t offset) {
    const std::size_t end = std::min<std::size_t>(offset, file.text.size());
    return 1 +
           static_cast<int>(std::count(file.text.begin(), file.text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  }
  static std::string place_of(const CodeFile& file, std::uint32_t offset) {
    return file.record + ":" + std::to_string(line_of(file, offset));
  }

  static Error refused(const std::string& what, const Compiled& function, const Node& node, const std::string& deed) {
    const auto line = function.lines.find(&node);
    const int number = line == function.lines.end() ? function.first_line : line->second;
    return input_error(what + " at " + function.record + ":" + std::to_string(number) + " " + deed);
  }

  const Archive& archive_;
  const std::vector<ArchiveConstant> constants_;
  Code code_;
  ClassLayouts classes_;
  Declarations declarations_;
  OperatorSignatures operators_;
  EmissionBudget budget_;
  std::map<std::string, Compiled> functions_;  // by qualified name
  std::vector<std::string> set_states_;
};

}  // namespace

Result<std::string> foreign_class(const Archive& archive) {
  for (const std::string& record : archive.names_below("code/")) {
    if (!record.ends_with(".py")) continue;
    FA_ASSIGN(const std::string text, archive.read(record));
    std::string found;
    for_each_custom_class(text, [&](std::string_view name, int line) {
      if (!is_foreign_class(name) || !found.empty()) return;
      found = "the custom class " + std::string(name) + " at " + record + ":" + std::to_string(line);
    });
    if (!found.empty()) return found;
  }
  return std::string();
}

Result<void> inspect_code(const Archive& archive, const std::vector<Schema>& added) {
  FA_ASSIGN(const int version, archive.version());
  FA_ASSIGN(std::vector<ArchiveConstant> constants, read_constants(archive));
  return Inspection(archive, version, std::move(constants), added).run();
}

}  // namespace flopaudit
