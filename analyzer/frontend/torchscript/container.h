// The zip archive that a TorchScript file is, read without trust: every offset and size is held against the file before
// it is used, and nothing is read but the directory and the records that are asked for, so that a file of 10 GB of
// weights costs what its code costs. zip64, stored and deflated records.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

struct ContainerRecord {
  std::string name;               // as in the archive, with its folder: "resnet18/data.pkl"
  std::uint64_t header = 0;       // where its local header starts, bytes
  std::uint64_t begin = 0;        // where its data start
  std::uint64_t stored_size = 0;  // bytes in the file
  std::uint64_t size = 0;         // bytes when inflated
  bool deflated = false;
};

class Container {
 public:
  // Errors: input: not a zip, a damaged or truncated directory, records that overlap, lie outside the file, share a
  // name, are encrypted or packed by a method other than deflate. Messages name the file and the record.
  static Result<Container> open(const std::string& file);

  Container(Container&&) noexcept;
  Container& operator=(Container&&) noexcept;
  ~Container();

  const std::string& file() const { return file_; }
  std::uint64_t file_size() const { return file_size_; }
  // In the order of their names.
  const std::map<std::string, ContainerRecord, std::less<>>& records() const { return records_; }
  const ContainerRecord* find(std::string_view name) const;

  // All of a record. Errors: input: larger than `limit`, damaged data. What is inflated never passes the size that the
  // directory promises, nor what the stored bytes can hold.
  Result<std::string> read(const ContainerRecord& record, std::uint64_t limit = kLimit) const;
  // `size` bytes from `offset` on; of a stored record nothing else is touched.
  Result<std::string> read_part(const ContainerRecord& record, std::uint64_t offset, std::uint64_t size) const;

  static constexpr std::uint64_t kLimit = std::uint64_t{1} << 28;  // 256 MB of code or pickle: far above any model's

 private:
  class File;
  Container();
  Result<void> read_directory();
  Error damaged(const std::string& why) const;
  Error damaged(const ContainerRecord& record, const std::string& why) const;

  std::string file_;
  std::uint64_t file_size_ = 0;
  std::unique_ptr<File> bytes_;
  std::map<std::string, ContainerRecord, std::less<>> records_;
};

}  // namespace flopaudit
