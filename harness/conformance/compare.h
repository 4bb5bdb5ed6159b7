// SPDX-License-Identifier: Apache-2.0
// How near a plugin's values come to the reference's.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "conformance/model_builder.h"

namespace quantbench::conformance {

// How floats are compared.
enum class Floats {
  kNear,     // within 1e-4 of the largest magnitude
  kOrdered,  // the same numbers: whatever sign a zero has, whatever bits a NaN
  kBits      // no bit but NaN's may differ
};

// What a plugin owes in models of a precision.
Floats ComparisonOf(const Backend& backend, Precision precision);

// The first value that differs, in a sentence; empty where none does.
std::string Difference(Floats floats, std::span<const float> actual,
                       std::span<const float> expected);
// The same for one tensor's bytes.
std::string Difference(Floats floats, const qb_tensor& tensor, const std::vector<std::byte>& actual,
                       const std::vector<std::byte>& expected);
std::string BitDifference(std::span<const float> actual, std::span<const float> expected);

// What is left of a tolerant plugin's promises over some images.
class Agreement {
 public:
  Agreement(size_t classes, const Numerics& limits) : classes_(classes), limits_(limits) {}

  // Outputs [images, classes].
  void Add(std::span<const float> actual, std::span<const float> expected);

  bool Within() const;
  // "SQNR 41.3 dB (at least 30), Top-1 agreement 91.7% of 12 images (at least 90%)"
  std::string Describe() const;

 private:
  double SqnrDb() const;
  double Top1Percent() const;
  bool Agrees(std::span<const float> actual, std::span<const float> expected) const;

  size_t classes_;
  Numerics limits_;
  double signal_ = 0, noise_ = 0;
  int64_t images_ = 0, agreeing_ = 0;
  std::string misfit_;  // NaN or infinity on one side alone
};

}  // namespace quantbench::conformance
