// The two formats of .debug_pkl, both a pickle:
//   (record, ...)                                              each record (offset, (source, start, end)[, tag]),
//   ("FORMAT_WITH_STRING_TABLE", (text, ...), (record, ...))   sorted by the offset from which on it holds
// A source is (text, file or None, first line); with a table ([places of its pieces], place of its file, first line).
#include "analyzer/frontend/torchscript/source_map.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "analyzer/frontend/python_frames.h"

namespace flopaudit {
namespace {

// What is looked at of recorded texts, bytes: a table's pieces can be named again and again.
constexpr std::uint64_t kTextBudget = std::uint64_t{1} << 30;

void append_newlines(std::string_view text, std::uint64_t start, std::vector<std::uint32_t>& places) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    places.push_back(static_cast<std::uint32_t>(start + at));
  }
}

std::uint64_t count_below(const std::vector<std::uint32_t>& places, std::uint64_t limit) {
  return static_cast<std::uint64_t>(std::lower_bound(places.begin(), places.end(), limit) - places.begin());
}

// As LibTorch computes it, for any number that a file may hold.
int line_number(std::uint64_t first, std::uint64_t newlines) {
  return static_cast<int>(static_cast<std::uint32_t>(first + newlines));
}

}  // namespace

Result<std::unique_ptr<SourcePlaces>> SourcePlaces::read(const Archive& archive, const std::string& name,
                                                         std::string_view source) {
  std::unique_ptr<SourcePlaces> places(new SourcePlaces(archive, name, source));
  if (archive.has(name + ".debug_pkl")) FA_TRY(places->read_records());
  return places;
}

Result<void> SourcePlaces::read_records() {
  FA_ASSIGN(pickle_, archive_.read_pickle(name_ + ".debug_pkl"));
  const std::vector<PickleRef>* records = pickle_.sequence(pickle_.root);
  if (records == nullptr || records->empty()) return damaged("is no table of source lines");
  const auto* format = pickle_.get<std::string>(records->front());
  if (format != nullptr && *format == "FORMAT_WITH_STRING_TABLE") {
    const std::vector<PickleRef>* table = records->size() > 2 ? pickle_.sequence((*records)[1]) : nullptr;
    records = records->size() > 2 ? pickle_.sequence((*records)[2]) : nullptr;
    if (table == nullptr || records == nullptr) return damaged("is no table of source lines");
    for (const PickleRef text : *table) {
      table_.push_back(pickle_.get<std::string>(text));
      if (table_.back() == nullptr) return damaged("has a table of texts that holds something else");
    }
  }
  for (const PickleRef ref : *records) {
    const std::vector<PickleRef>* fields = pickle_.sequence(ref);
    const auto* offset = fields != nullptr && fields->size() >= 2 ? pickle_.get<std::int64_t>((*fields)[0]) : nullptr;
    if (offset == nullptr) return damaged("has an entry that names no place in the code");
    records_.push_back({*offset, (*fields)[1]});
  }
  return {};
}

// The last record that begins at or before the offset.
Result<std::optional<SourcePlaces::Generated>> SourcePlaces::generated(std::uint32_t offset) const {
  const auto after = std::upper_bound(records_.begin(), records_.end(), std::int64_t{offset},
                                      [](std::int64_t place, const Record& record) { return place < record.offset; });
  if (after == records_.begin()) return std::optional<Generated>();
  const std::vector<PickleRef>* range = pickle_.sequence(std::prev(after)->range);
  const auto* start = range != nullptr && range->size() >= 2 ? pickle_.get<std::int64_t>((*range)[1]) : nullptr;
  if (start == nullptr) return damaged("has an entry that names no place in a Python source");
  Generated place;
  place.source = range->front();
  place.start = static_cast<std::uint64_t>(*start);
  FA_TRY(read_source(place));
  return std::optional(std::move(place));
}

const std::string* SourcePlaces::in_table(PickleRef ref) const {
  const auto* index = pickle_.get<std::int64_t>(ref);
  if (index == nullptr || static_cast<std::uint64_t>(*index) >= table_.size()) return nullptr;
  return table_[static_cast<std::size_t>(*index)];
}

