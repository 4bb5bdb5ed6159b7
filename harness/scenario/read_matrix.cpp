// SPDX-License-Identifier: Apache-2.0
// The key `matrix`: the dimensions, and the patterns that take cases out and in.
#include <algorithm>
#include <array>
#include <set>

#include "scenario/sections.h"
#include "support/number_text.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

constexpr auto kMatrixKeys = [] {
  constexpr std::string_view kOthers[] = {"zip", "defaults", "exclude", "include"};
  std::array<std::string_view, kDimensionKeys.size() + std::size(kOthers)> keys;
  const auto end = std::copy(kDimensionKeys.begin(), kDimensionKeys.end(), keys.begin());
  std::copy(std::begin(kOthers), std::end(kOthers), end);
  return keys;
}();

constexpr size_t kMaxCases = 10000;  // each takes seconds: beyond this a number is mistyped

constexpr std::string_view kOtherPrecisions =
    " (weights of 2 to 7 bits are int8 with weight_bits; there is no fp16)";

// One value of a dimension, by its type.
template <typename Member, typename Value>
bool ReadValue(const Dimension<Member>& dimension, const Node* node, Reader& reader, Value& value) {
  if constexpr (std::is_same_v<Value, int>) {
    return reader.ReadInteger(
        node, {dimension.traits.least, dimension.traits.most, dimension.traits.hint}, value);
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return reader.ReadIdentifier(node, value);
  } else if constexpr (NamedValue<Value>) {
    std::string name;
    const std::string_view advice = std::is_same_v<Value, Precision> ? kOtherPrecisions : "";
    if (!reader.ReadName(node, {.known = ChoicesOf<Value>(), .advice = advice}, name)) return false;
    value = *ValueNamed<Value>(name);
    return true;
  } else if constexpr (std::is_same_v<Value, Techniques>) {
    return ReadTechniques(node, reader, value);
  } else if constexpr (std::is_same_v<Value, Layers>) {
    return ReadLayers(node, reader, value);
  } else {
    return ReadObserver(node, reader, value);
  }
}

void CheckQConfigStandsAlone(const Mapping& mapping, Reader& reader) {
  const Node* const qconfig = mapping.Find("qconfig");
  if (qconfig == nullptr) return;
  std::string all, given;
  ForEachDimension([&](const auto& dimension) {
    if (!dimension.traits.set_by_qconfig) return;
    all.append(all.empty() ? "" : " and ").append(dimension.key);
    if (given.empty() && mapping.Find(dimension.key) != nullptr) given = dimension.key;
  });
  if (given.empty()) return;
  reader.Report(*qconfig, "stands in place of " + all + ", but " + given +
                              " is given as well; remove one of the two, or "
                              "add the other cases with `include`");
}

// A value of `exclude` that the matrix doesn't have is a typing error.
template <typename Member, typename Value>
bool CheckIsInMatrix(const Dimension<Member>& dimension, const Matrix& matrix, const Node& node,
                     const Value& value, Reader& reader) {
  const auto& list = dimension.of(matrix);
  if (std::find(list.begin(), list.end(), value) != list.end()) return true;
  std::vector<std::string> texts;
  for (const Value& known : list) texts.push_back(TextOf(known));
  const std::vector<std::string_view> known(texts.begin(), texts.end());
  const std::string text = TextOf(value);
  reader.Report(node, Quoted(text) + " is not in matrix." + std::string(dimension.key) +
                          ", so it excludes nothing; there: " + Join(known) +
                          DidYouMean(text, known));
  return false;
}

