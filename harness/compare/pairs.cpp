// SPDX-License-Identifier: Apache-2.0
// Rows by their ids, or by what is left of those without the network.
#include "compare/pairs.h"

#include <algorithm>
#include <filesystem>

namespace quantbench {
namespace {

// The id of the same case in a scenario with one network.
std::string SettingOf(const Row& row) {
  return row.network.empty() ? row.case_id : row.case_id.substr(row.network.size() + 1);
}

std::string NameOf(const Row& row) { return row.network.empty() ? row.model : row.network; }

std::string IdOf(const Row& base, const Row& changed) {
  if (base.network.empty() && changed.network.empty()) return base.case_id;
  return NameOf(base) + "->" + NameOf(changed) + "/" + SettingOf(base);
}

std::vector<const Row*> WithSetting(const std::string& setting, const Results& results) {
  std::vector<const Row*> found;
  for (const Row& row : results.rows) {
    // An edited file may hold any id and network.
    const bool whole = row.network.empty() || row.case_id.starts_with(row.network + "/");
    if (whole && SettingOf(row) == setting) found.push_back(&row);
  }
  return found;
}

bool AreOneFile(const LoadedResults& a, const LoadedResults& b) {
  std::error_code ignored;
  return a.file == b.file || std::filesystem::equivalent(a.file, b.file, ignored);
}

}  // namespace

std::vector<PairedRows> PairsById(const Results& base, const Results& changed) {
  std::vector<PairedRows> pairs;
  for (const Row& row : base.rows)
    pairs.push_back({.id = row.case_id, .base = &row, .changed = changed.Find(row.case_id)});
  for (const Row& row : changed.rows) {
    if (base.Find(row.case_id) == nullptr)
      pairs.push_back({.id = row.case_id, .base = nullptr, .changed = &row});
  }
  return pairs;
}

std::vector<PairedRows> PairsAcrossModels(const LoadedResults& base, const LoadedResults& changed) {
  std::vector<PairedRows> pairs;
  const bool one_file = AreOneFile(base, changed);
  for (const Row& row : base.results.rows) {
    if (!row.network.empty() && !row.case_id.starts_with(row.network + "/")) continue;
    std::vector<const Row*> others = WithSetting(SettingOf(row), changed.results);
    if (one_file) {
      const auto self = std::ranges::find(others, row.case_id, &Row::case_id);
      if (self != others.end()) others.erase(others.begin(), self + 1);
    } else if (others.size() > 1) {
      std::erase_if(others, [&](const Row* other) { return NameOf(*other) == NameOf(row); });
    } else if (others.empty()) {
      pairs.push_back({.id = row.case_id, .base = &row, .changed = nullptr});
    }
    for (const Row* const other : others)
      pairs.push_back({.id = IdOf(row, *other), .base = &row, .changed = other});
  }
  for (const Row& row : changed.results.rows) {
    if (!one_file && WithSetting(SettingOf(row), base.results).empty())
      pairs.push_back({.id = row.case_id, .base = nullptr, .changed = &row});
  }
  return pairs;
}

}  // namespace quantbench
