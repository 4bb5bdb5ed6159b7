// SPDX-License-Identifier: Apache-2.0
// Inputs, attributes, and data brought into the order that an operator needs.
#include "model/onnx/node_import.h"

#include <algorithm>
#include <limits>

#include "model/onnx/fold.h"
#include "model/onnx/proto.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench::onnx_import {
namespace {

using onnx::AttributeProto;

std::string TypeName(int attribute_type) {
  return AttributeProto::AttributeType_Name(
      static_cast<AttributeProto::AttributeType>(attribute_type));
}

// The same by indices of the largest blocks of whole planes, rows or else elements.
std::vector<int32_t> InBlocks(const std::vector<int32_t>& elements, const Shape& shape,
                              int64_t available) {
  const auto fits = [&](int64_t size) {
    for (size_t i = 0; i < elements.size(); ++i) {
      const auto place = static_cast<int32_t>(static_cast<int64_t>(i) % size);
      const int32_t first = elements[i - static_cast<size_t>(place)];
      const bool aligned = first < 0 || first % size == 0;
      if (!aligned || elements[i] != (first < 0 ? -1 : first + place)) return false;
    }
    return available % size == 0;
  };
  int64_t size = 1;
  for (size_t d = shape.size(); d-- > 1;) {
    if (!fits(size * shape[d])) break;
    size *= shape[d];
  }
  std::vector<int32_t> blocks;
  for (size_t i = 0; i < elements.size(); i += static_cast<size_t>(size))
    blocks.push_back(elements[i] < 0 ? -1 : static_cast<int32_t>(elements[i] / size));
  return blocks;
}

// Two groups of channels swapped, [a,b,...] of a value [b*a,...]: the channel shuffle. Gives b, or
// 0.
int ShuffledGroups(const View& view, const Shape& value) {
  std::vector<size_t> real;  // dims that are more than 1
  for (size_t d = 0; d < view.dims.size(); ++d) {
    if (view.dims[d] > 1) real.push_back(d);
  }
  if (real.size() < 2 || value.empty() || view.offset != 0 ||
      NumElements(view.dims) != NumElements(value))
    return 0;
  const int64_t plane = NumElements(value) / value[0];
  const size_t a = real[0], b = real[1];
  View rest = view;
  rest.dims.clear();
  rest.strides.clear();
  for (size_t i = 2; i < real.size(); ++i) {
    rest.dims.push_back(view.dims[real[i]]);
    rest.strides.push_back(view.strides[real[i]]);
  }
  const bool swapped = view.strides[a] == plane && view.strides[b] == view.dims[a] * plane;
  const bool fits = IsDense(rest) && NumElements(rest.dims) == plane &&
                    view.dims[a] * view.dims[b] == value[0] && view.dims[b] <= (1 << 20);
  return swapped && fits ? static_cast<int>(view.dims[b]) : 0;
}

}  // namespace

std::string ImportState::Unused(std::string name) const {
  while (symbols.contains(name)) name += '\1';
  return name;
}

std::string NameOf(const onnx::NodeProto& node) {
  const std::string& name = !node.name().empty()     ? node.name()
                            : node.output_size() > 0 ? node.output(0)
                                                     : node.op_type();
  return "'" + name + "' (" + node.op_type() + ")";
}

void NodeImport::Refuse(const std::string& why) const {
  throw Error("node " + NameOf(proto_) + ": " + why);
}

int NodeImport::inputs() const { return proto_.input_size(); }
int NodeImport::outputs() const { return proto_.output_size(); }

bool NodeImport::Has(int input) const {
  return input < proto_.input_size() && !proto_.input(input).empty();
}

const Symbol& NodeImport::Input(int input) const {
  if (!Has(input)) Refuse("its input " + std::to_string(input) + " is missing");
  const auto found = state_.symbols.find(proto_.input(input));
  if (found == state_.symbols.end())
    Refuse(
        "it reads '" + proto_.input(input) +
        "', which is neither an initialiser nor written by a node before it; nodes must stand in "
        "execution order, without cycles");
  return found->second;
}

const Constant& NodeImport::ConstantAt(int input, const char* role) const {
  const Symbol& symbol = Input(input);
  if (symbol.constant == nullptr || symbol.meaning != Meaning::kReal)
    Refuse(std::string("its ") + role + " ('" + proto_.input(input) +
           "') must be constant; export the model in evaluation mode, with its weights");
  return *symbol.constant;
}

View NodeImport::PaddedViewAt(int input) const {
  const Symbol& symbol = Input(input);
  if (symbol.constant != nullptr)
    Refuse("its input '" + proto_.input(input) + "' is constant where the image's data belong");
  if (symbol.meaning != Meaning::kReal)
    Refuse("it can't work on the integers of '" + proto_.input(input) +
           "'; export the model in QDQ form, with a DequantizeLinear before it");
  return symbol.view;
}

