#include "analyzer/frontend/libtorch/load_module.h"

#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/csrc/jit/serialization/import_read.h>

#include <regex>

#include "analyzer/frontend/libtorch/torch_error.h"
#include "analyzer/support/log.h"

namespace flopaudit {
namespace {

constexpr int kMaxStubs = 1000;  // operators that one file may name and LibTorch not have

// LibTorch's warnings are for who writes a model; here they are of interest with -v only.
class WarningsToLog : public c10::WarningHandler {
 public:
  void process(const c10::Warning& warning) override { log::info("LibTorch: " + warning.msg()); }
};

void send_warnings_to_log() {
  static WarningsToLog handler;
  c10::WarningUtils::set_warning_handler(&handler);
}

// "my::op", of what the loader threw for want of an operator; else empty.
std::string missing_operator(const std::string& text) {
  static const std::regex unknown(R"(Unknown builtin op: (\w+::\w+))");
  std::smatch match;
  return std::regex_search(text, match, unknown) ? match[1].str() : "";
}

// The sentence for what the loader threw.
Error load_error(const std::string& path, const std::exception& error) {
  const std::string text = error.what();
  std::smatch match;
  static const std::regex custom_class(R"(Unknown type name '(__torch__\.torch\.classes\.[\w.]+)')");
  const std::string sentence = one_sentence(error);
  const std::size_t place = sentence.rfind(" (");
  const std::string where =
      place == std::string::npos ? "" : ", used at " + sentence.substr(place + 2, sentence.size() - place - 3);
  if (const std::string name = missing_operator(text); !name.empty()) {
    return input_error("'" + path + "' needs the operator " + name + where +
                       ", which this LibTorch does not have; it belongs to an extension library");
  }
  if (std::regex_search(text, match, custom_class)) {
    return input_error("'" + path + "' needs the custom class " + match[1].str() + where +
                       ", which this LibTorch does not have; it belongs to an extension library");
  }
  return input_error("'" + path + "' cannot be loaded: " + sentence);
}

// Whether a module was saved in training mode; `is_training` throws where there is no such attribute.
bool any_training(const torch::jit::Module& module) {
  for (const torch::jit::Module& submodule : module.modules()) {
    if (submodule.hasattr("training") && submodule.attr("training").isBool() && submodule.is_training()) return true;
  }
  return false;
}

}  // namespace

Result<LoadedModule> load_module(const std::string& path, const StubSchemas& schemas) {
  FA_ASSIGN(ModelFile file, inspect_model_file(path));
  send_warnings_to_log();
  // As loaded: the graphs that we lower and the forward that we compare with are those of the file.
  torch::jit::setGraphExecutorOptimize(false);
  torch::jit::getProfilingMode() = false;
  for (int attempt = 0;; ++attempt) {
    try {
      torch::jit::Module module = torch::jit::load(path, at::Device(at::kCPU));
      LoadedModule loaded{std::move(file), std::move(module), false};
      loaded.saved_training = any_training(loaded.module);
      if (loaded.saved_training) loaded.module.eval();
      return loaded;
    } catch (const std::exception& error) {
      const std::string missing = missing_operator(error.what());
      if (attempt < kMaxStubs && !missing.empty() && define_stub(missing, schemas)) continue;
      return load_error(path, error);
    }
  }
}

Result<torch::jit::Method> find_method(const LoadedModule& loaded, const std::string& name) {
  if (auto method = loaded.module.find_method(name)) return *method;
  std::string names;
  for (const torch::jit::Method& method : loaded.module.get_methods())
    names += (names.empty() ? "" : ", ") + method.name();
  const std::string start = "'" + loaded.file.path + "' has no method '" + name + "'";
  if (names.empty()) return input_error(start + ", nor any other: it holds values, no program");
  return usage_error(start + "; its methods are " + names);
}

std::optional<std::vector<c10::IValue>> traced_inputs(const ModelFile& file, const std::string& method) {
  if (!file.has_traced_inputs) return std::nullopt;
  try {
    caffe2::serialize::PyTorchStreamReader reader(file.path);
    const c10::IValue archive =
        torch::jit::readArchiveAndTensors("traced_inputs", "", "", std::nullopt, std::nullopt, at::kCPU, reader);
    for (const auto& item : archive.toGenericDict()) {
      if (item.key().toStringRef() == method) return item.value().toListRef().vec();
    }
  } catch (const std::exception&) {
    // They are a convenience: without them the user gives --input.
  }
  return std::nullopt;
}

}  // namespace flopaudit
