// SPDX-License-Identifier: Apache-2.0
// How much worse a result may be than its base: read from a small YAML file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantbench {

// A case is worse when it passes a limit and the difference is significant; better when it passes
// the limit in the other direction.
struct CaseLimits {
  double top1_drop_pp = 0.5;    // percentage points of Top-1 that may be lost
  double latency_ratio = 1.10;  // new / base
  double size_ratio = 1.01;     // new / base
  double alpha = 0.01;          // p-value up to which a difference isn't chance; 1: never chance
  // The scores of all images must be the base's to the bit.
  bool identical_outputs = false;
};

// Changes the limits of the cases whose id matches the glob; what it doesn't name stays.
struct BudgetEntry {
  std::string match;
  std::optional<double> top1_drop_pp, latency_ratio, size_ratio, alpha;
  std::optional<bool> identical_outputs;
};

struct Budget {
  CaseLimits limits;
  std::vector<BudgetEntry> cases;  // later entries win

  CaseLimits For(std::string_view case_id) const;
};

// Throws ScenarioError with every mistake located, as for scenarios.
Budget LoadBudget(const std::filesystem::path& file);

}  // namespace quantbench
