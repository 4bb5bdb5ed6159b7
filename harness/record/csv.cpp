// SPDX-License-Identifier: Apache-2.0
// One pass over the characters.
#include "record/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "support/error.h"

namespace quantbench {
namespace {

class CsvParser {
 public:
  explicit CsvParser(std::string_view text) : text_(text) {}

  std::vector<std::vector<std::string>> Parse() {
    while (at_ < text_.size()) {
      std::vector<std::string>& record = records_.emplace_back();
      do {
        record.push_back(text_.substr(at_, 1) == "\"" ? Quoted() : Bare());
      } while (Skip(","));
      if (!Skip("\r\n") && !Skip("\n") && at_ < text_.size())
        Fail("expected a comma or a new line");
    }
    return std::move(records_);
  }

 private:
  std::string Bare() {
    const size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
    const std::string field(text_.substr(at_, end - at_));
    at_ = end;
    return field;
  }

  std::string Quoted() {
    std::string field;
    ++at_;
    while (true) {
      const size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) Fail("a quote is never closed");
      field += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (!Skip("\"")) return field;
      field += '"';
    }
  }

  bool Skip(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  [[noreturn]] void Fail(const std::string& reason) const {
    throw Error("line " + std::to_string(records_.size()) + " isn't CSV: " + reason);
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<std::vector<std::string>> records_;
};

bool IsNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

bool LooksLikeFormula(std::string_view text) {
  constexpr std::string_view kBeginnings = "=+-@\t\r";
  return text.size() > 1 && kBeginnings.find(text[0]) != std::string_view::npos && !IsNumber(text);
}

// Also where it is guarded already.
bool NeedsGuard(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return LooksLikeFormula(text);
}

}  // namespace

std::string CsvText(const std::string& text) {
  return CsvField(NeedsGuard(text) ? "'" + text : text);
}

std::string WithoutGuard(std::string field) {
  if (field.starts_with('\'') && NeedsGuard(field)) field.erase(0, 1);
  return field;
}

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::vector<std::vector<std::string>> ParseCsv(std::string_view text) {
  return CsvParser(text).Parse();
}

}  // namespace quantbench
