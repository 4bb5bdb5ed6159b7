// SPDX-License-Identifier: Apache-2.0
// Typed reading of located nodes: every mistake is added to the list, none stops the reading.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/document.h"

namespace quantbench::yaml {

template <typename Number>
struct Limits {
  Number min;
  Number max;
  std::string_view meaning = {};  // for messages
};

// Names that are accepted.
struct Names {
  std::span<const std::string_view> known;
  std::string_view advice = {};  // behind them in messages
};

// Whether it can be part of a case id, a file name and a CSV cell.
bool IsIdentifier(std::string_view text);

// A mapping whose keys are all known. Reports unknown and duplicate keys and what isn't a mapping;
// then, or where the node is absent (nullptr), it reads as empty.
class Mapping {
 public:
  Mapping(const Node* node, const Names& keys, Mistakes& mistakes);

  const Node* Find(std::string_view key) const;
  // Whether an unknown key, which is reported, must be this one mistyped: that it is missing then
  // goes without saying.
  bool IsMistyped(std::string_view key) const;
  // Reports a missing key at the mapping that it is missing from, saying what is expected.
  const Node* Require(std::string_view key, std::string_view expected) const;
  // Where the mapping is in the text, or nullptr where it is absent or no mapping.
  const Node* node() const { return node_; }

 private:
  const Node* node_ = nullptr;
  std::vector<std::string_view> mistyped_;
  Mistakes& mistakes_;
};

// Each function returns true after setting `target`; false, leaving it as it was, where the node
// is absent (nullptr) or mistaken.
class Reader {
 public:
  explicit Reader(Mistakes& mistakes) : mistakes_(mistakes) {}

  template <typename Integer>
  bool ReadInteger(const Node* node, Limits<int64_t> limits, Integer& target) {
    const std::optional<int64_t> value = Integer64(node, limits);
    if (value) target = static_cast<Integer>(*value);
    return value.has_value();
  }
  template <typename Float>
  bool ReadNumber(const Node* node, Limits<double> limits, Float& target) {
    const std::optional<double> value = Double(node, limits);
    if (value) target = static_cast<Float>(*value);
    return value.has_value();
  }
  // Not empty.
  bool ReadText(const Node* node, std::string& target);
  // Letters, digits, '_', '.', '-': IsIdentifier.
  bool ReadIdentifier(const Node* node, std::string& target);
  bool ReadName(const Node* node, const Names& names, std::string& target);
  // A relative path belongs to the place where it was written: to the file's folder, or to the
  // current directory where it comes from an environment variable or the command line.
  bool ReadPath(const Node* node, std::filesystem::path& target);
  // on, off, true or false; false without a mistake where the node is a mapping. `expected` is what
  // the key takes, for messages.
  bool ReadSwitch(const Node* node, std::string_view expected, bool& target);

  // The entries of a list; a single value counts as a list of one. Reports an empty list unless
  // it may be empty.
  std::vector<const Node*> Items(const Node* node, bool may_be_empty = false);

  // All values of a list through `read(node, value)`, which returns false after a mistake; reports
  // duplicates. Returns false, leaving target as it was, if any value is mistaken.
  template <typename Value, typename Read>
  bool ReadList(const Node* node, std::vector<Value>& target, Read read) {
    std::vector<Value> values;
    const std::vector<const Node*> items = Items(node);
    for (const Node* item : items) {
      Value value{};
      if (!read(item, value)) continue;
      if (std::find(values.begin(), values.end(), value) == values.end()) {
        values.push_back(std::move(value));
      } else {
        ReportDuplicate(*item);
      }
    }
    if (values.empty() || values.size() != items.size()) return false;
    target = std::move(values);
    return true;
  }

  void Report(const Node& node, std::string_view message);
  Mistakes& mistakes() { return mistakes_; }

 private:
  struct Scalar {
    std::string text;
    bool is_text = false;  // quoted, without a variable: neither number nor switch
    bool begins_with_environment = false;
  };

  std::optional<Scalar> ReadScalar(const Node* node, std::string_view expected);
  std::optional<int64_t> Integer64(const Node* node, Limits<int64_t> limits);
  std::optional<double> Double(const Node* node, Limits<double> limits);
  void ReportUnexpected(const Node& node, std::string_view expected, const Scalar& found);
  void ReportDuplicate(const Node& node);

  Mistakes& mistakes_;
};

}  // namespace quantbench::yaml
