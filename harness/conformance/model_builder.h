// SPDX-License-Identifier: Apache-2.0
// Small models for plugins, made in memory: random weights over their full range, and scales that
// keep activations spread over theirs.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "quantbench/plugin.h"

namespace quantbench::conformance {

enum class Precision { kFloat32, kInt8, kDynamic, kInt16, kInt7 };  // the last two of activations

// What a batch of inputs holds; all but the first concern operators that look for a range.
enum class InputKind {
  kSpread,    // values over the full range of the input's qparams and a little beyond
  kPositive,  // all above zero
  kNegative,  // all below zero
  kTiny,      // millionths: the least scale
  kZeros,
  kOutlier,  // the last value is hundreds of times larger than the others
  kNan,      // the last value
  kInfinity,
  kHuge  // finite, but the width of the range isn't
};

// What the integers of a quantised input, or of weights, are.
enum class Integers {
  kSpread,   // over their whole range
  kExtreme,  // the least or the largest: sums of few products leave a narrower type
  // Of weights: pairs of channels that come to 129 or 130 of either sign, so that with activations
  // of 7 bits four products just fit 16 bits, or just don't; -8 to 7, as four bits hold.
  kEdge,
  kFour
};

struct ConvOptions {
  int64_t channels = 16;  // of the output
  std::array<int32_t, 2> kernel = {1, 1};
  std::array<int32_t, 2> stride = {1, 1};
  std::array<int32_t, 2> dilation = {1, 1};
  std::array<int32_t, 4> padding = {0, 0, 0, 0};  // top, left, bottom, right
  int32_t groups = 1;
  qb_activation activation = QB_NONE;
  bool per_channel = true;
  Integers weights = Integers::kSpread;
};

struct PoolOptions {
  std::array<int32_t, 2> kernel = {2, 2};
  std::array<int32_t, 2> stride = {2, 2};
  std::array<int32_t, 2> dilation = {1, 1};
  std::array<int32_t, 4> padding = {0, 0, 0, 0};
  bool count_include_pad = true;
  qb_activation activation = QB_NONE;
};

// Builds node by node; tensors are named by their index. Shapes are [channels, height, width].
class ModelBuilder {
 public:
  ModelBuilder(Precision precision, uint64_t seed);
  ~ModelBuilder();

  // The model's float input, quantised right away in integer models.
  int32_t Input(int64_t channels, int64_t height, int64_t width,
                Integers integers = Integers::kSpread);

  int32_t Conv(int32_t x, const ConvOptions& options);
  int32_t Linear(int32_t x, int64_t channels, qb_activation activation = QB_NONE,
                 bool per_channel = true);
  int32_t Add(int32_t a, int32_t b, qb_activation activation = QB_NONE);
  int32_t GlobalAveragePool(int32_t x, qb_activation activation = QB_NONE);
  int32_t AveragePool(int32_t x, const PoolOptions& options);
  int32_t MaxPool(int32_t x, const PoolOptions& options);
  // In integer models with its inputs' qparams, where all have the same.
  int32_t Concat(const std::vector<int32_t>& xs, qb_activation activation = QB_NONE);
  int32_t Flatten(int32_t x);
  int32_t Activation(int32_t x, qb_activation activation);
  // A function of one element, with the table of an integer model.
  int32_t Unary(int32_t x, qb_op op, std::array<float, 2> parameters = {0.0f, 0.0f});
  int32_t Mul(int32_t a, int32_t b, qb_activation activation = QB_NONE);
  int32_t ChannelShuffle(int32_t x, int32_t groups);
  int32_t Slice(int32_t x, int32_t begin, int32_t end);
  int32_t Reshape(int32_t x, const std::vector<int64_t>& dims);  // without the batch
  // The same values; in integer models they are float in between, where relu is applied, and are
  // then quantised anew.
  int32_t ThroughFloat(int32_t x);
  int32_t Gather(int32_t x, const std::vector<int64_t>& dims, const std::vector<int32_t>& indices);
  int32_t PRelu(int32_t x);  // slopes from -1 to 1
  // Caps from below zero to beyond the range; with qparams of its own, or x's.
  int32_t Cap(int32_t x, bool own_qparams = false);
  // The same values, and from here on activations, in 16 bits where they had eight, or the other
  // way. Of integer models.
  int32_t Convert(int32_t x);
  // In float; in integer models dequantised before and quantised behind it.
  int32_t LocalResponseNorm(int32_t x, int32_t size, float bias);

  // Ends the model: flattens where needed and dequantises, so that the output is float [n, count].
  void Output(int32_t x);
  // The same with a softmax, always in float, at the end.
  void OutputSoftmax(int32_t x);

  // Valid as long as the builder, once Output was called.
  const qb_model& model() const { return model_; }
  Precision precision() const { return precision_; }
  int64_t input_elements() const;
  int64_t output_elements() const;

  // A batch of inputs from `seed`.
  std::vector<float> RandomInput(int64_t batch, uint64_t seed,
                                 InputKind kind = InputKind::kSpread) const;

 private:
  struct TensorData;
  struct NodeData;

  TensorData& NewTensor(qb_dtype dtype, const std::vector<int64_t>& dims);
  int32_t NewActivation(const std::vector<int64_t>& dims, qb_activation activation);
  bool HasIntegers() const;                                                  // as activations
  int32_t Most() const { return precision_ == Precision::kInt7 ? 127 : 0; }  // qb_tensor.most
  // Qparams of eight bits, or the same range in as many bits as activations have.
  void SetActivationQparams(TensorData& tensor, float scale, int32_t zero_point);
  void SetQparams(TensorData& tensor, const std::vector<float>& scales, int32_t zero_point);
  void SetOutputQparams(int32_t y, qb_activation activation, double real_spread);
  int32_t Weights(const std::vector<int64_t>& dims, bool per_channel,
                  Integers integers = Integers::kSpread);
  int32_t Bias(int64_t channels, int32_t x, int32_t weight, double spread);
  int32_t AddNode(qb_op op, const std::vector<int32_t>& inputs, int32_t output, qb_node node);
  int32_t Constant(qb_dtype dtype, const std::vector<int64_t>& dims, const void* data,
                   size_t bytes);
  // What a function makes of each quantised value, as bytes.
  std::vector<std::byte> TableOf(int32_t x, int32_t y, qb_op op, const float* parameters) const;
  // A constant of activations' integers, from such bytes.
  int32_t IntegerConstant(std::vector<int64_t> dims, const std::vector<std::byte>& bytes);
  // A node whose output has its input's values and qparams.
  int32_t Moved(qb_op op, int32_t x, const std::vector<int64_t>& dims, qb_node node);
  int32_t Pool(qb_op op, int32_t x, const PoolOptions& options);
  std::vector<int64_t> Dims(int32_t tensor) const;
  double RealSpread(int32_t tensor) const;
  double Uniform(double lo, double hi);

  Precision precision_;
  bool has_16_bits_;  // activations from here on
  std::mt19937_64 random_;
  std::deque<TensorData> tensors_;
  std::deque<NodeData> nodes_;
  std::vector<const qb_tensor*> tensor_pointers_;
  std::vector<const qb_node*> node_pointers_;
  qb_model model_{};
};

}  // namespace quantbench::conformance
