// SPDX-License-Identifier: Apache-2.0
// Walks the network for one image after another with all variants of each node.
#include "diagnose/layer_errors.h"

#include <algorithm>
#include <atomic>
#include <memory>

#include "diagnose/fake_quantize.h"
#include "diagnose/integer_layer.h"
#include "diagnose/layer_sums.h"
#include "diagnose/node_model.h"
#include "support/error.h"

namespace quantbench {
namespace {

using Values = std::vector<std::vector<float>>;  // [values]; empty where nobody needs it any more

size_t At(ValueId id) { return static_cast<size_t>(id); }

// The graph with the weights that its integers stand for.
Graph WithIntegerWeights(const QuantizedGraph& alone) {
  Graph graph = *alone.graph;
  Weighted& layer = *WeightsOf(graph.nodes.back().op);
  const QuantizedWeights& integers = alone.weights.back();
  const auto& scales = integers.scales;
  const ValueId input = alone.graph->nodes.back().inputs[0];
  const Widths widths = WidthsOf(alone);
  const size_t per_channel = layer.weight.values.size() / layer.bias.size();
  for (size_t o = 0; o < layer.bias.size(); ++o) {
    const float scale = scales[scales.size() == 1 ? 0 : o];
    for (size_t i = o * per_channel; i < (o + 1) * per_channel; ++i)
      layer.weight.values[i] = static_cast<float>(integers.weight[i]) * scale;
    if (integers.bias.empty() || alone.QParamsOf(input) == nullptr) continue;
    const float unit = widths.OfNode(alone, alone.graph->nodes.size() - 1, input).scale;
    layer.bias[o] = static_cast<float>(integers.bias[o] * static_cast<double>(unit) *
                                       static_cast<double>(scale));
  }
  return graph;
}

// Everything that one node is run as.
class NodeVariants {
 public:
  NodeVariants(const QuantizedGraph& quantized, size_t n)
      : node_(quantized.graph->nodes[n]), float_(CutOut(*quantized.graph, n)) {
    const QuantizedGraph alone = CutOut(quantized, n);
    const bool dynamic = QuantizesAtRunTime(quantized, n);
    on_integers_ = (RunsOnIntegers(quantized, n) && !SharesQParams(node_.op)) || dynamic;
    if (on_integers_ && WeightsOf(node_.op) != nullptr)
      weights_ = std::make_unique<HostModel>(WithIntegerWeights(alone));
    layer_ = IntegerLayer::Make(alone);
    if (layer_ == nullptr) integer_ = std::make_unique<HostModel>(alone);
    const Widths widths = WidthsOf(quantized);
    if (on_integers_ && weights_ != nullptr && !dynamic)
      input_ = widths.OfNode(quantized, n, node_.inputs[0]);
    if (quantized.QParamsOf(node_.output) != nullptr)
      output_ = widths.OfValue(quantized, node_.output);
  }

  struct Outputs {
    std::vector<float> reference, weights, activations, both, cumulative;
  };
  // `floats` and `integers`: its inputs as the float and the integer pass have them.
  Outputs Run(std::span<const float> floats, std::span<const float> integers, size_t size) const {
    Outputs out;
    out.reference.resize(size);
    float_.Run(floats, out.reference);
    out.cumulative.resize(size);
    RunInteger(integers, out.cumulative);
    if (!on_integers_) return out;
    out.both.resize(size);
    RunInteger(floats, out.both);
    if (weights_ == nullptr) return out;
    out.weights.resize(size);
    weights_->Run(floats, out.weights);
    if (!input_ || !output_) return out;
    std::vector<float> rounded(floats.size());
    FakeQuantize(floats, *input_, rounded);
    out.activations.resize(size);
    float_.Run(rounded, out.activations);
    FakeQuantize(out.activations, *output_, out.activations);
    return out;
  }
  const QParams* output_qparams() const { return output_ ? &*output_ : nullptr; }

 private:
  void RunInteger(std::span<const float> input, std::span<float> output) const {
    layer_ != nullptr ? layer_->Run(input, output) : integer_->Run(input, output);
  }

  const Node& node_;
  HostModel float_;
  std::unique_ptr<HostModel> weights_, integer_;
  std::unique_ptr<IntegerLayer> layer_;
  bool on_integers_ = false;
  std::optional<QParams> input_, output_;  // input: of a layer with weights
};

// What came of one image.
struct ImageResult {
  std::vector<LayerSums> layers;  // [nodes]
  bool float_correct = false, integer_correct = false, agree = false;
};

class Network {
 public:
  explicit Network(const LayerErrorsRequest& request)
      : request_(request), graph_(*request.quantized.graph), last_reader_(graph_.values.size(), 0) {
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      variants_.push_back(std::make_unique<NodeVariants>(request.quantized, n));
      for (const ValueId id : graph_.nodes[n].inputs) last_reader_[At(id)] = n;
    }
    last_reader_[At(graph_.output)] = graph_.nodes.size();
  }

