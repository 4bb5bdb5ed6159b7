// SPDX-License-Identifier: Apache-2.0
// Bias correction against a direct computation, in order, by any number of threads.
#include "quantize/bias_correction.h"

#include <doctest/doctest.h>

#include <cmath>

#include "dataset/test_images.h"
#include "model/graph_samples.h"
#include "model/passes.h"
#include "quantize/calibrate.h"
#include "quantize/quantize.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::MakeConv;

constexpr int kEdge = 7;

class Images {
  testing::ScratchFolder scratch_;  // before what lies in it

 public:
  explicit Images(int count) {
    CropRequest request{.index = {}, .preprocess = {.resize = kEdge, .crop = kEdge}};
    request.index.folder = scratch_.path() / "train";
    for (int i = 0; i < count; ++i) {
      const std::string name = std::to_string(100 + i) + ".ppm";
      testing::WriteFile(request.index.folder / name, testing::Ppm(testing::Pattern(9, 9, 31 * i)));
      request.index.images.push_back({.path = name, .label = 0});
    }
    Store store(scratch_.path() / "crops");
    crops_ = LoadCrops(request, store, pool_, {});
  }

  QuantizedGraph QuantizedFrom(const std::shared_ptr<const Graph>& graph) {
    const ObserverSpec minmax;
    const Calibration calibration = Calibrate({.graph = *graph,
                                               .graph_key = "",
                                               .crops = crops_,
                                               .normalize = normalize_,
                                               .batch_size = 4,
                                               .observers = {&minmax, 1}},
                                              pool_, {});
    return Quantize(graph, calibration.qparams[0], Granularity::kPerTensor, "test");
  }
  QuantizedGraph Corrected(const QuantizedGraph& quantized, int threads = 1,
                           int64_t most_bytes = BiasCorrection::kMostBytes) const {
    ThreadPool pool(threads);
    QuantizedGraph corrected = quantized;
    const BiasCorrection correction(quantized.graph, crops_, normalize_, 4, pool, {});
    used_ = correction.Apply(corrected, pool, {}, most_bytes);
    return corrected;
  }
  int64_t used() const { return used_; }
  std::vector<float> Planes(int64_t image) const {
    std::vector<float> planes(3 * kEdge * kEdge);
    normalize_(crops_.pixels(image), planes);
    return planes;
  }

 private:
  ThreadPool pool_{1};
  Normalizer normalize_{Preprocess{.resize = kEdge, .crop = kEdge}};
  Crops crops_;
  mutable int64_t used_ = 0;
};

// Padding on one side, stride, a depthwise layer with dilation, a classifier.
std::shared_ptr<const Graph> SmallNetwork() {
  Graph g = testing::GraphWithInput({3, kEdge, kEdge});
  ValueId x =
      g.AddNode("first", MakeConv({.weight = {6, 3, 3, 3}, .stride = 2, .padding = {0, 1, 1, 1}}),
                {g.input}, Activation::kRelu);
  x = g.AddNode("deep", MakeConv({.weight = {6, 1, 2, 2}, .groups = 6, .dilation = 2, .seed = 2}),
                {x});
  x = g.AddNode("flat", Flatten{}, {g.AddNode("mean", GlobalAveragePool{}, {x})});
  g.output = g.AddNode("fc", testing::MakeLinear(4, 6, 3), {x});
  PrepareForInference(g);
  return std::make_shared<const Graph>(std::move(g));
}

// The mean over pixels of output channel o of the first layer for an image and weights as given,
// straight from the definition.
template <class Weight>
double MeanOfFirst(const std::vector<double>& image, const Weight& weight, double bias, int64_t o) {
  double sum = 0;
  int pixels = 0;
  for (int oy = 0; oy < 3; ++oy) {
    for (int ox = 0; ox < 4; ++ox, ++pixels) {
      sum += bias;
      for (int k = 0; k < 27; ++k) {
        const int y = oy * 2 + k / 3 % 3, x = ox * 2 - 1 + k % 3;
        if (y < kEdge && x >= 0 && x < kEdge)
          sum += weight(static_cast<size_t>(o * 27 + k)) *
                 image[static_cast<size_t>((k / 9 * kEdge + y) * kEdge + x)];
      }
    }
  }
  return sum / pixels;
}

}  // namespace

TEST_CASE("the first layer's correction is its mean error, less what chance explains") {
  Images images(9);
  const auto graph = SmallNetwork();
  const QuantizedGraph quantized = images.QuantizedFrom(graph);
  const QuantizedGraph corrected = images.Corrected(quantized);
  CHECK(images.used() == 9);
  REQUIRE(graph->values[static_cast<size_t>(graph->nodes[0].output)].shape == Shape{6, 3, 4});

  const QParams in = *quantized.QParamsOf(graph->input);
  const Weighted& floats = *WeightsOf(graph->nodes[0].op);
  const QuantizedWeights& integers = quantized.weights[0];
  const double unit = double{in.scale} * double{integers.scales[0]};
  bool changed = false;
  for (int64_t o = 0; o < 6; ++o) {
    const auto at = static_cast<size_t>(o);
    std::vector<double> errors;
    for (int64_t i = 0; i < 9; ++i) {
      const std::vector<float> planes = images.Planes(i);
      const std::vector<double> exact(planes.begin(), planes.end());
      std::vector<double> rounded;
      for (const float x : planes) {
        const double q = std::nearbyint(double{x / in.scale}) + in.zero_point;
        rounded.push_back((std::clamp(q, 0.0, 255.0) - in.zero_point) * unit);
      }
      errors.push_back(
          MeanOfFirst(
              rounded, [&](size_t k) { return integers.weight[k]; }, integers.bias[at] * unit, o) -
          MeanOfFirst(
              exact, [&](size_t k) { return floats.weight.values[k]; },
              static_cast<double>(floats.bias[at]), o));
    }
    double mean = 0, variance = 0;
    for (const double e : errors) mean += e / 9;
    for (const double e : errors) variance += (e - mean) * (e - mean) / 8 / 9;
    const double kept = std::max(0.0, 1 - variance / (mean * mean));
    CAPTURE(o);
    CHECK(corrected.weights[0].bias[at] ==
          integers.bias[at] - static_cast<int32_t>(std::nearbyint(mean * kept / unit)));
    changed = changed || corrected.weights[0].bias[at] != integers.bias[at];
  }
  CHECK(changed);
}

TEST_CASE("each layer is corrected behind those before it: a second time there is nothing left") {
  Images one_image(1);  // so that nothing is chance
  const QuantizedGraph quantized = one_image.QuantizedFrom(SmallNetwork());
  const QuantizedGraph once = one_image.Corrected(quantized);
  const QuantizedGraph twice = one_image.Corrected(once);
  for (size_t n = 0; n < once.weights.size(); ++n) {
    CAPTURE(n);
    CHECK((once.weights[n].bias == quantized.weights[n].bias) == once.weights[n].bias.empty());
    CHECK(twice.weights[n].bias == once.weights[n].bias);
    CHECK(once.weights[n].weight == quantized.weights[n].weight);
  }
}

TEST_CASE("threads change nothing; memory bounds the images") {
  Images images(6);
  const QuantizedGraph quantized = images.QuantizedFrom(SmallNetwork());
  const QuantizedGraph one = images.Corrected(quantized, 1), three = images.Corrected(quantized, 3);
  for (size_t n = 0; n < one.weights.size(); ++n)
    CHECK(one.weights[n].bias == three.weights[n].bias);
  images.Corrected(quantized, 1, 1);
  CHECK(images.used() == 1);
}

}  // namespace quantbench
