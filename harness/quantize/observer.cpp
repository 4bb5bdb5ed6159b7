// SPDX-License-Identifier: Apache-2.0
// MinMax and the qparams formulas.
#include "quantize/observer.h"

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr float kEpsilon = 1.1920929e-07f;  // torch.finfo(torch.float32).eps

class MinMaxObserver : public Observer {
 public:
  void Observe(std::span<const float> batch) override {
    if (batch.empty()) return;
    const Range range = RangeOfValues(batch);
    min_ = std::min(min_, range.min);
    max_ = std::max(max_, range.max);
  }
  QParams ComputeQParams() const override { return AffineQuint8(min_, max_); }

 private:
  float min_ = 0.0f;  // the range always includes zero, so starting there changes nothing
  float max_ = 0.0f;
};

// Every observer, by the name that scenarios use.
constexpr struct {
  std::string_view name;
  std::unique_ptr<Observer> (*make)();
} kObservers[] = {
    {"minmax", [] { return std::unique_ptr<Observer>(std::make_unique<MinMaxObserver>()); }},
};

}  // namespace

std::unique_ptr<Observer> MakeObserver(const std::string& name) {
  std::string known;
  for (const auto& observer : kObservers) {
    if (observer.name == name) return observer.make();
    known += (known.empty() ? "" : ", ") + std::string(observer.name);
  }
  throw Error("there is no observer '" + name + "'; there are: " + known);
}

QParams AffineQuint8(float min, float max) {
  const float lo = std::min(min, 0.0f), hi = std::max(max, 0.0f);
  const float scale = std::max((hi - lo) / 255.0f, kEpsilon);
  const float zero_point = std::clamp(0.0f - std::nearbyintf(lo / scale), 0.0f, 255.0f);
  return {.scale = scale, .zero_point = static_cast<int32_t>(zero_point)};
}

float SymmetricQint8Scale(float min, float max) {
  const float lo = std::min(min, 0.0f), hi = std::max(max, 0.0f);
  return std::max(std::max(-lo, hi) / 127.5f, kEpsilon);
}

Range RangeOfValues(std::span<const float> values) {
  if (values.empty()) return {};
  Range range{.min = values[0], .max = values[0]};
  for (const float value : values) {  // branch-free, so that it vectorises
    range.min = value < range.min ? value : range.min;
    range.max = value > range.max ? value : range.max;
  }
  return range;
}

}  // namespace quantbench