Result<void> SourcePlaces::read_source(Generated& place) const {
  const std::vector<PickleRef>* fields = pickle_.sequence(place.source);
  const auto* first_line = fields != nullptr && fields->size() == 3 ? pickle_.get<std::int64_t>((*fields)[2]) : nullptr;
  if (first_line == nullptr) return damaged("has an entry that names no Python source");
  place.first_line = static_cast<std::uint64_t>(*first_line);
  const PickleRef name = (*fields)[1];
  const std::string* file = table_.empty() ? pickle_.get<std::string>(name) : in_table(name);
  if (file != nullptr) place.file = *file;
  if (file == nullptr && !table_.empty()) return damaged("has a source whose file is not in its table");
  return {};
}

Result<std::vector<const std::string*>> SourcePlaces::pieces_of(PickleRef source) {
  const PickleRef text = pickle_.sequence(source)->front();  // read_source has seen that it is a sequence of three
  std::vector<const std::string*> pieces;
  if (table_.empty()) {
    pieces.push_back(pickle_.get<std::string>(text));
  } else {
    const std::vector<PickleRef>* places = pickle_.sequence(text);
    if (places == nullptr) return damaged("has a source without text");
    for (const PickleRef ref : *places) {
      pieces.push_back(in_table(ref));
      FA_TRY(spend(sizeof ref));
    }
  }
  for (const std::string* piece : pieces) {
    if (piece == nullptr) return damaged("has a source without text");
    FA_TRY(spend(piece->size()));
  }
  return pieces;
}

Result<void> SourcePlaces::spend(std::uint64_t cost) {
  spent_ += cost;
  if (spent_ > kTextBudget) return damaged("spells out more than " + std::to_string(kTextBudget) + " bytes of source");
  return {};
}

Result<std::uint64_t> SourcePlaces::newlines_before(const Generated& place) {
  const auto [entry, inserted] = text_newlines_.try_emplace(place.source);
  std::vector<std::uint32_t>& newlines = entry->second;
  if (inserted) {
    FA_ASSIGN(const std::vector<const std::string*> pieces, pieces_of(place.source));
    std::uint64_t start = 0;
    for (const std::string* piece : pieces) {
      const std::size_t before = newlines.size();
      append_newlines(*piece, start, newlines);
      FA_TRY(spend(16 * (newlines.size() - before)));  // what remembering them costs
      start += piece->size();
    }
  }
  return count_below(newlines, place.start);
}

// The recorded text is a Python stack, a line a frame.
Result<SourceLocation> SourcePlaces::stack_location(const Generated& place) {
  const auto [entry, inserted] = stack_locations_.try_emplace(place.source);
  if (!inserted) return entry->second;
  FA_ASSIGN(const std::vector<const std::string*> pieces, pieces_of(place.source));
  StackReader reader;
  std::string line;
  bool more = true;
  for (std::size_t i = 0; more && i < pieces.size(); ++i) {
    std::string_view piece = *pieces[i];
    for (std::size_t end = piece.find('\n'); more && end != std::string_view::npos; end = piece.find('\n')) {
      more = reader.read(line.empty() ? piece.substr(0, end) : line.append(piece.substr(0, end)));
      line.clear();
      piece.remove_prefix(end + 1);
    }
    line += piece;
  }
  if (more && !line.empty()) reader.read(line);
  entry->second = reader.location();
  return entry->second;
}

SourceLocation SourcePlaces::line_of_code(std::uint32_t offset) {
  if (code_newlines_.empty()) append_newlines(source_, 0, code_newlines_);
  return {name_, line_number(1, count_below(code_newlines_, offset))};
}

Result<SourceLocation> SourcePlaces::location(std::uint32_t offset) {
  FA_ASSIGN(const std::optional<Generated> place, generated(offset));
  if (!place) return line_of_code(offset);
  if (place->file.empty()) return stack_location(*place);
  FA_ASSIGN(const std::uint64_t newlines, newlines_before(*place));
  return SourceLocation{without_machine_prefix(place->file), line_number(place->first_line, newlines)};
}

Result<std::optional<bool>> SourcePlaces::made_by_tracing(std::uint32_t offset) {
  FA_ASSIGN(const std::optional<Generated> place, generated(offset));
  return place ? std::optional(place->file.empty()) : std::nullopt;
}

}  // namespace flopaudit
