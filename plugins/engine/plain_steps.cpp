// SPDX-License-Identifier: Apache-2.0
// Functions of one element, products, and channels moved around, pixel by pixel.
#include "plain_steps.h"

#include <algorithm>
#include <numeric>

#include "conv_step.h"
#include "layout.h"
#include "quantbench/arithmetic.hpp"
#include "simple_steps.h"

namespace quantbench::engine {
namespace {

constexpr int64_t kPixelsPerTask = 1024;

// Calls body(image, first, last) for parts of each image's pixels.
template <class Body>
void ForEachPart(const Work& work, int64_t pixels, const Body& body) {
  const int64_t parts = (pixels + kPixelsPerTask - 1) / kPixelsPerTask;
  work.team.ForEach(work.images() * parts, [&](int64_t i, int /*worker*/) {
    const int64_t first = i % parts * kPixelsPerTask;
    body(work.first_image + i / parts, first, std::min(pixels, first + kPixelsPerTask));
  });
}

// T: uint8_t by table, or float.
template <class T>
class FunctionStep : public Step {
 public:
  FunctionStep(const qb_node& node, const uint8_t* table, const Value& x, const Value& y)
      : node_(node), table_(table), x_(x), y_(y) {}

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      for (int64_t p = first; p < last; ++p) {
        const T* const x = work.state.At<const T>(x_, image) + p * x_.stride;
        T* const y = work.state.At<T>(y_, image) + p * y_.stride;
        for (int64_t c = 0; c < y_.channels; ++c) {
          if constexpr (std::is_same_v<T, float>) {
            y[c] = plugin::UnaryFunction(node_.op, node_.parameters, x[c]);
          } else {
            y[c] = table_[x[c]];
          }
        }
      }
    });
  }

 private:
  const qb_node& node_;
  const uint8_t* table_;
  const Value& x_;
  const Value& y_;
};

// Elements with elements, or all pixels of a with the one of b.
template <class T>
class ProductStep : public Step {
 public:
  ProductStep(const qb_node& node, const Value& a, const Value& b, const Value& y)
      : a_(a), b_(b), y_(y), b_step_(b.pixels() == a.pixels() ? b.stride : 0) {
    if constexpr (std::is_same_v<T, float>) {
      FloatRange(node.activation, &lo_, &hi_);
    } else {
      multiplier_ = plugin::ProductMultiplier(a.scale(), b.scale(), y.scale());
      range_ = plugin::RangeOf(node.activation, y.scale(), y.zero_point());
    }
  }

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      for (int64_t p = first; p < last; ++p) {
        const T* const a = work.state.At<const T>(a_, image) + p * a_.stride;
        const T* const b = work.state.At<const T>(b_, image) + p * b_step_;
        T* const y = work.state.At<T>(y_, image) + p * y_.stride;
        for (int64_t c = 0; c < y_.channels; ++c) {
          if constexpr (std::is_same_v<T, float>) {
            y[c] = std::min(std::max(a[c] * b[c], lo_), hi_);
          } else {
            const int32_t product = (a[c] - a_.zero_point()) * (b[c] - b_.zero_point());
            y[c] = plugin::Emit(static_cast<float>(product) * multiplier_, range_);
          }
        }
      }
    });
  }

 private:
  const Value& a_;
  const Value& b_;
  const Value& y_;
  int64_t b_step_;  // elements from one pixel's factors to the next one's
  float multiplier_ = 0, lo_ = 0, hi_ = 0;
  plugin::OutputRange range_{};
};

// Channel c of the result is channel from[c] of the input: slices and shuffles.
template <class T>
class ChannelsStep : public Step {
 public:
  ChannelsStep(std::vector<int32_t> from, const Value& x, const Value& y)
      : from_(std::move(from)), x_(x), y_(y) {}

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      for (int64_t p = first; p < last; ++p) {
        const T* const x = work.state.At<const T>(x_, image) + p * x_.stride;
        T* const y = work.state.At<T>(y_, image) + p * y_.stride;
        for (size_t c = 0; c < from_.size(); ++c) y[c] = x[from_[c]];
      }
    });
  }

 private:
  std::vector<int32_t> from_;
  const Value& x_;
  const Value& y_;
};

