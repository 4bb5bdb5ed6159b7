// SPDX-License-Identifier: Apache-2.0
// Observers: what calibration remembers of a tensor, and the qparams that follow from it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/quantized_graph.h"

namespace quantbench {

// Watches one activation tensor over all calibration batches. Memory does not grow with the number
// of batches.
class Observer {
 public:
  virtual ~Observer() = default;
  // One calibration batch of the tensor, finite, in file order: what depends on batches sees them
  // as PyTorch's does.
  virtual void Observe(std::span<const float> batch) = 0;
  // Affine quint8 qparams of all that was seen.
  virtual QParams ComputeQParams() const = 0;
};

// The observer that a scenario names; throws Error for an unknown name.
std::unique_ptr<Observer> MakeObserver(const std::string& name);

// scale = max((hi - lo) / 255, eps), zero_point = clamp(0 - rne(lo / scale), 0, 255), with lo =
// min(min, 0), hi = max(max, 0), in float32. (Source: PyTorch 1.13,
// torch.ao.quantization.observer.UniformQuantizationObserverBase._calculate_qparams,
// per_tensor_affine, quint8.)
QParams AffineQuint8(float min, float max);

// scale = max(max(-lo, hi) / 127.5, eps), zero point 0; lo and hi as above. (Source: the same,
// *_symmetric, qint8.)
float SymmetricQint8Scale(float min, float max);

struct Range {
  float min = 0.0f;
  float max = 0.0f;
};
// Smallest and largest value; both 0 for no values.
Range RangeOfValues(std::span<const float> values);

}  // namespace quantbench
