// SPDX-License-Identifier: Apache-2.0
// Scale and zero point from a range, by hand; many more by PyTorch in observer_golden_test.cpp.
#include "quantize/qparams.h"

#include <doctest/doctest.h>

#include <limits>

#include "quantize/affine_quantize.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr float kEps = 0x1p-23f;
const float kNaN = std::numeric_limits<float>::quiet_NaN();
const float kInfinity = std::numeric_limits<float>::infinity();

TEST_CASE("qparams of a range") {
  const struct {
    std::string reason;
    std::string spec;
    float min, max;
    float scale;
    int zero_point;
  } cases[] = {
      {"both sides", "minmax", -1.0f, 1.55f, 2.55f / 255.0f, 100},
      {"positive: zero is included", "minmax", 0.5f, 5.1f, 5.1f / 255.0f, 0},
      {"negative: zero is included", "minmax", -5.1f, -0.5f, 5.1f / 255.0f, 255},
      {"no width: eps", "minmax", 0.0f, 0.0f, kEps, 0},
      {"half of the integers", "minmax+reduce_range", 0.0f, 12.7f, 12.7f / 127.0f, 0},
      {"signed", "minmax+dtype=qint8", -1.0f, 1.55f, 2.55f / 255.0f, -28},
      {"signed, half", "minmax+dtype=qint8+reduce_range", 0.0f, 12.7f, 12.7f / 127.0f, -64},
      {"symmetric divides by 127.5", "minmax+dtype=qint8+scheme=symmetric", -2.55f, 1.0f,
       2.55f / 127.5f, 0},
      {"the larger side counts", "minmax+dtype=qint8+scheme=symmetric", 0.1f, 2.55f, 2.55f / 127.5f,
       0},
      {"symmetric, unsigned: zero in the middle", "minmax+scheme=symmetric", -2.55f, 1.0f,
       2.55f / 127.5f, 128},
      {"own integers, symmetric: their middle, rounded down",
       "minmax+scheme=symmetric+quant_min=0+quant_max=127", -1.0f, 1.0f, 1.0f / 63.5f, 63},
      {"an odd middle below zero", "minmax+dtype=qint8+quant_min=-8+quant_max=7", -0.8f, 0.7f,
       1.5f / 15.0f, 0},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const QParams qparams = ComputeQParams(one.min, one.max, ParseObserverSpec(one.spec));
    CHECK(qparams.scale == doctest::Approx(one.scale).epsilon(1e-6));
    CHECK(qparams.zero_point == one.zero_point);
  }
}

TEST_CASE("signed qparams as quint8 keep their values") {
  CHECK(AsQuint8({.scale = 0.5f, .zero_point = -28}, {.dtype = QuantizedDtype::kQint8}) ==
        QParams{.scale = 0.5f, .zero_point = 100});
  CHECK(AsQuint8({.scale = 0.5f, .zero_point = 100}, {.dtype = QuantizedDtype::kQuint8}) ==
        QParams{.scale = 0.5f, .zero_point = 100});
}

TEST_CASE("fewer bits spread the range over fewer integers, which stay inside them") {
  const struct {
    const char* reason;
    const char* spec;
    int bits;
    float min, max, scale;
    int zero_point, most;
  } cases[] = {
      {"what is never below zero", "minmax", 7, 0.0f, 12.7f, 0.1f, 0, 127},
      {"both sides", "minmax", 7, -2.7f, 10.0f, 0.1f, 27, 127},
      {"reduce_range is that already", "minmax+reduce_range", 7, 0.0f, 12.7f, 0.1f, 0, 127},
      {"own integers, which the bits hold", "minmax+quant_min=0+quant_max=100", 7, 0.0f, 10.0f,
       0.1f, 0, 127},
      {"own integers beyond", "minmax+quant_min=0+quant_max=200", 7, 0.0f, 12.7f, 0.1f, 0, 127},
      {"signed", "minmax+dtype=qint8", 7, -6.4f, 6.3f, 0.1f, 64, 127},
      {"signed and symmetric", "minmax+dtype=qint8+scheme=symmetric", 7, -6.35f, 5.0f, 0.1f, 64,
       127},
      {"symmetric", "minmax+scheme=symmetric", 7, -6.35f, 5.0f, 0.1f, 63, 127},
      {"four bits", "minmax", 4, 0.0f, 1.5f, 0.1f, 0, 15},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    ObserverSpec spec = ParseObserverSpec(one.spec);
    spec.bits = one.bits;
    const QParams qparams = AsQuint8(ComputeQParams(one.min, one.max, spec), spec);
    CHECK(qparams.scale == doctest::Approx(one.scale).epsilon(1e-6));
    CHECK(qparams.zero_point == one.zero_point);
    CHECK(qparams.most == one.most);
  }
}

