// SPDX-License-Identifier: Apache-2.0
// Observers and affine quantisation against PyTorch 1.13: tests/golden/README.md says what is
// there.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>

#include "quantize/affine_quantize.h"
#include "quantize/observer.h"
#include "quantize/per_channel_observer.h"
#include "support/files.h"
#include "support/npy.h"
#include "support/paths.h"

namespace quantbench {
namespace {

nlohmann::json Golden(const std::string& name) {
  return nlohmann::json::parse(
      ReadTextFile(testing::SourceDir() / "tests" / "golden" / (name + ".json")));
}

// Distance in representable numbers of two positive floats.
int UlpsBetween(float a, float b) {
  return std::abs(std::bit_cast<int32_t>(a) - std::bit_cast<int32_t>(b));
}

struct Tensor {
  std::string name;
  std::vector<std::vector<float>> batches;
};

std::vector<Tensor> Tensors(const nlohmann::json& golden) {
  const auto values =
      testing::ReadNpy<float>(testing::SourceDir() / "tests" / "golden" / "observed.npy");
  std::vector<Tensor> tensors;
  auto next = values.values.begin();
  for (const auto& described : golden["tensors"]) {
    Tensor& tensor = tensors.emplace_back();
    tensor.name = described["name"].get<std::string>();
    for (const int64_t count : described["batches"]) {
      tensor.batches.emplace_back(next, next + count);
      next += count;
    }
  }
  REQUIRE(next == values.values.end());
  return tensors;
}

TEST_CASE("qparams per tensor are PyTorch's: scale within 1 ulp, zero point equal") {
  const nlohmann::json golden = Golden("observers");
  const std::vector<Tensor> tensors = Tensors(golden);
  REQUIRE(golden["cases"].size() > 50);
  for (const auto& one : golden["cases"]) {
    const auto spec = ParseObserverSpec(one["observer"].get<std::string>());
    CAPTURE(ToString(spec));
    for (size_t t = 0; t < tensors.size(); ++t) {
      CAPTURE(tensors[t].name);
      Observer observer(spec, tensors[t].name);
      for (const auto& batch : tensors[t].batches) observer.Observe(batch);
      const QParams qparams = observer.ComputeQParams();
      const float scale = one["qparams"][t][0].get<float>();
      CAPTURE(scale);
      CAPTURE(qparams.scale);
      CHECK(UlpsBetween(qparams.scale, scale) <= 1);
      CHECK(qparams.zero_point == one["qparams"][t][1].get<int>());
    }
  }
}

TEST_CASE("merged histograms and the range found in them are PyTorch's") {
  const nlohmann::json golden = Golden("observers");
  const std::vector<Tensor> tensors = Tensors(golden);
  for (const auto& one : golden["histograms"]) {
    const auto name = one["tensor"].get<std::string>();
    CAPTURE(name);
    const auto tensor = std::find_if(tensors.begin(), tensors.end(),
                                     [&](const Tensor& t) { return t.name == name; });
    REQUIRE(tensor != tensors.end());
    HistogramStatistic statistic(one["bins"].get<int>());
    ThreadPool alone(1);
    for (const auto& batch : tensor->batches) statistic.Add(batch, *FiniteRange(batch), alone);
    const PyTorchHistogram& histogram = statistic.pytorch();
    CHECK(histogram.range() == Range{.min = one["range"][0], .max = one["range"][1]});
    CHECK(histogram.counts() == one["counts"].get<std::vector<float>>());
    CHECK(histogram.Search() == Range{.min = one["chosen"][0], .max = one["chosen"][1]});
  }
}

TEST_CASE("qparams per channel are PyTorch's on every axis") {
  const nlohmann::json golden = Golden("per_channel_observers");
  for (const auto& tensor : golden["tensors"]) {
    CAPTURE(tensor["reason"].get<std::string>());
    for (const auto& one : tensor["cases"]) {
      const auto spec = ParseObserverSpec(one["observer"].get<std::string>());
      CAPTURE(ToString(spec));
      PerChannelObserver observer(spec, tensor["axis"].get<int>());
      for (const auto& batch : tensor["batches"]) {
        observer.Observe(
            {.shape = tensor["shape"].get<Shape>(), .values = batch.get<std::vector<float>>()});
      }
      const std::vector<QParams> qparams = observer.ComputeQParams();
      REQUIRE(qparams.size() == one["scales"].size());
      for (size_t c = 0; c < qparams.size(); ++c) {
        CAPTURE(c);
        CHECK(UlpsBetween(qparams[c].scale, one["scales"][c].get<float>()) <= 1);
        CHECK(qparams[c].zero_point == one["zero_points"][c].get<int>());
      }
    }
  }
}

QuantizedDtype DtypeOf(const nlohmann::json& one) {
  return one["dtype"] == "qint8" ? QuantizedDtype::kQint8 : QuantizedDtype::kQuint8;
}

TEST_CASE("quantised and dequantised values per tensor are PyTorch's") {
  for (const nlohmann::json golden = Golden("quantize"); const auto& one : golden["per_tensor"]) {
    CAPTURE(one["reason"].get<std::string>());
    CAPTURE(one["scale"].get<float>());
    const QParams qparams{.scale = one["scale"], .zero_point = one["zero_point"]};
    const auto input = one["input"].get<std::vector<float>>();
    const std::vector<int32_t> integers = AffineQuantize(input, qparams, IntegersOf(DtypeOf(one)));
    CHECK(integers == one["integers"].get<std::vector<int32_t>>());
    CHECK(AffineDequantize(integers, qparams) == one["values"].get<std::vector<float>>());
  }
}

TEST_CASE("quantised and dequantised values per channel are PyTorch's on every axis") {
  for (const nlohmann::json golden = Golden("quantize"); const auto& one : golden["per_channel"]) {
    const int axis = one["axis"];
    CAPTURE(axis);
    const FloatTensor input{.shape = one["shape"].get<Shape>(),
                            .values = one["input"].get<std::vector<float>>()};
    std::vector<QParams> qparams;
    for (size_t c = 0; c < one["scales"].size(); ++c)
      qparams.push_back({.scale = one["scales"][c], .zero_point = one["zero_points"][c]});
    const std::vector<int32_t> integers =
        AffineQuantize(input, qparams, axis, IntegersOf(DtypeOf(one)));
    CHECK(integers == one["integers"].get<std::vector<int32_t>>());
    CHECK(AffineDequantize(integers, input.shape, qparams, axis) ==
          one["values"].get<std::vector<float>>());
  }
}

TEST_CASE("division would differ from PyTorch's multiplication by the inverse") {
  // Without such a value the goldens couldn't tell the two apart.
  int different = 0;
  for (const nlohmann::json golden = Golden("quantize"); const auto& one : golden["per_tensor"]) {
    const float scale = one["scale"];
    const float inverse = 1.0f / scale;
    for (const float value : one["input"].get<std::vector<float>>())
      different += std::nearbyint(value * inverse) != std::nearbyint(value / scale) ? 1 : 0;
  }
  CHECK(different > 0);
}

}  // namespace
}  // namespace quantbench
