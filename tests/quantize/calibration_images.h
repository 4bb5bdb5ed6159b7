// SPDX-License-Identifier: Apache-2.0
// A few small calibration images, and a small network that reads them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "dataset/test_images.h"
#include "model/graph_samples.h"
#include "model/passes.h"
#include "quantize/calibrate.h"
#include "quantize/quantize.h"
#include "support/test_data.h"

namespace quantbench::testing {

inline constexpr int kEdge = 7;

class SmallImages {
  ScratchFolder scratch_;  // before what lies in it

 public:
  explicit SmallImages(int count) {
    CropRequest request{.index = {}, .preprocess = {.resize = kEdge, .crop = kEdge}};
    request.index.folder = scratch_.path() / "train";
    for (int i = 0; i < count; ++i) {
      const std::string name = std::to_string(100 + i) + ".ppm";
      WriteFile(request.index.folder / name, Ppm(Pattern(9, 9, 31 * i)));
      request.index.images.push_back({.path = name, .label = 0});
    }
    Store store(scratch_.path() / "crops");
    crops_ = LoadCrops(request, store, pool_, {});
  }

  const Crops& crops() const { return crops_; }
  const Normalizer& normalize() const { return normalize_; }

  QuantizedGraph QuantizedFrom(const std::shared_ptr<const Graph>& graph,
                               const WeightRecipe& weights = Granularity::kPerTensor) {
    const ObserverSpec minmax;
    const Calibration calibration = Calibrate({.graph = *graph,
                                               .inputs_key = "",
                                               .images = {crops_, normalize_},
                                               .batch_size = 4,
                                               .observers = {&minmax, 1}},
                                              pool_, {});
    return Quantize(graph, calibration.qparams[0], weights, "test");
  }
  std::vector<float> Planes(int64_t image) const {
    std::vector<float> planes(3 * kEdge * kEdge);
    normalize_(crops_.pixels(image), planes);
    return planes;
  }

 private:
  ThreadPool pool_{1};
  Normalizer normalize_{Preprocess{.resize = kEdge, .crop = kEdge}};
  Crops crops_;
};

// Padding on one side, stride, a depthwise layer with dilation, a classifier.
inline std::shared_ptr<const Graph> SmallNetwork(Activation activation = Activation::kRelu) {
  Graph g = GraphWithInput({3, kEdge, kEdge});
  ValueId x =
      g.AddNode("first", MakeConv({.weight = {6, 3, 3, 3}, .stride = 2, .padding = {0, 1, 1, 1}}),
                {g.input}, activation);
  x = g.AddNode("deep", MakeConv({.weight = {6, 1, 2, 2}, .groups = 6, .dilation = 2, .seed = 2}),
                {x});
  x = g.AddNode("flat", Flatten{}, {g.AddNode("mean", GlobalAveragePool{}, {x})});
  g.output = g.AddNode("fc", MakeLinear(4, 6, 3), {x});
  PrepareForInference(g);
  return std::make_shared<const Graph>(std::move(g));
}

}  // namespace quantbench::testing
