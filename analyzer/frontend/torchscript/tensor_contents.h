// The elements of small tensors, read from their storage record by place. Nothing else of the record is touched.
#pragma once

#include <cstdint>
#include <string>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/ir/fact.h"
#include "analyzer/support/result.h"

namespace flopaudit {

class TensorContents {
 public:
  // `pickle_name`: that of the pickle which names the tensors, without its ending: "data".
  TensorContents(const Archive& archive, std::string pickle_name)
      : archive_(archive), pickle_name_(std::move(pickle_name)) {}

  // Row-major. Nothing: they are of a kind that has no number each (complex, quantized), on the meta device, or in a
  // record that costs too much to inflate. `count` is that of `tensor`'s elements, at most Fact::kMaxContents. Errors:
  // input: the storage's record is missing or too short.
  Result<std::optional<Elements>> read(const PickleTensor& tensor, std::size_t count);

 private:
  Result<std::optional<std::string>> bytes_of(const PickleTensor& tensor, const std::vector<std::int64_t>& places);

  const Archive& archive_;
  std::string pickle_name_;
  std::uint64_t inflated_ = 0;  // bytes, in all
};

// The number of a tensor's elements. Errors: input: it passes 63 bits, or an element lies outside the tensor's storage.
// The message has no record's name: "has a tensor of 4 elements in a storage of 3".
Result<std::int64_t> checked_element_count(const PickleTensor& tensor);

}  // namespace flopaudit
