// A TorchScript archive: the records of a zip container, by their names below its one folder. Knows where the storages
// of tensors lie in every layout that LibTorch has written, and reads of them only what is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/frontend/torchscript/container.h"
#include "analyzer/frontend/torchscript/pickle.h"
#include "analyzer/support/result.h"

namespace flopaudit {

class Archive {
 public:
  // Any zip archive: that it holds a program is model_file's to say. Errors: input: those of Container::open.
  static Result<Archive> open(const std::string& path);

  const std::string& file() const { return container_.file(); }
  // The folder that holds everything: "resnet18".
  const std::string& root() const { return root_; }
  const Container& container() const { return container_; }

  // The format's version, which decides the upgraders. Errors: input: none is recorded, or one that no LibTorch reads.
  Result<int> version() const;
  bool has_traced_inputs() const { return has("traced_inputs.pkl"); }

  // Names are those below the root: "data.pkl", "code/__torch__.py".
  bool has(std::string_view name) const { return find(name) != nullptr; }
  bool has_any_below(std::string_view folder) const;
  // Every record in a folder, with it: names_below("code/").
  std::vector<std::string> names_below(std::string_view folder) const;

  // Errors: input: no such record, those of Container::read.
  Result<std::string> read(std::string_view name) const;
  // Errors: as above, and those of read_pickle with the record's name.
  Result<Pickle> read_pickle(std::string_view name) const;

  // The record that holds a storage which a pickle names by `key`; `pickle_name` is that of the pickle without its
  // ending: "data", "constants", "traced_inputs". Null: there is none.
  const ContainerRecord* storage(std::string_view pickle_name, std::string_view key) const;

  // "'m.pt' is damaged: its record "data.pkl" <why>".
  Error damaged(std::string_view name, const std::string& why) const;

 private:
  Archive(Container container, std::string root) : container_(std::move(container)), root_(std::move(root)) {}
  const ContainerRecord* find(std::string_view name) const;

  Container container_;
  std::string root_;
};

}  // namespace flopaudit
