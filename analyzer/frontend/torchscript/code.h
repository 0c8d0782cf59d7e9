// The code of an archive (code/**.py), by qualified name. `__torch__.a.b.C` is class C of code/__torch__/a/b.py; a file
// is read and parsed when the first of its names is asked for, and kept.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "analyzer/frontend/torchscript/container.h"
#include "analyzer/frontend/torchscript/parser.h"
#include "analyzer/frontend/torchscript/syntax.h"
#include "analyzer/support/result.h"

namespace flopaudit {

struct CodeFile {
  std::string record;  // below the root: "code/__torch__/torch/nn/functional.py"
  std::string text;
  SourceFile syntax;
  std::map<std::string, const ClassDefinition*, std::less<>> classes;
  std::map<std::string, const FunctionDefinition*, std::less<>> functions;
};

struct ClassInCode {
  const CodeFile* file = nullptr;
  const ClassDefinition* definition = nullptr;
};
struct FunctionInCode {
  const CodeFile* file = nullptr;
  const FunctionDefinition* definition = nullptr;
};

class Code {
 public:
  // The container must outlive this; `root` is the folder that holds everything.
  Code(const Container& container, std::string root) : container_(container), root_(std::move(root)) {}
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  // `definition` is null where the archive has no such name. Errors: input: a damaged record, syntax that LibTorch
  // never prints, two definitions of one name; messages name the record and the line.
  Result<ClassInCode> find_class(std::string_view qualified_name);
  Result<FunctionInCode> find_function(std::string_view qualified_name);
  // Whether a qualified name is the start of others: a package or a file.
  bool is_namespace(std::string_view qualified_name) const;
  // The file of "__torch__.a.b"; null where there is none.
  Result<const CodeFile*> file(std::string_view qualified_name);

 private:
  Result<std::unique_ptr<CodeFile>> read(const ContainerRecord& record);

  const Container& container_;
  std::string root_;
  std::map<std::string, std::unique_ptr<CodeFile>, std::less<>> files_;  // by qualified name
  std::uint64_t memory_left_ = kMaxSyntaxMemory;                         // for the code of all files and their trees
};

// "__torch__.a" and "C" of "__torch__.a.C".
std::pair<std::string_view, std::string_view> split_qualified_name(std::string_view name);

}  // namespace flopaudit
