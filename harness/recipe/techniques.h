// SPDX-License-Identifier: Apache-2.0
// The techniques of a recipe: a set, since their order is theirs and not the scenario's.
#pragma once

#include <compare>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "recipe/values.h"

namespace quantbench {

class Techniques {
 public:
  Techniques() = default;  // none
  Techniques(std::initializer_list<Technique> all) {
    for (const Technique technique : all) Add(technique);
  }

  void Add(Technique technique) { bits_ |= BitOf(technique); }
  bool Has(Technique technique) const { return (bits_ & BitOf(technique)) != 0; }
  bool empty() const { return bits_ == 0; }
  // Those that rewrite the float network.
  Techniques OfFloatGraph() const;

  auto operator<=>(const Techniques&) const = default;

 private:
  static uint32_t BitOf(Technique technique) { return 1u << static_cast<uint32_t>(technique); }

  uint32_t bits_ = 0;
};

inline constexpr std::string_view kNoTechnique = "none";

// "none", "cle", "cle+bias_correction": in the order in which they are applied.
std::string ToString(Techniques techniques);

// Reads that text, names in any order. Throws Error: an unknown name, one named twice, `none`
// beside another, or two that exclude each other.
Techniques ParseTechniques(std::string_view text);

}  // namespace quantbench
