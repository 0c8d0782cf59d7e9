// Result<T>: a value, or one Error that a user can meet.
//
// Errors that a user can cause are values and travel through Result; our own bugs are FA_ASSERT; the exceptions of
// LibTorch are caught at its two boundaries (analyzer/frontend/libtorch and runtime/executor) and become Errors there.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace flopaudit {

// What went wrong, in the terms of the exit status that the program ends with (DESIGN.md §3).
enum class ErrorKind {
  usage = 2,        // unknown option, convention, method; missing, extra or unreadable --input
  input = 3,        // the file cannot be read or analysed; shapes that do not fit; a limit reached
  environment = 4,  // no counters, no Valgrind
};

// `message` is one clear sentence: what, where (op, module, Python line) and what to do. No trailing newline.
struct Error {
  ErrorKind kind = ErrorKind::input;
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor): `return value;`
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor): `return Error{...};`

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value. `return {};` is success.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return !error_.has_value(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

inline Error usage_error(std::string message) { return {ErrorKind::usage, std::move(message)}; }
inline Error input_error(std::string message) { return {ErrorKind::input, std::move(message)}; }
inline Error environment_error(std::string message) { return {ErrorKind::environment, std::move(message)}; }

}  // namespace flopaudit

#define FA_CONCAT_INNER(a, b) a##b
#define FA_CONCAT(a, b) FA_CONCAT_INNER(a, b)

// FA_TRY(expr): returns the error of a Result<void> (or of any Result whose value is not wanted).
#define FA_TRY(expr)                                                                      \
  do {                                                                                    \
    auto FA_CONCAT(fa_result_, __LINE__) = (expr);                                        \
    if (!FA_CONCAT(fa_result_, __LINE__)) return FA_CONCAT(fa_result_, __LINE__).error(); \
  } while (false)

// FA_ASSIGN(auto x, expr): x = the value of expr, or returns its error.
#define FA_ASSIGN(target, expr)                                                         \
  auto FA_CONCAT(fa_result_, __LINE__) = (expr);                                        \
  if (!FA_CONCAT(fa_result_, __LINE__)) return FA_CONCAT(fa_result_, __LINE__).error(); \
  target = *std::move(FA_CONCAT(fa_result_, __LINE__))