TEST_CASE("ranges without qparams are refused with the tensor's name") {
  ObserverSpec no_eps;
  no_eps.eps = 0.0;
  ObserverSpec outside{.scheme = QuantizationScheme::kSymmetric};
  outside.quant_min = -128;
  outside.quant_max = 127;
  const struct {
    std::string reason;
    float min, max;
    ObserverSpec spec;
    std::string message;
  } cases[] = {
      {"NaN", kNaN, 1.0f, {}, "must be finite"},
      {"infinity", 0.0f, kInfinity, {}, "must be finite"},
      {"upside down", 1.0f, -1.0f, {}, "not upside down"},
      {"scale 0", 0.0f, 0.0f, no_eps, "raise eps"},
      {"a scale whose inverse isn't a number", 0.0f, 1e-37f, no_eps, "raise eps"},
      {"a width beyond float32", -3e38f, 3e38f, {}, "too far apart"},
      {"a zero point that the dtype doesn't have", -1.0f, 1.0f, outside,
       "zero point -1 is outside 0..255"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK_THROWS_WITH_AS(ComputeQParams(one.min, one.max, one.spec, "conv1"),
                         doctest::Contains("tensor 'conv1'"), Error);
    CHECK_THROWS_WITH_AS(ComputeQParams(one.min, one.max, one.spec, "conv1"),
                         doctest::Contains(one.message.c_str()), Error);
  }
}

TEST_CASE("tensors that can't be quantised are refused with their name") {
  const IntegerRange bytes{.min = 0, .max = 255};
  const QParams good{.scale = 0.5f, .zero_point = 8};
  const FloatTensor tensor{.shape = {2, 3}, .values = {1, 2, 3, 4, 5, 6}};
  const struct {
    std::string reason;
    QParams qparams;
    std::vector<float> values;
    std::string message;
  } cases[] = {
      {"NaN", good, {1, kNaN}, "NaN or infinity at position 1"},
      {"infinity", good, {-kInfinity}, "NaN or infinity at position 0"},
      {"scale 0", {.scale = 0.0f}, {1}, "scale 0.000000 can't be used"},
      {"negative scale", {.scale = -1.0f}, {1}, "positive and finite"},
      {"scale NaN", {.scale = kNaN}, {1}, "positive and finite"},
      {"a scale whose inverse overflows", {.scale = 1e-40f}, {0}, "so is its inverse"},
      {"zero point too small", {.scale = 1.0f, .zero_point = -1}, {1}, "outside 0..255"},
      {"zero point too large", {.scale = 1.0f, .zero_point = 256}, {1}, "outside 0..255"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK_THROWS_WITH_AS(AffineQuantize(one.values, one.qparams, bytes, "x"),
                         doctest::Contains(one.message.c_str()), Error);
  }
  const std::vector<QParams> two(2, good), three(3, good);
  CHECK_THROWS_WITH_AS(AffineQuantize(tensor, two, 2, bytes, "x"),
                       doctest::Contains("'x' of shape [2,3] has no channel axis 2; choose 0..1"),
                       Error);
  CHECK_THROWS_WITH_AS(AffineQuantize(tensor, two, -1, bytes, "x"),
                       doctest::Contains("no channel axis -1"), Error);
  CHECK_THROWS_WITH_AS(AffineQuantize({.shape = {}, .values = {1}}, two, 0, bytes, "x"),
                       doctest::Contains("a scalar has none"), Error);
  CHECK_THROWS_WITH_AS(
      AffineQuantize(tensor, three, 0, bytes, "x"),
      doctest::Contains("2 channels along axis 0 of [2,3], but 3 scales and zero points"), Error);
  CHECK_THROWS_AS(AffineDequantize(std::vector<int32_t>(6), {2, 3}, two, 1, "x"), Error);
}

TEST_CASE("products beyond every integer are clamped to the right end") {
  // PyTorch's conversion to int64 turns both into the lower end.
  const QParams qparams{.scale = 1e-30f, .zero_point = 8};
  const std::vector<float> values{3e38f, -3e38f};
  CHECK(AffineQuantize(values, qparams, {.min = 0, .max = 255}) == std::vector<int32_t>{255, 0});
}

TEST_CASE("nothing quantises to nothing") {
  CHECK(AffineQuantize(std::vector<float>{}, {.scale = 1.0f}, {.min = 0, .max = 255}).empty());
}

}  // namespace
}  // namespace quantbench
