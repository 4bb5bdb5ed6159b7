// SPDX-License-Identifier: Apache-2.0
// Arithmetic on constants.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/onnx/fold.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
std::vector<int64_t> BroadcastStrides(const Shape& from, const Shape& to) {
  const std::vector<int64_t> own = RowMajorStrides(from);
  std::vector<int64_t> strides(to.size(), 0);
  for (size_t d = 0; d < from.size(); ++d) {
    if (from[d] != 1) strides[to.size() - from.size() + d] = own[d];
  }
  return strides;
}

namespace {

// Comparisons and logic, whose result is a truth.
template <class T>
std::optional<bool> Compared(const std::string& op, T a, T b) {
  if (op == "And") return a != T{0} && b != T{0};
  if (op == "Or") return a != T{0} || b != T{0};
  if (op == "Equal") return a == b;
  if (op == "Less") return a < b;
  if (op == "Greater") return a > b;
  if (op == "LessOrEqual") return a <= b;
  if (op == "GreaterOrEqual") return a >= b;
  return std::nullopt;
}

float Calculate(const NodeImport& node, const std::string& op, float a, float b) {
  if (op == "Add" || op == "Sum") return a + b;
  if (op == "Sub") return a - b;
  if (op == "Mul") return a * b;
  if (op == "Div") return a / b;
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Mod") return std::fmod(a, b);
  if (op == "Pow") return std::pow(a, b);
  node.Refuse("it doesn't work on floats");
}

int64_t Power(const NodeImport& node, int64_t base, int64_t exponent) {
  int64_t result = 1;
  if (exponent < 0 || exponent > 64) node.Refuse("its exponent is out of range");
  for (; exponent > 0; --exponent) {
    if (__builtin_mul_overflow(result, base, &result)) node.Refuse("its result leaves 64 bits");
  }
  return result;
}

int64_t Calculate(const NodeImport& node, const std::string& op, int64_t a, int64_t b) {
  if (op == "Max") return std::max(a, b);
  if (op == "Min") return std::min(a, b);
  if (op == "Pow") return Power(node, a, b);
  if (op == "Div" || op == "Mod") {
    if (b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min()))
      node.Refuse("it divides " + std::to_string(a) + " by " + std::to_string(b));
    if (op == "Div") return a / b;
    // The divisor's sign, or as C has it the dividend's.
    const int64_t rest = a % b;
    const bool wrong_side = rest != 0 && (rest < 0) != (b < 0);
    return wrong_side && node.Int("fmod", 0) == 0 ? rest + b : rest;
  }
  int64_t result{};
  const bool overflow = op == "Sub"   ? __builtin_sub_overflow(a, b, &result)
                        : op == "Mul" ? __builtin_mul_overflow(a, b, &result)
                                      : __builtin_add_overflow(a, b, &result);
  if (overflow) node.Refuse("its result leaves 64 bits");
  return result;
}

Constant Combined(NodeImport& node, const Constant& a, const Constant& b) {
  const std::string& op = node.proto().op_type();
  Constant exponent;  // in the type of the base
  const Constant* second = &b;
  if (op == "Pow" && a.is_float() != b.is_float()) {
    exponent = EmptyLike(a, b.dims);
    exponent.floats.assign(b.integers.begin(), b.integers.end());
    for (const float each : b.floats) exponent.integers.push_back(std::llrintf(each));
    second = &exponent;
  }
  if (a.is_float() != second->is_float()) node.Refuse("its inputs differ in type");
  Constant result = EmptyLike(a, BroadcastDims(node, a.dims, b.dims));
  if (Compared(op, 0, 0)) result.type = onnx::TensorProto::BOOL;
  if (result.dims.size() > kMaxRank) node.Refuse("it makes too many dimensions");
  const int64_t count = result.count();
  node.state().budget.Take(count);
  const auto a_strides = BroadcastStrides(a.dims, result.dims),
             b_strides = BroadcastStrides(b.dims, result.dims);
  const auto combine = [&](const auto& of_a, const auto& of_b, auto& values) {
    for (int64_t i = 0; i < count; ++i) {
      const auto x = of_a[At(Position(i, result.dims, a_strides))],
                 y = of_b[At(Position(i, result.dims, b_strides))];
      if (const auto truth = Compared(op, x, y)) {
        result.integers.push_back(*truth ? 1 : 0);
      } else {
        values.push_back(Calculate(node, op, x, y));
      }
    }
  };
  if (a.is_float()) {
    combine(a.floats, second->floats, result.floats);
  } else {
    combine(a.integers, second->integers, result.integers);
  }
  return result;
}

float Applied(const NodeImport& node, const std::string& op, float x) {
  if (op == "Neg") return -x;
  if (op == "Abs") return std::abs(x);
  if (op == "Sign") return static_cast<float>((x > 0.0f) - (x < 0.0f));
  if (op == "Floor") return std::floor(x);
  if (op == "Ceil") return std::ceil(x);
  if (op == "Round") return std::nearbyint(x);
  if (op == "Exp") return std::exp(x);
  if (op == "Log") return std::log(x);
  if (op == "Reciprocal") return 1.0f / x;
  if (op == "Sqrt") return std::sqrt(x);
  node.Refuse("it doesn't work on floats");
}

int64_t Applied(const NodeImport& node, const std::string& op, int64_t x) {
  if (op == "Not") return x == 0 ? 1 : 0;
  if (op == "Sign") return (x > 0) - (x < 0);
  if (x == std::numeric_limits<int64_t>::min()) node.Refuse("its result leaves 64 bits");
  if (op == "Neg") return -x;
  if (op == "Abs") return std::abs(x);
  node.Refuse("it doesn't work on integers");
}

}  // namespace

void FoldArithmetic(NodeImport& node) {
  Constant result = node.ConstantAt(0, "input");
  result.quantized = nullptr;
  for (int i = 1; i < node.inputs(); ++i)
    result = Combined(node, result, node.ConstantAt(i, "input"));
  node.SetConstant(std::move(result));
}

void FoldFunction(NodeImport& node) {
  Constant result = node.ConstantAt(0, "input");
  node.state().budget.Take(result.count());
  for (float& value : result.floats) value = Applied(node, node.proto().op_type(), value);
  for (int64_t& value : result.integers) value = Applied(node, node.proto().op_type(), value);
  result.quantized = nullptr;
  node.SetConstant(std::move(result));
}

void FoldCast(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  // Before opset 6 the type is a name.
  const bool named = node.opset() < 6 && node.Text("to", "") == "FLOAT";
  Constant to{.type = named ? kFloat32 : static_cast<int32_t>(node.Int("to", 0)),
              .dims = from.dims,
              .floats = {},
              .integers = {}};
  node.state().budget.Take(from.count());
  if (to.is_float() && from.is_float()) {
    to.floats = from.floats;
    to.quantized = from.quantized;
  }
  if (to.is_float() && !from.is_float())
    to.floats.assign(from.integers.begin(), from.integers.end());
  if (!to.is_float() && !from.is_float()) to.integers = from.integers;
  if (!to.is_float() && from.is_float()) {
    for (const float value : from.floats) {
      if (!(std::abs(value) < 0x1p62f))
        node.Refuse("it makes no integer of " + std::to_string(value));
      to.integers.push_back(static_cast<int64_t>(value));
    }
  }
  node.SetConstant(std::move(to));
}

}  // namespace quantbench::onnx_import
