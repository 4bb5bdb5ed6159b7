// SPDX-License-Identifier: Apache-2.0
// Bias correction against a direct computation, in order, by any number of threads.
#include "quantize/bias_correction.h"

#include <doctest/doctest.h>

#include <cmath>

#include "quantize/calibration_images.h"

namespace quantbench {
namespace {

using testing::kEdge;
using testing::SmallNetwork;

class Images : public testing::SmallImages {
 public:
  using SmallImages::SmallImages;

  QuantizedGraph Corrected(const QuantizedGraph& quantized, int threads = 1,
                           int64_t most_bytes = kMostWalkBytes) const {
    ThreadPool pool(threads);
    QuantizedGraph corrected = quantized;
    const CalibrationSet set{.images = {crops(), normalize()}, .batch_size = 4};
    used_ = CorrectBiases(corrected, set, pool, {}, most_bytes);
    return corrected;
  }
  int64_t used() const { return used_; }

 private:
  mutable int64_t used_ = 0;
};

// Output channel o of the first layer at a pixel, for an image and weights as given, straight from
// the definition.
template <class Weight>
double FirstAt(const std::vector<double>& image, const Weight& weight, double bias, int64_t o,
               int oy, int ox) {
  double sum = bias;
  for (int k = 0; k < 27; ++k) {
    const int y = oy * 2 + k / 3 % 3, x = ox * 2 - 1 + k % 3;
    if (y < kEdge && x >= 0 && x < kEdge)
      sum += weight(static_cast<size_t>(o * 27 + k)) *
             image[static_cast<size_t>((k / 9 * kEdge + y) * kEdge + x)];
  }
  return sum;
}

// The sum over images of what relu makes of the difference, over that of what passes it.
struct RatioOfSums {
  std::vector<double> off{}, passes{};

  double Value() const { return Total(off) / Total(passes); }
  double SquaredError() const {
    const double n = static_cast<double>(off.size());
    double squares = 0;
    for (size_t i = 0; i < off.size(); ++i) squares += std::pow(off[i] - Value() * passes[i], 2);
    return squares * n / (n - 1) / std::pow(Total(passes), 2);
  }

 private:
  static double Total(const std::vector<double>& of) {
    double total = 0;
    for (const double each : of) total += each;
    return total;
  }
};

}  // namespace

TEST_CASE("the first layer's correction is its mean error behind relu, less what chance explains") {
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
    RatioOfSums sums;
    for (int64_t i = 0; i < 9; ++i) {
      const std::vector<float> planes = images.Planes(i);
      const std::vector<double> exact(planes.begin(), planes.end());
      std::vector<double> rounded;
      for (const float x : planes) {
        const double q = std::nearbyint(double{x / in.scale}) + in.zero_point;
        rounded.push_back((std::clamp(q, 0.0, 255.0) - in.zero_point) * unit);
      }
      sums.off.push_back(0);
      sums.passes.push_back(0);
      for (int pixel = 0; pixel < 12; ++pixel) {
        const double integer = FirstAt(
            rounded, [&](size_t k) { return integers.weight[k]; }, integers.bias[at] * unit, o,
            pixel / 4, pixel % 4);
        const double y = FirstAt(
            exact, [&](size_t k) { return static_cast<double>(floats.weight.values[k]); },
            static_cast<double>(floats.bias[at]), o, pixel / 4, pixel % 4);
        sums.off.back() += std::max(integer, 0.0) - std::max(y, 0.0);
        sums.passes.back() += ((integer > 0 ? 1 : 0) + (y > 0 ? 1 : 0)) / 2.0;
      }
    }
    const double mean = sums.Value(), variance = sums.SquaredError();
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
  const QuantizedGraph quantized = one_image.QuantizedFrom(SmallNetwork(Activation::kNone));
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
