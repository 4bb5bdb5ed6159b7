// SPDX-License-Identifier: Apache-2.0
// The steps beside convolutions: model input and output, addition, pooling, and whatever runs as
// the reference operator.
#pragma once

#include <memory>

#include "kernels.h"
#include "step.h"

namespace quantbench::engine {

// The run's float input to NHWC.
class ImportStep : public Step {
 public:
  explicit ImportStep(const Value& y) : y_(y) {}
  void Run(const Work& work) const override;

 private:
  const Value& y_;
};

// Pixels [first, last) of an image of `value`: dense float planes to NHWC u8.
void QuantizePixels(const Kernels& kernels, const Value& value, float scale, const StageU8& stage,
                    const float* planes, uint8_t* y, int64_t first, int64_t last);

// The input quantised on the way.
class QuantizeInputStep : public Step {
 public:
  QuantizeInputStep(const Kernels& kernels, const qb_node& node, const Value& y);
  void Run(const Work& work) const override;

 private:
  const Kernels& kernels_;
  const Value& y_;
  StageU8 stage_;
};

// A float value to the run's output, dense.
class ExportStep : public Step {
 public:
  explicit ExportStep(const Value& x) : x_(x) {}
  void Run(const Work& work) const override;

 private:
  const Value& x_;
};

class DequantizeStep : public Step {
 public:
  DequantizeStep(const Value& x, const Value& y) : x_(x), y_(y) {}
  void Run(const Work& work) const override;

 private:
  const Value& x_;
  const Value& y_;
};

class AddStep : public Step {
 public:
  AddStep(const Kernels& kernels, const qb_node& node, const Value& a, const Value& b,
          const Value& y);
  void Run(const Work& work) const override;

 private:
  void Elements(const RunState& state, int64_t image, int64_t first, int64_t last) const;

  const Kernels& kernels_;
  const Value& a_;
  const Value& b_;
  const Value& y_;
  StageU8 stage_{};
  float lo_ = 0, hi_ = 0;
};

// Whether the pool's kernel gives the defined bits.
bool FitsPool(const Value& x, const Value& y);

class GlobalPoolStep : public Step {
 public:
  GlobalPoolStep(const Kernels& kernels, const qb_node& node, const Value& x, const Value& y);
  void Run(const Work& work) const override;

 private:
  const Kernels& kernels_;
  const Value& x_;
  const Value& y_;
  StageU8 stage_{};
  float lo_ = 0, hi_ = 0;
};

// One value for another, for each channel by itself: concat, and activations on their own.
class RescaleStep : public Step {
 public:
  RescaleStep(const Kernels& kernels, const qb_node& node, std::vector<const Value*> xs,
              const Value& y);
  void Run(const Work& work) const override;

 private:
  const Kernels& kernels_;
  std::vector<const Value*> xs_;
  const Value& y_;
  std::vector<uint8_t> tables_;  // [inputs][256] output for each input byte
  float lo_ = 0, hi_ = 0;
};

// Any operator as the SDK's naive default, with the layout changed around it, image by image.
class ReferenceStep : public Step {
 public:
  ReferenceStep(const qb_model& model, const qb_node& node, std::vector<const Value*> inputs,
                const Value& y);
  void Run(const Work& work) const override;
  int64_t scratch_bytes() const override;

 private:
  void RunImage(const RunState& state, int64_t image, std::byte* scratch) const;

  const qb_model& model_;
  const qb_node& node_;
  std::vector<const Value*> inputs_;  // NULL: constant
  const Value& y_;
  std::unique_ptr<plugin::Operators> operators_;
};

}  // namespace quantbench::engine
