// SPDX-License-Identifier: Apache-2.0
// Activations of 16 bits: where they stand, what is computed on them, and what files say.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <random>

#include "model/qdq_builder.h"
#include "quantize/calibration_images.h"
#include "quantize/layer_walk.h"
#include "quantize/mixed.h"
#include "quantize/quantize.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::RunModel;

constexpr QParams kStepsOfChain{.scale = 0.25f, .zero_point = 100};

std::shared_ptr<const Graph> ConvChain() {
  Graph graph = testing::GraphWithInput({3, 4, 4});
  const ValueId a = graph.AddNode("a", testing::MakeConv({.weight = {3, 3, 1, 1}}), {graph.input});
  const ValueId b = graph.AddNode("b", testing::MakeConv({.weight = {3, 3, 1, 1}, .seed = 2}), {a});
  const ValueId sum = graph.AddNode("sum", Add{}, {a, b});
  const ValueId pool =
      graph.AddNode("pool", MaxPool{.window = {.kernel = {2, 2}, .stride = {2, 2}}}, {sum});
  const ValueId flat = graph.AddNode("flat", Flatten{}, {pool});
  graph.output = graph.AddNode("fc", testing::MakeLinear(2, 12), {flat});
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

QuantizedGraph QuantizedChain(std::shared_ptr<const Graph> graph, const std::set<std::string>& wide,
                              const std::set<std::string>& in_float = {}) {
  const std::vector<QParams> activations(graph->values.size(), kStepsOfChain);
  return Quantize(std::move(graph), activations, Granularity::kPerChannel, "test", in_float, {},
                  wide);
}

// "q16 conv8 ...": operators with the widths of their integer results; f: a float.
std::string OperatorsOf(const AbiModel& model) {
  std::string text;
  for (int32_t n = 0; n < model.get().num_nodes; ++n) {
    const qb_node& node = *model.get().nodes[n];
    const qb_dtype dtype = model.get().tensors[node.output]->dtype;
    const std::string name = node.op == QB_QUANTIZE     ? "quantize"
                             : node.op == QB_DEQUANTIZE ? "dequantize"
                                                        : node.name;
    text += (text.empty() ? "" : " ") + name +
            (dtype == QB_U16  ? "16"
             : dtype == QB_U8 ? "8"
                              : "f");
  }
  return text;
}

// What the only conversion of a model gives on so many images.
std::vector<uint8_t> ConvertedBytes(const AbiModel& model, const testing::SmallImages& images,
                                    int64_t count) {
  struct Seen {
    const qb_model& model;
    std::vector<uint8_t> bytes;
  } seen{model.get(), {}};
  const qb_tap tap{
      .struct_size = sizeof(qb_tap),
      .user = &seen,
      .node_done = [](void* user, int32_t node, const void* values, uint64_t bytes, int64_t) {
        auto& self = *static_cast<Seen*>(user);
        if (std::string(self.model.nodes[node]->name) != "convert") return;
        const auto* const first = static_cast<const uint8_t*>(values);
        self.bytes.assign(first, first + bytes);
      }};
  std::vector<float> input;
  for (int64_t i = 0; i < count; ++i) {
    const std::vector<float> planes = images.Planes(i);
    input.insert(input.end(), planes.begin(), planes.end());
  }
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * count));
  executable.CreateContext(static_cast<int>(count), 1)
      .Run(static_cast<int>(count), input.data(), output.data(), ThreadPool(1), &tap);
  return seen.bytes;
}

}  // namespace

