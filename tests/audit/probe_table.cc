#include "tests/audit/probe_table.h"
#include "tests/support/paths.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "analyzer/audit/layouts.h"

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

std::size_t elements_of_lists(const Facts& inputs) {
  std::size_t count = 0;
  for (const Fact& input : inputs) {
    const ListFact* list = input.get<ListFact>();
    if (list == nullptr || !list->elements) continue;
    for (const Fact& element : **list->elements) count += element.tensor() != nullptr ? 1 : 0;
  }
  return count;
}

// "0: 768 1 96 16; 1: 4 8": the operand, its strides. Others lie row by row.
OperandStrides strides_of(const std::string& text, std::size_t operands) {
  OperandStrides strides(operands, kRowByRow);
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ';');) {
    std::istringstream words(part);
    std::size_t operand = operands;
    char colon = ' ';
    words >> operand >> colon;
    if (operand >= operands || colon != ':') {
      ADD_FAILURE() << part;
      continue;
    }
    strides[operand] = Strides(std::istream_iterator<std::int64_t>(words), {});
  }
  return strides;
}

}  // namespace

std::vector<Probe> read_probes(const std::string& file) {
  std::vector<Probe> probes;
  std::ifstream table(source_path("testdata/audit/" + file).string());
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream columns(line);
    std::string op, inputs, outputs, counts, strides;
    std::getline(columns, op, '\t');
    std::getline(columns, inputs, '\t');
    std::getline(columns, outputs, '\t');
    std::getline(columns, counts, '\t');
    std::getline(columns, strides, '\t');
    Probe probe = {op, inputs, tuple_of(inputs), tuple_of(outputs), counts_of(counts), {}};
    probe.strides = strides_of(strides, probe.inputs.size() + elements_of_lists(probe.inputs));
    probes.push_back(std::move(probe));
  }
  return probes;
}

}  // namespace flopaudit
