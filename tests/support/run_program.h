// Runs a program as a user would and keeps what it prints.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace flopaudit {

struct ProgramRun {
  int status = -1;  // exit status; -signal when a signal ended it
  std::string out;
  std::string err;
};

struct ProgramOptions {
  std::map<std::string, std::string> environment;  // set on top of this process's
  unsigned user = 0;                               // not 0: run as this user (needs root)
  std::string directory;                           // working directory; empty: this process's
};

ProgramRun run_program(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

}  // namespace flopaudit
