#include "tests/audit/probe_table.h"
#include "tests/support/paths.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace flopaudit {
namespace {

std::vector<Fact> tuple_of(const std::string& text) {
  // A single element is written without the comma of the fact form.
  const Result<Fact> fact = Fact::parse("[" + text.substr(1, text.size() - 2) + "]");
  if (!fact) {
    ADD_FAILURE() << text << ": " << fact.error().message;
    return {};
  }
  return **fact->get<ListFact>()->elements;
}

Counts counts_of(const std::string& text) {
  Counts counts;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    const auto event = event_of_name(word.substr(0, equals));
    if (!event)
      ADD_FAILURE() << word;
    else
      counts[*event] = std::stoll(word.substr(equals + 1));
  }
  return counts;
}

}  // namespace

std::vector<Probe> read_probes() {
  std::vector<Probe> probes;
  std::ifstream table(source_path("testdata/audit/probes.tsv").string());
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream columns(line);
    std::string op, inputs, outputs, counts;
    std::getline(columns, op, '\t');
    std::getline(columns, inputs, '\t');
    std::getline(columns, outputs, '\t');
    std::getline(columns, counts, '\t');
    probes.push_back({op, inputs, tuple_of(inputs), tuple_of(outputs), counts_of(counts)});
  }
  return probes;
}

}  // namespace flopaudit
