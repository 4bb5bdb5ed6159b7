// SPDX-License-Identifier: Apache-2.0
// The table of models that every plugin must compute like the reference.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/model_builder.h"

namespace quantbench::conformance {

struct Case {
  std::string name;    // unique: group/shape
  std::string reason;  // why the group exists
  std::function<void(ModelBuilder&)> build;
  InputKind input = InputKind::kSpread;
};

// Small models of layers with weights and of additions alone.
std::vector<Case> WeightedCases();

// Convolutions of integers at their limits; integer models alone are special.
std::vector<Case> ExtremeCases();

// The same at the limits of activations of 7 bits.
std::vector<Case> LimitCases();

// Functions of one element, products, and operators that move channels.
std::vector<Case> FunctionCases();

// Concatenations in chains, side by side and inside each other.
std::vector<Case> ConcatCases();

// Those and all other operators: small models, one operator or a short chain each.
std::vector<Case> OperatorCases();

// Every distinct layer of MobileNetV2 1.0 at 224x224, by itself.
std::vector<Case> MobileNetV2LayerCases();

// Each kind of operator on activations of 16 bits, and what stands between them and eight bits.
std::vector<Case> SixteenBitCases();

// What dynamic quantisation is checked with: the weighted cases, whose float outputs are decided to
// the bit, and one layer of each kind on inputs that are difficult to find a range in.
std::vector<Case> DynamicCases();

}  // namespace quantbench::conformance
