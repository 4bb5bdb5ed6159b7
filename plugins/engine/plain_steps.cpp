// SPDX-License-Identifier: Apache-2.0
// Functions of one element, products, and channels moved around, pixel by pixel.
#include "plain_steps.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "cap_step.h"
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

// Bytes by table.
class TableStep : public Step {
 public:
  TableStep(const Kernels& kernels, const uint8_t* table, const Value& x, const Value& y)
      : kernels_(kernels), table_(table), x_(x), y_(y) {}

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      const bool dense = x_.stride == y_.stride;  // then padding is looked up as well
      kernels_.table_u8({.x = work.state.At<const uint8_t>(x_, image) + first * x_.stride,
                         .y = work.state.At<uint8_t>(y_, image) + first * y_.stride,
                         .rows = dense ? 1 : last - first,
                         .count = dense ? (last - first) * y_.stride : y_.channels,
                         .x_step = x_.stride,
                         .y_step = y_.stride,
                         .table = table_});
    });
  }

 private:
  const Kernels& kernels_;
  const uint8_t* table_;
  const Value& x_;
  const Value& y_;
};

std::optional<Function> KernelOf(qb_op op) {
  switch (op) {
    case QB_CLIP:
      return Function::kClip;
    case QB_HARD_SIGMOID:
      return Function::kHardSigmoid;
    case QB_HARD_SWISH:
      return Function::kHardSwish;
    case QB_SIGMOID:
      return Function::kSigmoid;
    case QB_SILU:
      return Function::kSilu;
    default:
      return std::nullopt;
  }
}

class FunctionStep : public Step {
 public:
  FunctionStep(const Kernels& kernels, const qb_node& node, const Value& x, const Value& y)
      : kernels_(kernels), node_(node), x_(x), y_(y) {
    if (x.stride == y.stride && y.stride % 16 == 0) function_ = KernelOf(node.op);
  }

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      const float* const x = work.state.At<const float>(x_, image);
      float* const y = work.state.At<float>(y_, image);
      if (function_) {
        return kernels_.function_f32({.x = x + first * x_.stride,
                                      .y = y + first * y_.stride,
                                      .count = (last - first) * y_.stride,
                                      .function = *function_,
                                      .parameters = {node_.parameters[0], node_.parameters[1]}});
      }
      for (int64_t p = first; p < last; ++p)
        for (int64_t c = 0; c < y_.channels; ++c)
          y[p * y_.stride + c] =
              plugin::UnaryFunction(node_.op, node_.parameters, x[p * x_.stride + c]);
    });
  }

 private:
  const Kernels& kernels_;
  const qb_node& node_;
  const Value& x_;
  const Value& y_;
  std::optional<Function> function_;
};

// Elements with elements, or all pixels of a with the one of b.
class FloatProductStep : public Step {
 public:
  FloatProductStep(const qb_node& node, const Value& a, const Value& b, const Value& y)
      : a_(a), b_(b), y_(y), b_step_(b.pixels() == a.pixels() ? b.stride : 0) {
    FloatRange(node.activation, &lo_, &hi_);
  }

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      for (int64_t p = first; p < last; ++p) {
        const float* const a = work.state.At<const float>(a_, image) + p * a_.stride;
        const float* const b = work.state.At<const float>(b_, image) + p * b_step_;
        float* const y = work.state.At<float>(y_, image) + p * y_.stride;
        for (int64_t c = 0; c < y_.channels; ++c) y[c] = std::min(std::max(a[c] * b[c], lo_), hi_);
      }
    });
  }

 private:
  const Value& a_;
  const Value& b_;
  const Value& y_;
  int64_t b_step_;  // elements from one pixel's factors to the next one's
  float lo_ = 0, hi_ = 0;
};

// The same with bytes.
class ProductStep : public Step {
 public:
  ProductStep(const Kernels& kernels, const qb_node& node, const Value& a, const Value& b,
              const Value& y)
      : kernels_(kernels),
        a_(a),
        b_(b),
        y_(y),
        b_step_(b.pixels() == a.pixels() ? b.stride : 0),
        multiplier_(plugin::ProductMultiplier(a.scale(), b.scale(), y.scale())),
        stage_(StageOf(node.activation, y)) {
    const bool same = a.stride == y.stride && b.stride == y.stride && y.stride % 16 == 0;
    // Else rounding to an integer could overflow in the kernel.
    vectors_ = same && 255.0 * 255.0 * static_cast<double>(multiplier_) < 2147483000.0;
  }

  void Run(const Work& work) const override {
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      const uint8_t* const a = work.state.At<const uint8_t>(a_, image) + first * a_.stride;
      const uint8_t* const b = work.state.At<const uint8_t>(b_, image) + first * b_step_;
      uint8_t* const y = work.state.At<uint8_t>(y_, image) + first * y_.stride;
      if (vectors_) {
        return kernels_.mul_u8({.a = a,
                                .b = b,
                                .y = y,
                                .pixels = last - first,
                                .channels = static_cast<int32_t>(y_.stride),
                                .b_step = static_cast<int32_t>(b_step_),
                                .multiplier = multiplier_,
                                .a_zero = a_.zero_point(),
                                .b_zero = b_.zero_point(),
                                .stage = stage_});
      }
      const plugin::OutputRange range{.lo = stage_.lo, .hi = stage_.hi, .zero_point = stage_.zero};
      for (int64_t p = 0; p < last - first; ++p) {
        for (int64_t c = 0; c < y_.channels; ++c) {
          const int32_t product =
              (a[p * a_.stride + c] - a_.zero_point()) * (b[p * b_step_ + c] - b_.zero_point());
          y[p * y_.stride + c] = plugin::Emit(static_cast<float>(product) * multiplier_, range);
        }
      }
    });
  }

 private:
  const Kernels& kernels_;
  const Value& a_;
  const Value& b_;
  const Value& y_;
  int64_t b_step_;  // elements from one pixel's factors to the next one's
  float multiplier_;
  StageU8 stage_;
  bool vectors_ = false;
};

