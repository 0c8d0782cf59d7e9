// What the globals of a TorchScript pickle mean: the closed list, each made into data instead of being called.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/frontend/torchscript/pickle.h"

namespace flopaudit {

bool is_known_global(std::string_view name);

// What calling the PickleGlobal `global` with `argument` would give. `is_new`: NEWOBJ, which makes an instance of a
// class; otherwise REDUCE. A tensor is added to the pickle's table. Errors: arguments that do not fit; the message has
// no place.
Result<PickleItem> item_of_global(Pickle& pickle, PickleRef global, PickleRef argument, bool is_new);

// "List[int]" of a list's or a dict's `type`; empty: the pickle does not say.
std::string type_tag(const Pickle& pickle, std::optional<PickleRef> type);

// ('storage', torch.FloatStorage, '0', 'cpu', 64). Errors as above.
Result<PickleStorage> storage_of_id(const Pickle& pickle, PickleRef id);

}  // namespace flopaudit
