// The values of a pickle as Facts and Types: what libtorch/value_conversion makes of them when they are loaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/frontend/torchscript/tensor_contents.h"
#include "analyzer/ir/fact.h"
#include "analyzer/ir/type.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// `__torch__.torch.classes.*`: written in C++, so that no archive holds its code.
bool is_custom_class(std::string_view class_name);

class PickledValues {
 public:
  // `name`: of the pickle in the archive, without its ending: "data".
  PickledValues(const Archive& archive, const Pickle& pickle, const std::string& name)
      : archive_(archive), pickle_(pickle), record_(name + ".pkl"), contents_(archive, name) {}

  // Tensors keep their elements when there are at most `max_contents` of them. An object or an enum's member is
  // unknown. Errors: input: a tensor that passes its storage, values nested deeper or in all larger than the limits.
  Result<Fact> fact(PickleRef ref, std::size_t max_contents);
  Result<Fact> fact(const PickleTensor& tensor, std::size_t max_contents);

  // As LibTorch says of the loaded value: a list or dict without a type tag holds Any.
  Type type(PickleRef ref) const;

  // Of every walk over a pickle's values, which may be cyclic, or share parts until they are exponentially large.
  Result<void> enter();
  Result<void> spend(std::size_t values);
  void leave() { --depth_; }

  Error damaged(const std::string& why) const { return archive_.damaged(record_, why); }

 private:
  Result<std::vector<Fact>> facts(const std::vector<PickleRef>& refs, std::size_t max_contents);
  Result<Fact> fact_inside(PickleRef ref, std::size_t max_contents);
  Type type(PickleRef ref, int& budget) const;

  static constexpr int kMaxDepth = 400;
  static constexpr std::size_t kMaxValues = 4'000'000;
  static constexpr int kMaxTypeParts = 1000;  // behind which a type is Any

  const Archive& archive_;
  const Pickle& pickle_;
  std::string record_;
  TensorContents contents_;
  int depth_ = 0;
  std::size_t values_ = 0;
};

}  // namespace flopaudit
