// SPDX-License-Identifier: Apache-2.0
// Learnt rounding against all roundings that there are, sums from their definition, and the cache.
#include "quantize/adaround.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "quantize/calibration_images.h"
#include "quantize/expected_outputs.h"
#include "quantize/learn_rounding.h"
#include "quantize/rounding_file.h"

namespace quantbench {
namespace {

using testing::RandomValues;
using testing::SmallImages;
using testing::SmallNetwork;

constexpr int kBits = 3;

// One image of a layer of `rows` inputs that are alike, as those of a network are.
struct LayerSample {
  LayerSample(int64_t rows, int64_t outputs, int64_t pixels)
      : x{.rows = rows, .images = 1, .pixels = pixels, .stride = pixels, .values = {}},
        weights(RandomValues(outputs * rows, 5, -0.9f, 0.9f)),
        bias(static_cast<size_t>(outputs), 3),
        expected(RandomValues(pixels * outputs, 9, -0.1f, 0.1f)) {
    const std::vector<float> common = RandomValues(pixels, 7, 0.0f, 200.0f);
    const std::vector<float> own = RandomValues(rows * pixels, 8, 0.0f, 50.0f);
    for (size_t i = 0; i < own.size(); ++i)
      x.values.push_back(static_cast<int16_t>(own[i] + common[i % static_cast<size_t>(pixels)]));
    for (size_t p = 0; p < static_cast<size_t>(pixels); ++p)
      for (size_t o = 0; o < bias.size(); ++o)
        for (size_t k = 0; k < static_cast<size_t>(rows); ++k)
          expected[p * bias.size() + o] +=
              kInputScale * weights[o * static_cast<size_t>(rows) + k] *
              static_cast<float>(x.values[k * static_cast<size_t>(pixels) + p]);
  }

  RoundingTarget Target() const {
    return {.weights = weights,
            .scales = std::vector<double>(bias.size(), kScale),
            .input_scale = kInputScale,
            .bias = bias,
            .expected = expected.data(),
            .expected_stride = static_cast<int64_t>(bias.size()),
            .low = -4,
            .high = 3};
  }
  RoundingProblem Problem(const ThreadPool& pool) const {
    return MakeRoundingProblem(x, Target(), pool);
  }
  // The mean squared distance of output o from what it shall be, in units of its sums.
  double Error(int64_t o, const std::function<double(int64_t k)>& weight) const {
    double squares = 0;
    const auto outputs = static_cast<int64_t>(bias.size());
    for (int64_t p = 0; p < x.pixels; ++p) {
      double sum = bias[static_cast<size_t>(o)];
      for (int64_t k = 0; k < x.rows; ++k) sum += weight(k) * x.Row(k)[p];
      sum -=
          double{expected[static_cast<size_t>(p * outputs + o)]} / (kScale * double{kInputScale});
      squares += sum * sum;
    }
    return squares / static_cast<double>(x.pixels);
  }

