// SPDX-License-Identifier: Apache-2.0
// The shape rule of each operator, with what it needs said where it isn't met.
#include <utility>

#include "model/graph.h"
#include "support/error.h"

namespace quantbench {
namespace {

// Far above any image network, and low enough that sizes in bytes and window arithmetic with 32-bit
// parameters can't overflow 64 bits.
constexpr int64_t kMaxElements = int64_t{1} << 40;

bool IsPossible(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t extent : shape) {
    if (extent < 1 || extent > kMaxElements / count) return false;
    count *= extent;
  }
  return !shape.empty();
}

bool HoldsItsShape(const FloatTensor& tensor) {
  return IsPossible(tensor.shape) &&
         static_cast<size_t>(NumElements(tensor.shape)) == tensor.values.size();
}

std::string Pair(const std::array<int, 2>& pair) {
  return std::to_string(pair[0]) + "x" + std::to_string(pair[1]);
}

std::string Describe(const Window& window) {
  const Padding& padding = window.padding;
  return "kernel " + Pair(window.kernel) + ", stride " + Pair(window.stride) + ", dilation " +
         Pair(window.dilation) + ", padding " + std::to_string(padding.top) + "," +
         std::to_string(padding.left) + "," + std::to_string(padding.bottom) + "," +
         std::to_string(padding.right) + " (top,left,bottom,right)";
}

// The output shape of one node; a visitor over its operator.
class ShapeRule {
 public:
  ShapeRule(const Graph& graph, const Node& node) : node_(node) {
    for (const ValueId id : node.inputs)
      inputs_.push_back(graph.values[static_cast<size_t>(id)].shape);
  }

  Shape Apply() const {
    Shape shape = std::visit(*this, node_.op);
    if (!IsPossible(shape))
      Refuse("an output of " + ToString(shape) + " is too large (at most 2^40 elements)");
    return shape;
  }

  Shape operator()(const Conv& conv) const {
    const Shape& input = OnlyImage();
    const Shape& weight = conv.weight.shape;
    CheckWeights(conv.weight, conv.bias, "[oc,c/groups,kh,kw]", 4);
    if (conv.groups < 1 || weight[0] % conv.groups != 0)
      Refuse("its " + std::to_string(conv.groups) + " groups don't divide the " +
             std::to_string(weight[0]) + " output channels of its weight " + ToString(weight));
    if (input[0] % conv.groups != 0 || input[0] / conv.groups != weight[1])
      Refuse("its weight " + ToString(weight) + " in " + std::to_string(conv.groups) +
             " group(s) needs " + std::to_string(weight[1] * conv.groups) + " input channels");
    if (weight[2] != conv.window.kernel[0] || weight[3] != conv.window.kernel[1])
      Refuse("its kernel is " + Pair(conv.window.kernel) + " but its weight is " +
             ToString(weight));
    return Slide(conv.window, weight[0]);
  }

  Shape operator()(const Linear& linear) const {
    const Shape& input = Only();
    const Shape& weight = linear.weight.shape;
    CheckWeights(linear.weight, linear.bias, "[oc,k]", 2);
    if (input != Shape{weight[1]})
      Refuse("its weight " + ToString(weight) + " needs an input of [" + std::to_string(weight[1]) +
             "]" + (input.size() == 3 ? "; a flatten node must come before it" : ""));
    return {weight[0]};
  }

  Shape operator()(const BatchNorm& norm) const {
    const Shape& input = Only();
    const auto channels = static_cast<size_t>(input[0]);
    const std::pair<const char*, size_t> parameters[] = {{"gamma", norm.gamma.size()},
                                                         {"beta", norm.beta.size()},
                                                         {"mean", norm.mean.size()},
                                                         {"variance", norm.variance.size()}};
    for (const auto& [name, size] : parameters) {
      if (size != channels)
        Refuse("its " + std::string(name) + " has " + std::to_string(size) +
               " values, one for each of the " + std::to_string(channels) +
               " channels was expected");
    }
    return input;
  }

  Shape operator()(const Activate&) const { return Only(); }

  Shape operator()(const Add&) const {
    if (inputs_.size() != 2 || inputs_[0] != inputs_[1])
      Refuse("it needs two inputs of one shape (there is no broadcasting)");
    return inputs_[0];
  }

  Shape operator()(const Concat&) const {
    if (inputs_.empty()) Refuse("it needs at least one input");
    Shape joined = inputs_[0];
    for (size_t i = 1; i < inputs_.size(); ++i) {
      Shape other = inputs_[i];
      if (other.size() != joined.size() ||
          !std::equal(other.begin() + 1, other.end(), joined.begin() + 1))
        Refuse("its inputs may differ in the first extent (channels) alone");
      joined[0] += other[0];  // each at most 2^40, and no graph has 2^23 inputs
    }
    return joined;
  }

  Shape operator()(const GlobalAveragePool&) const { return {OnlyImage()[0], 1, 1}; }

  Shape operator()(const AveragePool& pool) const { return Pool(pool.window); }

  Shape operator()(const MaxPool& pool) const { return Pool(pool.window); }

  Shape operator()(const Flatten&) const { return {NumElements(Only())}; }

