// SPDX-License-Identifier: Apache-2.0
// Packing of 8-bit weights, vector by vector.
#include "pack.h"

#include <algorithm>

namespace quantbench::engine {

std::vector<int> SplitColumns(int64_t channels, int lanes, int most) {
  std::vector<int> columns;
  for (int64_t left = (channels + lanes - 1) / lanes; left > 0; left -= columns.back()) {
    columns.push_back(std::min(most, left >= 4 ? 4 : left >= 2 ? 2 : 1));
  }
  return columns;
}

int64_t PackedVectorBytes(const Kernels& kernels) {
  return int64_t{kernels.lanes} * (kernels.weight_format == WeightFormat::kSplitShorts ? 8 : 4);
}

void PackVector(const Kernels& kernels, const std::function<int8_t(int, int)>& weight, void* to) {
  switch (kernels.weight_format) {
    case WeightFormat::kBytes: {
      auto* out = static_cast<int8_t*>(to);
      for (int lane = 0; lane < kernels.lanes; ++lane)
        for (int k = 0; k < 4; ++k) *out++ = weight(lane, k);
      return;
    }
    case WeightFormat::kSplitShorts: {
      auto* out = static_cast<int16_t*>(to);
      for (int odd = 0; odd < 2; ++odd) {
        for (int lane = 0; lane < kernels.lanes; ++lane) {
          *out++ = weight(lane, odd);
          *out++ = weight(lane, odd + 2);
        }
      }
      return;
    }
    case WeightFormat::kSplitBytes: {
      auto* out = static_cast<int8_t*>(to);
      for (int half = 0; half < 2; ++half)
        for (int lane = 0; lane < kernels.lanes; ++lane)
          for (int k = 0; k < 2; ++k) *out++ = weight(lane, 2 * half + k);
      return;
    }
  }
}

void PackMatrices(int outputs, const std::function<int8_t(int, int)>& weight, void* to) {
  auto* out = static_cast<int8_t*>(to);
  for (int half = 0; half < 2; ++half)
    for (int output = 0; output < outputs; ++output)
      for (int k = 0; k < 8; ++k) *out++ = weight(output, 8 * half + k);
}

}  // namespace quantbench::engine
