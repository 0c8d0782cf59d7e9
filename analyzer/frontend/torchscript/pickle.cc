#include "analyzer/frontend/torchscript/pickle.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "analyzer/frontend/torchscript/pickle_globals.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

// The opcodes of pickle protocol 2 that TorchScript's writers use (and APPEND, SETITEM, BINUNICODE8 of later ones).
enum class Opcode : unsigned char {
  proto = 0x80,
  stop = '.',
  mark = '(',
  none = 'N',
  true_ = 0x88,
  false_ = 0x89,
  int32 = 'J',
  int8 = 'K',
  int16 = 'M',
  long1 = 0x8a,
  float64 = 'G',
  unicode = 'X',
  unicode8 = 0x8d,
  empty_list = ']',
  empty_tuple = ')',
  empty_dict = '}',
  tuple = 't',
  tuple1 = 0x85,
  tuple2 = 0x86,
  tuple3 = 0x87,
  list = 'l',
  dict = 'd',
  append = 'a',
  appends = 'e',
  set_item = 's',
  set_items = 'u',
  put = 'q',
  long_put = 'r',
  get = 'h',
  long_get = 'j',
  global = 'c',
  new_object = 0x81,
  reduce = 'R',
  build = 'b',
  persistent_id = 'Q',
};

constexpr std::uint64_t kMemoCost = 48;  // bytes that an entry of the memo takes, about

// What an item takes in memory, about. Where it copies another one, as a tagged list does, that is counted again.
std::uint64_t cost_of(const PickleItem& item) {
  std::uint64_t cost = sizeof(PickleItem);
  if (const auto* text = std::get_if<std::string>(&item)) cost += text->size();
  if (const auto* list = std::get_if<PickleList>(&item)) cost += list->elements.size() * sizeof(PickleRef);
  if (const auto* tuple = std::get_if<PickleTuple>(&item)) cost += tuple->elements.size() * sizeof(PickleRef);
  if (const auto* dict = std::get_if<PickleDict>(&item)) cost += dict->items.size() * 2 * sizeof(PickleRef);
  if (const auto* device = std::get_if<PickleDevice>(&item)) cost += device->name.size();
  if (const auto* global = std::get_if<PickleGlobal>(&item)) cost += global->name.size();
  if (std::holds_alternative<PickleStoragePlace>(item)) cost += sizeof(PickleStorage);
  return cost;
}

class Machine {
 public:
  explicit Machine(std::string_view bytes) : bytes_(bytes) {}

  Result<Pickle> run() {
    while (!stopped_) {
      at_ = next_;
      if (next_ >= bytes_.size()) return failure("ends before its STOP");
      const auto opcode = static_cast<Opcode>(bytes_[next_++]);
      FA_TRY(step(opcode));
      if (cost_ > kPickleBudget) {
        return failure("spells out more than " + std::to_string(kPickleBudget) + " bytes of values");
      }
    }
    return std::move(pickle_);
  }

 private:
  Error failure(const std::string& why) const { return input_error(why + " at byte " + std::to_string(at_)); }

  Result<void> step(Opcode opcode);
  Result<void> step_collection(Opcode opcode);
  Result<void> step_object(Opcode opcode);
  Result<void> fill_list(std::vector<PickleRef> elements);
  Result<void> fill_dict(std::vector<PickleRef> elements);
  Result<void> put_string(std::uint64_t size);
  Result<void> remember(std::uint64_t place);
  Result<void> recall(std::uint64_t place);

  Result<std::string_view> take(std::uint64_t size) {
    if (size > bytes_.size() - next_) return failure("is cut off");
    const std::string_view taken = bytes_.substr(next_, size);
    next_ += size;
    return taken;
  }
  template <typename Number>
  Result<Number> number() {
    FA_ASSIGN(const std::string_view taken, take(sizeof(Number)));
    Number value = 0;
    for (std::size_t i = sizeof(Number); i-- > 0;) {
      value = static_cast<Number>(value << 8U) | static_cast<unsigned char>(taken[i]);
    }
    return value;
  }
  Result<std::string_view> line() {
    const std::size_t end = bytes_.find('\n', next_);
    if (end == std::string_view::npos) return failure("is cut off");
    const std::string_view taken = bytes_.substr(next_, end - next_);
    next_ = end + 1;
    return taken;
  }

