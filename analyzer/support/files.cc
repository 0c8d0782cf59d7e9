#include "analyzer/support/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace flopaudit {
namespace {

Error cannot_write(const std::string& file, int error_number) {
  return environment_error("cannot write " + file + ": " + std::strerror(error_number));
}

// 0, or the errno of what failed. Flushing and closing are part of writing: a full disk may show only there.
int write_stream(std::FILE* stream, const std::string& text, bool close) {
  if (stream == nullptr) return errno;
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
  int failure = written ? 0 : (errno != 0 ? errno : EIO);
  if (close && std::fclose(stream) != 0 && failure == 0) failure = errno != 0 ? errno : EIO;
  return failure;
}

bool in_place(const std::string& file) {
  struct stat status {};
  return stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

}  // namespace

Result<void> write_output(const std::string& file, const std::string& text) {
  if (file.empty() || file == "-") {
    if (const int failure = write_stream(stdout, text, false)) return cannot_write("the standard output", failure);
    return {};
  }
  if (in_place(file)) {
    if (const int failure = write_stream(std::fopen(file.c_str(), "wb"), text, true))
      return cannot_write(file, failure);
    return {};
  }
  // A link is followed, so that the file it names is replaced and not the link.
  std::error_code ignored;
  const std::filesystem::path target = std::filesystem::weakly_canonical(file, ignored);
  const std::string destination = ignored || target.empty() ? file : target.string();
  const std::string temporary = destination + ".partial." + std::to_string(getpid());
  int failure = write_stream(std::fopen(temporary.c_str(), "wb"), text, true);
  if (failure == 0 && std::rename(temporary.c_str(), destination.c_str()) != 0) failure = errno;
  if (failure != 0) {
    std::remove(temporary.c_str());
    return cannot_write(file, failure);
  }
  return {};
}

Result<std::string> read_file(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return input_error("cannot read " + file + ": " + std::strerror(errno));
  if (S_ISDIR(status.st_mode)) return input_error("cannot read " + file + ": it is a directory");
  std::FILE* stream = std::fopen(file.c_str(), "rb");
  if (stream == nullptr) return input_error("cannot read " + file + ": " + std::strerror(errno));
  std::string text;
  char buffer[65536];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, stream)) > 0;) text.append(buffer, got);
  const bool failed = std::ferror(stream) != 0;
  std::fclose(stream);
  if (failed) return input_error("cannot read " + file + ": the read failed");
  return text;
}

}  // namespace flopaudit
