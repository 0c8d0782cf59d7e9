#include "analyzer/report/roofline_views.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "analyzer/report/memory_views.h"
#include "analyzer/report/node_text.h"
#include "analyzer/report/stored_report.h"
#include "analyzer/report/units.h"

namespace flopaudit {
namespace {

using Json = nlohmann::ordered_json;

std::string giga(double number) { return fmt::format("{:.3g}", number / 1e9); }

}  // namespace

std::vector<std::string> roofline_lines(const Roofline& roofline) {
  std::string peaks;
  for (const PeakSpeed& peak : roofline.speed.peaks) {
    peaks += fmt::format("{}{} {} {}", peaks.empty() ? "" : ", ", giga(peak.flops_per_second), peak.dtype, peak.kernel);
  }
  double roof = 0;
  for (const RooflinePoint& point : roofline.points) roof += point.roof_seconds;
  return {"peak, one thread           " + (peaks.empty() ? "not measured" : peaks + " (GFLOP/s)"),
          fmt::format("bandwidth, one thread      {} GB/s (stream triad)", giga(roofline.speed.bytes_per_second)),
          fmt::format("nodes, one after another   {:.4f} s; {:.4f} s at their roofs, {}", roofline.seconds, roof,
                      percent(roof / roofline.seconds))};
}

Table roofline_table(const Roofline& roofline, std::size_t most) {
  Table table{{{"node"},
               {"op"},
               {"module"},
               {"ms", true},
               {"of all", true},
               {"GFLOP/s", true},
               {"FLOP/byte", true},
               {"of its roof", true},
               {"bound by"}},
              {}};
  for (const RooflinePoint& point : roofline.points) {
    if (most != 0 && table.rows.size() == most) break;
    table.rows.push_back({node_name(point.id), point.op, point.module, fmt::format("{:.3f}", 1e3 * point.seconds),
                          percent(point.seconds / roofline.seconds),
                          point.flops == 0 ? "" : giga(point.flops_per_second()), ratio_text(point.intensity()),
                          percent(point.share_of_roof()), point.compute_bound ? "arithmetic" : "memory"});
  }
  return table;
}

Json roofline_json(const Roofline& roofline) {
  Json json = {{"seconds", roofline.seconds}, {"bytes_per_second", roofline.speed.bytes_per_second}};
  json["peaks"] = Json::array();
  for (const PeakSpeed& peak : roofline.speed.peaks) {
    json["peaks"].push_back(
        {{"kernel", peak.kernel}, {"dtype", peak.dtype}, {"flops_per_second", peak.flops_per_second}});
  }
  json["nodes"] = Json::array();
  for (const RooflinePoint& point : roofline.points) {
    json["nodes"].push_back({{"id", node_name(point.id)},
                             {"op", point.op},
                             {"module", point.module},
                             {"seconds", point.seconds},
                             {"flops", point.flops},
                             {"bytes", point.bytes},
                             {"roof_seconds", point.roof_seconds},
                             {"bound", point.compute_bound ? "arithmetic" : "memory"}});
  }
  return json;
}

Roofline read_roofline(JsonReader& reader, const Json& json) {
  const std::string where = "`roofline`";
  Roofline roofline;
  roofline.seconds = reader.value<double>(json, "seconds", where);
  roofline.speed.bytes_per_second = reader.value<double>(json, "bytes_per_second", where);
  roofline.speed.peaks = reader.each(json, "peaks", where, [&](const Json& peak) {
    return PeakSpeed{reader.value<std::string>(peak, "kernel", where), reader.value<std::string>(peak, "dtype", where),
                     reader.value<double>(peak, "flops_per_second", where)};
  });
  roofline.points = reader.each(json, "nodes", where, [&](const Json& row) {
    RooflinePoint point;
    point.id = read_node_id(reader, reader.value<std::string>(row, "id", where));
    point.op = reader.value<std::string>(row, "op", where);
    point.module = reader.value<std::string>(row, "module", where);
    point.seconds = reader.value<double>(row, "seconds", where);
    point.flops = reader.value<std::int64_t>(row, "flops", where);
    point.bytes = reader.value<std::int64_t>(row, "bytes", where);
    point.roof_seconds = reader.value<double>(row, "roof_seconds", where);
    point.compute_bound = reader.value<std::string>(row, "bound", where) == "arithmetic";
    return point;
  });
  return roofline;
}

}  // namespace flopaudit
