// The default dtype: what LibTorch gives a factory without a dtype, a division of integers, and a Python float beside
// an integer tensor. f32, unless the program is retargeted (--dtype f64): the interpreter then opens a scope. It is the
// one thing that rules see beside their inputs, as in LibTorch.
#pragma once

#include "analyzer/ir/dtype.h"

namespace flopaudit {

DType default_dtype();

// Sets the default dtype of this thread until the end of the scope.
class DefaultDtypeScope {
 public:
  explicit DefaultDtypeScope(DType dtype);
  ~DefaultDtypeScope();
  DefaultDtypeScope(const DefaultDtypeScope&) = delete;
  DefaultDtypeScope& operator=(const DefaultDtypeScope&) = delete;

 private:
  DType before_;
};

}  // namespace flopaudit
