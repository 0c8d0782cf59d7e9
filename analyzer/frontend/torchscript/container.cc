#include "analyzer/frontend/torchscript/container.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "analyzer/support/quoted.h"

namespace flopaudit {

// Bytes of the file by position. pread, not mmap: a file that shrinks while it is read is then an error, not a signal.
class Container::File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(descriptor_); }

  std::optional<std::string> read(std::uint64_t offset, std::uint64_t size) const {
    std::string bytes(size, '\0');
    std::uint64_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return std::nullopt;
      done += static_cast<std::uint64_t>(got);
    }
    return bytes;
  }

 private:
  int descriptor_;
};

Container::Container() = default;
Container::Container(Container&&) noexcept = default;
Container& Container::operator=(Container&&) noexcept = default;
Container::~Container() = default;

namespace {

// Signatures and sizes of PKWARE's APPNOTE 6.3.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint64_t kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20, kLocalSize = 30, kCentralSize = 46;
constexpr std::uint64_t kDirectoryLimit = std::uint64_t{1} << 30;
constexpr std::uint64_t kInflateRatio = 1040;  // deflate itself cannot pass 1032

template <typename Number>
Number little_endian(std::string_view bytes, std::size_t offset) {
  Number value = 0;
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    value = static_cast<Number>(value << 8U) | static_cast<unsigned char>(bytes[offset + i]);
  }
  return value;
}
std::uint16_t u16(std::string_view bytes, std::size_t offset) { return little_endian<std::uint16_t>(bytes, offset); }
std::uint32_t u32(std::string_view bytes, std::size_t offset) { return little_endian<std::uint32_t>(bytes, offset); }
std::uint64_t u64(std::string_view bytes, std::size_t offset) { return little_endian<std::uint64_t>(bytes, offset); }

struct Directory {
  std::uint64_t offset = 0, size = 0, records = 0;
};

// Where the directory is, from the end record; nothing: there is none.
std::optional<Directory> directory_of(std::string_view tail) {
  if (tail.size() < kEndSize) return std::nullopt;
  for (std::size_t at = tail.size() - kEndSize + 1; at-- > 0;) {
    if (u32(tail, at) == kEnd && at + kEndSize + u16(tail, at + 20) == tail.size()) {
      return Directory{u32(tail, at + 16), u32(tail, at + 12), u16(tail, at + 10)};
    }
  }
  return std::nullopt;
}

// The 64-bit fields that replace those of a central header which are all ones. Nothing: they are not there.
bool apply_zip64(std::string_view extra, ContainerRecord& record) {
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const std::uint16_t id = u16(extra, at);
    const std::uint16_t length = u16(extra, at + 2);
    at += 4;
    if (length > extra.size() - at) return false;
    if (id == 1) {
      std::string_view fields = extra.substr(at, length);
      for (std::uint64_t* field : {&record.size, &record.stored_size, &record.header}) {
        if (*field != 0xffffffffU) continue;
        if (fields.size() < 8) return false;
        *field = u64(fields, 0);
        fields.remove_prefix(8);
      }
      return true;
    }
    at += length;
  }
  return false;
}

}  // namespace

Error Container::damaged(const std::string& why) const {
  return input_error("'" + file_ + "' is damaged or truncated: " + why);
}

Error Container::damaged(const ContainerRecord& record, const std::string& why) const {
  return damaged("its record " + quoted_name(record.name) + " " + why);
}

const ContainerRecord* Container::find(std::string_view name) const {
  const auto found = records_.find(name);
  return found == records_.end() ? nullptr : &found->second;
}

Result<Container> Container::open(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return input_error("cannot read '" + file + "': " + std::strerror(errno));
  Container container;
  container.file_ = file;
  container.bytes_ = std::make_unique<File>(descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return input_error("cannot read '" + file + "': it is not a regular file");
  }
  container.file_size_ = static_cast<std::uint64_t>(status.st_size);
  FA_TRY(container.read_directory());
  return container;
}