View NodeImport::ViewAt(int input) { return Settled(PaddedViewAt(input)); }

const AttributeProto* NodeImport::Find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      proto_.attribute(), [&](const AttributeProto& a) { return a.name() == name; });
  return found == proto_.attribute().end() ? nullptr : &*found;
}

const AttributeProto* NodeImport::Find(std::string_view name, int type) const {
  const AttributeProto* const found = Find(name);
  // Files of the first IR versions leave the type out.
  if (found != nullptr && found->type() != type && found->type() != AttributeProto::UNDEFINED)
    Refuse("its attribute '" + std::string(name) + "' has type " + TypeName(found->type()) + ", " +
           TypeName(type) + " was expected");
  return found;
}

int64_t NodeImport::Int(std::string_view name, int64_t otherwise) const {
  const AttributeProto* const found = Find(name, AttributeProto::INT);
  return found == nullptr ? otherwise : found->i();
}

float NodeImport::Float(std::string_view name, float otherwise) const {
  const AttributeProto* const found = Find(name, AttributeProto::FLOAT);
  return found == nullptr ? otherwise : found->f();
}

std::string NodeImport::Text(std::string_view name, const std::string& otherwise) const {
  const AttributeProto* const found = Find(name, AttributeProto::STRING);
  return found == nullptr ? otherwise : found->s();
}

std::vector<int64_t> NodeImport::Ints(std::string_view name) const {
  const AttributeProto* const found = Find(name, AttributeProto::INTS);
  if (found == nullptr) return {};
  return {found->ints().begin(), found->ints().end()};
}

std::vector<float> NodeImport::Floats(std::string_view name) const {
  const AttributeProto* const found = Find(name, AttributeProto::FLOATS);
  if (found == nullptr) return {};
  return {found->floats().begin(), found->floats().end()};
}

const onnx::TensorProto* NodeImport::Tensor(std::string_view name) const {
  const AttributeProto* const found = Find(name, AttributeProto::TENSOR);
  return found == nullptr ? nullptr : &found->t();
}

std::optional<std::vector<int64_t>> NodeImport::IntsOrInput(std::string_view name,
                                                            int input) const {
  if (HasAttribute(name)) return Ints(name);
  if (!Has(input)) return std::nullopt;
  const Constant& constant = ConstantAt(input, std::string(name).c_str());
  if (constant.is_float() || constant.dims.size() > 1)
    Refuse("its " + std::string(name) + " must be a list of integers");
  return constant.integers;
}

std::optional<float> NodeImport::FloatOrInput(std::string_view name, int input) const {
  if (HasAttribute(name)) return Float(name, 0);
  if (!Has(input)) return std::nullopt;
  const Constant& constant = ConstantAt(input, std::string(name).c_str());
  if (constant.floats.size() != 1) Refuse("its " + std::string(name) + " must be one number");
  return constant.floats[0];
}

int NodeImport::Axis(int64_t axis, size_t rank) const {
  const auto signed_rank = static_cast<int64_t>(rank);
  if (axis < -signed_rank || axis >= signed_rank)
    Refuse("axis " + std::to_string(axis) + " is not one of its " + CountText(rank, "dimension"));
  return static_cast<int>(axis < 0 ? axis + signed_rank : axis);
}

// Zeros around an image as what a convolution with one weight of 1 a channel adds.
View NodeImport::Settled(const View& view) {
  if (!HasPadding(view.padding)) return view;
  View bare = view;
  bare.padding = {};
  const ValueId image = Image(bare, "padded input");
  const int64_t channels = view.dims[0];
  state_.budget.Take(channels);
  const auto count = static_cast<size_t>(channels);
  return WholeValue(
      graph(),
      Add(Conv{{.weight = {.shape = {channels, 1, 1, 1}, .values = std::vector<float>(count, 1.0f)},
                .bias = {}},
               {.padding = view.padding},
               static_cast<int>(channels)},
          {image}));
}

View NodeImport::Rearranged(const View& view, const Shape& dims,
                            const std::function<int64_t(int64_t)>& from) {
  const int64_t count = NumElements(dims), available = NumElements(ShapeOf(view.value));
  if (count < 1 || std::max(count, available) > std::numeric_limits<int32_t>::max())
    Refuse("it makes " + ToString(dims) + " of " + ToString(view.dims) +
           ", which is empty or too large");
  state_.budget.Take(2 * count);
  std::vector<int32_t> elements;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t source = from(i);
    elements.push_back(
        source < 0 ? -1
                   : static_cast<int32_t>(view.offset + Position(source, view.dims, view.strides)));
  }
  const Shape shape = dims.size() == 3 ? dims : Shape{count};
  const ValueId value =
      Add(Gather{.shape = shape, .indices = InBlocks(elements, shape, available)}, {view.value});
  return {.value = value, .dims = dims, .strides = RowMajorStrides(dims)};
}

