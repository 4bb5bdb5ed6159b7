// SPDX-License-Identifier: Apache-2.0
// An inverted residual block in one go: expand, depthwise and project row by row, so that the wide
// values in between stay in the cache and are never written to memory.
#pragma once

#include "conv_step.h"
#include "depthwise_step.h"

namespace quantbench::engine {

// T is uint8_t or float. The three steps stay usable by themselves, and compute the same bits.
template <class T>
class BlockStep : public Step {
 public:
  // expand and project are pointwise; only project may have a residual.
  BlockStep(const ConvStep<T>& expand, const DepthwiseStep<T>& depthwise,
            const ConvStep<T>& project);

  void Run(const Work& work) const override;
  int64_t scratch_bytes() const override;

 private:
  struct Image {
    const T* x;
    T* y;
    const T* residual;
  };
  void RunRows(const Image& image, int64_t first, int64_t last, std::byte* scratch) const;

  const ConvStep<T>& expand_;
  const DepthwiseStep<T>& depthwise_;
  const ConvStep<T>& project_;
  int64_t ring_rows_;     // expanded rows that are kept
  int64_t row_elements_;  // of an expanded row
};

// The block of these three steps, or NULL where they don't form one that pays.
std::unique_ptr<Step> MakeBlock(const Step& expand, const Step& depthwise, const Step& project);

}  // namespace quantbench::engine
