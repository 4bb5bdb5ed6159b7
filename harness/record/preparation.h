// SPDX-License-Identifier: Apache-2.0
// What a plugin tells of a model that it prepared, whatever was done with it then.
#pragma once

#include <cstdint>
#include <optional>

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

}  // namespace quantbench
