#include "analyzer/frontend/gate/admission.h"

#include "analyzer/frontend/gate/code_inspection.h"
#include "analyzer/frontend/gate/deeds.h"
#include "analyzer/frontend/model_file.h"
#include "analyzer/ir/node_text.h"

namespace flopaudit {
namespace {

Error not_run(const std::string& file, const std::string& why) {
  return input_error("'" + file + "' is not run: " + why + "; --trust runs it all the same");
}

Result<void> inspect(const std::string& model_file, const std::vector<Schema>& added) {
  FA_ASSIGN(const Archive archive, open_model_archive(model_file));
  FA_ASSIGN(const std::string foreign, foreign_class(archive));
  if (!foreign.empty()) {
    return input_error("'" + model_file + "' cannot be run: it needs " + foreign +
                       ", which LibTorch does not have; it belongs to an extension library");
  }
  const Result<void> harmless = inspect_code(archive, added);
  if (!harmless) return not_run(model_file, harmless.error().message);
  return {};
}

}  // namespace

Result<Admitted> admit_file(const std::string& model_file, bool trust, const std::vector<Schema>& added) {
  if (trust) return Admitted(model_file);
  const Result<void> harmless = inspect(model_file, added);
  if (!harmless) return in_one_line(harmless.error());
  return Admitted(model_file);
}

Result<Admitted> admit_ir(const Program& program, bool trust) {
  if (trust) return Admitted("");
  Result<Admitted> outcome = Admitted("");
  for (const auto& function : program.functions) {
    for_each_node(function->body, [&](const Node& node) {
      const std::string deed = deed_of(node);
      if (outcome && !deed.empty()) outcome = not_run(program.file, describe(node) + " " + deed);
    });
  }
  return outcome;
}

}  // namespace flopaudit
