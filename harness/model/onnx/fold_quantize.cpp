// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear and DequantizeLinear of constants: weights, biases and whatever else a file keeps
// as integers.
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/onnx/fold.h"
#include "model/onnx/proto.h"
#include "support/number_text.h"

namespace quantbench::onnx_import {
namespace {

struct IntegerLimits {
  int64_t low, high;
};

IntegerLimits LimitsOf(const NodeImport& node, int32_t type) {
  switch (type) {
    case onnx::TensorProto::UINT8:
      return {0, 255};
    case kInt4:
      return {-8, 7};
    case kUint4:
      return {0, 15};
    case onnx::TensorProto::INT8:
      return {-128, 127};
    case onnx::TensorProto::UINT16:
      return {0, 65535};
    case onnx::TensorProto::INT16:
      return {-32768, 32767};
    case onnx::TensorProto::INT32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    default:
      node.Refuse("integers of type " + std::to_string(type) +
                  " are not supported; constants may be of 8, 16 or 32 bits");
  }
}

// Which of the scales (and zero points) belongs to an element: the only one, the one of its index
// along an axis, or the one of its block of indices.
class ScaleIndex {
 public:
  ScaleIndex(const NodeImport& node, const Shape& dims, const Constant& scale)
      : dims_(dims), count_(scale.count()) {
    if (count_ == 1 && scale.dims.size() <= 1) return;
    const int64_t block = node.Int("block_size", 0);
    // Biases often come without the axis, which can't be another one.
    const int axis = dims.size() < 2 ? 0 : node.Axis(node.Int("axis", 1), dims.size());
    axis_ = static_cast<size_t>(axis);
    Shape expected{dims.empty() ? 1 : dims[axis_]};
    if (block > 0 && !dims.empty()) {
      expected = dims;
      expected[axis_] = (dims[axis_] + block - 1) / block;
    }
    if (block < 0 || scale.dims != expected || count_ < 1)
      node.Refuse("its " + CountText(count_, "scale") + " don't belong to axis " +
                  std::to_string(axis) + " of " + ToString(dims));
    block_ = block > 0 ? block : 0;
  }

  size_t Of(int64_t element) const {
    if (count_ == 1) return 0;
    int64_t inner = 1;
    for (size_t d = axis_ + 1; d < dims_.size(); ++d) inner *= dims_[d];
    const int64_t along = element / inner % dims_[axis_];
    if (block_ == 0) return static_cast<size_t>(along);
    const int64_t blocks = (dims_[axis_] + block_ - 1) / block_;
    const int64_t outer = element / inner / dims_[axis_];
    return static_cast<size_t>((outer * blocks + along / block_) * inner + element % inner);
  }
  bool is_one() const { return count_ == 1; }

 private:
  const Shape& dims_;
  int64_t count_, block_ = 0;
  size_t axis_ = 0;
};

const Constant& ScalesOf(const NodeImport& node) {
  const Constant& scale = node.ConstantAt(1, "scale");
  if (!scale.is_float() || scale.floats.empty()) node.Refuse("its scales must be floats");
  for (const float each : scale.floats) {
    if (!std::isfinite(each) || each < 0.0f)
      node.Refuse("its scale " + std::to_string(each) + " must be finite and not negative");
  }
  return scale;
}

// Zero points, one for each scale.
std::vector<int64_t> ZeroPointsOf(const NodeImport& node, const Constant& scale) {
  if (!node.Has(2)) return std::vector<int64_t>(scale.floats.size(), 0);
  const Constant& zero = node.ConstantAt(2, "zero point");
  if (zero.is_float()) node.Refuse("its zero points must be integers");
  if (zero.count() == 1) return std::vector<int64_t>(scale.floats.size(), zero.integers[0]);
  if (zero.count() != scale.count())
    node.Refuse("it has " + CountText(scale.count(), "scale") + " but " +
                std::to_string(zero.count()) + " zero points");
  return zero.integers;
}

}  // namespace

// As quantisation-aware training writes weights: floats, which the file rounds itself.
void FoldQuantize(NodeImport& node) {
  const Constant& floats = node.ConstantAt(0, "input");
  if (!floats.is_float()) node.Refuse("it quantises integers");
  const Constant& scale = ScalesOf(node);
  const ScaleIndex index(node, floats.dims, scale);
  const std::vector<int64_t> zeros = ZeroPointsOf(node, scale);
  const auto chosen = static_cast<int32_t>(node.Int("output_dtype", 0));
  Constant result = EmptyLike(floats, floats.dims);
  result.type = node.Has(2)   ? node.ConstantAt(2, "zero point").type
                : chosen != 0 ? chosen
                              : static_cast<int32_t>(onnx::TensorProto::UINT8);
  const IntegerLimits limits = LimitsOf(node, result.type);
  node.state().budget.Take(floats.count());
  for (int64_t i = 0; i < floats.count(); ++i) {
    const size_t s = index.Of(i);
    if (!std::isfinite(floats.floats[At(i)])) node.Refuse("it quantises what isn't a number");
    const float steps = floats.floats[At(i)] / scale.floats[s];
    // 0 / 0 is a channel that is all zero.
    const double q = std::isnan(steps) ? 0.0 : std::nearbyint(double{steps});
    result.integers.push_back(static_cast<int64_t>(std::clamp(q + static_cast<double>(zeros[s]),
                                                              static_cast<double>(limits.low),
                                                              static_cast<double>(limits.high))));
  }
  node.SetConstant(std::move(result));
}

void FoldDequantize(NodeImport& node) {
  const Constant& integers = node.ConstantAt(0, "input");
  if (integers.is_float()) node.Refuse("it dequantises floats");
  LimitsOf(node, integers.type);
  const Constant& scale = ScalesOf(node);
  const ScaleIndex index(node, integers.dims, scale);
  const std::vector<int64_t> zeros = ZeroPointsOf(node, scale);
  node.state().budget.Take((index.is_one() ? 2 : 3) * integers.count());
  auto quantized = std::make_shared<Integers>();
  if (index.is_one()) quantized->scales = scale.floats;
  Constant result{.dims = integers.dims, .floats = {}, .integers = {}};
  for (int64_t i = 0; i < integers.count(); ++i) {
    const size_t s = index.Of(i);
    int64_t centred = 0;
    if (__builtin_sub_overflow(integers.integers[At(i)], zeros[s], &centred))
      node.Refuse("its zero point is out of range");
    const auto value = static_cast<int32_t>(std::clamp<int64_t>(
        centred, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
    quantized->values.push_back(value);
    if (!index.is_one()) quantized->scales.push_back(scale.floats[s]);
    result.floats.push_back(static_cast<float>(value) * scale.floats[s]);
  }
  if (quantized->scales.empty()) quantized->scales.push_back(1.0f);
  result.quantized = std::move(quantized);
  node.SetConstant(std::move(result));
}

}  // namespace quantbench::onnx_import
