// Reads the fields of a JSON file that this program wrote, and that others may have changed since.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace flopaudit {

// Keeps the first thing that is wrong with a file. Reading goes on with empty values after it, so that a reader of a
// whole file is a plain list of its fields; who uses one asks for the problem at the end. `where` names the object to
// people.
class JsonReader {
 public:
  using Json = nlohmann::ordered_json;

  const std::string& problem() const { return problem_; }
  void refuse(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }

  const Json& at(const Json& object, const char* key, const std::string& where) {
    static const Json kNothing;
    if (!object.is_object()) {
      refuse(where + " is not an object");
      return kNothing;
    }
    const auto found = object.find(key);
    if (found != object.end()) return *found;
    refuse("`" + std::string(key) + "` is missing in " + where);
    return kNothing;
  }

  template <typename T>
  T value(const Json& object, const char* key, const std::string& where) {
    const Json& json = at(object, key, where);
    if (!problem_.empty()) return T{};
    return converted<T>(json, "`" + std::string(key) + "` in " + where);
  }

  template <typename T>
  T converted(const Json& json, const std::string& what) {
    bool fits = false;
    if constexpr (std::is_same_v<T, std::string>)
      fits = json.is_string();
    else if constexpr (std::is_same_v<T, bool>)
      fits = json.is_boolean();
    else if constexpr (std::is_same_v<T, std::uint64_t>)
      fits = json.is_number_unsigned();
    else if constexpr (std::is_integral_v<T>)
      fits = fits_integer<T>(json);
    else
      fits = json.is_number();
    if (!fits) {
      refuse(what + " is not of its type");
      return T{};
    }
    return json.get<T>();
  }

  template <typename T>
  std::vector<T> list(const Json& json, const std::string& what) {
    std::vector<T> values;
    if (!json.is_array()) {
      refuse(what + " is not a list");
      return values;
    }
    for (const Json& element : json) values.push_back(converted<T>(element, "an element of " + what));
    return values;
  }

  std::map<std::string, std::string> words(const Json& json, const std::string& what) {
    std::map<std::string, std::string> map;
    if (!json.is_object()) {
      refuse(what + " is not an object");
      return map;
    }
    for (const auto& [key, element] : json.items())
      map[key] = converted<std::string>(element, "`" + key + "` in " + what);
    return map;
  }

  // What `read` makes of every element of a list.
  template <typename Read>
  auto each(const Json& object, const char* key, const std::string& where, const Read& read) {
    std::vector<decltype(read(object))> values;
    const Json& json = at(object, key, where);
    if (problem_.empty() && !json.is_array()) refuse("`" + std::string(key) + "` in " + where + " is not a list");
    if (!problem_.empty()) return values;
    for (const Json& element : json) values.push_back(read(element));
    return values;
  }

  // A value that may be null.
  template <typename T>
  std::optional<T> optional(const Json& object, const char* key, const std::string& where) {
    const Json& json = at(object, key, where);
    if (json.is_null() || !problem_.empty()) return std::nullopt;
    return converted<T>(json, "`" + std::string(key) + "` in " + where);
  }

 private:
  template <typename T>
  static bool fits_integer(const Json& json) {
    if (!json.is_number_integer()) return false;
    if (json.is_number_unsigned()) {
      return json.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    }
    return json.get<std::int64_t>() >= static_cast<std::int64_t>(std::numeric_limits<T>::min());
  }

  std::string problem_;
};

}  // namespace flopaudit
