// The archive's own parts, put together:
//   1. the objects of the model (data.pkl), the constants and the example inputs
//   2. the entry method is emitted and cleaned up, then each function that a call reaches, in the order in which it is
//      reached, as the front end through LibTorch does it
//   3. where objects are left to their `__setstate__`: that, by itself
#include "analyzer/frontend/torchscript/load_torchscript.h"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "analyzer/frontend/model_file.h"
#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/frontend/torchscript/archive_constants.h"
#include "analyzer/frontend/torchscript/cleanup/cleanup.h"
#include "analyzer/frontend/torchscript/emitter.h"
#include "analyzer/frontend/torchscript/pickled_objects.h"
#include "analyzer/frontend/torchscript/source_map.h"
#include "analyzer/frontend/torchscript/traced_inputs.h"
#include "analyzer/ir/schema_table.h"

namespace flopaudit {
namespace {

// The archive's code, read once, however many programs are made of it.
struct Sources {
  Sources(const Archive& from, int format, const std::vector<Schema>& added)
      : archive(from),
        version(format),
        code(from.container(), from.root()),
        classes(code),
        declarations(classes),
        operators(format, added) {}
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  const Archive& archive;
  const int version;
  Code code;
  ClassLayouts classes;
  Declarations declarations;
  OperatorSignatures operators;
  std::vector<ArchiveConstant> constants;
  EmissionBudget budget;
  std::unordered_map<const CodeFile*, std::unique_ptr<SourcePlaces>> places;
};

class Loader {
 public:
  Loader(Sources& sources, Program& program)
      : sources_(sources),
        archive_(sources.archive),
        classes_(sources.classes),
        declarations_(sources.declarations),
        program_(program) {}

  Result<std::vector<UnmadeObject>> run() {
    FA_ASSIGN(PickledObjects objects, read_objects(archive_, classes_));
    program_.parameter_count = objects.parameter_count;
    program_.parameter_bytes = objects.parameter_bytes;
    program_.saved_training = objects.saved_training;
    program_.objects = std::move(objects.objects);
    FA_ASSIGN(sources_.constants, read_constants(archive_));
    program_.example_inputs = traced_inputs(archive_, program_.method);

    FA_ASSIGN(const std::string entry, entry_class());
    FA_TRY(reach_method(entry, program_.method));
    if (waiting_.empty()) FA_TRY(no_such_method(entry));
    FA_TRY(load_waiting());
    return std::move(objects.unmade);
  }

  // `method` of a class alone. The program's one object is of it, without values.
  Result<void> run_of_class(const std::string& class_name) {
    FA_ASSIGN(const ClassLayout* layout, classes_.find(class_name));
    Object& object = program_.objects.emplace_back();
    object.class_name = class_name;
    object.is_module = layout != nullptr && layout->is_module;
    FA_TRY(reach_method(class_name, program_.method));
    if (waiting_.empty()) return no_such_method(class_name);
    return load_waiting();
  }

 private:
  Result<void> load_waiting() {
    while (!waiting_.empty()) {
      const FunctionToEmit function = std::move(waiting_.front());
      waiting_.pop_front();
      FA_TRY(load(function));
    }
    return {};
  }

  Result<std::string> entry_class() const {
    if (program_.objects.empty()) return archive_.damaged("data.pkl", "holds no model");
    return program_.objects.front().class_name;
  }

  Result<void> no_such_method(const std::string& class_name) {
    FA_ASSIGN(const ClassLayout* type, declarations_.type(class_name));
    std::string names;
    if (type != nullptr) {
      for (const FunctionDefinition& method : type->code.definition->methods)
        names += (names.empty() ? "" : ", ") + method.name;
    }
    const std::string start = "'" + program_.file + "' has no method '" + program_.method + "'";
    if (names.empty()) return input_error(start + ", nor any other: it holds values, no program");
    return usage_error(start + "; its methods are " + names);
  }

