// SPDX-License-Identifier: Apache-2.0
// AdaRound: whether each weight is rounded up or down, learnt.
#pragma once

#include <cstdint>
#include <vector>

#include "quantize/rounding_problem.h"
#include "support/thread_pool.h"

namespace quantbench {

struct RoundingSettings {
  int steps = 1000;
  float rate = 0.02f;        // of Adam
  float regulariser = 0.1f;  // lambda
  float free_steps = 0.2f;   // the part of the steps before the regulariser comes in
  int most_beta = 20, least_beta = 2;
};

struct LearnedRounding {
  std::vector<int8_t> weights;          // [outputs, rows]
  double nearest_error = 0, error = 0;  // E of the problem, summed over the outputs
};

// Minimises  12 E + lambda * sum over all weights of 1 - |2 h - 1|^beta  over v by Adam, where
//   n = low + h,   h = clip(1.2 * sigmoid(v) - 0.1, 0, 1)
// and beta falls from 20 to 2 (integers, so that powers are products). (Source: M. Nagel et al.,
// "Up or Down? Adaptive Rounding for Post-Training Quantization", arXiv 2004.10568, equations 21 to
// 24; E's gradient is exact, over all samples at once.) Then h is rounded, single weights are
// turned over while that lessens E, and an output keeps what turning over alone makes of rounding
// to nearest where that is better. Float sums have the order of arithmetic.md: threads and ISA
// change no bit.
LearnedRounding LearnRounding(const RoundingProblem& problem, const RoundingSettings& settings,
                              const ThreadPool& pool);

}  // namespace quantbench
