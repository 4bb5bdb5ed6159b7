// SPDX-License-Identifier: Apache-2.0
// Names of cases without what all cases of the page have the same.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "record/row.h"

namespace quantbench::html {

class ShortNames {
 public:
  explicit ShortNames(std::span<const Row> rows);

  // Always with the number type: "fp32", "int8 per_tensor".
  std::string Recipe(const Row& row) const;
  // "x86_vnni int8 per_tensor, batch 4".
  std::string Case(const Row& row) const;

 private:
  CaseTexts Differing(const Row& row) const;

  std::set<std::string_view> same_;  // keys of dimensions
};

}  // namespace quantbench::html
