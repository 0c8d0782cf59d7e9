#include "analyzer/ops/rules/op_case.h"

#include <set>

#include "analyzer/ops/op_registry.h"

namespace flopaudit {
namespace {

bool is_expectation(LineCursor& cursor) {
  const std::size_t start = cursor.position();
  if (!cursor.accept("valid") && !cursor.accept("least")) cursor.skip_spaces();
  cursor.word();
  if (cursor.accept_adjacent('.')) cursor.word();
  const bool found = cursor.position() > start && cursor.ahead("=");
  cursor.move_to(start);
  return found;
}

// `name = value`; a name is a class of work, with a dtype or not, or `input<k>`.
Result<void> read_expectation(LineCursor& cursor, OpCase& result) {
  std::string name = cursor.accept("valid") ? "valid " : cursor.accept("least") ? "least " : "";
  name += cursor.word();
  if (cursor.accept_adjacent('.')) name += "." + std::string(cursor.word());
  FA_TRY(cursor.expect("="));
  if (name.starts_with("input") && name.size() == 6 && name[5] >= '0' && name[5] <= '9') {
    FA_ASSIGN(result.inputs_after[static_cast<std::size_t>(name[5] - '0')], cursor.fact());
    return {};
  }
  FA_ASSIGN(const Expr value, cursor.expression());
  if (!result.work.emplace(name, value).second) return usage_error("`" + name + "` is given twice");
  return {};
}

Expr sum_of(const std::map<DType, Expr>& counts) {
  Expr sum = 0;
  for (const auto& [dtype, count] : counts) sum += count;
  return sum;
}

constexpr std::string_view kLeast = "least ";

// What the work says of a name, nothing where there is no such name.
std::optional<Expr> counted(const Work& work, const std::string& name) {
  if (name == "bytes_read") return work.bytes_read;
  if (name == "bytes_written") return work.bytes_written;
  if (name == "valid mac") return sum_of(work.valid_mac);
  const std::size_t dot = name.find('.');
  const std::optional<WorkClass> work_class = work_class_of_name(name.substr(0, dot));
  if (!work_class) return std::nullopt;
  if (dot == std::string::npos) return work.total(*work_class);
  const std::optional<DType> dtype = dtype_of_name(name.substr(dot + 1));
  if (!dtype) return std::nullopt;
  const auto entry = work.operations.find({*work_class, *dtype});
  return entry == work.operations.end() ? Expr(0) : entry->second;
}

std::string text(const Facts& facts) {
  std::string list;
  for (const Fact& fact : facts) list += (list.empty() ? "" : "  ") + fact.to_string();
  return list.empty() ? "nothing" : list;
}

class Check {
 public:
  Check(const OpCase& op_case, const OpSpec& row) : case_(op_case), row_(row) {}

  std::vector<std::string> run() {
    const Facts inputs = snapshot(case_.inputs);
    const RuleResult<Facts> outputs = shape_of(row_, inputs);
    if (!case_.error.empty() || !case_.missing.empty()) {
      check_refusal(outputs);
    } else if (!outputs) {
      problems_.push_back("refused: " + outputs.failure().why);
    } else {
      check_results(inputs, *outputs);
      check_work(inputs, *outputs);
    }
    return std::move(problems_);
  }

 private:
  // Rules may change lists and dicts: the case stays as it was read.
  static Facts snapshot(const Facts& facts) {
    Facts copies;
    for (const Fact& fact : facts) copies.push_back(fact.snapshot());
    return copies;
  }

  void check_refusal(const RuleResult<Facts>& outputs) {
    if (outputs) {
      problems_.push_back("not refused, it gives " + text(*outputs));
      return;
    }
    const bool misfit = outputs.failure().kind == RuleFailure::Kind::misfit;
    const std::string& why = outputs.failure().why;
    const std::string& wanted = case_.error.empty() ? case_.missing : case_.error;
    if (misfit == case_.error.empty()) {
      problems_.push_back(std::string("it is ") + (misfit ? "an error" : "missing") + ": " + why);
    } else if (why.find(wanted) == std::string::npos) {
      problems_.push_back("it is refused otherwise: " + why);
    }
  }

