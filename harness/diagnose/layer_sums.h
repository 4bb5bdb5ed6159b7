// SPDX-License-Identifier: Apache-2.0
// Sums and counts of one layer's output over images, and what they come to.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "graph/graph.h"
#include "record/diagnosis.h"

namespace quantbench {

// Sums of squares of a tensor, and of its difference from another.
struct Power {
  double signal = 0, noise = 0;
  void operator+=(const Power& other) {
    signal += other.signal;
    noise += other.noise;
  }
  double SqnrDb() const;
};

// Sums of squares of values, and of how two tensors differ: 64 at a time in eight floats, these in
// a double, whatever the machine's vectors are. Good for seven digits.
double SquareSum(std::span<const float> values);
double SquareSumOfDifferences(std::span<const float> a, std::span<const float> b);

class LayerSums {
 public:
  // Adds one image: what the float network computes, as [channels, ...] of a layer's output, and
  // what else became of it; empty where there is no such.
  struct Outputs {
    std::span<const float> reference, weights, activations, both, cumulative;
  };
  // `qparams`: of the output, nullptr where it is float.
  void AddImage(const Outputs& outputs, int64_t channels, const QParams* qparams);
  // Adds those of another image; its order decides the last bits.
  void Add(const LayerSums& other);

  // Whether the float network's values are numbers.
  bool IsFinite() const;

  LayerErrors Result(const QParams* qparams) const;

 private:
  struct Channel {
    Power both;
    float min = 0, max = 0;
  };
  double AddChannels(const Outputs& outputs, int64_t channels);
  void Count(std::span<const float> values, const QParams& qparams);

  int64_t values_ = 0, saturated_ = 0, zeros_ = 0;
  Power weights_, activations_, both_, cumulative_;
  bool has_weights_ = false, has_activations_ = false, has_both_ = false, has_cumulative_ = false;
  std::vector<Channel> channels_;
  std::array<int64_t, 64> histogram_{};
};

}  // namespace quantbench
