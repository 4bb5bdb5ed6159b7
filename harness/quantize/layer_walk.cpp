// SPDX-License-Identifier: Apache-2.0
// Layers are visited in the tap of the value that they read.
#include "quantize/layer_walk.h"

#include <algorithm>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "quantbench/arithmetic.hpp"
#include "quantbench/plugin.hpp"
#include "quantize/layer_inputs.h"

namespace quantbench {
namespace {

// What a layer of eight bits reads of a value of 16.
std::vector<uint8_t> Narrow(const QuantizedGraph& quantized, ValueId value, const uint16_t* data,
                            int64_t images) {
  const QParams& to = *quantized.QParamsOf(value);
  const QParams from = In16Bits(to);
  const float m = plugin::RescaleMultiplier(from.scale, to.scale);
  const auto range = plugin::RangeOf(QB_NONE, to.scale, to.zero_point, to.most);
  const Shape& shape = quantized.graph->values[static_cast<size_t>(value)].shape;
  std::vector<uint8_t> narrow(static_cast<size_t>(images * NumElements(shape)));
  for (size_t i = 0; i < narrow.size(); ++i)
    narrow[i] =
        plugin::Emit<uint8_t>(static_cast<float>(int32_t{data[i]} - from.zero_point) * m, range);
  return narrow;
}

// Layers of eight bits that run on integers, as a tapped run meets their inputs.
std::vector<size_t> OrderOf(const QuantizedGraph& quantized,
                            const std::vector<std::vector<size_t>>& layers_of,
                            const Widths& widths) {
  std::vector<size_t> order;
  const auto append = [&](ValueId value) {
    for (const size_t n : layers_of[static_cast<size_t>(value)])
      if (RunsOnIntegers(quantized, n) && !widths.nodes[n]) order.push_back(n);
  };
  append(quantized.graph->input);
  for (const Node& node : quantized.graph->nodes) append(node.output);
  return order;
}

}  // namespace

int64_t WalkLayers(QuantizedGraph& quantized, const CalibrationSet& set, const ThreadPool& pool,
                   const std::function<void(const LayerInputs&)>& visit, int64_t most_bytes) {
  const auto layers_of = LayersOf(*quantized.graph);
  const Widths widths = WidthsOf(quantized);
  const std::vector<size_t> order = OrderOf(quantized, layers_of, widths);
  const AbiModel model(quantized);
  const Backend backend = Backend::BuiltIn();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  const int64_t bytes_of_image = plugin::PlanMemory(model.get()).bytes_per_image +
                                 int64_t{sizeof(float)} * executable.input_elements();
  const int64_t images = std::clamp<int64_t>(most_bytes / bytes_of_image, 1, set.images.count());
  Context context = executable.CreateContext(static_cast<int>(images), pool.threads());
  ExpectedOutputs expected(*quantized.graph, order, set.images, set.batch_size, pool);
  int64_t done = 0;
  std::vector<uint8_t> narrow;
  Taps taps(model, [&](ValueId value, const void* data) {
    narrow.clear();
    for (const size_t n : layers_of[static_cast<size_t>(value)]) {
      if (!RunsOnIntegers(quantized, n) || widths.nodes[n]) continue;
      if (widths.values[static_cast<size_t>(value)] && narrow.empty())
        narrow = Narrow(quantized, value, static_cast<const uint16_t*>(data), images);
      visit({.node = n,
             .data = narrow.empty() ? static_cast<const uint8_t*>(data) : narrow.data(),
             .qparams = *quantized.QParamsOf(value),
             .images = images,
             .done = done++,
             .total = static_cast<int64_t>(order.size()),
             .expected = expected});
    }
  });
  const qb_tap tap = taps.Tap();
  std::vector<float> input(static_cast<size_t>(executable.input_elements() * images));
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * images));
  set.images.Read(0, images, input, pool);
  context.Run(static_cast<int>(images), input.data(), output.data(), pool, &tap);
  taps.Rethrow();
  return images;
}

}  // namespace quantbench