// Neighbouring channels of the input.
class SliceStep : public Step {
 public:
  SliceStep(const qb_node& node, const Value& x, const Value& y)
      : begin_(node.begin * x.element_bytes()), x_(x), y_(y) {}

  void Run(const Work& work) const override {
    const int64_t bytes = y_.element_bytes();
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      const std::byte* const x = work.state.At<const std::byte>(x_, image) + begin_;
      std::byte* const y = work.state.At<std::byte>(y_, image);
      for (int64_t p = first; p < last; ++p)
        std::memcpy(y + p * y_.stride * bytes, x + p * x_.stride * bytes,
                    static_cast<size_t>(y_.channels * bytes));
    });
  }

 private:
  int64_t begin_;  // bytes
  const Value& x_;
  const Value& y_;
};

// y[j * groups + i] = x[i * size + j]: the first channels of all groups, the second ones, ...
template <class T>
class ShuffleStep : public Step {
 public:
  ShuffleStep(const qb_node& node, const Value& x, const Value& y)
      : groups_(node.groups), x_(x), y_(y) {}

  void Run(const Work& work) const override {
    const int64_t size = y_.channels / groups_;
    ForEachPart(work, y_.pixels(), [&](int64_t image, int64_t first, int64_t last) {
      for (int64_t p = first; p < last; ++p) {
        const T* const x = work.state.At<const T>(x_, image) + p * x_.stride;
        T* const y = work.state.At<T>(y_, image) + p * y_.stride;
        if (groups_ == 2) {
          Interleave(x, x + size, size, y);
        } else {
          for (int64_t i = 0; i < groups_; ++i)
            for (int64_t j = 0; j < size; ++j) y[j * groups_ + i] = x[i * size + j];
        }
      }
    });
  }

 private:
  // By itself, so that the compiler sees what it can vectorise.
  static void Interleave(const T* __restrict a, const T* __restrict b, int64_t size,
                         T* __restrict y) {
    for (int64_t j = 0; j < size; ++j) {
      y[2 * j] = a[j];
      y[2 * j + 1] = b[j];
    }
  }

  int64_t groups_;
  const Value& x_;
  const Value& y_;
};

// Floats in the middle of a model to bytes.
class QuantizeStep : public Step {
 public:
  QuantizeStep(const qb_node& node, const Value& x, const Value& y)
      : x_(x), y_(y), range_(plugin::RangeOf(node.activation, *y.info)) {}

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

}  // namespace

std::unique_ptr<Step> MakePlainStep(const Kernels& kernels, const qb_model& model,
                                    const qb_node& node, const std::vector<const Value*>& inputs,
                                    const Value& y) {
  if (inputs[0] == nullptr) return nullptr;
  const Value& x = *inputs[0];
  if (plugin::IsUnary(node.op)) {
    const bool has_table = inputs.size() == 2 && inputs[1] == nullptr;
    if (!x.is_float() && !has_table) return nullptr;
    if (x.is_float()) return std::make_unique<FunctionStep>(kernels, node, x, y);
    const void* const table = model.tensors[node.inputs[1]]->data;
    return std::make_unique<TableStep>(kernels, static_cast<const uint8_t*>(table), x, y);
  }
  switch (node.op) {
    case QB_QUANTIZE:
      return std::make_unique<QuantizeStep>(node, x, y);
    case QB_CONCAT:
    case QB_ACTIVATION:
      return std::make_unique<RescaleStep>(kernels, node, inputs, y);
    case QB_MUL:
      if (inputs[1] == nullptr) return nullptr;
      if (x.is_float()) return std::make_unique<FloatProductStep>(node, x, *inputs[1], y);
      return std::make_unique<ProductStep>(kernels, node, x, *inputs[1], y);
    case QB_CAP:
      if (inputs.size() != 2 || inputs[1] != nullptr) return nullptr;
      return MakeCapStep(model.tensors[node.inputs[1]]->data, x, y);
    case QB_CHANNEL_SHUFFLE:
      if (x.is_float()) return std::make_unique<ShuffleStep<float>>(node, x, y);
      return std::make_unique<ShuffleStep<uint8_t>>(node, x, y);
    case QB_SLICE:
      return std::make_unique<SliceStep>(node, x, y);
    case QB_FLATTEN:
    case QB_RESHAPE:
      if (x.pixels() != 1 && y.pixels() != 1) return nullptr;
      return std::make_unique<ReorderStep>(x, y);
    case QB_MAX_POOL:
    case QB_AVG_POOL:
      return MakePoolStep(kernels, node, x, y);
    default:
      return nullptr;
  }
}

}  // namespace quantbench::engine