// Floats in the middle of a model to bytes.
class QuantizeStep : public Step {
 public:
  QuantizeStep(const qb_node& node, const Value& x, const Value& y)
      : x_(x), y_(y), range_(plugin::RangeOf(node.activation, y.scale(), y.zero_point())) {}

  void Run(const Work& work) const override {
    const float scale = y_.scale();
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      for (int64_t p = first; p < last; ++p) {
        const float* const x = work.state.At<const float>(x_, image) + p * x_.stride;
        uint8_t* const y = work.state.At<uint8_t>(y_, image) + p * y_.stride;
        for (int64_t c = 0; c < y_.channels; ++c) y[c] = plugin::Emit(x[c] / scale, range_);
      }
    });
  }

 private:
  const Value& x_;
  const Value& y_;
  plugin::OutputRange range_;
};

// An image to a vector or back: elements in the model's order, [c,h,w].
class ReorderStep : public Step {
 public:
  ReorderStep(const Value& x, const Value& y) : x_(x), y_(y) {}

  void Run(const Work& work) const override {
    work.team.ForEach(work.images(), [&](int64_t i, int /*worker*/) {
      const int64_t image = work.first_image + i;
      const std::byte* const x = work.state.At<const std::byte>(x_, image);
      std::byte* const y = work.state.At<std::byte>(y_, image);
      y_.pixels() == 1 ? ToDenseBytes(x_, x, y) : FromDenseBytes(y_, x, y);
    });
  }

 private:
  const Value& x_;
  const Value& y_;
};

template <template <class> class StepOf, class... Arguments>
std::unique_ptr<Step> Make(bool is_float, Arguments&&... arguments) {
  if (is_float) return std::make_unique<StepOf<float>>(std::forward<Arguments>(arguments)...);
  return std::make_unique<StepOf<uint8_t>>(std::forward<Arguments>(arguments)...);
}

std::vector<int32_t> SourceChannels(const qb_node& node, const Value& y) {
  std::vector<int32_t> from(static_cast<size_t>(y.channels));
  std::iota(from.begin(), from.end(), node.op == QB_SLICE ? node.begin : 0);
  if (node.op == QB_SLICE) return from;
  const auto in_group = static_cast<int32_t>(y.channels) / node.groups;
  for (int32_t& c : from) c = c % node.groups * in_group + c / node.groups;
  return from;
}

}  // namespace

std::unique_ptr<Step> MakePlainStep(const qb_model& model, const qb_node& node,
                                    const std::vector<const Value*>& inputs, const Value& y) {
  if (inputs[0] == nullptr) return nullptr;
  const Value& x = *inputs[0];
  if (plugin::IsUnary(node.op)) {
    const bool has_table = inputs.size() == 2 && inputs[1] == nullptr;
    if (!x.is_float() && !has_table) return nullptr;
    const void* const table = has_table ? model.tensors[node.inputs[1]]->data : nullptr;
    return Make<FunctionStep>(x.is_float(), node, static_cast<const uint8_t*>(table), x, y);
  }
  switch (node.op) {
    case QB_QUANTIZE:
      return std::make_unique<QuantizeStep>(node, x, y);
    case QB_CONCAT:
    case QB_ACTIVATION:
      return std::make_unique<RescaleStep>(node, inputs, y);
    case QB_MUL:
      if (inputs[1] == nullptr) return nullptr;
      return Make<ProductStep>(x.is_float(), node, x, *inputs[1], y);
    case QB_CHANNEL_SHUFFLE:
    case QB_SLICE:
      return Make<ChannelsStep>(x.is_float(), SourceChannels(node, y), x, y);
    case QB_FLATTEN:
    case QB_RESHAPE:
      if (x.pixels() != 1 && y.pixels() != 1) return nullptr;
      return std::make_unique<ReorderStep>(x, y);
    case QB_MAX_POOL:
    case QB_AVG_POOL:
      return MakePoolStep(node, x, y);
    default:
      return nullptr;
  }
}

}  // namespace quantbench::engine
