// SPDX-License-Identifier: Apache-2.0
// Values and their places.
#include "record/json.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/error.h"
#include "support/utf8.h"

namespace quantbench {
namespace {

int64_t Integer(const Located& value, int64_t min, int64_t max) {
  if (value.strictness() == Strictness::kResults) min = 0;
  const Json& json = value.json();
  const bool fits =
      json.is_number_unsigned()
          ? json.get<uint64_t>() <= static_cast<uint64_t>(max)
          : json.is_number_integer() && json.get<int64_t>() >= min && json.get<int64_t>() <= max;
  if (!fits) value.Fail("an integer of " + std::to_string(min) + " to " + std::to_string(max));
  return json.get<int64_t>();
}

template <class T>
void ReadInteger(const Located& value, T& target) {
  using Limits = std::numeric_limits<T>;
  target = static_cast<T>(Integer(value, Limits::min(), Limits::max()));
}

// Reading deeper text would be harmless, but what walks over it calls itself.
constexpr int kDeepest = 100;

// ", at line 3, column 7" of the byte there.
std::string PlaceIn(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, byte);
  const size_t line_begin = before.rfind('\n') + 1;  // 0 where there is none
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  return ", at line " + std::to_string(line) + ", column " +
         std::to_string(CharacterCount(before.substr(line_begin)) + 1);
}

}  // namespace

Located Located::Child(std::string_view key) const {
  static const Json kAbsent;
  const auto found = json_.find(key);
  return {found == json_.end() ? kAbsent : *found, *this, key, 0};
}

Located Located::Item(size_t index) const { return {json_[index], *this, {}, index}; }

std::string Located::Place() const {
  if (parent_ == nullptr) return {};
  const std::string before = parent_->Place();
  if (key_.empty()) return before + "[" + std::to_string(index_) + "]";
  return before + (before.empty() ? "" : ".") + std::string(key_);
}

void Located::Fail(const std::string& expected) const {
  const std::string place = Place();
  throw Error(place + (place.empty() ? "" : ": ") + "expected " + expected + ", found " +
              json_.type_name() +
              (strictness_ == Strictness::kResults
                   ? "; this isn't a results.json that quantbench wrote"
                   : ""));
}

std::optional<size_t> FindDeepNesting(std::string_view text, int deepest) {
  int depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      i += c == '\\' ? 1 : 0;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > deepest) return i;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return std::nullopt;
}

Json ParseJson(std::string_view text) {
  if (const std::optional<size_t> deep = FindDeepNesting(text, kDeepest)) {
    throw Error("isn't JSON of quantbench: nested deeper than " + std::to_string(kDeepest) +
                " levels" + PlaceIn(text, *deep));
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw Error("isn't JSON, or is cut off" + PlaceIn(text, error.byte > 0 ? error.byte - 1 : 0));
  } catch (const Json::exception&) {
    throw Error("isn't JSON of quantbench: a number is larger than any that a computer holds");
  }
}

void Read(const Located& value, std::string& target) {
  if (!value.json().is_string()) value.Fail("text");
  target = value.json().get<std::string>();
}

void Read(const Located& value, std::filesystem::path& target) {
  std::string text;
  Read(value, text);
  target = text;
}

void Read(const Located& value, bool& target) {
  if (!value.json().is_boolean()) value.Fail("true or false");
  target = value.json().get<bool>();
}

void Read(const Located& value, int& target) { ReadInteger(value, target); }
void Read(const Located& value, int64_t& target) { ReadInteger(value, target); }

void Read(const Located& value, double& target) {
  if (!value.json().is_number()) value.Fail("a number");
  target = value.json().get<double>();
  if (!std::isfinite(target)) value.Fail("a finite number");
}

void Read(const Located& value, float& target) {
  double number = 0;
  Read(value, number);
  target = static_cast<float>(number);
}

void Read(const Located& value, Status& target) {
  std::string name;
  Read(value, name);
  const std::optional<Status> known = StatusOf(name);
  if (!known) value.Fail("a status such as 'ok' or 'failed'");
  target = *known;
}

void Read(const Located& value, std::vector<std::pair<std::string, std::string>>& target) {
  if (!value.json().is_object()) value.Fail("an object");
  for (const auto& [name, text] : value.json().items())
    Read(value.Child(name), target.emplace_back(name, std::string()).second);
}

std::string ToLine(const Json& json, bool replace) {
  using Handler = Json::error_handler_t;
  return json.dump(-1, ' ', false, replace ? Handler::replace : Handler::strict);
}

}  // namespace quantbench
