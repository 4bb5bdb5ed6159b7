// SPDX-License-Identifier: Apache-2.0
// The product of the matrix's dimensions, minus exclude, plus include.
#include "scenario/matrix.h"

#include <algorithm>
#include <set>

#include "scenario/dimensions.h"
#include "scenario/qconfig.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr std::string_view kFp32 = "fp32";

// Sets what the recipe stands for, and clears what means nothing for the case: fp32 has no
// quantization, dynamic quantization calibrates nothing, a given model is quantised already.
CaseKey Collapsed(CaseKey key) {
  if (const std::optional<QConfig> qconfig = FindQConfig(key.qconfig)) {
    key.observer = qconfig->observer;
    key.granularity = qconfig->granularity;
  }
  const bool fp32 = key.precision == kFp32;
  if (fp32) key.quantization = "none";
  if (fp32 || key.quantization == "given") key.granularity.clear();
  if (key.quantization != "static") {
    key.qconfig.clear();
    key.observer.clear();
  }
  return key;
}

bool Matches(const CasePattern& pattern, const CaseKey& key) {
  bool matches = true;
  ForEachDimension([&](std::string_view, auto, auto wanted, auto value) {
    matches = matches && (!(pattern.*wanted) || *(pattern.*wanted) == key.*value);
  });
  return matches;
}

void Apply(const CasePattern& step, CaseKey& key) {
  ForEachDimension([&](std::string_view, auto, auto wanted, auto member) {
    if (step.*wanted) key.*member = *(step.*wanted);
  });
}

// Each key once for each value.
template <typename Values, typename Set>
std::vector<CaseKey> Multiplied(const std::vector<CaseKey>& keys, const Values& values, Set set) {
  std::vector<CaseKey> longer;
  for (const CaseKey& key : keys) {
    for (const auto& value : values) {
      longer.push_back(key);
      set(value, longer.back());
    }
  }
  return longer;
}

// All combinations, the first dimension outermost; a zip group stands where its first dimension
// does.
std::vector<CaseKey> Product(const Matrix& matrix) {
  std::vector<CaseKey> keys(1);
  std::set<const std::vector<CasePattern>*> done;
  ForEachDimension([&](std::string_view, auto dimension, auto wanted, auto member) {
    const auto group = std::find_if(
        matrix.zip.begin(), matrix.zip.end(),
        [&](const std::vector<CasePattern>& steps) { return (steps.front().*wanted).has_value(); });
    if (group == matrix.zip.end()) {
      keys = Multiplied(keys, matrix.*dimension,
                        [&](const auto& value, CaseKey& key) { key.*member = value; });
    } else if (done.insert(&*group).second) {
      keys = Multiplied(keys, *group, Apply);
    }
  });
  return keys;
}

// The pattern's values, the rest from the defaults or the first values of the matrix. A pattern
// that leaves the precision open and names what only int8 has means int8.
CaseKey Completed(const CasePattern& pattern, const Matrix& matrix) {
  CaseKey key;
  ForEachDimension([&](std::string_view name, auto dimension, auto wanted, auto member) {
    if (pattern.*wanted) {
      key.*member = *(pattern.*wanted);
    } else if (matrix.defaults.*wanted) {
      key.*member = *(matrix.defaults.*wanted);
    } else if (!(matrix.*dimension).empty()) {
      key.*member = (matrix.*dimension).front();
    } else {
      throw Error("include leaves " + std::string(name) + " open, and matrix." + std::string(name) +
                  " is empty");
    }
  });
  const bool names_parts = pattern.observer || pattern.granularity;
  if (names_parts && !pattern.qconfig) key.qconfig.clear();
  if (!pattern.precision && (pattern.quantization || pattern.qconfig || names_parts)) {
    key.precision = "int8";
  }
  return key;
}

}  // namespace

std::string CaseId(const CaseKey& key) {
  std::string id = key.backend + "/" + key.precision;
  if (key.precision != kFp32) {
    id += "/" + key.quantization;
    if (!key.qconfig.empty()) {
      id += "/" + key.qconfig;
    } else {
      if (!key.observer.empty()) id += "/" + key.observer;
      if (!key.granularity.empty()) id += "/" + key.granularity;
    }
  }
  return id + "/b" + std::to_string(key.batch_size) + "/t" + std::to_string(key.threads);
}

std::vector<Case> ExpandMatrix(const Matrix& matrix) {
  std::vector<Case> cases;
  std::set<std::string> seen;
  const auto append = [&](const CaseKey& key) {
    Case added{.id = CaseId(key), .key = key};
    if (seen.insert(added.id).second) cases.push_back(std::move(added));
  };
  for (const CaseKey& open_key : Product(matrix)) {
    const CaseKey key = Collapsed(open_key);
    const bool excluded =
        std::any_of(matrix.exclude.begin(), matrix.exclude.end(),
                    [&](const CasePattern& pattern) { return Matches(pattern, key); });
    if (!excluded) append(key);
  }
  for (const CasePattern& pattern : matrix.include) append(Collapsed(Completed(pattern, matrix)));
  if (cases.empty()) {
    throw Error("exclude leaves no case of the matrix; remove an entry, or include a case");
  }
  return cases;
}

std::vector<Case> Filtered(std::vector<Case> cases, const CaseFilter& filter) {
  const auto require_match = [&](const std::string& option, const std::string& glob) {
    const bool matches = std::any_of(cases.begin(), cases.end(),
                                     [&](const Case& one) { return MatchesGlob(glob, one.id); });
    if (matches) return;
    throw Error(option + " '" + glob + "' matches no case; `quantbench plan` lists them");
  };
  const auto any_matches = [](const std::vector<std::string>& globs, const Case& one) {
    return std::any_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return MatchesGlob(glob, one.id); });
  };
  for (const std::string& glob : filter.only) require_match("--only", glob);
  for (const std::string& glob : filter.skip) require_match("--skip", glob);
  std::erase_if(cases, [&](const Case& one) {
    return (!filter.only.empty() && !any_matches(filter.only, one)) ||
           any_matches(filter.skip, one);
  });
  if (cases.empty()) throw Error("--only and --skip leave no case; `quantbench plan` lists them");
  return cases;
}

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0;
  // Where the last '*' stands, and up to where of the text it has been stretched.
  size_t star = std::string_view::npos, stretched = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      stretched = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++stretched;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace quantbench
