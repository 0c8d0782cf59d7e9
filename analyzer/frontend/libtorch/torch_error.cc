#include "analyzer/frontend/libtorch/torch_error.h"

#include <c10/util/Exception.h>

#include <sstream>
#include <string_view>

#include "analyzer/frontend/libtorch/operator_stubs.h"

namespace flopaudit {
namespace {

constexpr std::size_t kMaxLength = 400;

std::string trimmed(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

// `File "code/__torch__.py", line 9` in an error of the TorchScript compiler.
std::string place_in_archive(const std::string& text) {
  const std::size_t file = text.find("File \"");
  if (file == std::string::npos) return "";
  const std::size_t name_end = text.find('"', file + 6);
  const std::size_t line = text.find("line ", file);
  if (name_end == std::string::npos || line == std::string::npos) return "";
  const std::string number = text.substr(line + 5, text.find_first_not_of("0123456789", line + 5) - line - 5);
  return text.substr(file + 6, name_end - file - 6) + ":" + number;
}

// "my::op", where the call of a stub failed; its own message is for who builds LibTorch.
std::string stub_called(const std::string& text) {
  constexpr std::string_view kStart = "Could not run '";
  const std::size_t start = text.find(kStart);
  if (start == std::string::npos) return "";
  const std::string name =
      text.substr(start + kStart.size(), text.find('\'', start + kStart.size()) - start - kStart.size());
  return is_stub(name.substr(0, name.find('.'))) ? name : "";
}

}  // namespace

std::string one_sentence(const std::exception& error) {
  std::string text = error.what();
  if (const std::string stub = stub_called(text); !stub.empty()) return "LibTorch does not have the operator " + stub;
  if (const auto* of_torch = dynamic_cast<const c10::Error*>(&error)) text = of_torch->what_without_backtrace();

  // The interpreter puts its own traceback first and the cause in the last line.
  constexpr std::string_view kCause = "RuntimeError: ";
  const std::size_t cause = text.rfind(kCause);
  std::string sentence;
  std::istringstream lines(cause == std::string::npos ? text : text.substr(cause + kCause.size()));
  for (std::string line; sentence.empty() && std::getline(lines, line);) sentence = trimmed(line);
  if (sentence.empty()) sentence = "no reason given";
  if (sentence.size() > kMaxLength) {
    sentence.resize(kMaxLength);
    sentence += "...";
  }
  const std::string place = place_in_archive(text);
  return place.empty() ? sentence : sentence + " (" + place + ")";
}

}  // namespace flopaudit
