#include "analyzer/conventions/conventions.h"

#include "analyzer/ir/region_total.h"

namespace flopaudit {
namespace {

Range flops_of_node(const Node& node) { return flops(node.work); }
Range macs_of_node(const Node& node) { return macs(node.work); }

}  // namespace

const std::vector<Convention>& all_conventions() {
  static const std::vector<Convention> rows = {
      // name   unit    sentence                                                                       of a node
      {"flops", "FLOP",
       "2 for a mac, 1 for each loose mul, add, div and sqrt; transcendental functions, comparisons, "
       "conversions and integers are columns of their own",
       flops_of_node},
      {"macs", "MAC",
       "multiplications whose product is accumulated: convolutions, matrix products, attention; all "
       "taps, padding too",
       macs_of_node},
  };
  return rows;
}

Result<const Convention*> find_convention(std::string_view name) {
  std::string known;
  for (const Convention& row : all_conventions()) {
    if (name == row.name) return &row;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  return usage_error("there is no convention `" + std::string(name) + "`; known are " + known);
}

Range Convention::value(const Program& program) const {
  return region_total(program.entry().body, std::function<Range(const Node&)>(of_node));
}

}  // namespace flopaudit