View NodeImport::Dense(const View& view) {
  const Shape& shape = ShapeOf(view.value);
  if (IsDense(view)) {
    const int64_t count = NumElements(view.dims);
    if (count == NumElements(shape)) return view;
    const int64_t plane = NumElements(shape) / shape[0];
    if (view.offset % plane == 0 && count % plane == 0) {
      const ValueId part = Add(
          Slice{.begin = view.offset / plane, .end = (view.offset + count) / plane}, {view.value});
      return {.value = part, .dims = view.dims, .strides = RowMajorStrides(view.dims)};
    }
  }
  if (const int groups = ShuffledGroups(view, shape); groups > 0) {
    const ValueId shuffled = Add(ChannelShuffle{.groups = groups}, {view.value});
    return {.value = shuffled, .dims = view.dims, .strides = RowMajorStrides(view.dims)};
  }
  return Rearranged(view, view.dims, [](int64_t i) { return i; });
}

ValueId NodeImport::Image(const View& view, const char* role) {
  if (view.dims.size() != 3)
    Refuse(std::string("its ") + role + " must be an image [n,c,h,w], it is [n" +
           (view.dims.empty() ? "]" : "," + ToString(view.dims).substr(1)));
  const View dense = Dense(view);
  const Shape& shape = ShapeOf(dense.value);
  return shape == view.dims ? dense.value : Add(Reshape{.shape = view.dims}, {dense.value});
}

ValueId NodeImport::Flat(const View& view) {
  const View dense = Dense(view);
  const Shape& shape = ShapeOf(dense.value);
  return shape.size() == 1 ? dense.value : Add(Flatten{}, {dense.value});
}

ValueId NodeImport::Add(Operator op, std::vector<ValueId> inputs, Activation activation) {
  Graph& graph = state_.graph;
  const std::string wanted = !proto_.name().empty() ? proto_.name() : proto_.output(0);
  std::string name = wanted;
  while (!state_.names.emplace(name, 1).second)
    name = wanted + "_" + std::to_string(++state_.names[wanted]);
  const ValueId value = graph.AddNode(name, std::move(op), std::move(inputs), activation);
  try {
    graph.values[static_cast<size_t>(value)].shape = InferShape(graph, graph.nodes.back());
  } catch (const Error& error) {
    Refuse(error.what());
  }
  return value;
}

void NodeImport::SetSymbol(Symbol symbol, int output) {
  if (output >= proto_.output_size() || proto_.output(output).empty()) return;
  const std::string& name = proto_.output(output);
  if (!state_.symbols.emplace(name, std::move(symbol)).second)
    Refuse("it writes '" + name + "', which already has a value");
}

onnx::NodeProto Derived(const NodeImport& node, const std::string& op,
                        const std::vector<std::string>& inputs, const std::string& output,
                        bool with_attributes) {
  onnx::NodeProto derived;
  derived.set_op_type(op);
  derived.set_name(node.proto().name().empty() ? node.proto().output(0) : node.proto().name());
  for (const std::string& input : inputs) derived.add_input(input);
  derived.add_output(output);
  if (with_attributes) *derived.mutable_attribute() = node.proto().attribute();
  return derived;
}

void NodeImport::SetView(const View& view, int output) {
  SetSymbol({.constant = nullptr, .view = view}, output);
}

Shape NodeImport::FullDims(const View& view) const {
  Shape dims{batch()};
  dims.insert(dims.end(), view.dims.begin(), view.dims.end());
  return dims;
}

void NodeImport::SetReshaped(const View& view, const Shape& full) {
  if (full.empty() || full[0] != batch() || full.size() > kMaxRank)
    Refuse("it makes " + ToString(full) + " of " + ToString(FullDims(view)) +
           ": the batch dimension must stay first and by itself");
  Shape dims;
  for (size_t d = 1; d < full.size(); ++d) dims.push_back(full[d]);
  for (const int64_t extent : dims) {
    if (extent < 1) Refuse("it makes an empty tensor " + ToString(full));
  }
  if (NumElements(dims) != NumElements(view.dims))
    Refuse("it makes " + ToString(full) + " of " + ToString(FullDims(view)) +
           ", which has another number of elements");
  if (const auto reshaped = Reshaped(view, dims)) return SetView(*reshaped);
  SetView(Reshaped(Dense(view), dims).value());
}

void NodeImport::SetConstant(Constant constant, int output) {
  SetSymbol({.constant = std::make_shared<const Constant>(std::move(constant))}, output);
}

}  // namespace quantbench::onnx_import
