// SharedText: text that many parts of a program hold and none changes, as the name of a source file. Copies share it.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace flopaudit {

class SharedText {
 public:
  SharedText() = default;       // ""
  SharedText(std::string text)  // NOLINT(google-explicit-constructor): it stands where a string stood
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}  // NOLINT(google-explicit-constructor)

  const std::string& str() const {
    static const std::string kEmpty;
    return text_ ? *text_ : kEmpty;
  }
  operator const std::string&() const { return str(); }  // NOLINT(google-explicit-constructor)
  bool empty() const { return text_ == nullptr; }

  friend bool operator==(const SharedText& a, const SharedText& b) { return a.text_ == b.text_ || a.str() == b.str(); }
  friend bool operator==(const SharedText& a, std::string_view b) { return a.str() == b; }
  friend std::ostream& operator<<(std::ostream& out, const SharedText& text) { return out << text.str(); }

 private:
  std::shared_ptr<const std::string> text_;
};

}  // namespace flopaudit
