// SPDX-License-Identifier: Apache-2.0
// Finds the range of a batch with all threads and quantises with it.
#include "dynamic_steps.h"

#include <algorithm>

#include "simple_steps.h"

namespace quantbench::engine {
namespace {

constexpr int64_t kElementsPerTask = 1
                                     << 15;  // a multiple of the 64 bytes that QuantizeF32 handles

int64_t PartsOf(int64_t elements) { return (elements + kElementsPerTask - 1) / kElementsPerTask; }

plugin::DynamicRange& RangeOfWorker(const RunState& state, int worker) {
  return *reinterpret_cast<plugin::DynamicRange*>(state.ScratchOf(worker));
}

// NaN on either side wins.
void Join(const plugin::DynamicRange& other, plugin::DynamicRange& range) {
  const bool poisoned = !(range.lo == range.lo) || !(other.lo == other.lo);
  range.lo = std::min(range.lo, other.lo);
  range.hi = std::max(range.hi, other.hi);
  if (poisoned) range.lo = range.hi = std::numeric_limits<float>::quiet_NaN();
}

}  // namespace

// Part of `parts` of an image: whole pixels, without the channels of padding.
RangeF32 RangeStep::Part(const RunState& state, int64_t image, int64_t part, int64_t parts) const {
  const Value& x = input_.x;
  if (input_.from_host || x.stride == x.channels) {
    const int64_t count = x.channels * x.pixels();
    const float* const values =
        input_.from_host ? state.input + image * count : state.At<const float>(x, image);
    const int64_t first = count * part / parts;
    return {.x = values + first, .rows = 1, .count = count * (part + 1) / parts - first};
  }
  const int64_t first = x.pixels() * part / parts;
  return {.x = state.At<const float>(x, image) + first * x.stride,
          .rows = x.pixels() * (part + 1) / parts - first,
          .row_step = x.stride,
          .count = x.channels};
}

void RangeStep::Run(const Work& work) const {
  const int64_t parts = PartsOf(input_.x.elements());
  for (int w = 0; w < work.team.threads(); ++w) RangeOfWorker(work.state, w) = {};
  work.team.ForEach(work.images() * parts, [&](int64_t i, int worker) {
    RangeF32 range = Part(work.state, work.first_image + i / parts, i % parts, parts);
    input_.kernels.range_f32(range);
    Join({.lo = range.lo, .hi = range.hi}, RangeOfWorker(work.state, worker));
  });
  plugin::DynamicRange all;
  for (int w = 0; w < work.team.threads(); ++w) Join(RangeOfWorker(work.state, w), all);
  *size_.At(work.state, constants_).qparams = plugin::DynamicQParamsOf(all);
}

void DynamicQuantizeStep::Run(const Work& work) const {
  const RunConstants constants = size_.At(work.state, constants_);
  if (!constants.has_range()) return;  // the layer writes NaN whatever is here
  const plugin::DynamicQParams& q = *constants.qparams;
  const int64_t parts = PartsOf(y_.elements());
  work.team.ForEach(work.images() * parts, [&](int64_t i, int /*worker*/) {
    const int64_t image = work.first_image + i / parts;
    auto* const y = work.state.At<uint8_t>(y_, image);
    if (input_.from_host) {
      const StageU8 stage{.zero = q.zero_point, .lo = 0, .hi = 255};
      const int64_t first = y_.pixels() * (i % parts) / parts;
      const int64_t last = y_.pixels() * (i % parts + 1) / parts;
      QuantizePixels(input_.kernels, y_, q.scale, stage,
                     work.state.input + image * y_.channels * y_.pixels(), y, first, last);
    } else {
      const int64_t first = i % parts * kElementsPerTask;
      input_.kernels.quantize_f32({.x = work.state.At<const float>(input_.x, image) + first,
                                   .y = y + first,
                                   .count = std::min(kElementsPerTask, y_.elements() - first),
                                   .scale = q.scale,
                                   .zero_point = q.zero_point});
    }
  });
}

}  // namespace quantbench::engine
