#include "analyzer/report/flame.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "analyzer/report/node_text.h"
#include "analyzer/support/version.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

// By this name speedscope knows its own format; it is never fetched.
constexpr const char* kSpeedscopeSchema =
    "https:"
    "//www.speedscope.app/file-format-schema.json";

std::vector<std::string> parts_of(const std::string& module) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start < module.size();) {
    const std::size_t end = std::min(module.find('.', start), module.size());
    parts.push_back(module.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

Result<std::int64_t> number_of(const Range& range, int id) {
  if (const auto number = range.max.constant()) return *number;
  return usage_error("the cost of " + node_name(id) + " is the formula " + range.max.to_string() +
                     ", which has no width: give numbers with --at");
}

bool costs_nothing(const FlameNode& node) {
  return std::all_of(node.weights.begin(), node.weights.end(), [](std::int64_t weight) { return weight <= 0; });
}

std::string compact(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

// Frames by number; equal ones once.
class Frames {
 public:
  std::size_t number(const std::string& name, const std::string& source) {
    const auto [entry, inserted] = index_.try_emplace({name, source}, frames_.size());
    if (inserted) frames_.push_back(frame(name, source));
    return entry->second;
  }
  Json take() { return std::move(frames_); }

 private:
  static Json frame(const std::string& name, const std::string& source) {
    Json json = {{"name", name}};
    const std::size_t colon = source.rfind(':');
    if (colon == std::string::npos) return json;
    json["file"] = source.substr(0, colon);
    int line = 0;
    std::from_chars(source.data() + colon + 1, source.data() + source.size(), line);
    if (line > 0) json["line"] = line;
    return json;
  }

  Json frames_ = Json::array();
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
};

// "layer1" in "layer1.0": its whole path, so that modules of the same name are not one frame.
std::vector<std::string> paths_of(const FlameNode& node) {
  std::vector<std::string> paths;
  for (const std::string& part : node.modules) paths.push_back(paths.empty() ? part : paths.back() + "." + part);
  return paths;
}

// Slices that are open, and where they began.
class Slices {
 public:
  explicit Slices(Json& events) : events_(events) {}

  // Closes what is not on the new stack, opens what is.
  void enter(const std::vector<std::string>& stack, std::int64_t now) {
    std::size_t common = 0;
    while (common < std::min(open_.size(), stack.size()) && open_[common].first == stack[common]) ++common;
    while (open_.size() > common) close(now);
    for (std::size_t i = common; i < stack.size(); ++i) open_.emplace_back(stack[i], now);
  }
  void leave_all(std::int64_t now) {
    while (!open_.empty()) close(now);
  }
  void add(const std::string& name, const char* kind, std::int64_t begin, std::int64_t length, Json arguments) {
    events_.push_back({{"name", name},
                       {"cat", kind},
                       {"ph", "X"},
                       {"ts", static_cast<double>(begin) / 1000},
                       {"dur", static_cast<double>(length) / 1000},
                       {"pid", 1},
                       {"tid", 1},
                       {"args", std::move(arguments)}});
  }

 private:
  void close(std::int64_t now) {
    const auto [name, begin] = open_.back();
    open_.pop_back();
    add(name, "module", begin, now - begin, Json::object());
  }

  Json& events_;
  std::vector<std::pair<std::string, std::int64_t>> open_;
};

}  // namespace

Result<FlameProfile> flame_profile(const AnalysisReport& report) {
  FlameProfile profile{
      report.file + " " + report.method, file_name(report.file), {"FLOPs", "transcendentals", "bytes"}, {}};
  for (const AnalysisNode& node : report.node_list) {
    FlameNode row{parts_of(node.module), node.op.name + " " + node_name(node.id), node.source, {}};
    for (const Range& range :
         {flops(node.work), transcendentals(node.work), node.work.bytes_read + node.work.bytes_written}) {
      FA_ASSIGN(const std::int64_t number, number_of(range, node.id));
      row.weights.push_back(number);
    }
    if (!costs_nothing(row)) profile.nodes.push_back(std::move(row));
  }
  return profile;
}

Result<FlameProfile> flame_profile(const AuditReport& report) {
  FlameProfile profile{report.record.model_file + " " + report.method,
                       file_name(report.record.model_file),
                       {"measured FLOPs", "annotated FLOPs"},
                       {}};
  for (const NodeJudgement& node : report.judgement.nodes) {
    FlameNode row{parts_of(node.module),
                  node.op + " " + node_name(node.id),
                  node.source,
                  {node.measured.value_or(0), node.annotated}};
    if (!costs_nothing(row)) profile.nodes.push_back(std::move(row));
  }
  return profile;
}

std::string to_speedscope(const FlameProfile& profile) {
  Frames frames;
  Json samples = Json::array();
  for (const FlameNode& node : profile.nodes) {
    Json stack = {frames.number(profile.root, "")};
    for (const std::string& path : paths_of(node)) stack.push_back(frames.number(path, ""));
    stack.push_back(frames.number(node.op, node.source));
    samples.push_back(std::move(stack));
  }
  Json profiles = Json::array();
  for (std::size_t i = 0; i < profile.weight_names.size(); ++i) {
    Json weights = Json::array();
    std::int64_t sum = 0;
    for (const FlameNode& node : profile.nodes) {
      weights.push_back(node.weights[i]);
      sum += node.weights[i];
    }
    profiles.push_back({{"type", "sampled"},
                        {"name", profile.weight_names[i]},
                        {"unit", "none"},
                        {"startValue", 0},
                        {"endValue", sum},
                        {"samples", samples},
                        {"weights", std::move(weights)}});
  }
  return compact({{"$schema", kSpeedscopeSchema},
                  {"shared", {{"frames", frames.take()}}},
                  {"profiles", std::move(profiles)},
                  {"name", profile.title},
                  {"activeProfileIndex", 0},
                  {"exporter", "flopaudit " + std::string(kVersion)}});
}

std::string to_chrome_trace(const FlameProfile& profile) {
  Json events = Json::array();
  events.push_back(
      {{"name", "process_name"}, {"ph", "M"}, {"pid", 1}, {"tid", 1}, {"args", {{"name", profile.title}}}});
  Slices slices(events);
  std::int64_t now = 0;
  for (const FlameNode& node : profile.nodes) {
    std::vector<std::string> stack = {profile.root};
    for (std::string& path : paths_of(node)) stack.push_back(std::move(path));
    slices.enter(stack, now);
    Json arguments = Json::object();
    for (std::size_t i = 0; i < profile.weight_names.size(); ++i) arguments[profile.weight_names[i]] = node.weights[i];
    if (!node.source.empty()) arguments["source"] = node.source;
    slices.add(node.op, "node", now, node.weights.front(), std::move(arguments));
    now += node.weights.front();
  }
  slices.leave_all(now);
  return compact({{"traceEvents", std::move(events)},
                  {"displayTimeUnit", "ms"},
                  {"otherData", {{"length", "1 us is 1000 " + profile.weight_names.front()}}}});
}

}  // namespace flopaudit
