// A recurrent layer as its kernels see it, and the one of them that oneDNN computes.
#pragma once

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct RecurrentCall {
  DType dtype = DType::f32;
  std::int64_t steps = 1, batch = 1, width = 0, hidden = 0;
  std::int64_t output = 0;  // of one direction: of the projection, where there is one
  std::int64_t layers = 1, directions = 1;
  bool biases = false;
  const char* packed_product = nullptr;  // the op that multiplies by packed weights, where they are
  DType packed_weight = DType::qi8;
  std::vector<std::int64_t> packed;  // how many sequences have each step, where they are packed

  bool projects() const { return output != hidden; }
  std::int64_t width_of(std::int64_t layer) const { return layer == 0 ? width : directions * output; }
};

// LSTM in f32 where nothing is trained.
void explain_onednn_lstm(const RecurrentCall& call, const FlopIntervals& annotated, Explanation& out);

}  // namespace flopaudit
