// SPDX-License-Identifier: Apache-2.0
// Plugins of the first header and of later extensions, loaded and judged.
#include <doctest/doctest.h>

#include "conformance/cases.h"
#include "conformance/promises.h"
#include "quantbench/ext/model_file.h"
#include "quantbench/ext/numerics.h"
#include "quantbench/ext/options.h"
#include "quantbench/guard.hpp"
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

// A table that takes files and options, and notes what it is given.
struct Given {
  std::string file;
  std::vector<std::string> options;
};
Given given;

constexpr const char* kSpeeds[] = {"slow", "fast", nullptr};
constexpr qb_option kSpeed{
    .struct_size = sizeof(qb_option), .name = "speed", .description = "how", .values = kSpeeds};
constexpr const qb_option* kOptionList[] = {&kSpeed, nullptr};
constexpr qb_options kOptions{.struct_size = sizeof(qb_options), .options = kOptionList};
constexpr qb_option kBadOption{
    .struct_size = sizeof(qb_option), .name = "a,b", .description = nullptr, .values = kSpeeds};
constexpr const qb_option* kBadList[] = {&kBadOption, nullptr};
constexpr qb_options kBadOptions{.struct_size = sizeof(qb_options), .options = kBadList};

template <const qb_options* kTold>
qb_plugin EngineTable() {
  qb_plugin table = plugin::MakePlugin<Declares<QB_EXACT, sizeof(qb_numerics), 0>>();
  table.prepare = [](const qb_prepare* request, qb_executable**, qb_error error) {
    given = {.file = request->model_file == nullptr ? "" : request->model_file, .options = {}};
    for (const char* const* one = request->options; one != nullptr && *one != nullptr; ++one)
      given.options.emplace_back(*one);
    return plugin::Report(error, QB_UNSUPPORTED, "noted");
  };
  table.extension = [](const char* id) -> const void* {
    static constexpr qb_model_file kFile{.struct_size = sizeof(qb_model_file)};
    if (std::string_view(id) == QB_MODEL_FILE_ID) return &kFile;
    return std::string_view(id) == QB_OPTIONS_ID ? kTold : nullptr;
  };
  return table;
}

TEST_CASE("an engine gets the model's file and what was chosen of its options") {
  const qb_plugin table = EngineTable<&kOptions>();
  const Backend engine = Backend::Of(table);
  const PluginInfo info = engine.Describe();
  CHECK(info.takes_file);
  REQUIRE(info.options.size() == 1);
  CHECK(info.options[0].values == std::vector<std::string>{"slow", "fast"});
  ModelBuilder builder(Precision::kFloat32, 1);
  builder.Output(builder.Input(1, 2, 2));
  const PrepareExtras extras{.model_file = "/a/model.onnx", .options = {{"speed", "fast"}}};
  CHECK_THROWS_AS(engine.Prepare(builder.model(), "generic", extras), Unsupported);
  CHECK(given.file == "/a/model.onnx");
  CHECK(given.options == std::vector<std::string>{"speed", "fast"});
  CHECK_THROWS_AS(engine.Prepare(builder.model(), "generic"), Unsupported);
  CHECK(given.file.empty());
  CHECK(given.options.empty());
  const qb_plugin bad = EngineTable<&kBadOptions>();
  CHECK_THROWS_WITH_AS(Backend::Of(bad).Describe(),
                       doctest::Contains("option 'a,b' whose name and values"), Error);
}

}  // namespace
}  // namespace quantbench::conformance
