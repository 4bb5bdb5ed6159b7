// SPDX-License-Identifier: Apache-2.0
// A float pass over the network with activations as nodes of their own, tapped before them.
#include "quantize/expected_outputs.h"

#include <algorithm>

#include "backend/backend.h"
#include "dataset/random.h"
#include "quantize/layer_inputs.h"

namespace quantbench {

// The network with an activation of its own behind each layer, prepared.
struct ExpectedOutputs::Network {
  explicit Network(const Graph& from)
      : split(from),
        model(split.graph),
        backend(Backend::BuiltInFloat()),
        executable(backend.Prepare(model, backend.ChooseIsa(std::nullopt))) {}

  struct Split {
    explicit Split(const Graph& from);
    Graph graph;
    std::vector<int64_t> layer_of;  // [values]: the node whose sums a value is, or -1
  };
  const Split split;
  const AbiModel model;
  const Backend backend;
  const Executable executable;
};

ExpectedOutputs::Network::Split::Split(const Graph& from) : graph(from) {
  graph.nodes.clear();
  layer_of.assign(from.values.size(), -1);
  for (size_t n = 0; n < from.nodes.size(); ++n) {
    Node node = from.nodes[n];
    const Activation activation = node.activation;
    if (WeightsOf(node.op) == nullptr) {
      graph.nodes.push_back(std::move(node));
      continue;
    }
    const ValueId result = node.output;
    if (activation != Activation::kNone) {
      const Value& value = from.values[static_cast<size_t>(result)];
      node.output = graph.AddValue(graph.Unused(value.name + ".sum"), value.shape);
      node.activation = Activation::kNone;
      layer_of.push_back(-1);
    }
    const ValueId sum = node.output;
    layer_of[static_cast<size_t>(sum)] = static_cast<int64_t>(n);
    graph.nodes.push_back(node);
    if (sum == result) continue;
    graph.nodes.push_back({.name = node.name + ".activation",
                           .op = Activate{},
                           .inputs = {sum},
                           .output = result,
                           .activation = activation});
  }
}

namespace {

int64_t PixelsOf(const Shape& shape) { return shape.size() == 3 ? shape[1] * shape[2] : 1; }

}  // namespace

std::vector<int64_t> SampledPixels(int64_t image, int64_t pixels) {
  const int64_t count = std::min(pixels, kMostPixels);
  std::vector<int64_t> sampled;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t first = pixels * i / count, last = pixels * (i + 1) / count;
    const uint64_t draw = DerivedSeed(static_cast<uint64_t>(image), static_cast<uint64_t>(i));
    sampled.push_back(first + static_cast<int64_t>(draw % static_cast<uint64_t>(last - first)));
  }
  return sampled;
}

ExpectedOutputs::ExpectedOutputs(const Graph& graph, const std::vector<size_t>& layers,
                                 const InputImages& images, int batch_size, const ThreadPool& pool)
    : graph_(graph),
      layers_(layers),
      images_(images),
      pool_(pool),
      batch_size_(std::min<int64_t>(batch_size, images.count())),
      network_(std::make_unique<Network>(graph)) {}

ExpectedOutputs::~ExpectedOutputs() = default;

int64_t ExpectedOutputs::ElementsOf(size_t layer, int64_t images) const {
  const Shape& shape = graph_.values[static_cast<size_t>(graph_.nodes[layer].output)].shape;
  return images * std::min(PixelsOf(shape), kMostPixels) * shape[0];
}

const std::vector<float>& ExpectedOutputs::Of(size_t layer, int64_t images, int64_t most_bytes) {
  if (const auto found = outputs_.find(layer); found != outputs_.end()) return found->second;
  outputs_.clear();
  int64_t bytes = 0;
  for (auto next = std::ranges::find(layers_, layer); next != layers_.end(); ++next) {
    const int64_t elements = ElementsOf(*next, images);
    bytes += elements * int64_t{sizeof(float)};
    if (bytes > most_bytes && !outputs_.empty()) break;
    outputs_[*next].resize(static_cast<size_t>(elements));
  }
  Collect(images);
  return outputs_.at(layer);
}

void ExpectedOutputs::Collect(int64_t images) {
  const Executable& executable = network_->executable;
  Context context = executable.CreateContext(static_cast<int>(batch_size_), pool_.threads());
  std::vector<float> input(static_cast<size_t>(executable.input_elements() * batch_size_));
  std::vector<float> scores(static_cast<size_t>(executable.output_elements() * batch_size_));
  int64_t first = 0, batch = 0;
  const auto visit = [&](ValueId value, const void* data) {
    const int64_t layer = network_->split.layer_of[static_cast<size_t>(value)];
    const auto wanted = layer < 0 ? outputs_.end() : outputs_.find(static_cast<size_t>(layer));
    if (wanted == outputs_.end()) return;
    const Shape& shape = network_->split.graph.values[static_cast<size_t>(value)].shape;
    const int64_t pixels = PixelsOf(shape), outputs = shape[0];
    const int64_t sampled = std::min(pixels, kMostPixels);
    pool_.ForEach(batch, [&](int64_t i, int) {
      const float* const from = static_cast<const float*>(data) + i * pixels * outputs;
      float* to = wanted->second.data() + (first + i) * sampled * outputs;
      for (const int64_t pixel : SampledPixels(first + i, pixels))
        for (int64_t o = 0; o < outputs; ++o) *to++ = from[o * pixels + pixel];
    });
  };
  Taps taps(network_->model, visit);
  const qb_tap tap = taps.Tap();
  for (; first < images; first += batch_size_) {
    batch = std::min(batch_size_, images - first);
    images_.Read(first, batch, input, pool_);
    context.Run(static_cast<int>(batch), input.data(), scores.data(), pool_, &tap);
    taps.Rethrow();
  }
}

}  // namespace quantbench
