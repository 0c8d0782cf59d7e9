// Writes zip archives byte by byte, so that tests can write damaged ones too.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

namespace flopaudit {

struct WrittenRecord {
  std::string name, contents;
  bool deflated = false;
  bool zip64 = false;                // sizes and place in the 64-bit fields
  std::uint16_t flags = 0;           // 1: encrypted
  std::uint16_t method = 0;          // of the directory, where it is not what `deflated` says
  std::int64_t claimed_size = -1;    // of the directory, where it lies
  std::int64_t claimed_header = -1;  // where the directory says that the record starts
};

inline std::string deflated(const std::string& contents) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, contents.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(contents.data()));
  stream.avail_in = static_cast<uInt>(contents.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class ArchiveWriter {
 public:
  void add(const WrittenRecord& record) {
    const std::string stored = record.deflated ? deflated(record.contents) : record.contents;
    const std::uint64_t header = bytes_.size();
    const auto method = static_cast<std::uint16_t>(record.method != 0 ? record.method : record.deflated ? 8 : 0);
    number(bytes_, 0x04034b50, 4);
    fixed(bytes_, record.flags, method, stored.size(), record.contents.size());
    number(bytes_, record.name.size(), 2);
    number(bytes_, 0, 2);
    bytes_ += record.name + stored;

    const std::uint64_t size = record.claimed_size >= 0 ? record.claimed_size : record.contents.size();
    const std::uint64_t stored_size = record.claimed_size >= 0 && !record.deflated ? size : stored.size();
    const std::uint64_t place = record.claimed_header >= 0 ? record.claimed_header : header;
    std::string extra;
    if (record.zip64) {
      number(extra, 1, 2);
      number(extra, 24, 2);
      for (const std::uint64_t field : {size, stored_size, place}) number(extra, field, 8);
    }
    const std::uint64_t ones = 0xffffffff;
    number(directory_, 0x02014b50, 4);
    number(directory_, 20, 2);
    fixed(directory_, record.flags, method, record.zip64 ? ones : stored_size, record.zip64 ? ones : size);
    number(directory_, record.name.size(), 2);
    number(directory_, extra.size(), 2);
    number(directory_, 0, 2 + 2 + 2 + 4);
    number(directory_, record.zip64 ? ones : place, 4);
    directory_ += record.name + extra;
    ++records_;
    zip64_ = zip64_ || record.zip64;
  }

  std::string bytes() const { return bytes_ + directory(bytes_.size()); }

  // The records alone, and the directory that follows them at a place: between them may lie more bytes of the last
  // record, whose `claimed_size` then says so.
  const std::string& records() const { return bytes_; }
  std::string directory(std::uint64_t place) const {
    std::string all = directory_;
    if (zip64_) {
      const std::uint64_t end64 = place + all.size();
      number(all, 0x06064b50, 4);
      number(all, 44, 8);
      number(all, 0, 2 + 2 + 4 + 4);
      number(all, records_, 8);
      number(all, records_, 8);
      number(all, directory_.size(), 8);
      number(all, place, 8);
      number(all, 0x07064b50, 4);
      number(all, 0, 4);
      number(all, end64, 8);
      number(all, 1, 4);
    }
    number(all, 0x06054b50, 4);
    number(all, 0, 4);
    number(all, records_, 2);
    number(all, records_, 2);
    number(all, zip64_ ? 0xffffffff : directory_.size(), 4);
    number(all, zip64_ ? 0xffffffff : place, 4);
    number(all, 0, 2);
    return all;
  }

 private:
  static void number(std::string& bytes, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(i < 8 ? (value >> (8 * i)) & 0xff : 0);
  }
  // Version, flags, method, time, CRC (which nothing reads) and the sizes: alike in both headers.
  static void fixed(std::string& bytes, std::uint16_t flags, std::uint16_t method, std::uint64_t stored,
                    std::uint64_t size) {
    number(bytes, 20, 2);
    number(bytes, flags, 2);
    number(bytes, method, 2);
    number(bytes, 0, 4 + 4);
    number(bytes, stored, 4);
    number(bytes, size, 4);
  }

  std::string bytes_, directory_;
  std::uint64_t records_ = 0;
  bool zip64_ = false;
};

}  // namespace flopaudit
