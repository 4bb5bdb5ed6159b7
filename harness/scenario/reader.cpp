// SPDX-License-Identifier: Apache-2.0
// Scalars, lists and mappings out of nodes.
#include "scenario/reader.h"

#include <charconv>
#include <cmath>
#include <map>

#include "scenario/expand.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

constexpr size_t kLongestIdentifier = 100;  // of a file name's 255 bytes

// Locale-independent and never in scientific notation.
template <typename Number>
std::string Print(Number value) {
  char digits[400];
  std::to_chars_result result;
  if constexpr (std::is_floating_point_v<Number>) {
    result = std::to_chars(digits, digits + sizeof(digits), value, std::chars_format::fixed);
  } else {
    result = std::to_chars(digits, digits + sizeof(digits), value);
  }
  return std::string(digits, result.ptr);
}

template <typename Number>
std::string ExpectedNumber(std::string_view kind, Limits<Number> limits) {
  std::string expected(kind);
  if (limits.max == std::numeric_limits<Number>::max()) {
    expected += " of at least " + Print(limits.min);
  } else {
    expected += " from " + Print(limits.min) + " to " + Print(limits.max);
  }
  if (!limits.meaning.empty()) expected.append(" (").append(limits.meaning).append(")");
  return expected;
}

// The whole text or nothing.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// YAML 1.1 reads 010 as eight: refused rather than guessed.
bool HasLeadingZero(std::string_view digits) {
  if (digits.starts_with('-')) digits.remove_prefix(1);
  return digits.size() > 1 && digits[0] == '0';
}

bool IsIdentifierCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Points at the variable itself where the text stands in the file as it is.
Place PlaceInside(const Node& node, size_t offset) {
  Place place = node.place;
  place.column += static_cast<int>(offset) + (node.quoted ? 1 : 0);
  const std::string_view found = std::string_view(node.place.source->text).substr(Offset(place));
  const std::string_view wanted = std::string_view(node.text).substr(offset);
  return found.starts_with(wanted.substr(0, 2)) ? place : node.place;
}

}  // namespace

Mapping::Mapping(const Node* node, const Names& keys, Mistakes& mistakes) : mistakes_(mistakes) {
  if (node == nullptr) return;
  if (node->kind != Node::Kind::kMapping) {
    mistakes.Add(
        node->place, node->path,
        "expected a mapping with the keys " + Join(keys.known) + "; found " + Describe(*node));
    return;
  }
  node_ = node;
  std::map<std::string_view, const Entry*> seen;
  for (const Entry& entry : node->entries) {
    const auto [first, is_new] = seen.emplace(entry.key, &entry);
    if (!is_new) {
      const Place& earlier = first->second->place;
      const bool same_file = earlier.source == entry.place.source;
      mistakes.Add(entry.place, entry.value.path,
                   "duplicate key; it stands in line " + std::to_string(earlier.line + 1) +
                       (same_file ? "" : " of " + earlier.source->label) + " already");
    } else if (!Contains(keys.known, entry.key)) {
      mistakes.Add(entry.place, entry.value.path,
                   "unknown key; allowed: " + Join(keys.known) + DidYouMean(entry.key, keys.known));
      mistyped_.push_back(Nearest(entry.key, keys.known));
    }
  }
}

const Node* Mapping::Find(std::string_view key) const {
  return node_ == nullptr ? nullptr : node_->Find(key);
}

bool Mapping::IsMistyped(std::string_view key) const {
  return std::find(mistyped_.begin(), mistyped_.end(), key) != mistyped_.end();
}

const Node* Mapping::Require(std::string_view key, std::string_view expected) const {
  const Node* found = Find(key);
  if (found == nullptr && node_ != nullptr && !IsMistyped(key)) {
    const std::string path = node_->path.empty() ? "" : node_->path + ".";
    mistakes_.Add(node_->owner_place, path + std::string(key),
                  "missing; expected " + std::string(expected));
  }
  return found;
}

void Reader::Report(const Node& node, std::string_view message) {
  mistakes_.Add(node.place, node.path, message);
}

void Reader::ReportUnexpected(const Node& node, std::string_view expected, const Scalar& found) {
  std::string message = "expected " + std::string(expected) + "; found ";
  if (found.is_text) message += "the quoted text ";
  message += Quoted(found.text);
  if (found.text != node.text) message += " (from " + Quoted(node.text) + ")";
  Report(node, message);
}

void Reader::ReportDuplicate(const Node& node) {
  std::string message = "duplicate entry";
  if (!node.text.empty()) message.append(" ").append(Quoted(node.text));
  Report(node, message);
}

