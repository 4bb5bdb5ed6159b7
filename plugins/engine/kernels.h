// SPDX-License-Identifier: Apache-2.0
// What an instruction set brings to the engine: a table of kernels over plain arguments.
//
// Activations are NHWC, one pixel's channels side by side and padded (engine/layout.h). This header
// is included by files built with ISA flags: it holds plain data and no inline function.
#pragma once

#include <cstddef>
#include <cstdint>

namespace quantbench::engine {

// How 8-bit weights are stored for a kernel's dot product of four channels.
enum class WeightFormat : int32_t {
  kBytes,        // four i8 side by side, for vpdpbusd and its kin
  kSplitShorts,  // channels 0 and 2 as i16 pairs, then a vector of channels 1 and 3, for vpmaddwd
  kSplitBytes,   // channels 0 and 1 of all lanes, then channels 2 and 3, for smull and smlsl2
};

// What follows a sum on its way to a u8 (arithmetic.md, emit). The engine proves at preparation
// that |sum * multiplier| stays below 2^31, so converting to an integer cannot overflow.
struct StageU8 {
  int32_t zero;    // z of the output
  int32_t lo, hi;  // of the output, 0..255
};

// A residual addition fused behind a convolution: the sum is emitted with the convolution's own
// qparams first, then added.
struct ResidualU8 {
  const uint8_t* x;   // first row of the other operand; NULL: no residual
  ptrdiff_t step;     // bytes between rows
  int32_t lo, hi;     // of the convolution's output, less its zero point
  float scale;        // m of the convolution's output
  float other_scale;  // m of the other operand
  int32_t other_zero;
};

// What follows a sum on its way to a float instead: float(sum) * multiplier + bias, clamped; then a
// residual operand of floats added, clamped again.
struct StageF32 {
  const float* bias;  // in the order of the multipliers
  float lo, hi;
  float residual_lo, residual_hi;
  const float* caps;  // a limit a channel beside hi, in the order of the bias; NULL: none
};

// y[row, o] = stage(multiplier[o] * (bias[o] + sum over runs and steps of four channels of x * w))
// for `rows` rows and one block of columns * lanes output channels.
struct GemmU8 {
  const uint8_t* x;            // first byte of row 0
  ptrdiff_t x_step;            // bytes between rows
  const int32_t* run_offsets;  // [runs] bytes from a row's first byte
  int32_t runs;
  int32_t steps;            // of four channels, in each run
  const void* weights;      // [runs * steps][columns][lanes][4], lanes permuted (pack.h)
  const int32_t* bias;      // [columns][lanes], zero point folded in
  const float* multiplier;  // [columns][lanes]
  uint8_t* y;               // [rows] of columns * lanes bytes, y_step apart
  ptrdiff_t y_step;
  int32_t rows;
  int32_t columns;    // vectors of output channels: 1, 2 or 4
  bool whole_groups;  // runs are whole groups of four steps, and so were the weights packed
  // Kernels::short_sums alone, in place of runs and steps: how many groups of four, two and one
  // steps, and where each step of them begins, in bytes from a row's first one. The weights lie in
  // the same order.
  const int32_t* step_offsets;
  int32_t fours, twos, ones;
  StageU8 stage;
  const uint8_t* caps;  // of the block's channels, in order, in place of stage.hi; NULL: none
  ResidualU8 residual;
  StageF32 floats;  // gemm_u8_f32: y and residual.x are floats, their steps count bytes; lanes are
                    // in order, so that sums are stored as they are
};

// The same in float; steps are single channels, lanes are in order.
struct GemmF32 {
  const float* x;
  ptrdiff_t x_step;
  const int32_t* run_offsets;
  int32_t runs;
  int32_t steps;
  const float* weights;  // [runs * steps][columns][lanes]
  const float* bias;     // [columns][lanes]
  float* y;
  ptrdiff_t y_step;
  int32_t rows;
  int32_t columns;
  float lo, hi;           // activation
  const float* residual;  // NULL: none
  ptrdiff_t residual_step;
  float residual_lo, residual_hi;  // activation behind the residual addition
  const float* caps;               // [columns][lanes], before the residual; NULL: none
};

// One output row (or, with y[1], two adjacent ones) of a depthwise convolution.
struct DepthwiseU8 {
  const uint8_t* const* rows;  // [4 * row_groups] input rows; what lies outside the image points to
                               // a row of zero points, what the kernel doesn't have to any row
  int32_t row_groups;          // of four kernel rows
  int32_t kernel_width, stride, dilation, left;  // along the row
  int32_t in_width, out_width;
  int32_t channels;         // of a pixel, padding included: a multiple of 16
  int32_t input_zero;       // what columns outside the image hold
  int32_t row_pairs;        // 1: weights are packed for two output rows, the second one row lower
  const void* weights;      // [block][output row][row group][kernel_width][4][lanes][4 rows]
  const int32_t* bias;      // [block][output row][4][lanes]
  const float* multiplier;  // [block][4][lanes]
  uint8_t* y[2];            // y[1] may be NULL
  StageU8 stage;
  const uint8_t* caps;  // [block][4 * lanes], channels in order, in place of stage.hi; NULL: none
  StageF32 floats;      // depthwise_u8_f32: y holds floats
};

struct DepthwiseF32 {
  const float* const* rows;  // [kernel_height]; rows outside the image point to zeros
  int32_t x_step;            // floats from one pixel of a row to the next one
  int32_t kernel_height;
  int32_t kernel_width, stride, dilation, left;
  int32_t in_width, out_width;
  int32_t channels;      // a multiple of 16
  const float* weights;  // [channels / lanes][kernel_height][kernel_width][lanes]
  const float* bias;     // [channels]
  float* y;
  float lo, hi;
  const float* caps;  // [channels]; NULL: none
};

// y = stage(a_scale * (a - a_zero) + b_scale * (b - b_zero)), in blocks of 64 bytes.
struct AddU8 {
  const uint8_t *a, *b;
  uint8_t* y;
  int64_t count;  // rounded up to whole blocks by the kernel
  float a_scale, b_scale;
  int32_t a_zero, b_zero;
  StageU8 stage;
};

struct AddF32 {
  const float *a, *b;
  float* y;
  int64_t count;  // a multiple of 16
  float lo, hi;
};

// y = stage(multiplier * (a - a_zero) * (b - b_zero)).
struct MulU8 {
  const uint8_t *a, *b;
  uint8_t* y;
  int64_t pixels;
  int32_t channels;  // a multiple of 16, as in a and y
  int32_t b_step;    // channels, or 0: the same factors for every pixel
  float multiplier;
  int32_t a_zero, b_zero;
  StageU8 stage;
};

// y = table[x], for rows of any length.
struct TableU8 {
  const uint8_t* x;
  uint8_t* y;
  int64_t rows, count;
  ptrdiff_t x_step, y_step;  // bytes between rows
  const uint8_t* table;      // [256]
};

// Functions of one element that have a kernel.
enum class Function : int32_t { kClip, kHardSigmoid, kHardSwish, kSigmoid, kSilu };

struct FunctionF32 {
  const float* x;
  float* y;
  int64_t count;  // a multiple of 16
  Function function;
  float parameters[2];
};

// Mean over all pixels of one image.
struct GlobalPoolU8 {
  const uint8_t* x;  // [pixels][channels]
  uint8_t* y;        // [channels]
  int64_t pixels;
  int32_t channels;  // a multiple of 16
  int32_t input_zero;
  float multiplier;
  StageU8 stage;
};

struct GlobalPoolF32 {
  const float* x;
  float* y;
  int64_t pixels;
  int32_t channels;
  float lo, hi;
};

// The largest element, or the mean, of each channel over some pixels.
struct WindowU8 {
  const uint8_t* const* pixels;  // [count]
  int32_t count;
  uint8_t* y;        // one pixel
  int32_t channels;  // a multiple of 16
  // mean_u8: y = stage(multiplier * (sum - zeros)); max_u8: the range of `stage` alone.
  int32_t zeros;
  float multiplier;
  StageU8 stage;
};

struct WindowF32 {
  const float* const* pixels;
  int32_t count;
  float* y;
  int32_t channels;
  float divisor;  // mean_f32
  float lo, hi;
};

// Float planes to interleaved u8 pixels of four channels; channels that don't exist hold zero.
struct QuantizeInput {
  const float* planes[4];  // NULL where there is no such channel
  uint8_t* y;              // [pixels][4]
  int64_t pixels;          // a multiple of 16
  float scale;
  StageU8 stage;
};

// The smallest and the largest of 0 and all values; both NaN where one is NaN or infinite.
struct RangeF32 {
  const float* x;
  int64_t rows;
  ptrdiff_t row_step;  // elements between rows
  int64_t count;       // values in a row
  float lo, hi;        // results
};

// y = zero_point + rne(clamp(x / scale, -zero_point, 255 - zero_point)), in blocks of 64 bytes.
struct QuantizeF32 {
  const float* x;
  uint8_t* y;
  int64_t count;  // rounded up to whole blocks by the kernel
  float scale;
  int32_t zero_point;
};

struct Kernels {
  int32_t lanes;  // 32-bit lanes of a vector: 4, 8 or 16
  // Kernels of fewer lanes for the same CPU, or NULL: for groups of few channels.
  const Kernels* narrow;
  // gemm_u8 and depthwise_u8 for layers in which the sum of two products fits 16 bits (bounds.h),
  // or NULL: products of bytes are exact without that.
  const Kernels* short_sums;
  bool sums_are_short;  // of such kernels themselves
  WeightFormat weight_format;
  // Whether matrix products read whole groups of steps as small matrices (pack.h, PackMatrices).
  bool matrix_products;
  // What the kernels take from the four activations of a dot product, so that a signed instruction
  // can multiply them; the sums start with what makes up for it.
  int32_t activation_offset[4];
  void (*gemm_u8)(const GemmU8&);
  void (*depthwise_u8)(const DepthwiseU8&);
  void (*add_u8)(const AddU8&);
  void (*mul_u8)(const MulU8&);
  void (*table_u8)(const TableU8&);
  void (*global_pool_u8)(const GlobalPoolU8&);
  void (*max_u8)(const WindowU8&);
  void (*mean_u8)(const WindowU8&);
  void (*quantize_input)(const QuantizeInput&);
  void (*gemm_f32)(const GemmF32&);
  void (*depthwise_f32)(const DepthwiseF32&);
  void (*add_f32)(const AddF32&);
  void (*function_f32)(const FunctionF32&);
  void (*global_pool_f32)(const GlobalPoolF32&);
  void (*max_f32)(const WindowF32&);
  void (*mean_f32)(const WindowF32&);
  // Dynamic quantisation.
  void (*gemm_u8_f32)(const GemmU8&);
  void (*depthwise_u8_f32)(const DepthwiseU8&);
  void (*range_f32)(RangeF32&);
  void (*quantize_f32)(const QuantizeF32&);
};

}  // namespace quantbench::engine
