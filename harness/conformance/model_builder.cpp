// SPDX-License-Identifier: Apache-2.0
// Builds small models in memory.
#include "conformance/model_builder.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <limits>
#include "conformance/model_builder_data.h"

namespace quantbench::conformance {
namespace {

// Outputs should spread over their 256 steps without all being clamped.
constexpr double kStepsOfSpread = 56.0;
constexpr double kWeightSpread = 74.0;  // of integers uniform in -128..127

int64_t OutputExtent(int64_t in, int32_t kernel, int32_t stride, int32_t dilation, int32_t before,
                     int32_t after) {
  return (in + before + after - (kernel - 1) * dilation - 1) / stride + 1;
}

template <class Options>
void CopyWindow(const Options& options, qb_node& node) {
  std::copy(options.kernel.begin(), options.kernel.end(), node.kernel);
  std::copy(options.stride.begin(), options.stride.end(), node.stride);
  std::copy(options.dilation.begin(), options.dilation.end(), node.dilation);
  std::copy(options.padding.begin(), options.padding.end(), node.padding);
  node.activation = options.activation;
}

template <class Options>
std::vector<int64_t> WindowOutput(const std::vector<int64_t>& in, int64_t channels,
                                  const Options& o) {
  return {0, channels,
          OutputExtent(in[2], o.kernel[0], o.stride[0], o.dilation[0], o.padding[0], o.padding[2]),
          OutputExtent(in[3], o.kernel[1], o.stride[1], o.dilation[1], o.padding[1], o.padding[3])};
}

// Values spread over -2.3..1.9 become another kind.
void Shape(InputKind kind, std::vector<float>& values) {
  if (values.empty()) return;
  const size_t last = values.size() - 1;
  switch (kind) {
    case InputKind::kSpread:
      return;
    case InputKind::kPositive:
      for (float& v : values) v += 2.5f;
      return;
    case InputKind::kNegative:
      for (float& v : values) v -= 2.5f;
      return;
    case InputKind::kTiny:
      for (float& v : values) v *= 1e-6f;
      return;
    case InputKind::kZeros:
      return std::fill(values.begin(), values.end(), 0.0f);
    case InputKind::kOutlier:
      values[last] = 1000.0f;
      return;
    case InputKind::kNan:
      values[last] = std::numeric_limits<float>::quiet_NaN();
      return;
    case InputKind::kInfinity:
      values[last] = -std::numeric_limits<float>::infinity();
      return;
    case InputKind::kHuge:
      values[0] = -std::numeric_limits<float>::max();
      values[last] = std::numeric_limits<float>::max();
      return;
  }
}

}  // namespace

ModelBuilder::ModelBuilder(Precision precision, uint64_t seed)
    : precision_(precision), has_16_bits_(precision == Precision::kInt16), random_(seed) {
  model_.struct_size = sizeof(qb_model);
  model_.name = "conformance";
}

ModelBuilder::~ModelBuilder() = default;

double ModelBuilder::Uniform(double lo, double hi) {
  // std::uniform_real_distribution differs between standard libraries, this doesn't.
  return lo + (hi - lo) * static_cast<double>(random_() >> 11) * 0x1.0p-53;
}

ModelBuilder::TensorData& ModelBuilder::NewTensor(qb_dtype dtype,
                                                  const std::vector<int64_t>& dims) {
  TensorData& t = tensors_.emplace_back();
  t.name = "t" + std::to_string(tensors_.size() - 1);
  t.tensor.struct_size = sizeof(qb_tensor);
  t.tensor.dtype = dtype;
  t.tensor.name = t.name.c_str();
  t.tensor.rank = static_cast<int32_t>(dims.size());
  std::copy(dims.begin(), dims.end(), t.tensor.dims);
  tensor_pointers_.push_back(&t.tensor);
  model_.tensors = tensor_pointers_.data();
  model_.num_tensors = static_cast<int32_t>(tensor_pointers_.size());
  return t;
}

void ModelBuilder::SetQparams(TensorData& t, const std::vector<float>& scales, int32_t zero_point) {
  t.scales = scales;
  t.zero_points.assign(scales.size(), zero_point);
  t.tensor.num_qparams = static_cast<int32_t>(scales.size());
  t.tensor.scales = t.scales.data();
  t.tensor.zero_points = t.zero_points.data();
}

std::vector<int64_t> ModelBuilder::Dims(int32_t tensor) const {
  const qb_tensor& t = tensors_[static_cast<size_t>(tensor)].tensor;
  return {t.dims, t.dims + t.rank};
}

double ModelBuilder::RealSpread(int32_t tensor) const {
  return tensors_[static_cast<size_t>(tensor)].spread;
}

int32_t ModelBuilder::NewActivation(const std::vector<int64_t>& dims,
                                    qb_activation /*activation*/) {
  NewTensor(!HasIntegers() ? QB_F32 : has_16_bits_ ? QB_U16 : QB_U8, dims).tensor.most = Most();
  return model_.num_tensors - 1;
}

// Scale and zero point such that values of that spread use the range; relu6 wants 6 at the top.
void ModelBuilder::SetOutputQparams(int32_t y, qb_activation activation, double real_spread) {
  TensorData& t = tensors_[static_cast<size_t>(y)];
  t.spread = real_spread * (activation == QB_NONE ? 1.0 : 0.7);
  if (activation == QB_RELU6) t.spread = std::min(t.spread, 4.0);
  if (!HasIntegers()) return;
  const auto scale = static_cast<float>(real_spread / kStepsOfSpread);
  const auto zero_point = activation == QB_NONE ? static_cast<int32_t>(Uniform(90, 166))
                          : Uniform(0, 1) < 0.5 ? 0
                                                : static_cast<int32_t>(Uniform(0, 40));
  SetActivationQparams(t, scale, zero_point);
}

int32_t ModelBuilder::AddNode(qb_op op, const std::vector<int32_t>& inputs, int32_t output,
                              qb_node node) {
  NodeData& n = nodes_.emplace_back();
  n.inputs = inputs;
  n.name = "n" + std::to_string(nodes_.size() - 1);
  n.node = node;
  n.node.op = op;
  n.node.name = n.name.c_str();
  n.node.inputs = n.inputs.data();
  n.node.num_inputs = static_cast<int32_t>(n.inputs.size());
  n.node.output = output;
  node_pointers_.push_back(&n.node);
  model_.nodes = node_pointers_.data();
  model_.num_nodes = static_cast<int32_t>(node_pointers_.size());
  return output;
}

int32_t ModelBuilder::Input(int64_t channels, int64_t height, int64_t width, Integers integers) {
  NewTensor(QB_F32, {0, channels, height, width}).spread = 1.0;
  model_.input = model_.num_tensors - 1;
  if (!HasIntegers()) return model_.input;
  NewActivation({0, channels, height, width}, QB_NONE);
  TensorData& quantized = tensors_.back();
  // -2.2..1.8, about: a zero point away from 128 shows a forgotten compensation.
  SetActivationQparams(quantized, 4.0f / 255.0f, 141);
  quantized.spread = 1.0;
  if (integers == Integers::kExtreme) {
    // A hundredth of that range: nearly all values are clamped to 0 or 255.
    SetActivationQparams(quantized, 0.04f / 255.0f, 141);
    quantized.spread = 0.02;
  }
  return AddNode(QB_QUANTIZE, {model_.input}, model_.num_tensors - 1, PlainNode());
}

int32_t ModelBuilder::Weights(const std::vector<int64_t>& dims, bool per_channel,
                              Integers integers) {
  int64_t count = 1;
  for (const int64_t d : dims) count *= d;
  const bool integer = precision_ != Precision::kFloat32;
  TensorData& t = NewTensor(integer ? QB_I8 : QB_F32, dims);
  const auto channels = static_cast<size_t>(per_channel ? dims[0] : 1);
  std::vector<float> scales(channels);
  const double fan_in = static_cast<double>(count / dims[0]);
  for (float& s : scales)
    s = static_cast<float>(Uniform(0.8, 1.25) / (kWeightSpread * std::sqrt(fan_in)));
  if (integer && integers == Integers::kExtreme) {
    for (int64_t i = 0; i < count; ++i)
      t.data.push_back(static_cast<std::byte>(random_() >> 32 & 1 ? 0x80 : 0x7f));
    SetQparams(t, scales, 0);
  } else if (integer && integers == Integers::kEdge) {
    const int64_t taps = dims.size() == 4 ? dims[2] * dims[3] : 1;
    for (int64_t i = 0; i < count; ++i) {
      const int64_t k = i / taps % dims[1];
      const int magnitude = k % 2 != 0 || k / 4 % 3 == 0 ? 65 : 64;
      // One sign for both of a pair.
      const uint64_t pair =
          static_cast<uint64_t>((i / taps / dims[1] * dims[1] + k / 2) * taps + i % taps);
      const bool negative = (pair * 0x9e3779b97f4a7c15u >> 40 & 1) != 0;
      t.data.push_back(static_cast<std::byte>(negative ? -magnitude : magnitude));
    }
    SetQparams(t, scales, 0);
  } else if (integer && integers == Integers::kFour) {
    for (int64_t i = 0; i < count; ++i)
      t.data.push_back(static_cast<std::byte>(static_cast<int>(random_() >> 32 & 15) - 8));
    for (float& s : scales) s *= 16.0f;
    SetQparams(t, scales, 0);
  } else if (integer) {
    for (int64_t i = 0; i < count; ++i)
      t.data.push_back(static_cast<std::byte>(random_() >> 32 & 0xff));
    SetQparams(t, scales, 0);
  } else {
    t.data.resize(static_cast<size_t>(count) * sizeof(float));
    for (int64_t i = 0; i < count; ++i) {
      const auto w = static_cast<float>(Uniform(-128, 128) * static_cast<double>(scales[0]));
      std::memcpy(t.data.data() + i * 4, &w, 4);
    }
  }
  t.tensor.axis = 0;
  t.tensor.data = t.data.data();
  t.tensor.data_bytes = t.data.size();
  return model_.num_tensors - 1;
}

int32_t ModelBuilder::Bias(int64_t channels, int32_t x, int32_t weight, double spread) {
  const bool integer = HasIntegers();
  const TensorData& input = tensors_[static_cast<size_t>(x)];
  const TensorData& w = tensors_[static_cast<size_t>(weight)];
  std::vector<float> scales;
  if (integer) {
    for (const float s : w.scales) scales.push_back(s * input.scales[0]);
  }
  TensorData& t = NewTensor(integer ? QB_I32 : QB_F32, {channels});
  for (int64_t o = 0; o < channels; ++o) {
    const double real = Uniform(-spread, spread);
    uint32_t bits = 0;
    if (integer) {
      const float s = scales[scales.size() == 1 ? 0 : static_cast<size_t>(o)];
      bits = static_cast<uint32_t>(static_cast<int32_t>(real / static_cast<double>(s)));
    } else {
      const auto value = static_cast<float>(real);
      std::memcpy(&bits, &value, 4);
    }
    const auto* const bytes = reinterpret_cast<const std::byte*>(&bits);
    t.data.insert(t.data.end(), bytes, bytes + 4);
  }
  if (integer) SetQparams(t, scales, 0);
  t.tensor.data = t.data.data();
  t.tensor.data_bytes = t.data.size();
  return model_.num_tensors - 1;
}

int32_t ModelBuilder::Conv(int32_t x, const ConvOptions& options) {
  const std::vector<int64_t> in = Dims(x);
  const int32_t weight =
      Weights({options.channels, in[1] / options.groups, options.kernel[0], options.kernel[1]},
              options.per_channel, options.weights);
  const double spread = RealSpread(x);
  const int32_t bias = Bias(options.channels, x, weight, spread);
  qb_node node = PlainNode();
  CopyWindow(options, node);
  node.groups = options.groups;
  const int32_t y = NewActivation(WindowOutput(in, options.channels, options), options.activation);
  SetOutputQparams(y, options.activation, 1.2 * spread);
  const qb_op op = precision_ == Precision::kDynamic ? QB_DYNAMIC_CONV : QB_CONV;
  return AddNode(op, {x, weight, bias}, y, node);
}

int32_t ModelBuilder::Linear(int32_t x, int64_t channels, qb_activation activation,
                             bool per_channel) {
  const int32_t weight = Weights({channels, Dims(x)[1]}, per_channel);
  const int32_t bias = Bias(channels, x, weight, RealSpread(x));
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation({0, channels}, activation);
  SetOutputQparams(y, activation, 1.2 * RealSpread(x));
  const qb_op op = precision_ == Precision::kDynamic ? QB_DYNAMIC_LINEAR : QB_LINEAR;
  return AddNode(op, {x, weight, bias}, y, node);
}

int32_t ModelBuilder::Add(int32_t a, int32_t b, qb_activation activation) {
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation(Dims(a), activation);
  SetOutputQparams(y, activation, std::hypot(RealSpread(a), RealSpread(b)));
  return AddNode(QB_ADD, {a, b}, y, node);
}

int32_t ModelBuilder::GlobalAveragePool(int32_t x, qb_activation activation) {
  const std::vector<int64_t> in = Dims(x);
  qb_node node = PlainNode();
  node.activation = activation;
  const int32_t y = NewActivation({0, in[1], 1, 1}, activation);
  // Means spread less; small images of noise leave about this much.
  const double spread = RealSpread(x) / std::sqrt(static_cast<double>(in[2] * in[3])) + 1e-3;
  SetOutputQparams(y, activation, spread * 2);
  return AddNode(QB_GLOBAL_AVG_POOL, {x}, y, node);
}

int32_t ModelBuilder::Pool(qb_op op, int32_t x, const PoolOptions& options) {
  qb_node node = PlainNode();
  CopyWindow(options, node);
  node.count_include_pad = options.count_include_pad ? 1 : 0;
  const std::vector<int64_t> in = Dims(x);
  const int32_t y = NewActivation(WindowOutput(in, in[1], options), options.activation);
  SetOutputQparams(y, options.activation, RealSpread(x) / (op == QB_AVG_POOL ? 1.5 : 1.0));
  if (op == QB_MAX_POOL && HasIntegers()) {
    const TensorData& from = tensors_[static_cast<size_t>(x)];
    SetQparams(tensors_[static_cast<size_t>(y)], from.scales, from.zero_points[0]);
  }
  return AddNode(op, {x}, y, node);
}

int32_t ModelBuilder::AveragePool(int32_t x, const PoolOptions& options) {
  return Pool(QB_AVG_POOL, x, options);
}

int32_t ModelBuilder::MaxPool(int32_t x, const PoolOptions& options) {
  return Pool(QB_MAX_POOL, x, options);
}

void ModelBuilder::Output(int32_t x) {
  if (Dims(x).size() != 2) x = Flatten(x);
  model_.output = x;
  if (!HasIntegers()) return;
  NewTensor(QB_F32, Dims(x));
  model_.output = AddNode(QB_DEQUANTIZE, {x}, model_.num_tensors - 1, PlainNode());
}

int64_t ModelBuilder::input_elements() const {
  const std::vector<int64_t> dims = Dims(model_.input);
  return dims[1] * dims[2] * dims[3];
}

int64_t ModelBuilder::output_elements() const { return Dims(model_.output)[1]; }

std::vector<float> ModelBuilder::RandomInput(int64_t batch, uint64_t seed, InputKind kind) const {
  std::mt19937_64 random(seed);
  std::vector<float> values(static_cast<size_t>(batch * input_elements()));
  // A little beyond the range of the input's qparams, so that both ends are met and clamped.
  for (float& v : values)
    v = static_cast<float>(-2.3 + 4.2 * static_cast<double>(random() >> 11) * 0x1.0p-53);
  Shape(kind, values);
  return values;
}

}  // namespace quantbench::conformance
