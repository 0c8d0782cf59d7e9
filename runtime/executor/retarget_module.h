// --dtype f64 for LibTorch's own forward, as the passes do it to the IR: every float32 of the model becomes float64.
#pragma once

#include <c10/core/DefaultDtype.h>
#include <c10/core/ScalarType.h>

#include <map>
#include <string>

#include "analyzer/frontend/libtorch/load_module.h"

namespace flopaudit {

// Parameters, buffers and other tensors of the module, tensor constants of its code, and float32 constants passed as an
// argument that the operator's schema declares a ScalarType. Changes the module in place. May throw what LibTorch
// throws.
void retarget_module(const torch::jit::Module& module, const std::map<std::string, c10::IValue>& constants,
                     c10::ScalarType from, c10::ScalarType to);

// Sets the type of new floating tensors, and sets it back.
class DefaultDtypeGuard {
 public:
  explicit DefaultDtypeGuard(c10::ScalarType type) : before_(c10::get_default_dtype()) {
    c10::set_default_dtype(c10::scalarTypeToTypeMeta(type));
  }
  ~DefaultDtypeGuard() { c10::set_default_dtype(before_); }
  DefaultDtypeGuard(const DefaultDtypeGuard&) = delete;
  DefaultDtypeGuard& operator=(const DefaultDtypeGuard&) = delete;

 private:
  caffe2::TypeMeta before_;
};

}  // namespace flopaudit
