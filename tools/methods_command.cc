// flopaudit methods: what a model file holds, read without LibTorch: methods with signatures, modules with parameters.
#include <filesystem>

#include "analyzer/frontend/torchscript/load_torchscript.h"
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/formats.h"

namespace flopaudit {
namespace {

struct Options {
  std::string model;
  std::string format = "text";
  std::string output;
};

// Elements of the tensors that a module registers itself. A shared one counts where it was met first. Nothing: a tensor
// whose sizes are not known.
std::optional<std::int64_t> elements_of(const Object& object, bool Attribute::*registered_as) {
  std::int64_t total = 0;
  for (const Attribute& attribute : object.attributes) {
    const TensorFact* tensor = attribute.value.tensor();
    if (!(attribute.*registered_as) || attribute.value.is_none()) continue;
    const std::string path = object.path.empty() ? attribute.name : object.path + "." + attribute.name;
    if (attribute.tensor_path != path) continue;
    const auto count = tensor == nullptr ? std::nullopt : element_count(*tensor);
    if (!count || !count->constant()) return std::nullopt;
    total += *count->constant();
  }
  return total;
}

std::string number_cell(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : ""; }

Table contents_table(const ModelContents& contents) {
  Table table{{{"kind"}, {"name"}, {"signature or class"}, {"parameters", true}, {"buffers", true}}, {}};
  for (const MethodSignature& method : contents.methods)
    table.rows.push_back({"method", method.name, method.text, "", ""});
  for (const Object& object : contents.objects) {
    table.rows.push_back({object.is_module ? "module" : "object", object.path, object.class_name,
                          number_cell(elements_of(object, &Attribute::is_parameter)),
                          number_cell(elements_of(object, &Attribute::is_buffer))});
  }
  return table;
}

Result<int> run(const Options& options) {
  FA_TRY(check_table_format(options.format));
  FA_ASSIGN(const ModelContents contents, read_contents(options.model));
  const std::string title = "Methods and modules of " + std::filesystem::path(options.model).filename().string();
  FA_TRY(write_output(options.output, formatted(options.format, contents_table(contents), {title, {}})));
  return kDone;
}

}  // namespace

Run add_methods_command(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("methods", "a model's methods with signatures, its modules, their parameters and buffers");
  auto options = std::make_shared<Options>();
  command.add_option("MODEL", options->model, "a TorchScript .pt file; nothing of it is run")->required();
  command.add_option("--format", options->format, "text, json, csv, md or html")->capture_default_str();
  command.add_option("-o,--output", options->output, "the table's file; - is stdout")->type_name("FILE");
  return [options] { return run(*options); };
}

}  // namespace flopaudit