  Result<void> load(const FunctionToEmit& function) {
    Error place_error;
    const EmissionContext context{declarations_, sources_.operators, sources_.constants,
                                  [&](const CodeFile& file, std::uint32_t offset) -> SourceLocation {
                                    Result<SourceLocation> place = location(file, offset);
                                    if (place) return *std::move(place);
                                    place_error = place.error();
                                    return {};
                                  },
                                  sources_.budget};
    Result<EmittedFunction> emitted = emit_function(function, context);
    if (!emitted) return input_error("'" + program_.file + "' cannot be read: " + emitted.error().message);
    if (!place_error.message.empty()) return place_error;
    FA_TRY(clean_up(*emitted->graph, {sources_.version, [this](const std::string& name) { return named_type(name); }}));
    Graph& graph = *program_.functions.emplace_back(std::move(emitted->graph));
    graph.rename_in_order();
    if (program_.functions.size() == 1) {
      FA_ASSIGN(program_.kind, kind_of(graph, *function.source.file, emitted->offsets));
    }
    return reach_callees(graph.body);
  }

  Result<SourcePlaces*> places_of(const CodeFile& file) {
    std::unique_ptr<SourcePlaces>& places = sources_.places[&file];
    if (places == nullptr) {
      FA_ASSIGN(places, SourcePlaces::read(archive_, file.record, file.text));
    }
    return places.get();
  }
  Result<SourceLocation> location(const CodeFile& file, std::uint32_t offset) {
    FA_ASSIGN(SourcePlaces * places, places_of(file));
    return places->location(offset);
  }

  // As lower.cc has it: by the example inputs, or by what the first operator or call with debug information says.
  Result<std::string> kind_of(const Graph& graph, const CodeFile& file,
                              const std::unordered_map<const Node*, std::uint32_t>& offsets) {
    if (archive_.has_traced_inputs()) return std::string("traced");
    for (const auto& node : graph.body.nodes) {
      const bool is_call = node->op.name == "prim::CallMethod" || node->op.name == "prim::CallFunction";
      const auto offset = offsets.find(node.get());
      if ((!is_call && !node->op.is_aten()) || offset == offsets.end()) continue;
      FA_ASSIGN(SourcePlaces * places, places_of(file));
      FA_ASSIGN(const std::optional<bool> traced, places->made_by_tracing(offset->second));
      if (traced) return std::string(*traced ? "traced" : "scripted");
    }
    return std::string("scripted");
  }

  NamedTypeInfo named_type(const std::string& name) {
    const ClassLayout* type = declarations_.find_type(name);
    NamedTypeInfo info;
    if (type == nullptr) return info;
    switch (type->kind) {
      case ClassLayout::Kind::interface: info.kind = NamedTypeInfo::Kind::interface; break;
      case ClassLayout::Kind::enumeration: info.kind = NamedTypeInfo::Kind::enumeration; break;
      case ClassLayout::Kind::named_tuple: info.kind = NamedTypeInfo::Kind::named_tuple; break;
      default: return info;
    }
    if (type->kind == ClassLayout::Kind::named_tuple) {
      for (const ClassLayout::Attribute& field : type->attributes) info.fields.push_back(field.type);
    }
    return info;
  }

  Result<void> reach_callees(const Region& region) {
    for (const auto& node : region.nodes) {
      for (const auto& inner : node->regions) FA_TRY(reach_callees(*inner));
      if (node->op.name == "prim::CallFunction") {
        FA_TRY(reach_function(node->attributes.at("function")));
      } else if (node->op.name == "prim::CallMethod" && node->operands[0]->type.kind == Type::Kind::named) {
        const std::string& class_name = node->operands[0]->type.name;
        const ClassLayout* type = declarations_.find_type(class_name);
        if (type == nullptr) continue;  // a class in C++
        const std::string& method = node->attributes.at("name");
        if (type->kind == ClassLayout::Kind::interface) {
          FA_TRY(reach_implementations(node->operands[0]->type, method));
        } else {
          FA_TRY(reach_method(class_name, method));
        }
      }
    }
    return {};
  }

  // Which object stands behind an interface is known only when the attributes are resolved.
  Result<void> reach_implementations(const Type& interface, const std::string& method) {
    const TypeRelations relations(declarations_);
    for (const Object& object : program_.objects) {
      if (!relations.is_subtype({Type::Kind::named, object.class_name, {}}, interface)) continue;
      FA_TRY(reach_method(object.class_name, method));
    }
    return {};
  }

  Result<void> reach_function(const std::string& name) {
    FA_ASSIGN(const FunctionInCode source, sources_.code.find_function(name));
    if (source.definition == nullptr) {  // a method that takes no object
      const auto [owner, method] = split_qualified_name(name);
      return reach_method(std::string(owner), std::string(method));
    }
    if (reached_.insert(name).second) waiting_.push_back({name, std::nullopt, source});
    return {};
  }

