// SPDX-License-Identifier: Apache-2.0
// What a plugin tells of a model that it prepared, whatever was done with it then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/field.h"

namespace quantbench {

struct Preparation {
  // Nodes of the model that the backend runs as naive defaults, where it tells.
  std::optional<int64_t> fallback_nodes;
};

template <>
struct Fields<Preparation> {
  static constexpr std::tuple kAll{
      Field("fallback_nodes", &Preparation::fallback_nodes, {.column = 36})};
};

// A remark is what a backend did that isn't forbidden, but worth knowing: it becomes part of its
// rows' detail. The same is said once, whoever saw it.
inline void AddRemark(std::string& detail, const std::string& remark) {
  if (remark.empty() || detail.find(remark) != std::string::npos) return;
  detail += (detail.empty() ? "" : "; ") + remark;
}
inline void AddRemark(std::optional<std::string>& detail, const std::string& remark) {
  if (!remark.empty()) AddRemark(detail ? *detail : detail.emplace(), remark);
}

}  // namespace quantbench
