// What the globals of a TorchScript pickle mean: the closed list, each made into data instead of being called.
#pragma once

#include <string_view>

#include "analyzer/frontend/torchscript/pickle.h"

namespace flopaudit {

bool is_known_global(std::string_view name);

// What calling `global` with `argument` would give. `is_new`: NEWOBJ, which makes an instance of a class; otherwise
// REDUCE. Errors: arguments that do not fit; the message has no place.
Result<PickleItem> item_of_global(const Pickle& pickle, std::string_view global, PickleRef argument, bool is_new);

// ('storage', torch.FloatStorage, '0', 'cpu', 64). Errors as above.
Result<PickleStorage> storage_of_id(const Pickle& pickle, PickleRef id);

}  // namespace flopaudit
