// SPDX-License-Identifier: Apache-2.0
// The typed float graph that importers produce, passes rewrite, and quantisation starts from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace quantbench {

// Extents of one tensor. Activations leave the batch dimension out: [c,h,w] or [k].
using Shape = std::vector<int64_t>;

int64_t NumElements(const Shape& shape);
// Whether all extents are positive and there aren't more than 2^40 elements: far above any image
// network, and low enough that sizes in bytes and window arithmetic with 32-bit parameters can't
// overflow 64 bits.
bool IsPossible(const Shape& shape);
std::string ToString(const Shape& shape);  // "[32,112,112]"

struct FloatTensor {
  Shape shape;
  std::vector<float> values;  // row-major
};

enum class Activation { kNone, kRelu, kRelu6 };
std::string_view ToString(Activation activation);  // "none", "relu", "relu6"

struct Padding {
  int top = 0, left = 0, bottom = 0, right = 0;
};

// What a convolution or pooling sees of the image: {height, width} each.
struct Window {
  std::array<int, 2> kernel{1, 1};
  std::array<int, 2> stride{1, 1};
  std::array<int, 2> dilation{1, 1};
  Padding padding;

  // Pixels that the kernel spans along one axis.
  int64_t Covered(size_t axis) const { return int64_t{dilation[axis]} * (kernel[axis] - 1) + 1; }
};

// Real value = (q - zero_point) * scale. Activations are integers from 0 to `most`.
struct QParams {
  float scale = 1.0f;
  int32_t zero_point = 0;
  int32_t most = 255;
  bool operator==(const QParams&) const = default;
};
// Whether a byte holds them.
constexpr bool HasEightBits(const QParams& qparams) { return qparams.most <= QParams{}.most; }

// The integers behind a layer's floats where the file was quantised already: weights are int8
// multiples of their scales; biases, where there are any, int32 multiples of input scale * weight
// scale.
struct GivenIntegers {
  std::vector<float> scales;  // one, or one for each output channel; empty: the file holds floats
  std::vector<int32_t> bias;  // [oc], or empty: a float bias
  bool at_run_time = false;   // the layer quantises its float input with the range at hand
};

// What layers with weights share.
struct Weighted {
  FloatTensor weight;       // [oc, ...]
  std::vector<float> bias;  // [oc]; empty (none) only before PrepareForInference
  GivenIntegers given{};
};

struct Conv : Weighted {  // weight [oc, c / groups, kh, kw]
  Window window;
  int groups = 1;
};
struct Linear : Weighted {};  // weight [oc, k]
// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, per channel.
struct BatchNorm {
  std::vector<float> gamma, beta, mean, variance;  // [c]
  float epsilon = 1e-5f;
};
struct Activate {};  // the node's activation alone
struct Add {};
struct Mul {};     // a * b of one shape, or b one factor a channel: [c] or [c,1,1]
struct Concat {};  // along channels
struct GlobalAveragePool {};
struct AveragePool {
  Window window;
  bool count_include_pad = true;
};
struct MaxPool {
  Window window;
};
struct Flatten {};
struct Reshape {
  Shape shape;  // the same elements in the same order
};
struct Slice {
  int64_t begin = 0, end = 0;  // channels [begin, end)
};
// Channel i * groups + j of the result is channel j * (c / groups) + i of the input
// (arXiv 1707.01083).
struct ChannelShuffle {
  int groups = 1;
};
// Blocks of equal length of the input, one behind another, or of zeros: any order of dimensions,
// flips, cuts, repetitions and padding.
struct Gather {
  Shape shape;                   // of the result, which has indices.size() blocks
  std::vector<int32_t> indices;  // of the input's blocks; -1: zeros
};
enum class Function {
  kClip,
  kHardSigmoid,
  kHardSwish,
  kSigmoid,
  kSilu,
  kLeakyRelu,
  kElu,
  kSelu,
  kCelu,
  kGelu,
  kGeluTanh,
  kMish,
  kSoftplus,
  kSoftsign,
  kTanh,
  kErf,
  kThresholdedRelu,
  kExp,
  kLog,
  kSqrt,
  kAbs,
  kReciprocal
};
std::string_view ToString(Function function);  // "clip", "hard_sigmoid", ...
// One function of every element; formulas: plugins/sdk/arithmetic.md.
struct Unary {
  Function function = Function::kSigmoid;
  // clip: low and high; hard_sigmoid: alpha and beta; selu: alpha and gamma; leaky_relu, elu, celu,
  // thresholded_relu: alpha.
  std::array<float, 2> parameters{0.0f, 0.0f};
};
struct PRelu {
  std::vector<float> slopes;  // [c], of what is negative
};
// The smaller one of x and the cap of its channel, as a relu6 becomes in a channel that was scaled.
struct Cap {
  std::vector<float> caps;  // [c]
};
// Of an image, over `size` neighbouring channels; always in float.
struct LocalResponseNorm {
  int size = 1;
  float alpha = 1e-4f, beta = 0.75f, bias = 1.0f;
};
struct Softmax {  // over a vector [k]; always in float
  bool logarithm = false;
};

