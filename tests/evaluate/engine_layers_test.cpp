// SPDX-License-Identifier: Apache-2.0
// Engines that leave the formulas at a known layer.
#include "evaluate/engine_layers.h"

#include <doctest/doctest.h>

#include "backend/abi_model.h"
#include "conformance/model_builder.h"
#include "quantbench/plugin.hpp"

namespace quantbench {
namespace {

using conformance::ModelBuilder;
using conformance::Precision;

// The reference, with one value of pools in two wrong by what a subclass says.
template <int kParts>
struct WrongPool : plugin::Operators {
  static constexpr char kName[] = "wrong_pool";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the reference with wrong pools";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}
  explicit WrongPool(std::string_view /*isa*/) {}
  void Run(const plugin::Call& call) override {
    Operators::Run(call);
    if (call.node->op != QB_GLOBAL_AVG_POOL) return;
    const auto half = call.output.count() / 2;
    for (int64_t i = 0; i < half; ++i) {
      if (call.output.info->dtype == QB_U8) {
        call.output.As<uint8_t>()[i] ^= kParts != 0;
      } else {
        call.output.As<float>()[i] *= 1 + 1e-6f * kParts;
      }
    }
  }
};

void Build(ModelBuilder& b) {
  const int32_t x = b.Conv(b.Input(3, 6, 6), {.channels = 8, .activation = QB_RELU});
  b.Output(b.Linear(b.Flatten(b.GlobalAveragePool(x)), 5));
}

template <int kParts>
std::optional<LayerComparison> CompareWith(Precision precision) {
  static constexpr qb_plugin kTable = plugin::MakePlugin<WrongPool<kParts>>();
  ModelBuilder builder(precision, 1);
  Build(builder);
  const Backend backend = Backend::Of(kTable);
  return CompareLayers(backend.Prepare(builder.model(), "generic"), builder.RandomInput(2, 7));
}

TEST_CASE("the first layer that differs is found, and how much of it") {
  const struct {
    const char* reason;
    std::optional<LayerComparison> found;
    double differing_percent;
  } cases[] = {{"integers, a step", CompareWith<1>(Precision::kInt8), 50},
               {"floats, a hundredth", CompareWith<10000>(Precision::kFloat32), 50},
               {"floats, rounding", CompareWith<1>(Precision::kFloat32), 0},
               {"integers, the same", CompareWith<0>(Precision::kInt8), 0}};
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    REQUIRE(one.found);
    CHECK(one.found->images == 2);
    CHECK(one.found->layers >= 3);
    const bool differs = one.differing_percent > 0;  // not in the first layer, and not in the last
    CHECK((one.found->place > 1) == differs);
    CHECK(one.found->place < one.found->layers);
    CHECK(one.found->first.empty() == (one.differing_percent == 0));
    CHECK(one.found->differing_percent == doctest::Approx(one.differing_percent).epsilon(0.3));
  }
}

}  // namespace
}  // namespace quantbench