// 1. Find the end record, and the 64-bit one before it. 2. Read the directory whole. 3. Hold every record against the
// file: its local header, its name there, its data, and that no two share bytes.
Result<void> Container::read_directory() {
  const std::uint64_t tail_size = std::min<std::uint64_t>(file_size_, 65535 + kEndSize + kLocatorSize + kEnd64Size);
  const std::optional<std::string> tail = bytes_->read(file_size_ - tail_size, tail_size);
  std::optional<Directory> directory = tail ? directory_of(*tail) : std::nullopt;
  if (!directory) return damaged("it has no zip directory at its end");
  const std::size_t locator = tail->rfind("PK\x06\x07");
  if (locator != std::string::npos && tail->size() - locator >= kLocatorSize && u32(*tail, locator) == kEnd64Locator) {
    const std::uint64_t end64 = u64(*tail, locator + 8);
    const std::optional<std::string> record =
        end64 <= file_size_ && file_size_ - end64 >= kEnd64Size ? bytes_->read(end64, kEnd64Size) : std::nullopt;
    if (!record || u32(*record, 0) != kEnd64) return damaged("its 64-bit zip directory cannot be found");
    directory = Directory{u64(*record, 48), u64(*record, 40), u64(*record, 32)};
  }
  if (directory->offset > file_size_ || directory->size > file_size_ - directory->offset ||
      directory->size > kDirectoryLimit) {
    return damaged("its zip directory lies outside the file");
  }
  const std::optional<std::string> bytes = bytes_->read(directory->offset, directory->size);
  if (!bytes) return damaged("its zip directory cannot be read");

  std::size_t at = 0;
  std::vector<ContainerRecord> in_file_order;
  for (std::uint64_t i = 0; i < directory->records; ++i) {
    const std::string number = "entry " + std::to_string(i) + " of its zip directory ";
    if (bytes->size() - at < kCentralSize || u32(*bytes, at) != kCentralHeader) return damaged(number + "is cut off");
    const std::size_t name_size = u16(*bytes, at + 28), extra_size = u16(*bytes, at + 30);
    const std::size_t whole = kCentralSize + name_size + extra_size + u16(*bytes, at + 32);
    if (bytes->size() - at < whole) return damaged(number + "is cut off");
    ContainerRecord record;
    record.name = bytes->substr(at + kCentralSize, name_size);
    record.stored_size = u32(*bytes, at + 20);
    record.size = u32(*bytes, at + 24);
    record.header = u32(*bytes, at + 42);
    const bool large = record.stored_size == 0xffffffffU || record.size == 0xffffffffU || record.header == 0xffffffffU;
    if (large && !apply_zip64(std::string_view(*bytes).substr(at + kCentralSize + name_size, extra_size), record)) {
      return damaged(record, "lacks its 64-bit sizes");
    }
    const std::uint16_t flags = u16(*bytes, at + 8), method = u16(*bytes, at + 10);
    if ((flags & 1U) != 0) return damaged(record, "is encrypted");
    if (method != 0 && method != 8) return damaged(record, "is packed by an unknown method");
    record.deflated = method == 8;
    if (!record.deflated && record.size != record.stored_size) return damaged(record, "has two sizes");
    if (record.name.empty() || record.name.find('\0') != std::string::npos) return damaged(number + "has no name");

    if (record.header > file_size_ || file_size_ - record.header < kLocalSize) {
      return damaged(record, "lies outside the file");
    }
    const std::optional<std::string> local =
        bytes_->read(record.header, std::min(kLocalSize + name_size, file_size_ - record.header));
    if (!local || u32(*local, 0) != kLocalHeader || u16(*local, 26) != name_size ||
        local->compare(kLocalSize, std::string::npos, record.name) != 0) {
      return damaged(record, "is not where the zip directory says");
    }
    record.begin = record.header + kLocalSize + name_size + u16(*local, 28);
    if (record.begin > file_size_ || record.stored_size > file_size_ - record.begin) {
      return damaged(record, "lies outside the file");
    }
    at += whole;
    in_file_order.push_back(record);
    if (!records_.emplace(record.name, record).second) {
      return damaged("it holds two records named " + quoted_name(record.name));
    }
  }
  if (records_.empty()) return damaged("its zip archive is empty");

  std::sort(in_file_order.begin(), in_file_order.end(),
            [](const ContainerRecord& a, const ContainerRecord& b) { return a.header < b.header; });
  for (std::size_t i = 1; i < in_file_order.size(); ++i) {
    const ContainerRecord& before = in_file_order[i - 1];
    if (in_file_order[i].header < before.begin + before.stored_size) {
      return damaged(in_file_order[i], "overlaps " + quoted_name(before.name));
    }
  }
  return {};
}

Result<std::string> Container::read(const ContainerRecord& record, std::uint64_t limit) const {
  if (record.size > limit) {
    return input_error("'" + file_ + "': its record " + quoted_name(record.name) + " has " +
                       std::to_string(record.size) + " bytes, more than the " + std::to_string(limit) +
                       " that are read");
  }
  return read_part(record, 0, record.size);
}

Result<std::string> Container::read_part(const ContainerRecord& record, std::uint64_t offset,
                                         std::uint64_t size) const {
  if (offset > record.size || size > record.size - offset) return damaged(record, "is shorter than what refers to it");
  if (!record.deflated) {
    std::optional<std::string> bytes = bytes_->read(record.begin + offset, size);
    if (!bytes) return damaged(record, "cannot be read");
    return std::move(*bytes);
  }
  if (record.size / kInflateRatio > record.stored_size + 1) return damaged(record, "inflates to more than it can");
  if (record.size > kLimit) return damaged(record, "is deflated and too large to be read");
  const std::optional<std::string> packed = bytes_->read(record.begin, record.stored_size);
  if (!packed) return damaged(record, "cannot be read");
  std::string all(record.size, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return damaged(record, "cannot be inflated");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed->data()));
  stream.avail_in = static_cast<uInt>(packed->size());
  stream.next_out = reinterpret_cast<Bytef*>(all.data());
  stream.avail_out = static_cast<uInt>(all.size());
  const int code = inflate(&stream, Z_FINISH);
  const bool whole = code == Z_STREAM_END && stream.total_out == record.size && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) return damaged(record, "does not inflate to the size that the zip directory gives");
  return offset == 0 && size == all.size() ? all : all.substr(offset, size);
}

}  // namespace flopaudit