  static constexpr double kScale = 0.25;
  static constexpr float kInputScale = 0.02f;
  InputColumns x;
  std::vector<float> weights;
  std::vector<int32_t> bias;
  std::vector<float> expected;  // [pixels, outputs]
};

double NearestOf(const RoundingProblem& problem, int64_t o, int64_t k) {
  return std::clamp(
      std::nearbyint(double{problem.weight[static_cast<size_t>(o * problem.rows + k)]}), -4.0, 3.0);
}

}  // namespace

TEST_CASE("a rounding's error is the mean squared distance from the float layer's sums") {
  const ThreadPool pool(1);
  const LayerSample sample(6, 3, 20);
  const RoundingProblem problem = sample.Problem(pool);
  CHECK(problem.shrinkage == 0);  // of one image nobody can tell what another one would give
  const LearnedRounding learned = LearnRounding(problem, {.steps = 1}, pool);
  double nearest = 0, error = 0;
  for (int64_t o = 0; o < 3; ++o) {
    nearest += sample.Error(o, [&](int64_t k) { return NearestOf(problem, o, k); });
    error +=
        sample.Error(o, [&](int64_t k) { return learned.weights[static_cast<size_t>(o * 6 + k)]; });
  }
  double trace = 0;  // E has no unit
  for (int64_t k = 0; k < 6; ++k)
    for (int64_t p = 0; p < 20; ++p) trace += std::pow(sample.x.Row(k)[p], 2) / 20;
  CHECK(learned.nearest_error == doctest::Approx(nearest * 6 / trace).epsilon(1e-3));
  CHECK(learned.error == doctest::Approx(error * 6 / trace).epsilon(1e-3));
}

TEST_CASE("what is learnt is near the best of all roundings, and far from rounding to nearest") {
  constexpr int64_t kRows = 9, kOutputs = 12;
  const LayerSample sample(kRows, kOutputs, 40);
  const ThreadPool one(1), three(3);
  const RoundingProblem problem = sample.Problem(one);
  const LearnedRounding learned = LearnRounding(problem, {}, one);
  CHECK(learned.weights == LearnRounding(sample.Problem(three), {}, three).weights);
  double best = 0, reached = 0, nearest = 0;
  for (int64_t o = 0; o < kOutputs; ++o) {
    double least = std::numeric_limits<double>::infinity();
    const auto low = [&](int64_t k) {
      return double{problem.low[static_cast<size_t>(o * kRows + k)]};
    };
    for (int ups = 0; ups < 1 << kRows; ++ups)
      least = std::min(least, sample.Error(o, [&](int64_t k) { return low(k) + (ups >> k & 1); }));
    best += least;
    reached += sample.Error(o, [&](int64_t k) {
      const double n = learned.weights[static_cast<size_t>(o * kRows + k)];
      CHECK(n >= low(k));
      CHECK(n <= low(k) + 1);
      return n;
    });
    nearest += sample.Error(o, [&](int64_t k) { return NearestOf(problem, o, k); });
  }
  CHECK(reached < 1.2 * best);
  CHECK(reached < 0.5 * nearest);
}

TEST_CASE("columns hold what each weight is multiplied with, at the sampled pixels") {
  // 4 channels in 2 groups, kernel 2 x 3, stride 2, dilation 2, padding on top and at the left.
  Graph g = testing::GraphWithInput({4, 9, 8});
  Conv conv = testing::MakeConv({.weight = {2, 2, 2, 3}, .groups = 2});
  conv.window = {.kernel = {2, 3},
                 .stride = {2, 1},
                 .dilation = {1, 2},
                 .padding = {.top = 1, .left = 2, .bottom = 0, .right = 0}};
  g.output = g.AddNode("conv", conv, {g.input});
  InferShapes(g);
  const Reading r = ReadingOf(g, g.nodes[0]);
  std::vector<uint8_t> data;
  for (int i = 0; i < 2 * 4 * 9 * 8; ++i) data.push_back(static_cast<uint8_t>(i * 37 % 251));
  const InputColumns x = ColumnsOf(r, data.data(), 2, 20, 1, ThreadPool(1));
  REQUIRE(x.rows == 12);
  REQUIRE(x.pixels == r.out_height * r.out_width);  // few enough for all of them
  for (int64_t k = 0; k < x.rows; ++k) {
    for (int64_t image = 0; image < 2; ++image) {
      for (int64_t p = 0; p < x.pixels; ++p) {
        const int64_t iy = p / r.out_width * 2 - 1 + k % 6 / 3;
        const int64_t ix = p % r.out_width - 2 + k % 3 * 2;
        const bool inside = iy >= 0 && iy < 9 && ix >= 0 && ix < 8;
        const int64_t at = ((image * 4 + 2 + k / 6) * 9 + iy) * 8 + ix;
        CAPTURE(k);
        CAPTURE(p);
        CHECK(x.Row(k)[image * x.stride + p] == (inside ? data[static_cast<size_t>(at)] - 20 : 0));
      }
    }
  }
}

TEST_CASE("sampled pixels are in order, each once, others in each image") {
  const std::vector<int64_t> all = SampledPixels(3, 49), some = SampledPixels(3, 1000);
  REQUIRE(all.size() == 49);
  for (size_t i = 0; i < all.size(); ++i) CHECK(all[i] == static_cast<int64_t>(i));
  REQUIRE(some.size() == kMostPixels);
  for (size_t i = 1; i < some.size(); ++i) CHECK(some[i] > some[i - 1]);
  CHECK(some.back() < 1000);
  CHECK(some != SampledPixels(4, 1000));
}

TEST_CASE("expected outputs are the float layers' sums, whatever comes from one pass") {
  SmallImages images(5);
  const auto graph = SmallNetwork();
  const ThreadPool pool(2);
  const std::vector<size_t> layers{0, 1, 4};
  REQUIRE(WeightsOf(graph->nodes[4].op) != nullptr);
  ExpectedOutputs together(*graph, layers, {images.crops(), images.normalize()}, 2, pool);
  ExpectedOutputs apart(*graph, layers, {images.crops(), images.normalize()}, 4, pool);
  for (const size_t n : layers) CHECK(together.Of(n, 5) == apart.Of(n, 5, 1));
  const std::vector<float>& sums = apart.Of(0, 5, 1);
  REQUIRE(sums.size() == 5 * 12 * 6);
  // Before the activation: some are below 0.
  CHECK(*std::ranges::min_element(sums) < 0);
  const Weighted& first = *WeightsOf(graph->nodes[0].op);
  const std::vector<float> image = images.Planes(3);
  for (int64_t o = 0; o < 6; ++o) {
    double sum = static_cast<double>(first.bias[static_cast<size_t>(o)]);
    for (int64_t k = 0; k < 27; ++k) {
      const int64_t y = 2 + k / 3 % 3, x = 2 - 1 + k % 3;  // pixel (1, 1)
      sum += static_cast<double>(first.weight.values[static_cast<size_t>(o * 27 + k)]) *
             static_cast<double>(
                 image[static_cast<size_t>((k / 9 * testing::kEdge + y) * testing::kEdge + x)]);
    }
    CHECK(static_cast<double>(sums[static_cast<size_t>((3 * 12 + 5) * 6 + o)]) ==
          doctest::Approx(sum).epsilon(1e-4));
  }
}

TEST_CASE("layers are learnt behind those before them, kept, and the same with any threads") {
  SmallImages images(6);
  testing::ScratchFolder scratch;
  Store store(scratch.path());
  const QuantizedGraph nearest =
      images.QuantizedFrom(SmallNetwork(), {Granularity::kPerChannel, WeightObserver::kMse, kBits});
  const auto apply = [&](int threads, Store* kept, AdaRoundResult* result = nullptr) {
    ThreadPool pool(threads);
    QuantizedGraph learned = nearest;
    const CalibrationSet set{.images = {images.crops(), images.normalize()}, .batch_size = 4};
    const AdaRoundResult done = LearnRoundings(learned, set, pool, kept, {});
    if (result != nullptr) *result = done;
    return learned;
  };
  AdaRoundResult first, again, third;
  const QuantizedGraph learned = apply(1, &store, &first);
  const QuantizedGraph cached = apply(3, &store, &again), anew = apply(3, nullptr);
  CHECK(first.images == 6);
  REQUIRE(first.layers.size() == 3);
  bool changed = false;
  for (size_t n = 0; n < learned.weights.size(); ++n) {
    CAPTURE(n);
    CHECK(learned.weights[n].weight == cached.weights[n].weight);
    CHECK(learned.weights[n].weight == anew.weights[n].weight);
    CHECK(learned.weights[n].bias == nearest.weights[n].bias);
    changed = changed || learned.weights[n].weight != nearest.weights[n].weight;
  }
  CHECK(changed);
  for (size_t i = 0; i < 3; ++i) {
    CAPTURE(first.layers[i].name);
    CHECK(first.layers[i].error < first.layers[i].nearest_error);
    CHECK_FALSE(first.layers[i].from_cache);
    CHECK(again.layers[i].from_cache);
  }
  // A damaged entry is learnt anew.
  const auto entry = *std::filesystem::directory_iterator(scratch.path() / kRoundings.folder);
  std::fstream(entry.path(), std::ios::in | std::ios::out | std::ios::binary).put('x');
  const QuantizedGraph mended = apply(1, &store, &third);
  int from_cache = 0;
  for (const RoundedLayer& layer : third.layers) from_cache += layer.from_cache ? 1 : 0;
  CHECK(from_cache == 2);
  for (size_t n = 0; n < learned.weights.size(); ++n)
    CHECK(mended.weights[n].weight == learned.weights[n].weight);
}

}  // namespace quantbench
