// SPDX-License-Identifier: Apache-2.0
// The conformance suite's own verdicts, on plugins with known shortcomings.
#include "conformance/check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "conformance/cases.h"
#include "conformance/promises.h"
#include "conformance/suite.h"
#include "quantbench/plugin.hpp"

namespace quantbench::conformance {
namespace {

// The reference, but for what a subclass overrides.
class Flawed : public plugin::Operators {
 public:
  static constexpr char kName[] = "flawed";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the reference with a shortcoming";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}
  explicit Flawed(std::string_view /*isa*/) {}
};

struct WithoutDynamic : Flawed {
  using Flawed::Flawed;
  void Prepare(const qb_model& model) override {
    for (int32_t n = 0; n < model.num_nodes; ++n) {
      if (model.nodes[n]->op == QB_DYNAMIC_CONV || model.nodes[n]->op == QB_DYNAMIC_LINEAR)
        throw plugin::Failure(QB_UNSUPPORTED, "what is dynamic?");
    }
  }
};

// Off by the least that a float can be.
struct InexactLinear : Flawed {
  using Flawed::Flawed;
  void DynamicLinear(const plugin::Call& call) override {
    Operators::DynamicLinear(call);
    float& y = call.output.As<float>()[0];
    y = std::nextafter(y, std::numeric_limits<float>::infinity());
  }
};

// Looks for a range in the first image alone.
struct RangeOfOneImage : Flawed {
  using Flawed::Flawed;
  void DynamicLinear(const plugin::Call& call) override {
    plugin::Tensor x = call.inputs[0], y = call.output;
    for (int64_t n = 0; n < call.output.dims[0]; ++n) {
      x.dims[0] = y.dims[0] = 1;
      x.data = call.inputs[0].As<float>() + n * x.dims[1];
      y.data = call.output.As<float>() + n * y.dims[1];
      const plugin::Tensor inputs[] = {x, call.inputs[1], call.inputs[2]};
      Operators::DynamicLinear({call.node, inputs, y, call.parallel});
    }
  }
};

// Another result each time.
struct Random : Flawed {
  using Flawed::Flawed;
  void Run(const plugin::Call& call) override {
    static uint8_t count = 0;
    Operators::Run(call);
    if (call.output.info->dtype == QB_U8) ++count;
    if (call.output.info->dtype == QB_U8 && call.inputs.size() == 3)
      call.output.As<uint8_t>()[0] = count;
    if (call.output.info->dtype == QB_F32 && call.inputs.size() == 3)
      call.output.As<float>()[0] = static_cast<float>(++count);
  }
};

// The last image of a batch gets the first one's first value.
struct MixesImages : Flawed {
  using Flawed::Flawed;
  void Run(const plugin::Call& call) override {
    Operators::Run(call);
    const int64_t images = call.output.dims[0], bytes = call.output.count() / images;
    if (call.inputs.size() != 3 || images == 1) return;
    if (call.output.info->dtype == QB_U8) {
      call.output.As<uint8_t>()[(images - 1) * bytes] = call.output.As<uint8_t>()[0];
    } else {
      call.output.As<float>()[(images - 1) * bytes] = call.output.As<float>()[0];
    }
  }
};

constexpr qb_plugin kRandom = plugin::MakePlugin<Random>();
constexpr qb_plugin kMixesImages = plugin::MakePlugin<MixesImages>();
constexpr qb_plugin kWithoutDynamic = plugin::MakePlugin<WithoutDynamic>();
constexpr qb_plugin kInexactLinear = plugin::MakePlugin<InexactLinear>();
constexpr qb_plugin kRangeOfOneImage = plugin::MakePlugin<RangeOfOneImage>();

const Case kLinear{.name = "linear", .reason = "", .build = [](ModelBuilder& b) {
                     b.Output(b.Linear(b.Flatten(b.Input(30, 1, 1)), 70));
                   }};

CheckResult CheckLinear(const qb_plugin& plugin, Precision precision, int32_t batch) {
  return Check(Backend::Of(plugin), "generic", kLinear,
               {.precision = precision, .batch_size = batch});
}

TEST_CASE("an operator that a plugin refuses is unsupported, not failed") {
  const CheckResult dynamic = CheckLinear(kWithoutDynamic, Precision::kDynamic, 1);
  CHECK(dynamic.verdict == Verdict::kUnsupported);
  CHECK(dynamic.detail.find("what is dynamic?") != std::string::npos);
  CHECK(CheckConcurrency(Backend::Of(kWithoutDynamic), "generic", Precision::kDynamic).verdict ==
        Verdict::kUnsupported);
  CHECK(CheckLinear(kWithoutDynamic, Precision::kInt8, 1).verdict == Verdict::kPassed);
}

TEST_CASE("dynamic outputs are compared to the bit") {
  CHECK(CheckLinear(kInexactLinear, Precision::kDynamic, 1).verdict == Verdict::kFailed);
  CHECK(CheckLinear(kInexactLinear, Precision::kFloat32, 1).verdict == Verdict::kPassed);
}

TEST_CASE("a range of one image of a batch is found out") {
  CHECK(CheckLinear(kRangeOfOneImage, Precision::kDynamic, 1).verdict == Verdict::kPassed);
  CHECK(CheckLinear(kRangeOfOneImage, Precision::kDynamic, 3).verdict == Verdict::kFailed);
}

TEST_CASE("NaN is expected where there is no range, and numbers are then wrong") {
  Case nan = kLinear;
  nan.input = InputKind::kNan;
  CHECK(Check(Backend::BuiltIn(), "generic", nan, {.precision = Precision::kDynamic}).verdict ==
        Verdict::kPassed);
  CHECK(Check(Backend::Of(kRangeOfOneImage), "generic", nan,
              {.precision = Precision::kDynamic, .batch_size = 2})
            .verdict == Verdict::kFailed);
}

TEST_CASE("another result of the same input is found out, and so is one of another batch") {
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32, Precision::kDynamic}) {
    CHECK(CheckRepeatedRuns(Backend::BuiltIn(), "generic", precision).verdict == Verdict::kPassed);
    CHECK(CheckRepeatedRuns(Backend::Of(kRandom), "generic", precision).verdict ==
          Verdict::kFailed);
  }
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32}) {
    CHECK(CheckBatchSizes(Backend::BuiltIn(), "generic", precision).verdict == Verdict::kPassed);
    CHECK(CheckBatchSizes(Backend::Of(kMixesImages), "generic", precision).verdict ==
          Verdict::kFailed);
  }
}

TEST_CASE("every case of the suite has a name of its own, a group and a reason") {
  std::vector<std::string> names;
  for (const SuiteCase& one : Suite()) {
    CHECK(!one.reason.empty());
    CHECK(one.name.starts_with(one.group + "/"));
    names.push_back(one.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("every dynamic case has a name of its own and a reason") {
  std::vector<std::string> names;
  for (const Case& one : DynamicCases()) {
    CHECK(!one.reason.empty());
    names.push_back(one.name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace quantbench::conformance
