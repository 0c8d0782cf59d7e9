#include "analyzer/frontend/torchscript/code.h"

#include <algorithm>
#include <utility>

#include "analyzer/frontend/torchscript/parser.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

// "code/__torch__/a/b" of "__torch__.a.b".
std::string path_of(std::string_view qualified_name) {
  std::string path = "code/" + std::string(qualified_name);
  std::replace(path.begin() + 5, path.end(), '.', '/');
  return path;
}

template <typename Definition>
Result<void> index(const std::vector<Definition>& definitions, const std::string& record,
                   std::map<std::string, const Definition*, std::less<>>& names) {
  for (const Definition& definition : definitions) {
    if (!names.emplace(definition.name, &definition).second) {
      return input_error("the record " + quoted(record) + " defines " + definition.name + " twice");
    }
  }
  return {};
}

}  // namespace

std::pair<std::string_view, std::string_view> split_qualified_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {{}, name};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

Result<ClassInCode> Code::find_class(std::string_view qualified_name) {
  const auto [place, name] = split_qualified_name(qualified_name);
  FA_ASSIGN(const CodeFile* file, this->file(place));
  if (file == nullptr) return ClassInCode{};
  const auto found = file->classes.find(name);
  return found == file->classes.end() ? ClassInCode{} : ClassInCode{file, found->second};
}

Result<FunctionInCode> Code::find_function(std::string_view qualified_name) {
  const auto [place, name] = split_qualified_name(qualified_name);
  FA_ASSIGN(const CodeFile* file, this->file(place));
  if (file == nullptr) return FunctionInCode{};
  const auto found = file->functions.find(name);
  return found == file->functions.end() ? FunctionInCode{} : FunctionInCode{file, found->second};
}

bool Code::is_namespace(std::string_view qualified_name) const {
  const std::string path = root_ + "/" + path_of(qualified_name);
  if (container_.find(path + ".py") != nullptr) return true;
  const auto below = container_.records().lower_bound(path + "/");
  return below != container_.records().end() && below->first.starts_with(path + "/");
}

Result<const CodeFile*> Code::file(std::string_view qualified_name) {
  const auto known = files_.find(qualified_name);
  if (known != files_.end()) return static_cast<const CodeFile*>(known->second.get());
  std::unique_ptr<CodeFile>& file = files_[std::string(qualified_name)];
  const ContainerRecord* record = container_.find(root_ + "/" + path_of(qualified_name) + ".py");
  if (record == nullptr) return static_cast<const CodeFile*>(nullptr);
  FA_ASSIGN(file, read(*record));
  return static_cast<const CodeFile*>(file.get());
}

Result<std::unique_ptr<CodeFile>> Code::read(const ContainerRecord& record) {
  auto file = std::make_unique<CodeFile>();
  file->record = record.name.substr(root_.size() + 1);
  FA_ASSIGN(file->text, container_.read(record, std::min(Container::kLimit, memory_left_)));
  memory_left_ -= file->text.size();
  Result<SourceFile> syntax = parse_source(file->text, memory_left_);
  if (!syntax) return input_error("the record " + quoted(file->record) + " cannot be read: " + syntax.error().message);
  file->syntax = *std::move(syntax);
  memory_left_ -= file->syntax.memory;
  FA_TRY(index(file->syntax.classes, file->record, file->classes));
  FA_TRY(index(file->syntax.functions, file->record, file->functions));
  return file;
}

}  // namespace flopaudit
