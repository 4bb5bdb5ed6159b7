// SPDX-License-Identifier: Apache-2.0
// Plugins of the first header and of later extensions, loaded and judged.
#include <doctest/doctest.h>

#include "conformance/cases.h"
#include "conformance/promises.h"
#include "quantbench/ext/numerics.h"
#include "quantbench/plugin.hpp"
#include "support/error.h"
#include "support/paths.h"

namespace quantbench::conformance {
namespace {

Backend LoadPlugin(const std::string& name) {
  return Backend::Load(testing::BinaryDir() / "tests" / "abi_plugins" / (name + ".so"));
}

struct Count {
  int passed = 0, failed = 0, unsupported = 0;
  std::string detail;  // of the last that passed or failed
};

Count CheckAll(const Backend& backend, Precision precision) {
  Count count;
  for (const Case& one : precision == Precision::kDynamic ? DynamicCases() : OperatorCases()) {
    const CheckResult result =
        Check(backend, "generic", one, {.precision = precision, .batch_size = 3, .threads = 2});
    CAPTURE(one.name);
    if (result.verdict == Verdict::kUnsupported) {
      ++count.unsupported;
      continue;
    }
    ++(result.verdict == Verdict::kPassed ? count.passed : count.failed);
    count.detail = result.detail;
  }
  return count;
}

TEST_CASE("a plugin of the first header loads, runs, and refuses what it can't know") {
  const Backend first = LoadPlugin("first");
  CHECK(first.Describe().RunsHere());
  CHECK(first.numerics().exact);
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32}) {
    const Count count = CheckAll(first, precision);
    CHECK(count.passed > 50);
    CHECK(count.failed == 0);
    CHECK(count.unsupported > 0);
    CHECK(CheckConcurrency(first, "generic", precision).verdict == Verdict::kPassed);
  }
  CHECK(CheckAll(first, Precision::kDynamic).failed == 0);
  for (const std::string& name : ErrorCaseNames()) {
    CAPTURE(name);
    CHECK(CheckError(first.table(), "generic", name).verdict == Verdict::kPassed);
  }
}

TEST_CASE("an engine that declares a tolerance is judged by its own limits") {
  const Backend near = LoadPlugin("near");
  CHECK(!near.numerics().exact);
  CHECK(near.Describe().numerics.min_sqnr_db == 25);
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32, Precision::kDynamic}) {
    const Count count = CheckAll(near, precision);
    CAPTURE(count.detail);
    CHECK(count.passed > 100);
    CHECK(count.failed == 0);
    CHECK(count.detail.find("dB (at least 25), Top-1 agreement") != std::string::npos);
    CHECK(count.detail.find("of 12 images (at least 75%)") != std::string::npos);
  }
  CHECK(CheckAll(LoadPlugin("undeclared"), Precision::kInt8).failed > 50);
  CHECK(CheckAll(LoadPlugin("far"), Precision::kInt8).failed > 50);
}

// A table in this process with some numerics.
template <int32_t kKind, uint32_t kSize, int kTop1>
struct Declares : plugin::Operators {
  static constexpr char kName[] = "declares";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view) {}
  static const void* Extension(std::string_view) {
    static constexpr qb_numerics kNumerics{kSize, kKind, 30, kTop1};
    return &kNumerics;
  }
  explicit Declares(std::string_view) {}
};

TEST_CASE("numerics that the header doesn't allow are refused") {
  constexpr auto kSize = static_cast<uint32_t>(sizeof(qb_numerics));
  static constexpr qb_plugin kExact = plugin::MakePlugin<Declares<QB_EXACT, kSize, 0>>();
  CHECK(Backend::Of(kExact).numerics().exact);
  static constexpr qb_plugin kWrong[] = {plugin::MakePlugin<Declares<7, kSize, 90>>(),
                                         plugin::MakePlugin<Declares<QB_TOLERANCE, 4, 90>>(),
                                         plugin::MakePlugin<Declares<QB_TOLERANCE, kSize, 101>>()};
  for (const qb_plugin& table : kWrong)
    CHECK_THROWS_WITH_AS(Backend::Of(table).Describe(),
                         doctest::Contains("declares quantbench.numerics/1"), Error);
  // A table of earlier days ends before the field.
  qb_plugin old = kWrong[0];
  old.struct_size = offsetof(qb_plugin, extension);
  CHECK(Backend::Of(old).numerics().exact);
}

}  // namespace
}  // namespace quantbench::conformance
