// SPDX-License-Identifier: Apache-2.0
// Nodes without weights that move data or apply a function to each element.
#include <algorithm>

#include "conformance/model_builder_data.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::conformance {

int32_t ModelBuilder::Moved(qb_op op, int32_t x, const std::vector<int64_t>& dims, qb_node node) {
  const int32_t y = NewActivation(dims, QB_NONE);
  TensorData& to = tensors_[static_cast<size_t>(y)];
  const TensorData& from = tensors_[static_cast<size_t>(x)];
  to.spread = from.spread;
  if (precision_ == Precision::kInt8) SetQparams(to, from.scales, from.zero_points[0]);
  return AddNode(op, {x}, y, node);
}

int32_t ModelBuilder::Flatten(int32_t x) {
  const std::vector<int64_t> in = Dims(x);
  int64_t count = 1;
  for (size_t d = 1; d < in.size(); ++d) count *= in[d];
  return Moved(QB_FLATTEN, x, {0, count}, PlainNode());
}

int32_t ModelBuilder::Reshape(int32_t x, const std::vector<int64_t>& dims) {
  std::vector<int64_t> all{0};
  for (const int64_t d : dims) all.push_back(d);
  return Moved(QB_RESHAPE, x, all, PlainNode());
}

int32_t ModelBuilder::ChannelShuffle(int32_t x, int32_t groups) {
  qb_node node = PlainNode();
  node.groups = groups;
  return Moved(QB_CHANNEL_SHUFFLE, x, Dims(x), node);
}

int32_t ModelBuilder::Slice(int32_t x, int32_t begin, int32_t end) {
  qb_node node = PlainNode();
  node.begin = begin;
  node.end = end;
  std::vector<int64_t> dims = Dims(x);
  dims[1] = end - begin;
  return Moved(QB_SLICE, x, dims, node);
}

int32_t ModelBuilder::Unary(int32_t x, qb_op op, std::array<float, 2> parameters) {
  qb_node node = PlainNode();
  std::copy(parameters.begin(), parameters.end(), node.parameters);
  const int32_t y = NewActivation(Dims(x), QB_NONE);
  const bool bounded = op == QB_SIGMOID || op == QB_HARD_SIGMOID;
  SetOutputQparams(y, QB_NONE, bounded ? 0.5 : RealSpread(x));
  std::vector<int32_t> inputs{x};
  if (precision_ == Precision::kInt8) {
    const TensorData& from = tensors_[static_cast<size_t>(x)];
    const TensorData& to = tensors_[static_cast<size_t>(y)];
    const auto table = plugin::UnaryTable(op, parameters.data(), from.scales[0],
                                          from.zero_points[0], to.scales[0], to.zero_points[0]);
    TensorData& constant = NewTensor(QB_U8, {256});
    for (const uint8_t value : table) constant.data.push_back(static_cast<std::byte>(value));
    constant.tensor.data = constant.data.data();
    constant.tensor.data_bytes = constant.data.size();
    inputs.push_back(model_.num_tensors - 1);
  }
  return AddNode(op, inputs, y, node);
}

int32_t ModelBuilder::Mul(int32_t a, int32_t b, qb_activation activation) {
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation(Dims(a), activation);
  SetOutputQparams(y, activation, RealSpread(a) * RealSpread(b));
  return AddNode(QB_MUL, {a, b}, y, node);
}

int32_t ModelBuilder::ThroughFloat(int32_t x) {
  if (precision_ != Precision::kInt8) return Activation(x, QB_RELU);
  const auto in_float = [&](qb_op op, int32_t from, qb_activation activation) {
    NewTensor(QB_F32, Dims(from));
    qb_node node = PlainNode();
    node.activation = activation;
    return AddNode(op, {from}, model_.num_tensors - 1, node);
  };
  const int32_t relu = in_float(QB_ACTIVATION, in_float(QB_DEQUANTIZE, x, QB_NONE), QB_RELU);
  const int32_t y = NewActivation(Dims(x), QB_RELU);
  SetOutputQparams(y, QB_RELU, RealSpread(x));
  return AddNode(QB_QUANTIZE, {relu}, y, PlainNode());
}

void ModelBuilder::OutputSoftmax(int32_t x) {
  Output(x);
  const int32_t scores = model_.output;
  NewTensor(QB_F32, Dims(scores));
  model_.output = AddNode(QB_SOFTMAX, {scores}, model_.num_tensors - 1, PlainNode());
}

}  // namespace quantbench::conformance
