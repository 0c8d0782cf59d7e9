// The gate before execution. `measure` and `audit` run a file's code, and LibTorch runs parts of it while it merely
// loads the file. So no path of flopaudit gives LibTorch a file that is not Admitted: flopaudit's own reader, which
// runs nothing, has been through all of its code and found nothing but arithmetic (deeds.h, code_inspection.h), or the
// user has said --trust. A hostile file can still take all the time and memory that it is given.
#pragma once

#include <string>
#include <vector>

#include "analyzer/ir/graph.h"
#include "analyzer/ir/schema.h"
#include "analyzer/support/result.h"

namespace flopaudit {

class Admitted {
 public:
  const std::string& model_file() const { return model_file_; }  // "": IR as text, without a model

 private:
  friend Result<Admitted> admit_file(const std::string& model_file, bool trust, const std::vector<Schema>& added);
  friend Result<Admitted> admit_ir(const Program& program, bool trust);
  explicit Admitted(std::string model_file) : model_file_(std::move(model_file)) {}
  std::string model_file_;
};

// `trust`: the user vouches for the file, and nothing is looked at. `added`: operators that LibTorch does not have, as
// a rule file declares them. Errors: input: what the code does beside computing, with its place in the archive; what of
// the code cannot be read; a class of an extension library; those of open_model_archive.
Result<Admitted> admit_file(const std::string& model_file, bool trust, const std::vector<Schema>& added = {});
// IR that was read as text names operators too.
Result<Admitted> admit_ir(const Program& program, bool trust);

}  // namespace flopaudit
