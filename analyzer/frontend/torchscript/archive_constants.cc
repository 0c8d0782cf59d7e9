#include "analyzer/frontend/torchscript/archive_constants.h"

#include <algorithm>
#include <utility>

#include "analyzer/frontend/torchscript/pickled_values.h"

namespace flopaudit {
namespace {

// `fact` is what PickledValues makes: unknown stands for an object.
bool is_literal(const Fact& fact) {
  const auto literal = [](const Fact& element) { return is_literal(element); };
  if (const auto* list = fact.get<ListFact>()) return std::ranges::all_of(**list->elements, literal);
  if (const auto* tuple = fact.get<TupleFact>()) return std::ranges::all_of(tuple->elements, literal);
  if (const auto* dict = fact.get<DictFact>()) {
    return std::ranges::all_of(**dict->items,
                               [](const auto& item) { return is_literal(item.first) && is_literal(item.second); });
  }
  return !fact.is_unknown() && fact.tensor() == nullptr;
}

}  // namespace

Result<std::vector<ArchiveConstant>> read_constants(const Archive& archive) {
  const std::string name = "constants";
  FA_ASSIGN(const Pickle pickle, archive.read_pickle(name + ".pkl"));
  const auto* table = pickle.get<PickleTuple>(pickle.root);
  if (table == nullptr) return archive.damaged(name + ".pkl", "holds no tuple of constants");
  PickledValues values(archive, pickle, name);
  std::vector<ArchiveConstant> constants;
  for (const PickleRef ref : table->elements) {
    ArchiveConstant constant;
    constant.type = values.type(ref);
    FA_ASSIGN(constant.fact, values.fact(ref, Fact::kMaxContents));
    constant.is_literal = is_literal(constant.fact);
    constants.push_back(std::move(constant));
  }
  return constants;
}

}  // namespace flopaudit
