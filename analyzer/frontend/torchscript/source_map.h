// From a place in the archive's code to the Python line that it was made from, by the `.debug_pkl` beside a code file.
// Each is read when a place in its file is asked for first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/frontend/torchscript/archive.h"
#include "analyzer/ir/graph.h"
#include "analyzer/support/result.h"

namespace flopaudit {

// The places of one code file.
class SourcePlaces {
 public:
  // `name`: the code file's record, "code/__torch__.py"; `source`: its text, which must outlive this. Errors: input:
  // debug information that is none.
  static Result<std::unique_ptr<SourcePlaces>> read(const Archive& archive, const std::string& name,
                                                    std::string_view source);

  // `offset`: of the first byte of the expression that made a node. Without debug information: the line of the code
  // itself. Errors: input: debug information that is none at this place.
  Result<SourceLocation> location(std::uint32_t offset);
  // Whether tracing made the code: a Python stack, or nothing, is recorded in place of a file. Nothing: no debug
  // information.
  Result<std::optional<bool>> made_by_tracing(std::uint32_t offset);

 private:
  // What a record says: a place in a Python source.
  struct Generated {
    PickleRef source = 0;
    std::string file;  // empty: traced
    std::uint64_t first_line = 0, start = 0;
  };

  SourcePlaces(const Archive& archive, std::string name, std::string_view source)
      : archive_(archive), name_(std::move(name)), source_(source) {}
  Result<void> read_records();
  Result<std::optional<Generated>> generated(std::uint32_t offset) const;
  Result<void> read_source(Generated& place) const;
  // The text of a source: in one piece, or in those of the table that it lists.
  Result<std::vector<const std::string*>> pieces_of(PickleRef source);
  const std::string* in_table(PickleRef ref) const;
  Result<std::uint64_t> newlines_before(const Generated& place);
  Result<SourceLocation> stack_location(const Generated& place);
  Result<void> spend(std::uint64_t cost);
  SourceLocation line_of_code(std::uint32_t offset);
  Error damaged(const std::string& why) const { return archive_.damaged(name_ + ".debug_pkl", why); }

  const Archive& archive_;
  std::string name_;
  std::string_view source_;
  Pickle pickle_;
  struct Record {
    std::int64_t offset = 0;
    PickleRef range = 0;
  };
  std::vector<Record> records_;
  std::vector<const std::string*> table_;
  std::vector<std::uint32_t> code_newlines_;                                 // of `source_`
  std::unordered_map<PickleRef, std::vector<std::uint32_t>> text_newlines_;  // of a recorded text
  std::unordered_map<PickleRef, SourceLocation> stack_locations_;
  std::uint64_t spent_ = 0;
};

}  // namespace flopaudit