// Replaces each pattern by one for each value. Ends early where that is too many for a scenario:
// the caller reports it.
template <typename Member, typename Value>
void Multiply(const Dimension<Member>& dimension, const std::vector<Value>& values,
              std::vector<CasePattern>& patterns) {
  std::vector<CasePattern> product;
  for (const CasePattern& pattern : patterns) {
    for (const Value& value : values) {
      if (product.size() > kMaxCases) break;
      product.push_back(pattern);
      dimension.of(product.back()) = value;
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
    matrix_.network.clear();
    for (const Network& network : scenario_.networks) matrix_.network.push_back(network.id);
    ReadDefaults();
    for (const Node* group : reader_.Items(mapping_.Find("zip"), /*may_be_empty=*/true)) {
      ReadZipGroup(group);
    }
    if (!zipped_.contains("backend") && !matrix_.defaults.backend) {
      mapping_.Require("backend", "the names of one or more backends");
    }
    ForEachDimension([&](const auto& dimension) {
      if (zipped_.contains(dimension.key)) return ReportTwice(dimension.key);
      const auto& standard = dimension.of(matrix_.defaults);
      if (mapping_.Find(dimension.key) == nullptr && standard) dimension.of(matrix_) = {*standard};
      ReadDimension(dimension);
    });
    CheckNumberOfCases();
    CheckQConfigStandsAlone(mapping_, reader_);
    ReadPatterns("exclude", matrix_.exclude);
    ReadPatterns("include", matrix_.include);
  }

 private:
  template <typename Member, typename Value>
  bool ReadItem(const Dimension<Member>& dimension, const Node* item, Value& value) {
    if constexpr (std::is_same_v<Value, std::string>) {
      if (dimension.key == "backend") return ReadBackend(item, reader_, scenario_, value);
      if (dimension.key == "network") return ReadNetworkName(item, value);
    }
    return ReadValue(dimension, item, reader_, value);
  }

  // One that `model` has.
  bool ReadNetworkName(const Node* item, std::string& value) {
    std::vector<std::string_view> known;
    for (const Network& network : scenario_.networks) known.push_back(network.name);
    std::string name;
    if (!reader_.ReadName(item, {.known = known, .advice = "; they are those of model"}, name))
      return false;
    value =
        scenario_.networks[static_cast<size_t>(std::ranges::find(known, name) - known.begin())].id;
    return true;
  }

  template <typename Member>
  void ReadDimension(const Dimension<Member>& dimension) {
    const Node* const node = mapping_.Find(dimension.key);
    auto& list = dimension.of(matrix_);
    const bool good = reader_.ReadList(node, list, [&](const Node* item, auto& value) {
      return ReadItem(dimension, item, value);
    });
    if (good || (node == nullptr && !list.empty())) good_dimensions_.insert(dimension.key);
  }

  void ReadDefaults() {
    const Mapping defaults(mapping_.Find("defaults"), {.known = kDimensionKeys},
                           reader_.mistakes());
    ForEachDimension([&](const auto& dimension) {
      typename std::remove_cvref_t<decltype(dimension)>::Value value{};
      const Node* const node = defaults.Find(dimension.key);
      if (node != nullptr && ReadItem(dimension, node, value))
        dimension.of(matrix_.defaults) = value;
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
    ForEachDimension([&](const auto& dimension) {
      const Node* const list = group.Find(dimension.key);
      if (list == nullptr) return;
      const std::vector<const Node*> items = reader_.Items(list);
      if (!steps.empty() && items.size() != steps.size()) {
        reader_.Report(*list, CountText(items.size(), "value") +
                                  "; lists in a zip group advance together, and the one "
                                  "before has " +
                                  std::to_string(steps.size()));
        return;
      }
      steps.resize(items.size());
      dimension.of(matrix_).clear();
      for (size_t i = 0; i < items.size(); ++i) {
        typename std::remove_cvref_t<decltype(dimension)>::Value value{};
        if (!ReadItem(dimension, items[i], value)) continue;
        dimension.of(steps[i]) = value;
        dimension.of(matrix_).push_back(value);
      }
      if (!zipped_.insert(dimension.key).second) {
        reader_.Report(*list, std::string(dimension.key) + " is in another zip group already");
      }
      good_dimensions_.insert(dimension.key);
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
    ForEachDimension([&](const auto& dimension) {
      if (!zipped_.contains(dimension.key)) cases *= dimension.of(matrix_).size();
    });
    if (cases > kMaxCases) {
      reader_.Report(*mapping_.node(), CountText(cases, "case") + "; at most " +
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
    ForEachDimension([&](const auto& dimension) {
      std::vector<typename std::remove_cvref_t<decltype(dimension)>::Value> values;
      reader_.ReadList(mapping.Find(dimension.key), values, [&](const Node* item, auto& value) {
        return ReadItem(dimension, item, value) &&
               (!is_exclude || !good_dimensions_.contains(dimension.key) ||
                CheckIsInMatrix(dimension, matrix_, *item, value, reader_));
      });
      if (!values.empty()) Multiply(dimension, values, patterns);
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