using Operator =
    std::variant<Conv, Linear, BatchNorm, Activate, Add, Mul, Concat, GlobalAveragePool,
                 AveragePool, MaxPool, Flatten, Reshape, Slice, ChannelShuffle, Unary, Softmax,
                 Gather, PRelu, LocalResponseNorm, Cap>;
// Each operator's room, harness/model/operators/<op>.cpp, defines its own: all that the host knows
// of it (operators/rules.h).
template <class Op>
class Rules;
template <class Op>
class WeightedRules;
const WeightedRules<Conv>& RulesOf(const Conv&);
const WeightedRules<Linear>& RulesOf(const Linear&);
const Rules<BatchNorm>& RulesOf(const BatchNorm&);
const Rules<Activate>& RulesOf(const Activate&);
const Rules<Add>& RulesOf(const Add&);
const Rules<Mul>& RulesOf(const Mul&);
const Rules<Concat>& RulesOf(const Concat&);
const Rules<GlobalAveragePool>& RulesOf(const GlobalAveragePool&);
const Rules<AveragePool>& RulesOf(const AveragePool&);
const Rules<MaxPool>& RulesOf(const MaxPool&);
const Rules<Flatten>& RulesOf(const Flatten&);
const Rules<Reshape>& RulesOf(const Reshape&);
const Rules<Slice>& RulesOf(const Slice&);
const Rules<ChannelShuffle>& RulesOf(const ChannelShuffle&);
const Rules<Unary>& RulesOf(const Unary&);
const Rules<Softmax>& RulesOf(const Softmax&);
const Rules<Gather>& RulesOf(const Gather&);
const Rules<PRelu>& RulesOf(const PRelu&);
const Rules<LocalResponseNorm>& RulesOf(const LocalResponseNorm&);
const Rules<Cap>& RulesOf(const Cap&);

std::string_view OperatorName(const Operator& op);  // "conv", "linear", "batch_norm", ...
// Whether the result has its first input's qparams: data that only move, or the largest of them.
bool SharesQParams(const Operator& op);
// Whether what it alone reads may have the result's qparams: what they can't tell apart, it can't
// either.
bool LendsQParams(const Operator& op);
// Whether a node of it can apply an activation to its result.
bool TakesActivation(const Operator& op);
// Whether it is computed in float in integer models as well.
bool StaysFloat(const Operator& op);
// Whether integer models look its results up (QuantizedGraph::tables).
bool IsTabulated(const Operator& op);
// Weight, bias and given integers; nullptr for operators without.
const Weighted* WeightsOf(const Operator& op);
Weighted* WeightsOf(Operator& op);

using ValueId = int;  // index into Graph::values

struct Value {
  std::string name;
  Shape shape;                     // without the batch dimension; empty until InferShapes
  std::optional<QParams> given{};  // of quint8, where the file was quantised already
};

struct Node {
  std::string name;
  Operator op;
  std::vector<ValueId> inputs;
  ValueId output = -1;
  Activation activation = Activation::kNone;  // applied to the operator's result
};

// Nodes stand in execution order and each value is written once. One image in, one vector of class
// scores out.
struct Graph {
  std::string name;
  std::vector<Value> values;
  std::vector<Node> nodes;
  ValueId input = -1;
  ValueId output = -1;

  ValueId AddValue(std::string value_name, Shape shape = {});
  // A name that no value has: this one, or with a number behind.
  std::string Unused(const std::string& value_name) const;
  // Appends a node that writes a new value called like the node; returns that value.
  ValueId AddNode(std::string node_name, Operator op, std::vector<ValueId> inputs,
                  Activation activation = Activation::kNone);
};

// Fills in every value's shape from the input's. Throws Error that names the node, its inputs'
// shapes and what was expected.
void InferShapes(Graph& graph);
// The shape of one node's output, from those of its inputs.
Shape InferShape(const Graph& graph, const Node& node);

// Structural checks that importers rely on: ids in range, each value written once and before it is
// read. Throws Error.
void CheckGraph(const Graph& graph);

// Sizes of the whole graph, for `inspect` and for estimates; shapes must be inferred.
struct NodeCost {
  int64_t parameters = 0;  // weights, biases, and a batch norm's gamma and beta
  int64_t macs = 0;        // multiply-accumulates an image
};
NodeCost CostOf(const Graph& graph, const Node& node);
NodeCost TotalCost(const Graph& graph);

}  // namespace quantbench