  Shape operator()(const Mul&) const {
    const bool two = inputs_.size() == 2;
    const bool same = two && inputs_[0] == inputs_[1];
    const bool one_a_channel = two && inputs_[1][0] == inputs_[0][0] &&
                               NumElements(inputs_[1]) == inputs_[0][0] &&
                               (inputs_[1].size() == 1 || inputs_[1].size() == 3);
    if (!same && !one_a_channel)
      Refuse("it needs two inputs of one shape, or a second one of one factor a channel");
    return inputs_[0];
  }

  Shape operator()(const Reshape& reshape) const {
    if (!IsPossible(reshape.shape) || NumElements(reshape.shape) != NumElements(Only()))
      Refuse("its result " + ToString(reshape.shape) + " must have as many elements");
    return reshape.shape;
  }

  Shape operator()(const Slice& slice) const {
    Shape part = Only();
    if (slice.begin < 0 || slice.end <= slice.begin || slice.end > part[0])
      Refuse("channels " + std::to_string(slice.begin) + " to " + std::to_string(slice.end) +
             " (exclusive) aren't all there");
    part[0] = slice.end - slice.begin;
    return part;
  }

  Shape operator()(const ChannelShuffle& shuffle) const {
    if (shuffle.groups < 1 || Only()[0] % shuffle.groups != 0)
      Refuse("its " + std::to_string(shuffle.groups) + " groups don't divide the channels");
    return inputs_[0];
  }

  Shape operator()(const Unary&) const { return Only(); }

  Shape operator()(const Softmax&) const {
    if (Only().size() != 1) Refuse("it needs a vector [classes]");
    return inputs_[0];
  }

 private:
  [[noreturn]] void Refuse(const std::string& need) const {
    std::string got;
    for (const Shape& shape : inputs_) got += (got.empty() ? "" : " and ") + ToString(shape);
    throw Error("node '" + node_.name + "' (" + std::string(OperatorName(node_.op)) + ") got " +
                (got.empty() ? "no input" : got) + ": " + need);
  }

  const Shape& Only() const {
    if (inputs_.size() != 1) Refuse("it needs exactly one input");
    return inputs_[0];
  }

  const Shape& OnlyImage() const {
    if (Only().size() != 3) Refuse("it needs an image, [channels,height,width]");
    return inputs_[0];
  }

  void CheckWeights(const FloatTensor& weight, const std::vector<float>& bias, const char* layout,
                    size_t rank) const {
    if (weight.shape.size() != rank || !HoldsItsShape(weight))
      Refuse("its weight of shape " + ToString(weight.shape) + " with " +
             std::to_string(weight.values.size()) + " values isn't a filled " + layout);
    if (!bias.empty() && bias.size() != static_cast<size_t>(weight.shape[0]))
      Refuse("its bias has " + std::to_string(bias.size()) + " values, " +
             std::to_string(weight.shape[0]) + " (or none) were expected");
  }

  // Output [channels, h', w'] of a window that slides over the padded input.
  Shape Slide(const Window& window, int64_t channels) const {
    const Padding& padding = window.padding;
    const std::array<std::array<int, 2>, 2> around{
        {{padding.top, padding.bottom}, {padding.left, padding.right}}};
    Shape output{channels};
    for (size_t axis = 0; axis < 2; ++axis) {
      const auto [before, after] = around[axis];
      if (window.kernel[axis] < 1 || window.stride[axis] < 1 || window.dilation[axis] < 1 ||
          before < 0 || after < 0)
        Refuse("kernel, stride and dilation must be positive, padding not negative: " +
               Describe(window));
      const int64_t covered = Covered(window, axis);
      const int64_t padded = inputs_[0][axis + 1] + before + after;
      if (covered > padded)
        Refuse("its window covers " + std::to_string(covered) + " of a padded " +
               (axis == 0 ? "height" : "width") + " of only " + std::to_string(padded) + ": " +
               Describe(window));
      output.push_back((padded - covered) / window.stride[axis] + 1);
    }
    return output;
  }

  static int64_t Covered(const Window& window, size_t axis) {
    return int64_t{window.dilation[axis]} * (window.kernel[axis] - 1) + 1;
  }

  // As Slide, but every window must see the image: a maximum or mean of nothing has no value.
  Shape Pool(const Window& window) const {
    const Shape output = Slide(window, OnlyImage()[0]);
    const Padding& padding = window.padding;
    const std::array<int, 2> largest{std::max(padding.top, padding.bottom),
                                     std::max(padding.left, padding.right)};
    for (size_t axis = 0; axis < 2; ++axis) {
      const bool can_skip_image = window.dilation[axis] > inputs_[0][axis + 1];
      if (largest[axis] > 0 && (largest[axis] >= Covered(window, axis) || can_skip_image))
        Refuse("some of its windows would lie in the padding alone: " + Describe(window));
    }
    return output;
  }

  const Node& node_;
  std::vector<Shape> inputs_;
};

}  // namespace

Shape InferShape(const Graph& graph, const Node& node) { return ShapeRule(graph, node).Apply(); }

void InferShapes(Graph& graph) {
  CheckGraph(graph);
  const Value& input = graph.values[static_cast<size_t>(graph.input)];
  if (!IsPossible(input.shape))
    throw Error("the input '" + input.name + "' of graph '" + graph.name + "' has shape " +
                ToString(input.shape) + "; positive extents [channels,height,width] are needed");
  for (const Node& node : graph.nodes)
    graph.values[static_cast<size_t>(node.output)].shape = InferShape(graph, node);
}

}  // namespace quantbench
