// The shape oracle of programs without LibTorch: asks flopaudit-exec, which is started at the first question that only
// LibTorch can answer, and not before. Where it cannot be had the answer is missing and says so: an analysis needs
// none.
#pragma once

#include <string>

#include "analyzer/ops/shape_oracle.h"
#include "runtime/spawn.h"

namespace flopaudit {

class ExecShapeOracle : public ShapeOracle {
 public:
  ExecShapeOracle() = default;
  ~ExecShapeOracle() override;
  ExecShapeOracle(const ExecShapeOracle&) = delete;
  ExecShapeOracle& operator=(const ExecShapeOracle&) = delete;

  RuleResult<Facts> results_of(const std::string& op, const Facts& inputs) override;

 private:
  Result<void> start();
  // The answer's text. Error: environment: there is none, and there will be none.
  Result<std::string> ask(const std::string& question);
  Error ended();
  void stop();

  pid_t child_ = 0;
  FileDescriptor socket_;    // the child's stdin and stdout
  FileDescriptor errors_;    // its stderr
  std::string why_no_more_;  // it could not be started, or ended: not tried again
};

}  // namespace flopaudit