  void push(PickleItem item) {
    cost_ += cost_of(item);
    stack_.push_back(static_cast<PickleRef>(pickle_.items.size()));
    pickle_.items.push_back(std::move(item));
  }
  // What stands above the last mark is taken as operands, never what stands below it.
  Result<PickleRef> pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) return failure("asks for more than it has pushed");
    const PickleRef ref = stack_.back();
    stack_.pop_back();
    return ref;
  }
  Result<std::vector<PickleRef>> pop(std::size_t count) {
    std::vector<PickleRef> popped(count);
    for (std::size_t i = count; i-- > 0;) {
      FA_ASSIGN(popped[i], pop());
    }
    return popped;
  }
  Result<std::vector<PickleRef>> pop_to_mark() {
    if (marks_.empty()) return failure("has no mark");
    std::vector<PickleRef> popped(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()), stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return popped;
  }
  Result<PickleRef> top() const {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) return failure("asks for more than it has pushed");
    return stack_.back();
  }

  std::string_view bytes_;
  std::size_t at_ = 0;    // of the opcode, for messages
  std::size_t next_ = 0;  // to be read next
  bool stopped_ = false;
  std::uint64_t cost_ = 0;  // of all items, in memory
  Pickle pickle_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  // heights of the stack
  std::unordered_map<std::uint64_t, PickleRef> memo_;
};

Result<void> Machine::put_string(std::uint64_t size) {
  FA_ASSIGN(const std::string_view text, take(size));
  push(std::string(text));
  return {};
}

Result<void> Machine::remember(std::uint64_t place) {
  FA_ASSIGN(const PickleRef ref, top());
  const auto [entry, inserted] = memo_.insert_or_assign(place, ref);
  if (inserted) cost_ += kMemoCost;
  return {};
}

Result<void> Machine::recall(std::uint64_t place) {
  const auto found = memo_.find(place);
  if (found == memo_.end()) return failure("recalls what it never kept");
  stack_.push_back(found->second);
  return {};
}