  ImageResult Run(int64_t image) const {
    Values floats(graph_.values.size()), integers(graph_.values.size());
    const std::span<const uint8_t> pixels = request_.crops.pixels(image);
    floats[At(graph_.input)].resize(pixels.size());
    request_.normalize(pixels, floats[At(graph_.input)]);
    integers[At(graph_.input)] = floats[At(graph_.input)];
    ImageResult result{.layers = std::vector<LayerSums>(graph_.nodes.size())};
    for (size_t n = 0; n < graph_.nodes.size(); ++n) {
      RunNode(n, floats, integers, result.layers[n]);
      for (const ValueId id : graph_.nodes[n].inputs) {
        if (last_reader_[At(id)] != n) continue;
        floats[At(id)] = {};
        integers[At(id)] = {};
      }
    }
    const auto best = [&](const Values& values) {
      return std::ranges::max_element(values[At(graph_.output)]) -
             values[At(graph_.output)].begin();
    };
    const auto float_best = best(floats), integer_best = best(integers);
    result.float_correct = float_best == request_.crops.label(image);
    result.integer_correct = integer_best == request_.crops.label(image);
    result.agree = float_best == integer_best;
    return result;
  }

  const NodeVariants& variants(size_t n) const { return *variants_[n]; }

 private:
  static std::vector<float> InputsOf(const Node& node, const Values& values) {
    std::vector<float> inputs;
    for (const ValueId id : node.inputs)
      inputs.insert(inputs.end(), values[At(id)].begin(), values[At(id)].end());
    return inputs;
  }

  void RunNode(size_t n, Values& floats, Values& integers, LayerSums& sums) const {
    const Node& node = graph_.nodes[n];
    const Value& value = graph_.values[At(node.output)];
    const auto size = static_cast<size_t>(NumElements(value.shape));
    NodeVariants::Outputs out;
    if (node.inputs.size() == 1) {
      out = variants_[n]->Run(floats[At(node.inputs[0])], integers[At(node.inputs[0])], size);
    } else {
      out = variants_[n]->Run(InputsOf(node, floats), InputsOf(node, integers), size);
    }
    sums.AddImage({.reference = out.reference,
                   .weights = out.weights,
                   .activations = out.activations,
                   .both = out.both,
                   .cumulative = out.cumulative},
                  value.shape[0], variants_[n]->output_qparams());
    if (!sums.IsFinite()) {
      throw Error(
          "layer '" + node.name +
          "' gives NaN or infinity in the float network; check the checkpoint, and the mean "
          "and std of the scenario's preprocess");
    }
    floats[At(node.output)] = std::move(out.reference);
    integers[At(node.output)] = std::move(out.cumulative);
  }

  const LayerErrorsRequest& request_;
  const Graph& graph_;
  std::vector<size_t> last_reader_;  // [values]
  std::vector<std::unique_ptr<NodeVariants>> variants_;
};

}  // namespace

NetworkErrors MeasureLayerErrors(const LayerErrorsRequest& request, const ThreadPool& pool,
                                 const ProgressCallback& progress) {
  constexpr int64_t kAtOnce = 64;
  const Network network(request);
  const size_t nodes = request.quantized.graph->nodes.size();
  const auto images = static_cast<int64_t>(request.images.size());
  NetworkErrors errors{.images = images};
  std::vector<LayerSums> sums(nodes);
  for (int64_t first = 0; first < images; first += kAtOnce) {
    const int64_t count = std::min(kAtOnce, images - first);
    std::vector<ImageResult> results(static_cast<size_t>(count));
    std::atomic<int64_t> done = first;
    pool.ForEach(count, [&](int64_t i, int) {
      const int64_t image = request.images[static_cast<size_t>(first + i)];
      results[static_cast<size_t>(i)] = network.Run(image);
      request.crops.Forget(image);
      if (progress) progress(++done, images);
    });
    for (const ImageResult& result : results) {
      for (size_t n = 0; n < nodes; ++n) sums[n].Add(result.layers[n]);
      errors.float_correct += result.float_correct ? 1 : 0;
      errors.integer_correct += result.integer_correct ? 1 : 0;
      errors.agree += result.agree ? 1 : 0;
    }
  }
  for (size_t n = 0; n < nodes; ++n)
    errors.layers.push_back(sums[n].Result(network.variants(n).output_qparams()));
  return errors;
}

}  // namespace quantbench
