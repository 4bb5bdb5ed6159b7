// SPDX-License-Identifier: Apache-2.0
// The key `matrix`: the dimensions, and the patterns that take cases out and in.
#include <array>
#include <set>

#include "scenario/dimensions.h"
#include "scenario/names.h"
#include "scenario/qconfig.h"
#include "scenario/sections.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

constexpr std::string_view kDimensionKeys[] = {"backend",    "precision", "quantization",
                                               "qconfig",    "observer",  "granularity",
                                               "batch_size", "threads"};
constexpr std::string_view kMatrixKeys[] = {"backend",  "precision",   "quantization", "qconfig",
                                            "observer", "granularity", "batch_size",   "threads",
                                            "zip",      "defaults",    "exclude",      "include"};
constexpr std::string_view kBackendKeys[] = {"name", "file"};
constexpr auto kQConfigNames = [] {
  std::array<std::string_view, std::size(kQConfigs)> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = kQConfigs[i].name;
  return names;
}();

constexpr size_t kMaxCases = 10000;  // each takes seconds: beyond this a number is mistyped

// One value of the dimension `key`.
bool ReadValue(std::string_view key, const Node* node, Reader& reader, std::string& value) {
  if (key == "backend") return reader.ReadIdentifier(node, value);
  if (key == "precision") return reader.ReadName(node, {.known = names::kPrecisions}, value);
  if (key == "quantization") return reader.ReadName(node, names::kQuantizationNames, value);
  if (key == "granularity") return reader.ReadName(node, {.known = names::kGranularities}, value);
  if (key == "qconfig") return reader.ReadName(node, {.known = kQConfigNames}, value);
  return ReadObserver(node, reader, value);
}

bool ReadValue(std::string_view key, const Node* node, Reader& reader, int& value) {
  return reader.ReadInteger(node, {1, key == "batch_size" ? 4096 : 1024}, value);
}

// `qconfig` sets observer and granularity itself.
void CheckQConfigStandsAlone(const Mapping& mapping, Reader& reader) {
  const Node* const qconfig = mapping.Find("qconfig");
  if (qconfig == nullptr) return;
  for (const std::string_view key : {"observer", "granularity"}) {
    if (mapping.Find(key) == nullptr) continue;
    reader.Report(*qconfig, "stands in place of observer and granularity, but " + std::string(key) +
                                " is given as well; remove one of the two, or "
                                "add the other cases with `include`");
    return;
  }
}

// An entry of matrix.backend: a name, or {name: x, file: library}.
bool ReadBackend(const Node* node, Reader& reader, Scenario& scenario, std::string& name) {
  if (node->kind != Node::Kind::kMapping) return reader.ReadIdentifier(node, name);
  const Mapping mapping(node, {.known = kBackendKeys}, reader.mistakes());
  const bool has_name =
      reader.ReadIdentifier(mapping.Require("name", "the backend's name in the results"), name);
  const Node* file_node = mapping.Find("file");
  std::filesystem::path file;
  const bool has_file = reader.ReadPath(file_node, file);
  if (has_name && has_file) scenario.backend_files.emplace(name, file);
  return has_name && (has_file || file_node == nullptr);
}

std::string Print(const std::string& value) { return value; }
std::string Print(int value) { return std::to_string(value); }

// A value of `exclude` that the matrix doesn't have is a typing error.
template <typename Value>
bool CheckIsInMatrix(const Node& node, const Value& value, std::string_view key,
                     const std::vector<Value>& dimension, Reader& reader) {
  if (std::find(dimension.begin(), dimension.end(), value) != dimension.end()) return true;
  std::vector<std::string> printed;
  for (const Value& known : dimension) printed.push_back(Print(known));
  const std::vector<std::string_view> known(printed.begin(), printed.end());
  reader.Report(node, Quoted(Print(value)) + " is not in matrix." + std::string(key) +
                          ", so it excludes nothing; there: " + Join(known) +
                          DidYouMean(Print(value), known));
  return false;
}

// Replaces each pattern by one for each value. Ends early where that is too many for a scenario:
// the caller reports it.
template <typename Value>
void Multiply(std::vector<CasePattern>& patterns, std::optional<Value> CasePattern::*member,
              const std::vector<Value>& values) {
  std::vector<CasePattern> product;
  for (const CasePattern& pattern : patterns) {
    for (const Value& value : values) {
      if (product.size() > kMaxCases) break;
      product.push_back(pattern);
      product.back().*member = value;
    }
  }
  patterns = std::move(product);
}

class MatrixReader {
 public:
  MatrixReader(const Node* node, Reader& reader, Scenario& scenario)
      : mapping_(node, {.known = kMatrixKeys}, reader.mistakes()),
        reader_(reader),
        scenario_(scenario),
        matrix_(scenario.matrix) {}

  void Read() {
    ReadDefaults();
    for (const Node* group : reader_.Items(mapping_.Find("zip"), /*may_be_empty=*/true)) {
      ReadZipGroup(group);
    }
    if (!zipped_.contains("backend") && !matrix_.defaults.backend) {
      mapping_.Require("backend", "the names of one or more backends");
    }
    ForEachDimension([&](std::string_view key, auto dimension, auto wanted, auto) {
      if (zipped_.contains(key)) return ReportTwice(key);
      if (mapping_.Find(key) == nullptr && matrix_.defaults.*wanted) {
        matrix_.*dimension = {*(matrix_.defaults.*wanted)};
      }
      ReadDimension(mapping_.Find(key), key, matrix_.*dimension);
    });
    CheckNumberOfCases();
    CheckQConfigStandsAlone(mapping_, reader_);
    ReadPatterns("exclude", matrix_.exclude);
    ReadPatterns("include", matrix_.include);
  }

