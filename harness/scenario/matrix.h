// SPDX-License-Identifier: Apache-2.0
// Expands a scenario's matrix into its cases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recipe/case.h"
#include "scenario/scenario.h"
#include "support/glob.h"

namespace quantbench {

// All cases in the order of the table of dimensions, backend outermost, without duplicates: what
// means nothing for fp32, for dynamic quantization or under a qconfig collapses.
// `exclude` removes what it matches in part; `include` is appended after it, each open dimension
// taken from `defaults`, else the first value of the matrix (an open precision is int8 where the
// pattern names what only int8 has). A case that is there already isn't added again. Patterns see
// collapsed cases: fp32 has no observer that could match. Throws Error if nothing is left.
std::vector<Case> ExpandMatrix(const Matrix& matrix);

// The cases of a network.
std::vector<Case> CasesOf(const Network& network, const std::vector<Case>& cases);
// What those need, and the float model wherever `expect` asks about it.
std::vector<Recipe> RecipesToBuild(const Network& network, const std::vector<Case>& cases);

// Globs on case ids.
struct CaseFilter {
  std::vector<std::string> only;  // keep what any of them matches; none: everything
  std::vector<std::string> skip;  // then leave out what any of them matches
};

// Throws Error: a glob that matches none of the cases (it is mistyped), or nothing left.
std::vector<Case> Filtered(std::vector<Case> cases, const CaseFilter& filter);

}  // namespace quantbench
