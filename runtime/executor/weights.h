// Where a run's tensors come from: a copy of the loaded model for each run, or random tensors where there is none.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "analyzer/frontend/libtorch/load_module.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"
#include "runtime/executor/interpreter.h"

namespace flopaudit {

class Weights {
 public:
  // `model_file` empty: random ones, decided by seed, path and type. With `retarget`, float32 of the model becomes
  // that. `program`: what is to be run, which knows how operators are called that LibTorch does not have. Errors:
  // input, the file cannot be loaded.
  static Result<Weights> open(const std::string& model_file, const Program& program, std::uint64_t seed,
                              std::optional<DType> retarget);

  bool has_model() const { return loaded_.has_value(); }
  // Null without a model.
  std::shared_ptr<torch::jit::CompilationUnit> compilation_unit() const;

  // The state of one run: the model may write into its own tensors.
  class Copy {
   public:
    const torch::jit::Module& module() const { return *module_; }  // only with a model
    c10::IValue self() const { return module_ ? c10::IValue(module_->_ivalue()) : c10::IValue(); }
    // Of the type that the IR states. Errors: input, the model has no such tensor, or one of another shape.
    Result<c10::IValue> parameter(const Value& value);

   private:
    friend class Weights;
    std::optional<torch::jit::Module> module_;
    std::map<std::string, c10::IValue> values_;  // by path; random ones as they are asked for
    std::uint64_t seed_ = 0;
  };
  // May throw what LibTorch throws.
  Copy fresh_copy() const;

 private:
  std::optional<LoadedModule> loaded_;
  std::map<std::string, c10::IValue> constants_;
  std::uint64_t seed_ = 0;
};

}  // namespace flopaudit
