// SPDX-License-Identifier: Apache-2.0
// One tensor quantised: qparams that are given, checked or chosen, and the errors that remain.
#include "tensor/quantize_tensor.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "support/error.h"

namespace quantbench {
namespace {

const FloatTensor kMatrix{.shape = {2, 3}, .values = {-1, 0.3f, 2, 0.5f, 9, -9}};

TEST_CASE("per tensor, as the formula says") {
  const QuantizedTensor tensor = QuantizeTensor(kMatrix, {.scale = {0.3}, .zero_point = {8}});
  CHECK(tensor.integers == std::vector<int32_t>{5, 9, 15, 10, 38, 0});
  CHECK(tensor.dequantized[1] == doctest::Approx(0.3));
  CHECK(tensor.IsClamped(5));  // -9 lies below (0 - 8) * 0.3
  CHECK(!tensor.IsClamped(4));
  CHECK(SummarizeErrors(tensor).clamped == 1);
}

TEST_CASE("per channel, along either axis, counted from either end") {
  const TensorRecipe rows{.axis = 0, .scale = {0.5, 1}, .zero_point = {0, 10}};
  const QuantizedTensor by_row = QuantizeTensor(kMatrix, rows);
  CHECK(by_row.integers == std::vector<int32_t>{0, 1, 4, 10, 19, 1});  // 0.5 rounds to even
  const TensorRecipe columns{.axis = -1, .scale = {1, 2, 3}, .zero_point = {10, 10, 10}};
  const QuantizedTensor by_column = QuantizeTensor(kMatrix, columns);
  CHECK(*by_column.axis == 1);
  CHECK(by_column.integers == std::vector<int32_t>{9, 10, 11, 10, 14, 7});
}

TEST_CASE("the zero point is 0 unless given, qint8 is signed") {
  const QuantizedTensor tensor =
      QuantizeTensor(kMatrix, {.dtype = QuantizedDtype::kQint8, .scale = {1}});
  CHECK(tensor.integers == std::vector<int32_t>{-1, 0, 2, 0, 9, -9});
}

TEST_CASE("an observer chooses qparams, per tensor or per channel") {
  const TensorRecipe whole{.observer = ParseObserverSpec("minmax")};
  const QuantizedTensor tensor = QuantizeTensor(kMatrix, whole);
  CHECK(tensor.qparams.size() == 1);
  CHECK(tensor.qparams[0].scale == doctest::Approx(18.0 / 255));
  CHECK(tensor.observer == "minmax");
  const TensorRecipe rows{.axis = 0, .observer = ParseObserverSpec("minmax+dtype=qint8")};
  const QuantizedTensor channels = QuantizeTensor(kMatrix, rows);
  CHECK(channels.qparams.size() == 2);
  CHECK(channels.dtype == QuantizedDtype::kQint8);
  CHECK(channels.qparams[0].scale == doctest::Approx(3.0 / 255));
}

TEST_CASE("a reduced range chooses the scale; values are clamped at all 256 integers") {
  const TensorRecipe recipe{.observer = ParseObserverSpec("minmax+reduce_range")};
  const QuantizedTensor tensor = QuantizeTensor(kMatrix, recipe);
  CHECK(tensor.qparams[0].scale == doctest::Approx(18.0 / 127));
  const Interval interval = Represented(tensor.dtype, tensor.qparams[0]);
  CHECK(interval.high > 18);
}

TEST_CASE("qparams that can't be used are refused with what to do") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  const struct {
    const char* reason;
    TensorRecipe recipe;
    const char* message;
  } cases[] = {
      {"scale 0", {.scale = {0}}, "--scale 0: a scale is the step between two integers"},
      {"a negative scale", {.scale = {-0.5}}, "--scale -0.5"},
      {"NaN", {.scale = {nan}}, "--scale nan"},
      {"infinity", {.scale = {inf}}, "--scale inf"},
      {"0 as a float32", {.scale = {1e-60}}, "also as a float32"},
      {"infinite as a float32", {.scale = {1e60}}, "also as a float32"},
      {"beyond quint8", {.scale = {1}, .zero_point = {256}}, "0 to 255 for quint8"},
      {"below quint8", {.scale = {1}, .zero_point = {-1}}, "--zero-point -1"},
      {"beyond qint8",
       {.dtype = QuantizedDtype::kQint8, .scale = {1}, .zero_point = {128}},
       "-128 to 127 for qint8"},
      {"half an integer",
       {.scale = {1}, .zero_point = {1.5}},
       "--zero-point 1.5: it is the integer"},
      {"NaN as an integer", {.scale = {1}, .zero_point = {nan}}, "--zero-point nan"},
      {"no such axis",
       {.axis = 2, .scale = {1}},
       "--axis 2: a tensor of shape [2,3] has axes 0 to 1"},
      {"no such axis from the end", {.axis = -3, .scale = {1}}, "--axis -3"},
      {"scales without axis", {.scale = {1, 2}}, "--axis N makes each index"},
      {"too few scales",
       {.axis = 1, .scale = {1, 2}},
       "there are 3 channels along axis 1 of [2,3]"},
      {"too few zero points",
       {.axis = 0, .scale = {1, 2}, .zero_point = {1}},
       "--zero-point has 1 value, but there are 2 channels"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK_THROWS_WITH_AS(QuantizeTensor(kMatrix, c.recipe), doctest::Contains(c.message), Error);
  }
}

TEST_CASE("errors of a channel, of all, and of none") {
  const FloatTensor values{.shape = {2, 2}, .values = {1, 2, 0.5f, 3}};
  const QuantizedTensor tensor = QuantizeTensor(values, {.axis = 0, .scale = {1, 2}});
  CHECK(tensor.integers == std::vector<int32_t>{1, 2, 0, 2});
  const ErrorSummary exact = SummarizeErrors(tensor, 0);
  CHECK(exact.largest == 0);
  CHECK(!exact.sqnr_db);
  const ErrorSummary coarse = SummarizeErrors(tensor, 1);  // errors -0.5 and 1
  CHECK(coarse.largest == 1);
  CHECK(coarse.rms == doctest::Approx(std::sqrt(0.625)));
  CHECK(*coarse.sqnr_db == doctest::Approx(10 * std::log10(9.25 / 1.25)));
  CHECK(SummarizeErrors(tensor).rms == doctest::Approx(std::sqrt(1.25 / 4)));
}

}  // namespace
}  // namespace quantbench
