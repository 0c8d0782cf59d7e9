// The tables of an analysis: its cost by op, module, source line, dtype or node. Each exists for people, with units and
// shares, and plain, for programs.
#pragma once

#include "analyzer/report/analysis_report.h"
#include "analyzer/report/report_view.h"
#include "analyzer/support/expr_formulas.h"

namespace flopaudit {

// One row of such a table.
struct CostRow {
  std::vector<std::string> cells;  // what it is, in the order of CostTable::headers
  WorkTotal work;
  bool complete = true;  // false: a lower bound, as not all nodes of it are counted
};

struct CostTable {
  std::vector<Column> headers;
  std::vector<CostRow> rows;
  std::size_t left_out = 0;  // rows that --top leaves out
};

// `by` has passed check_by. Sorted by FLOPs, equal ones in order of first appearance; modules in the order of the tree.
CostTable cost_table(const AnalysisReport& report, const std::string& by, const ReportView& view);

// MACs, FLOPs, their share of the model's, transcendentals, comparisons behind the headers; formulas with names.
Table for_people(const CostTable& costs, const Range& all_flops, FormulaNames& names);
// Plain numbers, and bytes; an empty cell where nothing is known.
Table for_programs(const CostTable& costs);

// A view that --by asks for, in each format. Text and Markdown begin with the model and its totals.
std::string to_text(const AnalysisReport& report, const ReportView& view);
std::string to_markdown(const AnalysisReport& report, const ReportView& view);
std::string to_csv(const AnalysisReport& report, const ReportView& view);  // without --by: one line a node

}  // namespace flopaudit