  Result<void> reach_method(const std::string& class_name, const std::string& method) {
    FA_ASSIGN(const ClassLayout* type, declarations_.type(class_name));
    const FunctionDefinition* definition = type == nullptr ? nullptr : type->find_method(method);
    if (definition == nullptr) return {};
    const std::string name = class_name + "." + method;
    if (reached_.insert(name).second) waiting_.push_back({name, class_name, {type->code.file, definition}});
    return {};
  }

  Sources& sources_;
  const Archive& archive_;
  ClassLayouts& classes_;
  Declarations& declarations_;
  Program& program_;
  std::set<std::string> reached_;
  std::deque<FunctionToEmit> waiting_;
};

// "forward(x: Tensor, scale: float = 1.0) -> Tensor", without the object.
std::string text_of(const std::string& name, const Signature& signature) {
  std::string arguments;
  for (std::size_t i = 1; i < signature.arguments.size(); ++i) {
    const FormalArgument& argument = signature.arguments[i];
    arguments += (i == 1 ? "" : ", ") + argument.name + ": " + argument.type.to_string();
    if (argument.default_value) arguments += " = " + argument.default_value->value.to_string();
  }
  const std::string result = signature.results.empty() ? "" : " -> " + signature.results[0].to_string();
  return name + "(" + arguments + ")" + result;
}

// By class. What cannot be read of one is left out: its objects stay as they are.
std::vector<SavedObjects> saved_objects(Sources& sources, const Program& model,
                                        const std::vector<UnmadeObject>& unmade) {
  std::map<std::string, SavedObjects> by_class;
  for (const UnmadeObject& each : unmade) {
    const Object& object = model.objects[each.object];
    const auto [of_class, is_new] = by_class.try_emplace(object.class_name);
    if (is_new) {
      auto code = std::make_unique<Program>();
      code->file = model.file;
      code->method = "__setstate__";
      if (Loader(sources, *code).run_of_class(object.class_name)) of_class->second.code = std::move(code);
    }
    of_class->second.instances.push_back({object.path, each.state});
  }
  std::vector<SavedObjects> saved;
  for (auto& [name, of_class] : by_class) {
    if (of_class.code != nullptr) saved.push_back(std::move(of_class));
  }
  return saved;
}

Result<std::unique_ptr<Program>> load(const std::string& file, const std::string& method,
                                      const std::vector<Schema>& added, std::vector<SavedObjects>* saved) {
  FA_ASSIGN(const Archive archive, open_model_archive(file));
  auto program = std::make_unique<Program>();
  program->file = file;
  program->method = method;
  program->libtorch_version = std::string(schema_table_version());
  FA_ASSIGN(const int version, archive.version());
  Sources sources(archive, version, added);
  FA_ASSIGN(const std::vector<UnmadeObject> unmade, Loader(sources, *program).run());
  if (saved != nullptr) *saved = saved_objects(sources, *program, unmade);
  return program;
}

Result<ModelContents> contents_of(const std::string& file) {
  FA_ASSIGN(const Archive archive, open_model_archive(file));
  Code code(archive.container(), archive.root());
  ClassLayouts classes(code);
  Declarations declarations(classes);
  FA_ASSIGN(PickledObjects read, read_objects(archive, classes));
  if (read.objects.empty()) return archive.damaged("data.pkl", "holds no model");
  ModelContents contents{{}, std::move(read.objects), read.parameter_count, read.parameter_bytes};
  const std::string& class_name = contents.objects.front().class_name;
  FA_ASSIGN(const ClassLayout* layout, classes.find(class_name));
  if (layout == nullptr) return contents;
  for (const FunctionDefinition& method : layout->code.definition->methods) {
    FA_ASSIGN(const Signature* signature, declarations.method(class_name, method.name));
    contents.methods.push_back({method.name, text_of(method.name, *signature)});
  }
  return contents;
}

}  // namespace

Result<std::unique_ptr<Program>> load_with_torchscript(const std::string& file, const std::string& method,
                                                       const std::vector<Schema>& added,
                                                       std::vector<SavedObjects>* saved) {
  Result<std::unique_ptr<Program>> program = load(file, method, added, saved);
  if (!program) return in_one_line(program.error());
  return program;
}

Result<ModelContents> read_contents(const std::string& file) {
  Result<ModelContents> contents = contents_of(file);
  if (!contents) return in_one_line(contents.error());
  return contents;
}

}  // namespace flopaudit