std::optional<Reader::Scalar> Reader::ReadScalar(const Node* node, std::string_view expected) {
  if (node == nullptr) return std::nullopt;
  if (node->kind != Node::Kind::kText) {
    Report(*node, "expected " + std::string(expected) + "; found " + Describe(*node));
    return std::nullopt;
  }
  const Expansion expansion = ExpandVariables(node->text);
  for (const Expansion::Mistake& mistake : expansion.mistakes) {
    mistakes_.Add(PlaceInside(*node, mistake.offset), node->path, mistake.message);
  }
  if (!expansion.mistakes.empty()) return std::nullopt;
  return Scalar{.text = expansion.text,
                .is_text = node->quoted && !expansion.has_variable,
                .begins_with_environment = expansion.begins_with_environment};
}

std::optional<int64_t> Reader::Integer64(const Node* node, Limits<int64_t> limits) {
  const std::string expected = ExpectedNumber("an integer", limits);
  const std::optional<Scalar> scalar = ReadScalar(node, expected);
  if (!scalar) return std::nullopt;
  const std::optional<int64_t> value = ParseNumber<int64_t>(scalar->text);
  if (scalar->is_text || !value || HasLeadingZero(scalar->text) || *value < limits.min ||
      *value > limits.max) {
    ReportUnexpected(*node, expected, *scalar);
    return std::nullopt;
  }
  return value;
}

std::optional<double> Reader::Double(const Node* node, Limits<double> limits) {
  const std::string expected = ExpectedNumber("a number", limits);
  const std::optional<Scalar> scalar = ReadScalar(node, expected);
  if (!scalar) return std::nullopt;
  const std::optional<double> value = ParseNumber<double>(scalar->text);
  // The comparison is false for a NaN.
  if (scalar->is_text || !value || !(*value >= limits.min && *value <= limits.max)) {
    ReportUnexpected(*node, expected, *scalar);
    return std::nullopt;
  }
  return value;
}

bool Reader::ReadText(const Node* node, std::string& target) {
  const std::optional<Scalar> scalar = ReadScalar(node, "a text");
  if (!scalar) return false;
  if (scalar->text.empty()) {
    ReportUnexpected(*node, "a text", *scalar);
    return false;
  }
  target = scalar->text;
  return true;
}

bool IsIdentifier(std::string_view text) {
  return !text.empty() && text.size() <= kLongestIdentifier && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), IsIdentifierCharacter);
}

bool Reader::ReadIdentifier(const Node* node, std::string& target) {
  const std::string expected = "a name of letters, digits, '_', '.' and '-', at most " +
                               std::to_string(kLongestIdentifier) + " of them";
  const std::optional<Scalar> scalar = ReadScalar(node, expected);
  if (!scalar) return false;
  const std::string& text = scalar->text;
  if (!IsIdentifier(text)) {
    ReportUnexpected(*node, expected, *scalar);
    return false;
  }
  target = text;
  return true;
}

bool Reader::ReadName(const Node* node, const Names& names, std::string& target) {
  const std::optional<Scalar> scalar = ReadScalar(node, "a name; " + Allowed({}, names.known));
  if (!scalar) return false;
  if (Contains(names.known, scalar->text)) {
    target = scalar->text;
    return true;
  }
  Report(*node, Quoted(scalar->text) + " is unknown; " + Allowed(scalar->text, names.known) +
                    std::string(names.advice));
  return false;
}

bool Reader::ReadPath(const Node* node, std::filesystem::path& target) {
  const std::optional<Scalar> scalar = ReadScalar(node, "a path");
  if (!scalar) return false;
  if (scalar->text.empty()) {
    ReportUnexpected(*node, "a path", *scalar);
    return false;
  }
  // An absolute path replaces the folder before it.
  target = scalar->begins_with_environment ? std::filesystem::path(scalar->text)
                                           : node->place.source->folder / scalar->text;
  return true;
}

bool Reader::ReadSwitch(const Node* node, std::string_view expected, bool& target) {
  if (node == nullptr || node->kind == Node::Kind::kMapping) return false;
  constexpr std::string_view kWords[] = {"on", "off", "true", "false"};
  const std::optional<Scalar> scalar = ReadScalar(node, expected);
  if (!scalar) return false;
  const auto word = std::find(std::begin(kWords), std::end(kWords), scalar->text);
  if (scalar->is_text || word == std::end(kWords)) {
    ReportUnexpected(*node, expected, *scalar);
    return false;
  }
  target = *word == "on" || *word == "true";
  return true;
}

std::vector<const Node*> Reader::Items(const Node* node, bool may_be_empty) {
  if (node == nullptr) return {};
  // All entries of exclude commented out leave nothing.
  if (may_be_empty && node->kind == Node::Kind::kNothing) return {};
  if (node->kind != Node::Kind::kList) return {node};
  if (node->items.empty() && !may_be_empty) Report(*node, "the list is empty; expected an entry");
  std::vector<const Node*> items;
  for (const Node& item : node->items) items.push_back(&item);
  return items;
}

}  // namespace quantbench::yaml