 private:
  template <typename Value>
  bool ReadItem(std::string_view key, const Node* item, Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
      if (key == "backend") return ReadBackend(item, reader_, scenario_, value);
    }
    return ReadValue(key, item, reader_, value);
  }

  template <typename Value>
  void ReadDimension(const Node* list, std::string_view key, std::vector<Value>& dimension) {
    const bool good = reader_.ReadList(list, dimension, [&](const Node* item, Value& value) {
      return ReadItem(key, item, value);
    });
    if (good || (list == nullptr && !dimension.empty())) good_dimensions_.insert(key);
  }

  void ReadDefaults() {
    const Mapping defaults(mapping_.Find("defaults"), {.known = kDimensionKeys},
                           reader_.mistakes());
    ForEachDimension([&](std::string_view key, auto, auto wanted, auto member) {
      auto value = CaseKey().*member;
      const Node* const node = defaults.Find(key);
      if (node != nullptr && ReadItem(key, node, value)) matrix_.defaults.*wanted = value;
    });
    CheckQConfigStandsAlone(defaults, reader_);
  }

  // Lists of one length, whose values belong together step by step; a step may hold what another
  // holds as well.
  void ReadZipGroup(const Node* node) {
    const Mapping group(node, {.known = kDimensionKeys}, reader_.mistakes());
    if (group.node() == nullptr) return;
    const int mistakes = reader_.mistakes().count();
    std::vector<CasePattern> steps;
    ForEachDimension([&](std::string_view key, auto dimension, auto wanted, auto member) {
      const Node* const list = group.Find(key);
      if (list == nullptr) return;
      const std::vector<const Node*> items = reader_.Items(list);
      if (!steps.empty() && items.size() != steps.size()) {
        reader_.Report(*list, std::to_string(items.size()) +
                                  " values; lists in a zip group advance together, and the one "
                                  "before has " +
                                  std::to_string(steps.size()));
        return;
      }
      steps.resize(items.size());
      (matrix_.*dimension).clear();
      for (size_t i = 0; i < items.size(); ++i) {
        auto value = CaseKey().*member;
        if (!ReadItem(key, items[i], value)) continue;
        steps[i].*wanted = value;
        (matrix_.*dimension).push_back(value);
      }
      if (!zipped_.insert(key).second) {
        reader_.Report(*list, std::string(key) + " is in another zip group already");
      }
      good_dimensions_.insert(key);
    });
    CheckQConfigStandsAlone(group, reader_);
    if (steps.empty() && reader_.mistakes().count() == mistakes) {
      reader_.Report(*node, "expected lists of at least one of " + Join(kDimensionKeys));
    }
    if (reader_.mistakes().count() == mistakes) matrix_.zip.push_back(std::move(steps));
  }

  void ReportTwice(std::string_view key) {
    if (const Node* const list = mapping_.Find(key)) {
      reader_.Report(*list, std::string(key) + " is in a zip group as well; remove one of the two");
    }
  }

  void CheckNumberOfCases() {
    size_t cases = 1;
    for (const auto& steps : matrix_.zip) cases *= steps.size();
    ForEachDimension([&](std::string_view key, auto dimension, auto, auto) {
      if (!zipped_.contains(key)) cases *= (matrix_.*dimension).size();
    });
    if (cases > kMaxCases) {
      reader_.Report(*mapping_.node(), std::to_string(cases) + " cases; at most " +
                                           std::to_string(kMaxCases) + " can be asked for");
    }
  }

  void ReadPatterns(std::string_view key, std::vector<CasePattern>& target) {
    for (const Node* item : reader_.Items(mapping_.Find(key), /*may_be_empty=*/true)) {
      const std::vector<CasePattern> patterns = ReadPattern(item, key == "exclude");
      target.insert(target.end(), patterns.begin(), patterns.end());
      if (target.size() > kMaxCases) {
        reader_.Report(*item, "more than " + std::to_string(kMaxCases) + " combinations of values");
        return;
      }
    }
  }

  // One entry; a list of values in it stands for one pattern each.
  std::vector<CasePattern> ReadPattern(const Node* node, bool is_exclude) {
    const Mapping mapping(node, {.known = kDimensionKeys}, reader_.mistakes());
    if (mapping.node() == nullptr) return {};
    if (mapping.node()->entries.empty()) {
      reader_.Report(*node, "expected at least one of " + Join(kDimensionKeys) + "; found none");
    }
    if (!is_exclude) CheckQConfigStandsAlone(mapping, reader_);
    std::vector<CasePattern> patterns(1);
    ForEachDimension([&](std::string_view key, auto dimension, auto member, auto) {
      auto values = matrix_.*dimension;
      values.clear();
      reader_.ReadList(mapping.Find(key), values, [&](const Node* item, auto& value) {
        return ReadValue(key, item, reader_, value) &&
               (!is_exclude || !good_dimensions_.contains(key) ||
                CheckIsInMatrix(*item, value, key, matrix_.*dimension, reader_));
      });
      if (!values.empty()) Multiply(patterns, member, values);
    });
    return patterns;
  }

  Mapping mapping_;
  Reader& reader_;
  Scenario& scenario_;
  Matrix& matrix_;
  std::set<std::string_view> zipped_;  // dimensions of zip groups
  // Read without a mistake: only those are searched for typing errors of `exclude`, else one
  // mistake would be reported twice.
  std::set<std::string_view> good_dimensions_;
};

}  // namespace

void ReadMatrix(const Node* node, Reader& reader, Scenario& scenario) {
  MatrixReader(node, reader, scenario).Read();
}

}  // namespace quantbench::yaml
