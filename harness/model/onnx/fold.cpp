// SPDX-License-Identifier: Apache-2.0
// Constant folding: shape arithmetic, and what exporters do to weights.
#include <algorithm>
#include <functional>

#include "model/onnx/fold.h"
#include "model/onnx/proto.h"

namespace quantbench::onnx_import {
Constant Gathered(NodeImport& node, const Constant& from, const Shape& dims,
                  const std::function<int64_t(int64_t)>& index_of) {
  if (dims.size() > kMaxRank) node.Refuse("it makes a constant of more than 8 dimensions");
  Constant result = EmptyLike(from, dims);
  const int64_t count = result.count();
  node.state().budget.Take(count);
  (from.is_float() ? result.floats.reserve(At(count)) : result.integers.reserve(At(count)));
  for (int64_t i = 0; i < count; ++i) {
    const size_t source = At(index_of(i));
    if (from.is_float()) {
      result.floats.push_back(from.floats[source]);
    } else {
      result.integers.push_back(from.integers[source]);
    }
  }
  return result;
}

namespace {

void FoldConstant(NodeImport& node) {
  if (const onnx::TensorProto* const tensor = node.Tensor("value"))
    return node.SetConstant(DecodeTensor(*tensor, node.state().external, node.state().budget));
  if (node.HasAttribute("value_ints"))
    return node.SetConstant(IntegerVector(node.Ints("value_ints")));
  if (node.HasAttribute("value_int")) {
    Constant scalar = IntegerVector({node.Int("value_int", 0)});
    scalar.dims.clear();
    return node.SetConstant(std::move(scalar));
  }
  if (node.HasAttribute("value_float"))
    return node.SetConstant({.dims = {}, .floats = {node.Float("value_float", 0)}, .integers = {}});
  if (node.HasAttribute("value_floats")) {
    Constant vector{.dims = {}, .floats = node.Floats("value_floats"), .integers = {}};
    vector.dims = {std::ssize(vector.floats)};
    return node.SetConstant(std::move(vector));
  }
  node.Refuse("it has no value that is a number");
}

void FoldConstantOfShape(NodeImport& node) {
  const Shape dims = node.ConstantAt(0, "shape").integers;
  Constant value{.dims = {1}, .floats = {0.0f}, .integers = {}};
  if (const onnx::TensorProto* const tensor = node.Tensor("value"))
    value = DecodeTensor(*tensor, node.state().external, node.state().budget);
  if (value.count() != 1) node.Refuse("its value must be one number");
  if (dims.size() > kMaxRank) node.Refuse("it makes a constant of more than 8 dimensions");
  Constant result = EmptyLike(value, dims);
  const int64_t count = result.count();
  node.state().budget.Take(count);
  if (value.is_float()) {
    result.floats.assign(At(count), value.floats[0]);
  } else {
    result.integers.assign(At(count), value.integers[0]);
  }
  node.SetConstant(std::move(result));
}

void FoldIdentity(NodeImport& node) { node.SetSymbol(node.Input(0), 0); }

void SetDims(NodeImport& node, const Shape& dims) {
  const Constant& from = node.ConstantAt(0, "input");
  if (NumElements(dims) != from.count())
    node.Refuse("it makes " + ToString(dims) + " of " + ToString(from.dims));
  node.SetConstant(Gathered(node, from, dims, [](int64_t i) { return i; }));
}

void FoldReshape(NodeImport& node) {
  const Shape old = node.ConstantAt(0, "input").dims;
  Shape dims = node.IntsOrInput("shape", 1).value_or(Shape());
  int64_t known = 1;
  auto open = dims.end();
  for (auto d = dims.begin(); d != dims.end(); ++d) {
    const auto index = At(d - dims.begin());
    if (*d == 0 && index < old.size() && node.Int("allowzero", 0) == 0) *d = old[index];
    if (*d == -1 && open == dims.end()) {
      open = d;
    } else if (*d < 0 || __builtin_mul_overflow(known, *d, &known)) {
      node.Refuse("its shape " + ToString(dims) + " is impossible");
    }
  }
  if (open != dims.end()) *open = known == 0 ? 0 : NumElements(old) / known;
  SetDims(node, std::move(dims));
}

void FoldUnsqueeze(NodeImport& node) {
  Shape dims = node.ConstantAt(0, "input").dims;
  const auto axes = node.IntsOrInput("axes", 1).value_or(std::vector<int64_t>());
  if (dims.size() + axes.size() > kMaxRank) node.Refuse("it makes too many dimensions");
  std::vector<int> at;
  at.reserve(axes.size());
  for (const int64_t axis : axes) at.push_back(node.Axis(axis, dims.size() + axes.size()));
  std::ranges::sort(at);
  for (const int d : at)
    dims.insert(dims.begin() + std::min<std::ptrdiff_t>(d, std::ssize(dims)), 1);
  SetDims(node, std::move(dims));
}

void FoldSqueeze(NodeImport& node) {
  const Shape old = node.ConstantAt(0, "input").dims;
  const auto axes = node.IntsOrInput("axes", 1);
  std::vector<bool> drop(old.size(), false);
  for (size_t d = 0; d < old.size(); ++d) drop[d] = !axes && old[d] == 1;
  for (const int64_t axis : axes.value_or(std::vector<int64_t>()))
    drop[At(node.Axis(axis, old.size()))] = true;
  Shape dims;
  for (size_t d = 0; d < old.size(); ++d) {
    if (!drop[d]) dims.push_back(old[d]);
  }
  SetDims(node, std::move(dims));
}

void FoldTranspose(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  std::vector<int64_t> order = node.Ints("perm");
  const size_t rank = from.dims.size();
  for (size_t d = rank; order.empty() && d-- > 0;) order.push_back(static_cast<int64_t>(d));
  const std::vector<int64_t> strides = RowMajorStrides(from.dims);
  Shape dims;
  std::vector<int64_t> moved;
  for (const int64_t d : order) {
    if (d < 0 || At(d) >= rank || order.size() != rank || std::ranges::count(order, d) != 1)
      node.Refuse("its perm " + ToString(order) + " isn't an order of dimensions");
    dims.push_back(from.dims[At(d)]);
    moved.push_back(strides[At(d)]);
  }
  node.SetConstant(Gathered(node, from, dims, [&](int64_t i) { return Position(i, dims, moved); }));
}

void FoldGather(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  const Constant& indices = node.ConstantAt(1, "indices");
  const auto axis = At(node.Axis(node.Int("axis", 0), from.dims.size()));
  Shape dims(from.dims.begin(), from.dims.begin() + static_cast<std::ptrdiff_t>(axis));
  const int64_t outer = NumElements(dims), extent = from.dims[axis];
  dims.insert(dims.end(), indices.dims.begin(), indices.dims.end());
  dims.insert(dims.end(), from.dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1,
              from.dims.end());
  const int64_t picked = indices.count();
  const int64_t inner = from.count() == 0 ? 0 : from.count() / outer / extent;
  for (const int64_t index : indices.integers) {
    if (index < -extent || index >= extent)
      node.Refuse("index " + std::to_string(index) + " is outside a dimension of " +
                  std::to_string(extent));
  }
  if (indices.is_float()) node.Refuse("its indices must be integers");
  node.SetConstant(Gathered(node, from, dims, [&](int64_t i) {
    const int64_t index = indices.integers[At(i / inner % picked)];
    return (i / inner / picked * extent + (index < 0 ? index + extent : index)) * inner + i % inner;
  }));
}

void FoldConcat(NodeImport& node) {
  const Constant& first = node.ConstantAt(0, "input");
  const auto axis = At(node.Axis(node.Int("axis", 0), first.dims.size()));
  Constant joined = EmptyLike(first, first.dims);
  joined.dims[axis] = 0;
  int64_t outer = 1;
  for (size_t d = 0; d < axis; ++d) outer *= first.dims[d];
  for (int i = 0; i < node.inputs(); ++i) {
    const Constant& part = node.ConstantAt(i, "input");
    Shape expected = first.dims;
    if (part.dims.size() == expected.size()) expected[axis] = part.dims[axis];
    if (part.dims != expected || part.is_float() != first.is_float())
      node.Refuse("its inputs " + ToString(first.dims) + " and " + ToString(part.dims) +
                  " don't fit together");
    node.state().budget.Take(part.count());
    joined.dims[axis] += part.dims[axis];
  }
  for (int64_t o = 0; o < outer; ++o) {
    for (int i = 0; i < node.inputs(); ++i) {
      const Constant& part = node.ConstantAt(i, "input");
      const int64_t run = part.count() / outer;
      const auto append = [&](const auto& from, auto& to) {
        if (!from.empty())
          to.insert(to.end(), from.begin() + o * run, from.begin() + (o + 1) * run);
      };
      append(part.floats, joined.floats);
      append(part.integers, joined.integers);
    }
  }
  node.SetConstant(std::move(joined));
}

void FoldSlice(NodeImport& node) {
  const Constant& from = node.ConstantAt(0, "input");
  const bool old = node.opset() < 10;
  const auto list = [&](const char* name, int input) {
    return old ? node.Ints(name) : node.IntsOrInput(name, input).value_or(std::vector<int64_t>());
  };
  const std::vector<int64_t> starts = list("starts", 1), ends = list("ends", 2);
  std::vector<int64_t> axes = list("axes", 3), steps = old ? axes : list("steps", 4);
  if (axes.empty()) axes = Ascending(starts.size());
  if (old || steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    node.Refuse("its starts, ends, axes and steps must be lists of one length");
  Shape dims = from.dims;
  std::vector<int64_t> strides = RowMajorStrides(from.dims);
  int64_t first = 0;
  for (size_t i = 0; i < starts.size(); ++i) {
    const auto axis = At(node.Axis(axes[i], dims.size()));
    const int64_t extent = dims[axis], step = std::clamp(steps[i], -extent - 1, extent + 1);
    if (step == 0) node.Refuse("its step is 0");
    // Going down, positions before the first one are allowed as an end.
    const int64_t least = step < 0 ? -1 : 0, most = step < 0 ? extent - 1 : extent;
    const auto clamp = [&](int64_t at) {
      return std::clamp<int64_t>(at < 0 ? at + extent : at, least, std::max(least, most));
    };
    const int64_t begin = clamp(starts[i]), end = clamp(ends[i]);
    const int64_t span = step < 0 ? begin - end : end - begin;
    dims[axis] = span <= 0 ? 0 : (span - 1) / std::abs(step) + 1;
    first += begin * strides[axis];
    strides[axis] *= step;
  }
  node.SetConstant(
      Gathered(node, from, dims, [&](int64_t i) { return first + Position(i, dims, strides); }));
}

// Bounds of weights, as fake quantisation to less than eight bits has them.
void FoldClip(NodeImport& node) {
  Constant clipped = node.ConstantAt(0, "input");
  clipped.quantized = nullptr;
  node.state().budget.Take(clipped.count());
  const auto clip = [&](const auto& of, auto& values) {
    for (auto& value : values) {
      if (node.Has(1)) value = std::max(value, of(node.ConstantAt(1, "bound")));
      if (node.Has(2)) value = std::min(value, of(node.ConstantAt(2, "bound")));
    }
  };
  for (int i = 1; i < node.inputs(); ++i) {
    if (node.Has(i) && (node.ConstantAt(i, "bound").count() != 1 ||
                        node.ConstantAt(i, "bound").is_float() != clipped.is_float()))
      node.Refuse("its bounds must be single numbers of its input's type");
  }
  clip([](const Constant& bound) { return bound.floats[0]; }, clipped.floats);
  clip([](const Constant& bound) { return bound.integers[0]; }, clipped.integers);
  node.SetConstant(std::move(clipped));
}

constexpr OperatorImport kFoldedOperators[] = {{"Constant", FoldConstant},
                                               {"ConstantOfShape", FoldConstantOfShape},
                                               {"Clip", FoldClip},
                                               {"Identity", FoldIdentity},
                                               {"Dropout", FoldIdentity},
                                               {"Cast", FoldCast},
                                               {"Reshape", FoldReshape},
                                               {"Unsqueeze", FoldUnsqueeze},
                                               {"Squeeze", FoldSqueeze},
                                               {"Transpose", FoldTranspose},
                                               {"Gather", FoldGather},
                                               {"Concat", FoldConcat},
                                               {"Slice", FoldSlice},
                                               {"Expand", FoldExpand},
                                               {"Tile", FoldTile},
                                               {"Split", FoldSplit},
                                               {"Flatten", FoldFlatten},
                                               {"Range", FoldRange},
                                               {"Where", FoldWhere},
                                               {"ReduceSum", FoldReduce},
                                               {"ReduceProd", FoldReduce},
                                               {"ReduceMax", FoldReduce},
                                               {"ReduceMin", FoldReduce},
                                               {"ReduceMean", FoldReduce},
                                               {"Add", FoldArithmetic},
                                               {"Sub", FoldArithmetic},
                                               {"Mul", FoldArithmetic},
                                               {"Div", FoldArithmetic},
                                               {"Mod", FoldArithmetic},
                                               {"Pow", FoldArithmetic},
                                               {"Max", FoldArithmetic},
                                               {"Min", FoldArithmetic},
                                               {"Sum", FoldArithmetic},
                                               {"And", FoldArithmetic},
                                               {"Or", FoldArithmetic},
                                               {"Equal", FoldArithmetic},
                                               {"Less", FoldArithmetic},
                                               {"Greater", FoldArithmetic},
                                               {"LessOrEqual", FoldArithmetic},
                                               {"GreaterOrEqual", FoldArithmetic},
                                               {"Not", FoldFunction},
                                               {"Neg", FoldFunction},
                                               {"Abs", FoldFunction},
                                               {"Sign", FoldFunction},
                                               {"Floor", FoldFunction},
                                               {"Ceil", FoldFunction},
                                               {"Round", FoldFunction},
                                               {"Exp", FoldFunction},
                                               {"Log", FoldFunction},
                                               {"Reciprocal", FoldFunction},
                                               {"Sqrt", FoldFunction}};

// What only moves elements, so that integers behind floats can be moved alike.
constexpr std::string_view kMoving[] = {"Reshape",   "Flatten", "Unsqueeze", "Squeeze",
                                        "Transpose", "Gather",  "Concat",    "Slice",
                                        "Expand",    "Tile",    "Split"};

// What the rule makes of the parts that `part` takes of each quantised input.
ConstantPtr FoldedPart(NodeImport& node, const OperatorImport& rule,
                       const std::function<Constant(const Constant&)>& part) {
  auto& symbols = node.state().symbols;
  std::vector<std::string> inputs(node.proto().input().begin(), node.proto().input().end());
  const std::string output = node.state().Unused(node.proto().output(0) + "\1part");
  std::vector<std::string> made_up{output};
  for (int i = 0; i < node.inputs(); ++i) {
    if (!node.Has(i) || node.ConstantAt(i, "input").quantized == nullptr) continue;
    inputs[At(i)] = node.state().Unused(inputs[At(i)] + "\1part");
    made_up.push_back(inputs[At(i)]);
    const Constant& whole = node.ConstantAt(i, "input");
    node.state().budget.Take(whole.count());
    symbols[made_up.back()] = {.constant = std::make_shared<const Constant>(part(whole))};
  }
  const onnx::NodeProto derived = Derived(node, node.proto().op_type(), inputs, output, true);
  NodeImport import(node.state(), derived);
  rule.import(import);
  ConstantPtr folded = symbols.at(output).constant;
  for (const std::string& name : made_up) symbols.erase(name);
  return folded;
}

// Floats that were integers times scales are so still when they have been moved.
void KeepIntegers(NodeImport& node, const OperatorImport& rule) {
  if (node.proto().output(0).empty()) return;
  const bool joins = node.proto().op_type() == "Concat";
  const Integers* first = nullptr;
  bool one_scale = true;
  for (int i = 0; i < node.inputs(); ++i) {
    const Integers* const integers =
        node.Has(i) ? node.ConstantAt(i, "input").quantized.get() : nullptr;
    if (integers == nullptr && (joins || i == 0)) return;
    if (integers == nullptr) continue;
    if (first == nullptr) first = integers;
    one_scale = one_scale && integers->scales.size() == 1 && integers->scales == first->scales;
  }
  Constant moved = *node.state().symbols.at(node.proto().output(0)).constant;
  auto integers = std::make_shared<Integers>();
  const ConstantPtr values = FoldedPart(node, rule, [](const Constant& whole) {
    return Constant{.type = onnx::TensorProto::INT32,
                    .dims = whole.dims,
                    .floats = {},
                    .integers = {whole.quantized->values.begin(), whole.quantized->values.end()}};
  });
  for (const int64_t value : values->integers)
    integers->values.push_back(static_cast<int32_t>(value));
  if (one_scale) {
    integers->scales = first->scales;
  } else {
    integers->scales = FoldedPart(node, rule, [](const Constant& whole) {
                         Constant scales = EmptyLike(whole, whole.dims);
                         for (size_t i = 0; i < At(whole.count()); ++i)
                           scales.floats.push_back(whole.quantized->ScaleOf(i));
                         return scales;
                       })->floats;
    if (integers->scales.empty()) return;
  }
  moved.quantized = std::move(integers);
  node.state().symbols[node.proto().output(0)].constant =
      std::make_shared<const Constant>(std::move(moved));
}

}  // namespace

bool FoldConstants(NodeImport& node) {
  for (int i = 0; i < node.inputs(); ++i) {
    if (node.Has(i) && !node.IsConstant(i)) return false;
  }
  const auto* const rule =
      std::ranges::find(kFoldedOperators, node.proto().op_type(), &OperatorImport::op);
  if (rule == std::end(kFoldedOperators)) return false;
  rule->import(node);
  if (std::ranges::find(kMoving, rule->op) != std::end(kMoving)) KeepIntegers(node, *rule);
  return true;
}

}  // namespace quantbench::onnx_import