  void check_results(const Facts& inputs, const Facts& outputs) {
    if (!(outputs == case_.outputs)) {
      problems_.push_back("it gives " + text(outputs) + ", expected is " + text(case_.outputs));
    }
    for (const auto& [index, after] : case_.inputs_after) {
      if (index >= inputs.size() || !(inputs[index] == after)) {
        problems_.push_back("input" + std::to_string(index) + " is " +
                            (index < inputs.size() ? inputs[index].to_string() : "not there") + " afterwards");
      }
    }
  }

  void check_work(const Facts& inputs, const Facts& outputs) {
    if (!has_work(row_)) {
      if (!case_.work.empty()) problems_.push_back("the op has no work rule");
      return;
    }
    RuleResult<Work> work = work_of(row_, inputs, outputs);
    if (!work) {
      if (!case_.work.empty()) problems_.push_back("its work is not known: " + work.failure().why);
      return;
    }
    const RuleResult<Work> least = least_work_of(row_, inputs, outputs);
    if (!least) problems_.push_back("its least work is not known: " + least.failure().why);
    if (least) check_least(*work, *least);
    std::set<std::string> listed;
    for (const auto& [name, expected] : case_.work) {
      if (name.starts_with(kLeast)) continue;
      listed.insert(name.substr(0, name.find('.')));
      const std::optional<Expr> count = counted(*work, name);
      if (!count) {
        problems_.push_back("there is no work class `" + name + "`");
      } else if (count->to_string() != expected.to_string()) {
        problems_.push_back(name + " is " + count->to_string() + ", expected is " + expected.to_string());
      }
    }
    for (const auto& [key, count] : work->operations) {
      const std::string work_class(name(key.first));
      if (!listed.contains(work_class)) problems_.push_back(work_class + " is " + count.to_string() + ", not expected");
    }
    if (!work->valid_mac.empty() && !listed.contains("valid mac")) {
      problems_.push_back("valid mac is " + sum_of(work->valid_mac).to_string() + ", not expected");
    }
    if (work->valid_mac.empty() && listed.contains("valid mac")) problems_.push_back("valid mac is mac");
  }

  // `least add` is listed where it is less than `add`.
  void check_least(const Work& work, const Work& least) {
    for (const auto& [name, expected] : case_.work) {
      if (!name.starts_with(kLeast)) continue;
      const std::optional<Expr> count = counted(least, name.substr(kLeast.size()));
      if (!count || count->to_string() != expected.to_string()) {
        problems_.push_back(name + " is " + (count ? count->to_string() : "nothing") + ", expected is " +
                            expected.to_string());
      }
    }
    for (std::size_t i = 0; i < kWorkClassCount; ++i) {
      const auto work_class = static_cast<WorkClass>(i);
      const std::string name = std::string(kLeast) + std::string(flopaudit::name(work_class));
      if (case_.work.contains(name) || least.total(work_class) == work.total(work_class)) continue;
      problems_.push_back(name + " is " + least.total(work_class).to_string() + ", not expected");
    }
  }

  const OpCase& case_;
  const OpSpec& row_;
  std::vector<std::string> problems_;
};

}  // namespace

Result<void> read_case(LineCursor& cursor, OpCase& result) {
  result.op = cursor.operator_name();
  if (result.op.empty()) return cursor.expected("an operator's name");
  while (!cursor.accept("->")) {
    if (cursor.at_end()) return cursor.expected("'->'");
    FA_ASSIGN(Fact input, cursor.fact());
    result.inputs.push_back(std::move(input));
  }
  for (const auto& [word, refusal] : {std::pair("error", &result.error), std::pair("missing", &result.missing)}) {
    if (!cursor.accept(word)) continue;
    FA_ASSIGN(*refusal, cursor.quoted_text());
    if (refusal->empty()) return usage_error("a refusal needs some words");
    if (!cursor.at_end()) return cursor.expected("the end of the line");
    return {};
  }
  while (!cursor.at_end() && !is_expectation(cursor)) {
    FA_ASSIGN(Fact output, cursor.fact());
    result.outputs.push_back(std::move(output));
  }
  while (!cursor.at_end()) {
    FA_TRY(read_expectation(cursor, result));
    if (!cursor.at_end()) FA_TRY(cursor.expect(","));
  }
  return {};
}

std::vector<std::string> problems_of(const OpCase& op_case, const OpSpec& row) { return Check(op_case, row).run(); }

}  // namespace flopaudit
