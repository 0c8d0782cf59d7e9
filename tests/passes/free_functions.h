// Programs whose entry is a free function, as text, and what a test asks of the node of a run.
#pragma once

#include <string>

#include "tests/support/pass_fixture.h"

namespace flopaudit {

// `inputs`: the facts of the example inputs; `arguments` and `results`: of the function, with their types.
inline std::string program(const std::string& inputs, const std::string& arguments, const std::string& results,
                           const std::string& body) {
  return "flopaudit.ir/1\nprogram file=\"net.pt\" kind=\"scripted\" method=\"forward\" libtorch=\"2.13.0\" "
         "parameters=0 parameter_bytes=0\nexample_inputs (" +
         inputs + ")\n\ngraph \"forward\"(" + arguments + ") -> (" + results + ") {\n" + body + "}\n";
}

inline std::string executions(const PassRun& run, int id) { return run.node(id).executions.to_string(); }
inline std::string result(const PassRun& run, int id) { return run.node(id).results.front()->fact.to_string(); }

}  // namespace flopaudit
