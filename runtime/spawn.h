// Starting another program, and the small things around it.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/support/result.h"

namespace flopaudit {

// Closes itself.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { close(); }
  int get() const { return fd_; }
  void set(int fd) {
    close();
    fd_ = fd;
  }
  void close();

 private:
  int fd_;
};

// What the program's standard streams are; -1: ours.
struct Streams {
  int input = -1;
  int output = -1;
  int errors = -1;
};

// Other descriptors of ours are the program's too, unless they are O_CLOEXEC. `environment`: NAME=VALUE each.
// Error: environment: why it cannot be started.
Result<pid_t> spawn(std::vector<std::string> argv, std::vector<std::string> environment, const Streams& streams);

// Its status in the form of waitpid.
int wait_for_end(pid_t child);

std::string signal_name(int number);  // "SIGSEGV"

// False: it could not all be written.
bool write_all(int fd, std::string_view text);

// What was written to a file without a name (memfd), from its beginning.
std::string read_from_start(int fd);

}  // namespace flopaudit