TEST_CASE("16 bits: conversions stand where widths change, and nowhere else") {
  const struct {
    const char* reason;
    std::set<std::string> wide, in_float;
    const char* operators;
  } cases[] = {
      {"none", {}, {}, "quantize8 a8 b8 sum8 pool8 flat8 fc8 dequantizef"},
      {"all; what only moves values follows its input",
       {"a", "b", "sum", "fc"},
       {},
       "quantize16 a16 b16 sum16 pool16 flat16 fc16 dequantizef"},
      {"the image in 16 bits where a chosen layer reads it",
       {"a"},
       {},
       "quantize16 a16 convert8 b8 sum8 pool8 flat8 fc8 dequantizef"},
      {"one in the middle: its input is widened, its result narrowed",
       {"b"},
       {},
       "quantize8 a8 convert16 b16 convert8 sum8 pool8 flat8 fc8 dequantizef"},
      {"a value that both widths read is converted for the others",
       {"a", "b"},
       {},
       "quantize16 a16 b16 convert8 convert8 sum8 pool8 flat8 fc8 dequantizef"},
      {"behind floats the value has the width of who reads it",
       {"sum", "b"},
       {"a"},
       "af quantize16 b16 sum16 pool16 flat16 convert8 fc8 dequantizef"},
      {"a layer in float isn't in 16 bits",
       {"a", "b", "sum", "fc"},
       {"b"},
       "quantize16 a16 dequantizef bf quantize16 sum16 pool16 flat16 fc16 dequantizef"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const QuantizedGraph quantized = QuantizedChain(ConvChain(), one.wide, one.in_float);
    CHECK(OperatorsOf(AbiModel(quantized)) == one.operators);
  }
}

// Each operator on random values of 16 bits, against its float form on the same values.
TEST_CASE("16 bits: what has no weights is within half a step of its float form") {
  struct {
    const char* name;
    Operator op;
    Activation activation = Activation::kNone;
    int inputs = 1;
    bool moves = false;
  } const cases[] = {
      {"add", Add{}, Activation::kRelu, 2},
      {"mul", Mul{}, Activation::kNone, 2},
      {"concat", Concat{}, Activation::kNone, 2},
      {"global average", GlobalAveragePool{}},
      {"average", AveragePool{.window = {.kernel = {3, 3}, .padding = {1, 1, 1, 1}},
                              .count_include_pad = false}},
      {"max", MaxPool{.window = {.kernel = {2, 2}, .stride = {2, 2}}}, Activation::kNone, 1, true},
      {"relu6", Activate{}, Activation::kRelu6},
      {"hard_swish", Unary{.function = Function::kHardSwish}},
      {"prelu", PRelu{.slopes = {0.25f, -0.5f, 0.1f, 1.0f}}},
      {"cap", Cap{.caps = {0.3f, -0.2f, 1.7f, 40.0f}}},
      {"slice", Slice{.begin = 1, .end = 3}, Activation::kNone, 1, true},
      {"shuffle", ChannelShuffle{.groups = 2}, Activation::kNone, 1, true},
      {"gather", Gather{.shape = {2, 4, 4}, .indices = {3, -1}}, Activation::kNone, 1, true},
  };
  const QParams in{.scale = 0.031f, .zero_point = 90}, out{.scale = 0.043f, .zero_point = 61};
  for (const auto& one : cases) {
    CAPTURE(one.name);
    Graph graph = testing::GraphWithInput({4, 4, 4});
    const std::vector<ValueId> inputs(static_cast<size_t>(one.inputs), graph.input);
    graph.output =
        graph.AddNode("flat", Flatten{}, {graph.AddNode("op", one.op, inputs, one.activation)});
    InferShapes(graph);
    const auto shared = std::make_shared<const Graph>(graph);
    std::vector<QParams> activations(graph.values.size(), one.moves ? in : out);
    activations[static_cast<size_t>(graph.input)] = in;
    const QuantizedGraph wide =
        Quantize(shared, activations, Granularity::kPerTensor, "test", {}, {}, {"op", "flat"});
    const QParams fine_in = In16Bits(in), fine_out = one.moves ? fine_in : In16Bits(out);
    std::mt19937 random(7);
    std::vector<float> image(64);
    for (float& x : image)
      x = static_cast<float>(static_cast<int32_t>(random() % 65536) - fine_in.zero_point) *
          fine_in.scale;
    const std::vector<float> floats = RunModel(AbiModel(graph), image);
    const std::vector<float> integers = RunModel(AbiModel(wide), image);
    REQUIRE(integers.size() == floats.size());
    const float low = static_cast<float>(-fine_out.zero_point) * fine_out.scale;
    const float high = static_cast<float>(fine_out.most - fine_out.zero_point) * fine_out.scale;
    for (size_t i = 0; i < floats.size(); ++i) {
      const float expected = std::clamp(floats[i], low, high);
      CHECK(std::abs(integers[i] - expected) <= 0.502f * fine_out.scale);
    }
  }
}

// Whole numbers beyond 32 bits, worked out in double.
TEST_CASE("16 bits: sums of layers are exact") {
  constexpr int64_t kInputs = 3000;
  Graph graph = testing::GraphWithInput({kInputs, 1, 1});
  Linear linear = testing::MakeLinear(2, kInputs);
  for (float& weight : linear.weight.values) weight = weight < 0 ? 0.9f : 1.0f;
  const Conv conv{{.weight = {{2, kInputs, 1, 1}, linear.weight.values}, .bias = linear.bias}};
  const ValueId flat = graph.AddNode("flat", Flatten{}, {graph.input});
  const ValueId dense = graph.AddNode("dense", linear, {flat});
  const ValueId pixel = graph.AddNode("conv", conv, {graph.input});
  graph.output =
      graph.AddNode("both", Concat{}, {dense, graph.AddNode("flat2", Flatten{}, {pixel})});
  InferShapes(graph);
  const QParams in{.scale = 0.01f, .zero_point = 3}, out{.scale = 60.0f, .zero_point = 10};
  std::vector<QParams> activations(graph.values.size(), out);
  activations[static_cast<size_t>(graph.input)] = activations[static_cast<size_t>(flat)] = in;
  const QuantizedGraph wide =
      Quantize(std::make_shared<const Graph>(graph), activations, Granularity::kPerTensor, "test",
               {}, {}, {"dense", "conv", "both"});
  const std::vector<float> image(kInputs, 2.5f);
  const std::vector<float> scores = RunModel(AbiModel(wide), image);
  const QParams fine_in = In16Bits(in), fine_out = In16Bits(out);
  const auto level = std::lround(2.5 / double{fine_in.scale});
  for (size_t o = 0; o < 2; ++o) {
    const QuantizedWeights& weights = wide.weights[1];
    int64_t sum = weights.bias[o];
    for (size_t k = 0; k < kInputs; ++k) sum += level * weights.weight[o * kInputs + k];
    CHECK(sum > std::numeric_limits<int32_t>::max());
    const double real =
        static_cast<double>(sum) * double{fine_in.scale} * double{weights.scales[0]};
    CHECK(std::abs(double{scores[o]} - real) <= 0.51 * double{fine_out.scale});
    CHECK(scores[2 + o] == scores[o]);
  }
}

TEST_CASE("16 bits: files hold uint16 for opset 21, and are refused where they are read again") {
  const testing::ScratchFolder folder;
  const std::filesystem::path file = folder.path() / "model.onnx";
  ExportOnnx(QuantizedChain(ConvChain(), {"a", "b"}), file);
  std::ifstream stream(file, std::ios::binary);
  onnx::ModelProto model;
  REQUIRE(model.ParseFromString({std::istreambuf_iterator<char>(stream), {}}));
  CHECK(model.opset_import(0).version() == 21);
  CHECK(model.ir_version() == 10);
  int wide = 0, narrow = 0;
  for (const onnx::TensorProto& tensor : model.graph().initializer()) {
    wide += tensor.data_type() == onnx::TensorProto::UINT16 ? 1 : 0;
    narrow += tensor.data_type() == onnx::TensorProto::UINT8 ? 1 : 0;
  }
  CHECK(wide == 3);    // the image and two results
  CHECK(narrow == 6);  // both of these as the addition reads them, and four results behind it
  CHECK_THROWS_WITH_AS(testing::ReadAgain(QuantizedChain(ConvChain(), {"a"})),
                       doctest::Contains("activations must be of 8 bits"), Error);
}

TEST_CASE("16 bits: a backend that doesn't declare them gets no such model") {
  const QuantizedGraph quantized = QuantizedChain(ConvChain(), {"a"});
  const AbiModel model(quantized);
  const Backend backend = Backend::BuiltInFloat();
  CHECK_THROWS_WITH_AS(backend.Prepare(model, backend.ChooseIsa(std::nullopt)),
                       doctest::Contains("activation_bits: 16"), Unsupported);
  CHECK(Backend::BuiltInFor(model.get()).name() == Backend::BuiltIn().name());
}

TEST_CASE("16 bits: techniques see layers of eight bits alone, and what these read of 16") {
  testing::SmallImages images(3);
  const auto graph = testing::SmallNetwork();
  const QuantizedGraph plain = images.QuantizedFrom(graph);
  std::vector<QParams> activations;
  for (const auto& qparams : plain.activations) activations.push_back(*qparams);
  QuantizedGraph mixed =
      Quantize(graph, activations, Granularity::kPerTensor, "test", {}, {}, {"first"});
  const CalibrationSet set{.images = {images.crops(), images.normalize()}, .batch_size = 4};
  const ThreadPool pool(1);
  std::map<std::string, std::vector<uint8_t>> inputs;
  const int64_t used = WalkLayers(mixed, set, pool, [&](const LayerInputs& of) {
    const Node& node = graph->nodes[of.node];
    const Shape& shape = graph->values[static_cast<size_t>(node.inputs[0])].shape;
    inputs[node.name].assign(of.data, of.data + of.images * NumElements(shape));
  });
  REQUIRE(used == 3);
  CHECK(inputs.size() == 2);
  const AbiModel model(mixed);
  CHECK(inputs["deep"] == ConvertedBytes(model, images, used));
}

}  // namespace quantbench
