// SPDX-License-Identifier: Apache-2.0
// Float results are decided to the bit: every path of the host's engine gives the reference's, for
// any number of threads, and what else claims so is judged by it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "conformance/cases.h"
#include "conformance/check.h"
#include "model/graph_samples.h"
#include "quantbench/ext/float_order.h"
#include "quantbench/fma.hpp"
#include "quantbench/plugin.hpp"

namespace quantbench::conformance {
namespace {

TEST_CASE("every path gives the naive operators' float bits") {
  const Backend engine = Backend::BuiltInFloat();
  REQUIRE(engine.ordered_floats());
  for (const IsaStatus& isa : engine.Isas()) {
    if (!isa.why_not.empty()) continue;
    const bool slow = isa.name == "portable";  // and the others have shown that threads don't count
    const CheckOptions options{
        .precision = Precision::kFloat32, .batch_size = slow ? 1 : 3, .threads = slow ? 1 : 2};
    for (const Case& one : OperatorCases()) {
      CAPTURE(isa.name);
      CAPTURE(one.name);
      const CheckResult result = Check(engine, isa.name, one, options);
      CHECK_MESSAGE(result.verdict == Verdict::kPassed, result.detail);
    }
  }
}

// The naive operators, but for the least difference in a linear layer; declares the order or not.
template <bool kDeclares>
struct OtherOrder : plugin::Operators {
  static constexpr char kName[] = "other order";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "off by the least that a float can be";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}
  static const void* Extension(std::string_view id) {
    static constexpr qb_float_order kOrder{.struct_size = sizeof(qb_float_order)};
    return kDeclares && id == QB_FLOAT_ORDER_ID ? &kOrder : nullptr;
  }
  explicit OtherOrder(std::string_view /*isa*/) {}
  void Linear(const plugin::Call& call) override {
    Operators::Linear(call);
    float& y = call.output.As<float>()[0];
    y = std::nextafter(y, std::numeric_limits<float>::infinity());
  }
};

TEST_CASE("whoever declares the order of sums is compared to the bit") {
  static constexpr qb_plugin kNear = plugin::MakePlugin<OtherOrder<false>>();
  static constexpr qb_plugin kWrong = plugin::MakePlugin<OtherOrder<true>>();
  const Case linear{.name = "linear", .reason = "", .build = [](ModelBuilder& b) {
                      b.Output(b.Linear(b.Flatten(b.Input(64, 1, 1)), 70));
                    }};
  const CheckOptions floats{.precision = Precision::kFloat32};
  CHECK(Check(Backend::Of(kNear), "generic", linear, floats).verdict == Verdict::kPassed);
  CHECK(Check(Backend::Of(kWrong), "generic", linear, floats).verdict == Verdict::kFailed);
}

// The tap of a pass over a model: which nodes it saw.
TEST_CASE("calibration's engine shows what every node writes") {
  Graph graph = testing::GraphWithInput({16, 5, 5});
  const ValueId conv = graph.AddNode("conv", testing::MakeConv({.weight = {16, 16, 1, 1}}),
                                     {graph.input}, Activation::kRelu);
  const ValueId again =
      graph.AddNode("again", testing::MakeConv({.weight = {16, 16, 1, 1}}), {conv});
  const ValueId sum = graph.AddNode("sum", Add{}, {again, graph.input});
  const ValueId mean = graph.AddNode("mean", GlobalAveragePool{}, {sum});
  graph.output = graph.AddNode("flat", Flatten{}, {mean});
  InferShapes(graph);
  const AbiModel model(graph);
  const Backend engine = Backend::BuiltInFloat();
  const Executable executable = engine.Prepare(model, engine.ChooseIsa(std::nullopt));
  std::set<int32_t> seen;
  const qb_tap tap{.struct_size = sizeof(qb_tap),
                   .user = &seen,
                   .node_done = [](void* user, int32_t node, const void*, uint64_t, int64_t) {
                     static_cast<std::set<int32_t>*>(user)->insert(node);
                   }};
  const std::vector<float> input = testing::RandomValues(executable.input_elements(), 5);
  std::vector<float> output(static_cast<size_t>(executable.output_elements()));
  executable.CreateContext(1, 1).Run(1, input.data(), output.data(), ThreadPool(1), &tap);
  for (int32_t node = 0; node < 4; ++node) CHECK(seen.contains(node));
}

TEST_CASE("a fused multiply-add without the instruction rounds once") {
  const float tiny = std::numeric_limits<float>::denorm_min(),
              huge = std::numeric_limits<float>::max();
  const struct {
    const char* reason;
    float a, b, c;
  } cases[] = {
      {"half way but for the product's last bit", 0x1.000002p0f, 0x1.fffffep-25f, 1.0f},
      {"half way from below", 0x1.fffffep-25f, 0x1.fffffep-1f, 1.0f},
      {"exactly half way: to even", 0x1p-12f, 0x1p-12f, 1.0f},
      {"exactly half way from an odd one", 0x1p-12f, 0x1p-12f, 0x1.000002p0f},
      {"cancels but for what a product would lose", 0x1.000002p0f, 0x1.000002p0f, -0x1.000004p0f},
      {"cancels", 3, 5, -15},
      {"the product is far below", tiny, tiny, 1},
      {"and below zero", -tiny, tiny, 1},
      {"the addend is far below", huge, 0.5f, tiny},
      {"becomes a denormal, half way", 0x1p-75f, 0x1p-75f, tiny},
      {"underflows", 0x1p-80f, 0x1p-80f, 0},
      {"overflows", huge, 2, -huge},
      {"almost overflows", huge, 0x1.fffffep0f, -huge},
      {"infinity", std::numeric_limits<float>::infinity(), 1, 1},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(plugin::SoftFma::Of(one.a, one.b, one.c) == std::fma(one.a, one.b, one.c));
    CHECK(plugin::SoftFma::Of(-one.a, one.b, one.c) == std::fma(-one.a, one.b, one.c));
  }
  const std::vector<float> values = testing::RandomValues(30'000, 3);
  for (size_t i = 0; i + 2 < values.size(); i += 3) {
    // Exponents far enough apart that all of product and addend count, or little of one.
    const float c = std::ldexp(values[i + 2], static_cast<int>(i / 3 % 60) - 40);
    const float soft = plugin::SoftFma::Of(values[i], values[i + 1], c);
    if (soft == std::fma(values[i], values[i + 1], c)) continue;
    CAPTURE(i);
    FAIL("rounded twice");
  }
}

}  // namespace
}  // namespace quantbench::conformance
