// SPDX-License-Identifier: Apache-2.0
// What the rooms of model/operators say of operators, but for shapes, costs and ONNX files.
#include <doctest/doctest.h>

#include <set>
#include <stdexcept>

#include "model/operators/operators.h"

namespace quantbench {
namespace {

struct RoomCase {
  Operator op;
  std::string name;
  qb_op plugin_op = 0;
  bool shares_qparams = false, takes_activation = true, stays_float = false, is_tabulated = false;
  qb_op dynamic_op = 0;  // where it is another
};

const RoomCase kRooms[] = {
    {.op = Conv{}, .name = "conv", .plugin_op = QB_CONV, .dynamic_op = QB_DYNAMIC_CONV},
    {.op = Linear{}, .name = "linear", .plugin_op = QB_LINEAR, .dynamic_op = QB_DYNAMIC_LINEAR},
    {.op = BatchNorm{}, .name = "batch_norm"},
    {.op = Activate{}, .name = "activation", .plugin_op = QB_ACTIVATION},
    {.op = Add{}, .name = "add", .plugin_op = QB_ADD},
    {.op = Mul{}, .name = "mul", .plugin_op = QB_MUL},
    {.op = Concat{}, .name = "concat", .plugin_op = QB_CONCAT},
    {.op = GlobalAveragePool{}, .name = "global_average_pool", .plugin_op = QB_GLOBAL_AVG_POOL},
    {.op = AveragePool{}, .name = "average_pool", .plugin_op = QB_AVG_POOL},
    {.op = MaxPool{}, .name = "max_pool", .plugin_op = QB_MAX_POOL, .shares_qparams = true},
    // What only moves data has no activation of its own.
    {.op = Flatten{},
     .name = "flatten",
     .plugin_op = QB_FLATTEN,
     .shares_qparams = true,
     .takes_activation = false},
    {.op = Reshape{},
     .name = "reshape",
     .plugin_op = QB_RESHAPE,
     .shares_qparams = true,
     .takes_activation = false},
    {.op = Slice{},
     .name = "slice",
     .plugin_op = QB_SLICE,
     .shares_qparams = true,
     .takes_activation = false},
    {.op = ChannelShuffle{},
     .name = "channel_shuffle",
     .plugin_op = QB_CHANNEL_SHUFFLE,
     .shares_qparams = true,
     .takes_activation = false},
    {.op = Unary{.function = Function::kSilu},
     .name = "silu",
     .plugin_op = QB_SILU,
     .takes_activation = false,
     .is_tabulated = true},
    {.op = Softmax{},
     .name = "softmax",
     .plugin_op = QB_SOFTMAX,
     .takes_activation = false,
     .stays_float = true},
    {.op = Gather{},
     .name = "gather",
     .plugin_op = QB_GATHER,
     .shares_qparams = true,
     .takes_activation = false},
    {.op = PRelu{},
     .name = "prelu",
     .plugin_op = QB_PRELU,
     .takes_activation = false,
     .is_tabulated = true},
    {.op = LocalResponseNorm{},
     .name = "local_response_norm",
     .plugin_op = QB_LRN,
     .takes_activation = false,
     .stays_float = true},
    {.op = Cap{},
     .name = "cap",
     .plugin_op = QB_CAP,
     .takes_activation = false,
     .is_tabulated = true}};

TEST_CASE("each operator has its room") {
  static_assert(std::size(kRooms) == std::variant_size_v<Operator>);
  for (size_t i = 0; i < std::size(kRooms); ++i) {
    const RoomCase& c = kRooms[i];
    CAPTURE(c.name);
    CHECK(c.op.index() == i);
    CHECK(OperatorName(c.op) == c.name);
    CHECK(SharesQParams(c.op) == c.shares_qparams);
    CHECK(TakesActivation(c.op) == c.takes_activation);
    CHECK(StaysFloat(c.op) == c.stays_float);
    CHECK(IsTabulated(c.op) == c.is_tabulated);
    CHECK((WeightsOf(c.op) != nullptr) == (c.dynamic_op != 0));
    qb_node node{};
    if (c.plugin_op == 0) {
      CHECK_THROWS_AS(DescribeToPlugin(c.op, node), std::logic_error);
      continue;
    }
    DescribeToPlugin(c.op, node);
    CHECK(node.op == c.plugin_op);
    CHECK(DynamicPluginOp(c.op) == (c.dynamic_op != 0 ? c.dynamic_op : c.plugin_op));
  }
}

TEST_CASE("functions of one element: names and numbers") {
  struct Case {
    Function function;
    const char* name;
    qb_op op;
  };
  const Case cases[] = {{Function::kClip, "clip", QB_CLIP},
                        {Function::kHardSigmoid, "hard_sigmoid", QB_HARD_SIGMOID},
                        {Function::kHardSwish, "hard_swish", QB_HARD_SWISH},
                        {Function::kSigmoid, "sigmoid", QB_SIGMOID},
                        {Function::kSilu, "silu", QB_SILU},
                        {Function::kLeakyRelu, "leaky_relu", QB_LEAKY_RELU},
                        {Function::kElu, "elu", QB_ELU},
                        {Function::kSelu, "selu", QB_SELU},
                        {Function::kCelu, "celu", QB_CELU},
                        {Function::kGelu, "gelu", QB_GELU},
                        {Function::kGeluTanh, "gelu_tanh", QB_GELU_TANH},
                        {Function::kMish, "mish", QB_MISH},
                        {Function::kSoftplus, "softplus", QB_SOFTPLUS},
                        {Function::kSoftsign, "softsign", QB_SOFTSIGN},
                        {Function::kTanh, "tanh", QB_TANH},
                        {Function::kErf, "erf", QB_ERF},
                        {Function::kThresholdedRelu, "thresholded_relu", QB_THRESHOLDED_RELU},
                        {Function::kExp, "exp", QB_EXP},
                        {Function::kLog, "log", QB_LOG},
                        {Function::kSqrt, "sqrt", QB_SQRT},
                        {Function::kAbs, "abs", QB_ABS},
                        {Function::kReciprocal, "reciprocal", QB_RECIPROCAL}};
  for (const Case& c : cases) {
    CHECK(ToString(c.function) == c.name);
    qb_node node{};
    DescribeToPlugin(Unary{.function = c.function, .parameters = {0.5f, 2.0f}}, node);
    CHECK(node.op == c.op);
    CHECK(node.parameters[0] == 0.5f);
    CHECK(node.parameters[1] == 2.0f);
  }
}

TEST_CASE("attributes reach the plugin interface") {
  const Window window{.kernel = {1, 2},
                      .stride = {3, 4},
                      .dilation = {5, 6},
                      .padding = {.top = 7, .left = 8, .bottom = 9, .right = 10}};
  for (const Operator& op : {Operator(Conv{{}, window, 3}), Operator(MaxPool{.window = window}),
                             Operator(AveragePool{.window = window})}) {
    CAPTURE(OperatorName(op));
    qb_node node{};
    DescribeToPlugin(op, node);
    for (int i = 0; i < 2; ++i) {
      CHECK(node.kernel[i] == 1 + i);
      CHECK(node.stride[i] == 3 + i);
      CHECK(node.dilation[i] == 5 + i);
    }
    for (int i = 0; i < 4; ++i) CHECK(node.padding[i] == 7 + i);
    CHECK(node.groups == (node.op == QB_CONV ? 3 : 0));
    CHECK(node.count_include_pad == (node.op == QB_AVG_POOL ? 1 : 0));
  }
  qb_node node{};
  DescribeToPlugin(Slice{.begin = 2, .end = 5}, node);
  CHECK(node.begin == 2);
  CHECK(node.end == 5);
  DescribeToPlugin(ChannelShuffle{.groups = 4}, node);
  CHECK(node.groups == 4);
  DescribeToPlugin(LocalResponseNorm{.size = 5, .alpha = 0.5f, .beta = 0.75f, .bias = 2}, node);
  CHECK(node.size == 5);
  CHECK(node.parameters[0] == 0.5f);
  CHECK(node.parameters[1] == 0.75f);
  CHECK(node.bias == 2);
  const Operator gather = Gather{.shape = {2}, .indices = {1, -1}};
  const std::vector<PluginConstant> indices = PluginConstants(gather);
  REQUIRE(indices.size() == 1);
  CHECK(indices[0].dtype == QB_I32);
  CHECK(indices[0].dims == Shape{2});
  CHECK(indices[0].data.data() ==
        reinterpret_cast<const std::byte*>(std::get<Gather>(gather).indices.data()));
}

TEST_CASE("no operator of ONNX files has two ways in") {
  std::set<std::string_view> seen;
  const std::vector<onnx_import::OperatorImport> rooms = RoomsOnnxImports();
  for (const auto& table : {std::span(rooms), onnx_import::ViewOperators(),
                            onnx_import::MoveOperators(), onnx_import::ReduceOperators(),
                            onnx_import::ResizeOperators(), onnx_import::QuantizeOperators()}) {
    for (const onnx_import::OperatorImport& each : table) {
      CAPTURE(each.op);
      CHECK(seen.insert(each.op).second);
    }
  }
  CHECK(seen.contains("Conv"));
  CHECK(OnnxName(Softmax{}) == "Softmax");
}

}  // namespace
}  // namespace quantbench
