// SPDX-License-Identifier: Apache-2.0
// Where the weights lie inside what training scripts save, and what their names have in front.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/checkpoint/pickle.h"

namespace quantbench {

// A dict of tensors inside a pickled object.
struct FoundDict {
  const pickle::Dict* dict = nullptr;
  std::string place;  // the keys that lead to it: "model_ema"; empty: the object itself
};

// The state dict in what was saved: the object itself, or the one under a key, such as "state_dict"
// (Lightning), "model" or, before these, "model_ema". Throws Error where there is none, or no
// telling which.
FoundDict FindStateDict(const pickle::Document& document);

// Whether a tensor of this name is no weight: the counter of averaged models, and what
// quantisation-aware training and profilers add.
bool IsExtra(std::string_view name);

// What all these names begin with, up to a dot, and at least a layer and a parameter less than
// them: "module.", "_orig_mod.model.". Empty where they share nothing.
std::string CommonPrefix(const std::vector<std::string_view>& names);

}  // namespace quantbench