Result<void> Machine::step(Opcode opcode) {
  switch (opcode) {
    case Opcode::proto: {
      FA_ASSIGN(const std::uint8_t protocol, number<std::uint8_t>());
      if (protocol > 5) return failure("is of a pickle protocol that nobody writes");
      return {};
    }
    case Opcode::stop: {
      FA_ASSIGN(pickle_.root, pop());
      stopped_ = true;
      return {};
    }
    case Opcode::mark:
      cost_ += sizeof marks_[0];
      marks_.push_back(stack_.size());
      return {};
    case Opcode::none: push(PickleNone{}); return {};
    case Opcode::true_:
    case Opcode::false_: push(opcode == Opcode::true_); return {};
    case Opcode::int32: {
      FA_ASSIGN(const std::uint32_t value, number<std::uint32_t>());
      push(std::int64_t{static_cast<std::int32_t>(value)});
      return {};
    }
    case Opcode::int8: {
      FA_ASSIGN(const std::uint8_t value, number<std::uint8_t>());
      push(std::int64_t{value});
      return {};
    }
    case Opcode::int16: {
      FA_ASSIGN(const std::uint16_t value, number<std::uint16_t>());
      push(std::int64_t{value});
      return {};
    }
    case Opcode::long1: {
      FA_ASSIGN(const std::uint8_t size, number<std::uint8_t>());
      if (size > 8) return failure("has an integer of more than 64 bits");
      FA_ASSIGN(const std::string_view digits, take(size));
      std::uint64_t value =
          size > 0 && (static_cast<unsigned char>(digits.back()) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
      for (std::size_t i = size; i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(digits[i]);
      push(static_cast<std::int64_t>(value));
      return {};
    }
    case Opcode::float64: {
      FA_ASSIGN(const std::string_view digits, take(8));  // big-endian, alone among the numbers
      std::uint64_t value = 0;
      for (const char digit : digits) value = (value << 8U) | static_cast<unsigned char>(digit);
      push(std::bit_cast<double>(value));
      return {};
    }
    case Opcode::unicode: {
      FA_ASSIGN(const std::uint32_t size, number<std::uint32_t>());
      return put_string(size);
    }
    case Opcode::unicode8: {
      FA_ASSIGN(const std::uint64_t size, number<std::uint64_t>());
      return put_string(size);
    }
    case Opcode::put: {
      FA_ASSIGN(const std::uint8_t place, number<std::uint8_t>());
      return remember(place);
    }
    case Opcode::long_put: {
      FA_ASSIGN(const std::uint32_t place, number<std::uint32_t>());
      return remember(place);
    }
    case Opcode::get: {
      FA_ASSIGN(const std::uint8_t place, number<std::uint8_t>());
      return recall(place);
    }
    case Opcode::long_get: {
      FA_ASSIGN(const std::uint32_t place, number<std::uint32_t>());
      return recall(place);
    }
    default: return step_collection(opcode);
  }
}

Result<void> Machine::step_collection(Opcode opcode) {
  switch (opcode) {
    case Opcode::empty_list: push(PickleList{}); return {};
    case Opcode::empty_tuple: push(PickleTuple{}); return {};
    case Opcode::empty_dict: push(PickleDict{}); return {};
    case Opcode::tuple: {
      FA_ASSIGN(std::vector<PickleRef> elements, pop_to_mark());
      push(PickleTuple{std::move(elements)});
      return {};
    }
    case Opcode::tuple1:
    case Opcode::tuple2:
    case Opcode::tuple3: {
      FA_ASSIGN(std::vector<PickleRef> elements,
                pop(static_cast<std::size_t>(opcode) - static_cast<std::size_t>(Opcode::tuple1) + 1));
      push(PickleTuple{std::move(elements)});
      return {};
    }
    case Opcode::list: {
      FA_ASSIGN(std::vector<PickleRef> elements, pop_to_mark());
      push(PickleList{std::move(elements), std::nullopt});
      return {};
    }
    case Opcode::dict: {
      FA_ASSIGN(std::vector<PickleRef> elements, pop_to_mark());
      push(PickleDict{});
      return fill_dict(std::move(elements));
    }
    case Opcode::append: {
      FA_ASSIGN(const PickleRef element, pop());
      return fill_list({element});
    }
    case Opcode::appends: {
      FA_ASSIGN(std::vector<PickleRef> elements, pop_to_mark());
      return fill_list(std::move(elements));
    }
    case Opcode::set_item: {
      FA_ASSIGN(std::vector<PickleRef> pair, pop(2));
      return fill_dict(std::move(pair));
    }
    case Opcode::set_items: {
      FA_ASSIGN(std::vector<PickleRef> elements, pop_to_mark());
      return fill_dict(std::move(elements));
    }
    default: return step_object(opcode);
  }
}

Result<void> Machine::fill_list(std::vector<PickleRef> elements) {
  FA_ASSIGN(const PickleRef target, top());
  PickleList* list = std::get_if<PickleList>(&pickle_.items[target]);
  if (list == nullptr) return failure("appends to what is no list");
  list->elements.insert(list->elements.end(), elements.begin(), elements.end());
  return {};
}

Result<void> Machine::fill_dict(std::vector<PickleRef> elements) {
  FA_ASSIGN(const PickleRef target, top());
  PickleDict* dict = std::get_if<PickleDict>(&pickle_.items[target]);
  if (dict == nullptr) return failure("sets items of what is no dict");
  if (elements.size() % 2 != 0) return failure("has a key without a value");
  for (std::size_t i = 0; i < elements.size(); i += 2) dict->items.emplace_back(elements[i], elements[i + 1]);
  return {};
}

Result<void> Machine::step_object(Opcode opcode) {
  switch (opcode) {
    case Opcode::global: {
      FA_ASSIGN(const std::string_view module, line());
      FA_ASSIGN(const std::string_view name, line());
      std::string full = std::string(module) + "." + std::string(name);
      if (!is_known_global(full)) {
        return failure("names " + quoted_name(full) + ", which no TorchScript file needs,");
      }
      push(PickleGlobal{std::move(full)});
      return {};
    }
    case Opcode::new_object:
    case Opcode::reduce: {
      FA_ASSIGN(const PickleRef argument, pop());
      FA_ASSIGN(const PickleRef callee, pop());
      if (pickle_.get<PickleGlobal>(callee) == nullptr) return failure("makes an object of what is no class");
      Result<PickleItem> made = item_of_global(pickle_, callee, argument, opcode == Opcode::new_object);
      if (!made) return failure(made.error().message);
      if (const auto* place = std::get_if<PickleTensorPlace>(&*made)) {
        cost_ += sizeof(PickleTensor) + pickle_.tensors[place->index].sizes.size() * 2 * sizeof(std::int64_t);
      }
      push(std::move(*made));
      return {};
    }
    case Opcode::build: {
      FA_ASSIGN(const PickleRef state, pop());
      FA_ASSIGN(const PickleRef target, top());
      PickleObject* object = std::get_if<PickleObject>(&pickle_.items[target]);
      if (object == nullptr) return failure("gives a state to what is no object");
      object->state = state;
      return {};
    }
    case Opcode::persistent_id: {
      FA_ASSIGN(const PickleRef id, pop());
      Result<PickleStorage> storage = storage_of_id(pickle_, id);
      if (!storage) return failure(storage.error().message);
      push(PickleStoragePlace{static_cast<std::uint32_t>(pickle_.storages.size())});
      pickle_.storages.push_back(std::move(*storage));
      return {};
    }
    default:
      return failure("has an opcode " + std::to_string(static_cast<unsigned>(opcode)) +
                     " that no TorchScript file needs");
  }
}

}  // namespace

Result<Pickle> read_pickle(std::string_view bytes) { return Machine(bytes).run(); }

}  // namespace flopaudit
