// SPDX-License-Identifier: Apache-2.0
// Dynamic quantisation of a layer's input: its range over the whole batch, then u8 of it.
#pragma once

#include "kernels.h"
#include "run_constants.h"

namespace quantbench::engine {

// Of the two values that the engine adds for each dynamic layer: its input as u8, and its run
// constants.
inline constexpr qb_tensor kBytes{
    .struct_size = sizeof(qb_tensor), .dtype = QB_U8, .name = "quantised"};
inline constexpr qb_tensor kFloats{
    .struct_size = sizeof(qb_tensor), .dtype = QB_F32, .name = "constants"};

// Where the floats of an input are: dense planes as the host gave them, or a value of the engine.
struct DynamicInput {
  const Kernels& kernels;
  const Value& x;
  bool from_host;
};

// Writes the qparams of the input into the layer's run constants.
class RangeStep : public Step {
 public:
  RangeStep(const DynamicInput& input, RunConstantsSize size, const Value& constants)
      : input_(input), size_(size), constants_(constants) {}
  void Run(const Work& work) const override;
  int64_t scratch_bytes() const override { return 64; }  // a worker's range

 private:
  RangeF32 Part(const RunState& state, int64_t image, int64_t part, int64_t parts) const;

  DynamicInput input_;
  RunConstantsSize size_;
  const Value& constants_;
};

// The input as u8 with those qparams.
class DynamicQuantizeStep : public Step {
 public:
  DynamicQuantizeStep(const DynamicInput& input, RunConstantsSize size, const Value& constants,
                      const Value& y)
      : input_(input), size_(size), constants_(constants), y_(y) {}
  void Run(const Work& work) const override;

 private:
  DynamicInput input_;
  RunConstantsSize size_;
  const Value& constants_;
  const Value& y_;
};

}  // namespace quantbench::engine
