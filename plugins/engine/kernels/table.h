// SPDX-License-Identifier: Apache-2.0
// The table of all kernels of one policy.
//
// Included inside the anonymous namespace of a file built with ISA flags, after its policy.

#include "depthwise_u8.h"
#include "dynamic.h"
#include "elementwise_u8.h"
#include "float.h"
#include "functions.h"
#include "window.h"

template <class P>
constexpr Kernels TableOf(const Kernels* narrow = nullptr, const Kernels* short_sums = nullptr) {
  return {.lanes = P::kLanes,
          .narrow = narrow,
          .short_sums = short_sums,
          .sums_are_short = false,
          .weight_format = P::kWeightFormat,
          .matrix_products = P::kMatrixProducts,
          .activation_offset = {P::kActivationOffset[0], P::kActivationOffset[1],
                                P::kActivationOffset[2], P::kActivationOffset[3]},
          .gemm_u8 = GemmAllU8<ToU8<P>>,
          .depthwise_u8 = DepthwiseAllU8<ToU8<P>>,
          .add_u8 = AddAllU8<P>,
          .mul_u8 = MulAllU8<P>,
          .table_u8 = TableAllU8<P>,
          .global_pool_u8 = GlobalPoolAllU8<P>,
          .max_u8 = MaxAllU8<P>,
          .mean_u8 = MeanAllU8<P>,
          .quantize_input = QuantizeAllInput<P>,
          .gemm_f32 = GemmAllF32<P>,
          .depthwise_f32 = DepthwiseAllF32<P>,
          .add_f32 = AddAllF32<P>,
          .function_f32 = FunctionAllF32<P>,
          .global_pool_f32 = GlobalPoolAllF32<P>,
          .max_f32 = MaxAllF32<P>,
          .mean_f32 = MeanAllF32<P>,
          .gemm_u8_f32 = GemmAllU8<ToF32<P>>,
          .depthwise_u8_f32 = DepthwiseAllU8<ToF32<P>>,
          .range_f32 = RangeAllF32<P>,
          .quantize_f32 = QuantizeAllF32<P>};
}
