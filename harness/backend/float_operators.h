// SPDX-License-Identifier: Apache-2.0
// The reference's float operators in less time: the same bits, for calibration.
#pragma once

#include <string_view>

#include "backend/float_gemm.h"
#include "quantbench/plugin.hpp"

namespace quantbench {

// Convolutions and linear layers over float tensors are blocked for caches and registers;
// everything else is the naive operator. Each output is summed in the naive loops' order, so the
// bits are theirs, on every path and for any number of threads. One thing differs: what is padded
// adds 0 instead of nothing, so that a sum of nothing but zeros may be 0 where it was -0.
class FloatOperators : public plugin::Operators {
 public:
  static constexpr char kName[] = "float";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the reference's float operators, blocked";
  static constexpr const char* kIsas[] = {"avx512f", "avx2", "baseline", nullptr};
  // Throws Failure where this CPU can't run it.
  static void Probe(std::string_view isa) { PathOf(isa); }
  explicit FloatOperators(std::string_view isa) : path_(PathOf(isa)) {}

  void Conv(const plugin::Call& call) override;
  void Linear(const plugin::Call& call) override;

 private:
  static const GemmPath& PathOf(std::string_view isa);

  const GemmPath& path_;
};

}  // namespace quantbench
