// SPDX-License-Identifier: Apache-2.0
// Nodes without weights that move data or apply a function to each element.
#include <algorithm>
#include <span>

#include "conformance/model_builder_data.h"
#include "quantbench/arithmetic.hpp"

namespace quantbench::conformance {

bool ModelBuilder::HasIntegers() const {
  return precision_ == Precision::kInt8 || precision_ == Precision::kInt16 ||
         precision_ == Precision::kInt7;
}

void ModelBuilder::SetActivationQparams(TensorData& t, float scale, int32_t zero_point) {
  if (has_16_bits_) {
    scale /= 257.0f;
    zero_point *= 257;
  }
  if (precision_ == Precision::kInt7) {
    scale *= 2.0f;
    zero_point /= 2;
  }
  SetQparams(t, {scale}, zero_point);
}

int32_t ModelBuilder::Concat(const std::vector<int32_t>& xs, qb_activation activation) {
  std::vector<int64_t> dims = Dims(xs[0]);
  double spread = 0;
  dims[1] = 0;
  for (const int32_t x : xs) {
    dims[1] += Dims(x)[1];
    spread = std::max(spread, RealSpread(x));
  }
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation(dims, activation);
  SetOutputQparams(y, activation, spread);
  const TensorData& first = tensors_[static_cast<size_t>(xs[0])];
  const bool alike = std::all_of(xs.begin(), xs.end(), [&](int32_t x) {
    const TensorData& each = tensors_[static_cast<size_t>(x)];
    return each.scales == first.scales && each.zero_points == first.zero_points;
  });
  if (alike && HasIntegers() && activation == QB_NONE)
    SetQparams(tensors_[static_cast<size_t>(y)], first.scales, first.zero_points[0]);
  return AddNode(QB_CONCAT, xs, y, node);
}

int32_t ModelBuilder::Activation(int32_t x, qb_activation activation) {
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation(Dims(x), activation);
  SetOutputQparams(y, activation, RealSpread(x));
  return AddNode(QB_ACTIVATION, {x}, y, node);
}

int32_t ModelBuilder::Moved(qb_op op, int32_t x, const std::vector<int64_t>& dims, qb_node node) {
  const int32_t y = NewActivation(dims, QB_NONE);
  TensorData& to = tensors_[static_cast<size_t>(y)];
  const TensorData& from = tensors_[static_cast<size_t>(x)];
  to.spread = from.spread;
  if (HasIntegers()) SetQparams(to, from.scales, from.zero_points[0]);
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

int32_t ModelBuilder::Constant(qb_dtype dtype, const std::vector<int64_t>& dims, const void* data,
                               size_t bytes) {
  TensorData& constant = NewTensor(dtype, dims);
  const auto* const first = static_cast<const std::byte*>(data);
  constant.data.assign(first, first + bytes);
  constant.tensor.data = constant.data.data();
  constant.tensor.data_bytes = bytes;
  return model_.num_tensors - 1;
}

int32_t ModelBuilder::Gather(int32_t x, const std::vector<int64_t>& dims,
                             const std::vector<int32_t>& indices) {
  const int32_t y = Reshape(x, dims);
  NodeData& node = nodes_.back();
  node.node.op = QB_GATHER;
  node.inputs.push_back(Constant(QB_I32, {static_cast<int64_t>(indices.size())}, indices.data(),
                                 indices.size() * sizeof(int32_t)));
  node.node.inputs = node.inputs.data();
  node.node.num_inputs = static_cast<int32_t>(node.inputs.size());
  return y;
}

std::vector<std::byte> ModelBuilder::TableOf(int32_t x, int32_t y, qb_op op,
                                             const float* parameters) const {
  const TensorData& from = tensors_[static_cast<size_t>(x)];
  const TensorData& to = tensors_[static_cast<size_t>(y)];
  const auto bytes_of = [&]<class T>(T) {
    const std::vector<T> table =
        plugin::UnaryTable<T>(op, parameters, {from.scales[0], from.zero_points[0]},
                              {to.scales[0], to.zero_points[0], Most()});
    const auto bytes = std::as_bytes(std::span(table));
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  };
  return has_16_bits_ ? bytes_of(uint16_t{}) : bytes_of(uint8_t{});
}

int32_t ModelBuilder::IntegerConstant(std::vector<int64_t> dims,
                                      const std::vector<std::byte>& bytes) {
  return Constant(has_16_bits_ ? QB_U16 : QB_U8, dims, bytes.data(), bytes.size());
}

int32_t ModelBuilder::Convert(int32_t x) {
  has_16_bits_ = !has_16_bits_;
  const int32_t y = NewActivation(Dims(x), QB_NONE);
  TensorData& to = tensors_[static_cast<size_t>(y)];
  const TensorData& from = tensors_[static_cast<size_t>(x)];
  to.spread = from.spread;
  const float scale = from.scales[0];
  const int32_t zero_point = from.zero_points[0];
  if (has_16_bits_) {
    SetActivationQparams(to, scale, zero_point);
  } else {
    SetQparams(to, {scale * 257.0f}, zero_point / 257);
  }
  return AddNode(QB_ACTIVATION, {x}, y, PlainNode());
}

int32_t ModelBuilder::Unary(int32_t x, qb_op op, std::array<float, 2> parameters) {
  qb_node node = PlainNode();
  std::copy(parameters.begin(), parameters.end(), node.parameters);
  const int32_t y = NewActivation(Dims(x), QB_NONE);
  const bool bounded = op == QB_SIGMOID || op == QB_HARD_SIGMOID;
  // The reciprocals of what a sigmoid gives begin at 1.
  const double spread = bounded ? 0.5 : op == QB_RECIPROCAL ? 4.0 : RealSpread(x);
  SetOutputQparams(y, QB_NONE, spread);
  std::vector<int32_t> inputs{x};
  const int64_t entries = has_16_bits_ ? 65536 : 256;
  if (HasIntegers())
    inputs.push_back(IntegerConstant({entries}, TableOf(x, y, op, parameters.data())));
  return AddNode(op, inputs, y, node);
}

int32_t ModelBuilder::PRelu(int32_t x) {
  const int64_t channels = Dims(x)[1];
  const int32_t y = NewActivation(Dims(x), QB_NONE);
  SetOutputQparams(y, QB_NONE, RealSpread(x));
  std::vector<float> slopes;
  std::vector<std::byte> tables;
  for (int64_t c = 0; c < channels; ++c) {
    slopes.push_back(static_cast<float>(Uniform(-1, 1)));
    if (!HasIntegers()) continue;
    const float parameters[2] = {slopes.back(), 0.0f};
    const auto table = TableOf(x, y, QB_LEAKY_RELU, parameters);
    tables.insert(tables.end(), table.begin(), table.end());
  }
  const int64_t entries = has_16_bits_ ? 65536 : 256;
  const int32_t constant =
      HasIntegers() ? IntegerConstant({channels, entries}, tables)
                    : Constant(QB_F32, {channels}, slopes.data(), slopes.size() * sizeof(float));
  return AddNode(QB_PRELU, {x, constant}, y, PlainNode());
}

int32_t ModelBuilder::Cap(int32_t x, bool own_qparams) {
  const int64_t channels = Dims(x)[1];
  const double spread = RealSpread(x);
  const int32_t y = NewActivation(Dims(x), QB_NONE);
  TensorData& to = tensors_[static_cast<size_t>(y)];
  const TensorData& from = tensors_[static_cast<size_t>(x)];
  to.spread = from.spread;
  const bool integer = HasIntegers();
  if (own_qparams) {
    SetOutputQparams(y, QB_NONE, spread / 2);
  } else if (integer) {
    SetQparams(to, from.scales, from.zero_points[0]);
  }
  std::vector<float> caps;
  std::vector<std::byte> bytes;
  for (int64_t c = 0; c < channels; ++c) {
    caps.push_back(static_cast<float>(Uniform(-spread / 4, spread)));
    if (!integer) continue;
    const auto add = [&](auto cap) {
      const auto of_cap = std::as_bytes(std::span(&cap, 1));
      bytes.insert(bytes.end(), of_cap.begin(), of_cap.end());
    };
    const float scale = to.scales[0];
    has_16_bits_ ? add(plugin::QuantizeCap<uint16_t>(caps.back(), scale, to.zero_points[0]))
                 : add(plugin::QuantizeCap<uint8_t>(caps.back(), scale, to.zero_points[0],
                                                    plugin::MostOf(to.tensor)));
  }
  const int32_t constant =
      integer ? IntegerConstant({channels}, bytes)
              : Constant(QB_F32, {channels}, caps.data(), caps.size() * sizeof(float));
  return AddNode(QB_CAP, {x, constant}, y, PlainNode());
}

int32_t ModelBuilder::LocalResponseNorm(int32_t x, int32_t size, float bias) {
  const std::vector<int64_t> dims = Dims(x);
  const double spread = RealSpread(x);
  const bool integer = HasIntegers();
  const auto new_float = [&] {
    NewTensor(QB_F32, dims);
    return model_.num_tensors - 1;
  };
  if (integer) x = AddNode(QB_DEQUANTIZE, {x}, new_float(), PlainNode());
  qb_node node = PlainNode();
  node.parameters[0] = 0.5f;
  node.parameters[1] = 0.75f;
  node.bias = bias;
  node.size = size;
  const int32_t y = AddNode(QB_LRN, {x}, new_float(), node);
  tensors_[static_cast<size_t>(y)].spread = spread / 2;
  if (!integer) return y;
  const int32_t quantized = NewActivation(dims, QB_NONE);
  SetOutputQparams(quantized, QB_NONE, spread / 2);
  return AddNode(QB_QUANTIZE, {y}, quantized, PlainNode());
}

int32_t ModelBuilder::Mul(int32_t a, int32_t b, qb_activation activation) {
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation(Dims(a), activation);
  SetOutputQparams(y, activation, RealSpread(a) * RealSpread(b));
  return AddNode(QB_MUL, {a, b}, y, node);
}

int32_t ModelBuilder::ThroughFloat(int32_t x) {
  if (!HasIntegers()) return Activation(x, QB_RELU);
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
