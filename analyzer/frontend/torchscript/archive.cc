#include "analyzer/frontend/torchscript/archive.h"

#include <charconv>
#include <utility>

#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

constexpr std::uint64_t kVersionLimit = 32;  // bytes of a record that holds one number
constexpr int kOldestVersion = 1, kNewestVersion = 10;

}  // namespace

Result<Archive> Archive::open(const std::string& path) {
  FA_ASSIGN(Container container, Container::open(path));
  const std::string& first = container.records().begin()->first;
  const std::size_t slash = first.find('/');
  std::string root = slash == std::string::npos ? "" : first.substr(0, slash);
  return Archive(std::move(container), std::move(root));
}

const ContainerRecord* Archive::find(std::string_view name) const {
  return container_.find(root_ + "/" + std::string(name));
}

bool Archive::has_any_below(std::string_view folder) const {
  const std::string prefix = root_ + "/" + std::string(folder);
  const auto found = container_.records().lower_bound(prefix);
  return found != container_.records().end() && found->first.starts_with(prefix);
}

std::vector<std::string> Archive::names_below(std::string_view folder) const {
  const std::string prefix = root_ + "/" + std::string(folder);
  std::vector<std::string> names;
  const auto& records = container_.records();
  for (auto at = records.lower_bound(prefix); at != records.end() && at->first.starts_with(prefix); ++at) {
    names.push_back(at->first.substr(root_.size() + 1));
  }
  return names;
}

Error Archive::damaged(std::string_view name, const std::string& why) const {
  return input_error("'" + file() + "' is damaged: its record " + quoted_name(name) + " " + why);
}

// LibTorch looks at the hidden record first, which is there where a version was written that older readers must refuse.
Result<int> Archive::version() const {
  const std::string_view name = has(".data/version") ? ".data/version" : "version";
  const ContainerRecord* record = find(name);
  if (record == nullptr) return damaged(name, "is missing");
  FA_ASSIGN(const std::string text, container_.read(*record, kVersionLimit));
  int version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end == text.data()) return damaged(name, "holds no number");
  if (version < kOldestVersion || version > kNewestVersion) {
    return input_error("'" + file() + "' is of TorchScript's format " + std::to_string(version) +
                       "; those that are read are " + std::to_string(kOldestVersion) + " to " +
                       std::to_string(kNewestVersion));
  }
  return version;
}

Result<std::string> Archive::read(std::string_view name) const {
  const ContainerRecord* record = find(name);
  if (record == nullptr) return damaged(name, "is missing");
  return container_.read(*record);
}

Result<Pickle> Archive::read_pickle(std::string_view name) const {
  FA_ASSIGN(const std::string bytes, read(name));
  Result<Pickle> pickle = flopaudit::read_pickle(bytes);
  if (!pickle) return damaged(name, pickle.error().message);
  return pickle;
}

const ContainerRecord* Archive::storage(std::string_view pickle_name, std::string_view key) const {
  // Keys are numbers ("constants/7"), or name their record whole ("constants/94352.storage").
  if (key.empty() || key.find('/') != std::string_view::npos) return nullptr;
  const std::string name(key);
  for (const std::string& candidate :
       {std::string(pickle_name) + "/" + name, std::string(pickle_name) + "/" + name + ".storage",
        ".data/" + name + ".storage", ".data/" + name}) {
    if (const ContainerRecord* record = find(candidate)) return record;
  }
  return nullptr;
}

}  // namespace flopaudit
