// SPDX-License-Identifier: Apache-2.0
// Compares a plugin with the reference.
#include "conformance/check.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <map>
#include <thread>

#include "conformance/plugin_runner.h"
#include "support/error.h"

namespace quantbench::conformance {
namespace {

constexpr double kFloatTolerance = 1e-4;
constexpr uint64_t kWeightSeed = 1, kInputSeed = 2;

// NaNs differ in bits that nobody decides.
std::string CompareFloatBits(const float* actual, const float* expected, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (std::memcmp(&actual[i], &expected[i], sizeof(float)) == 0) continue;
    if (std::isnan(actual[i]) && std::isnan(expected[i])) continue;
    return "value " + std::to_string(i) + " of " + std::to_string(count) + " is " +
           std::to_string(actual[i]) + ", expected exactly " + std::to_string(expected[i]);
  }
  return "";
}

// Empty where the values agree.
std::string CompareFloats(const float* actual, const float* expected, size_t count) {
  float largest = 0;
  for (size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(expected[i]));
  for (size_t i = 0; i < count; ++i) {
    const double difference =
        std::abs(static_cast<double>(actual[i]) - static_cast<double>(expected[i]));
    if (difference <= kFloatTolerance * static_cast<double>(largest)) continue;
    return "value " + std::to_string(i) + " of " + std::to_string(count) + " is " +
           std::to_string(actual[i]) + ", expected " + std::to_string(expected[i]);
  }
  return "";
}

std::string CompareBytes(const std::vector<std::byte>& actual,
                         const std::vector<std::byte>& expected) {
  for (size_t i = 0; i < expected.size(); ++i) {
    if (actual[i] == expected[i]) continue;
    return "value " + std::to_string(i) + " of " + std::to_string(expected.size()) + " is " +
           std::to_string(std::to_integer<int>(actual[i])) + ", expected " +
           std::to_string(std::to_integer<int>(expected[i]));
  }
  return "";
}

std::string CompareTensors(Precision precision, const qb_tensor& tensor,
                           const std::vector<std::byte>& actual,
                           const std::vector<std::byte>& expected) {
  if (actual.size() != expected.size()) {
    return std::to_string(actual.size()) + " bytes, expected " + std::to_string(expected.size());
  }
  if (tensor.dtype != QB_F32) return CompareBytes(actual, expected);
  const auto compare = precision == Precision::kFloat32 ? CompareFloats : CompareFloatBits;
  return compare(reinterpret_cast<const float*>(actual.data()),
                 reinterpret_cast<const float*>(expected.data()), expected.size() / 4);
}

// A test whose output is nearly constant proves little, unless that is what it tests.
std::string Distrust(const std::vector<float>& output) {
  if (output.size() < 64 || std::isnan(output[0])) return "";
  std::map<float, size_t> counts;
  for (const float v : output) ++counts[v];
  size_t most = 0;
  for (const auto& [value, count] : counts) most = std::max(most, count);
  return most * 100 < output.size() * 95 ? "" : "mistrusted: 95% of the outputs are one value";
}

std::string CompareTaps(Precision precision, const qb_model& model, const TappedValues& actual,
                        const TappedValues& expected) {
  for (const auto& [node, values] : actual) {
    const auto found = expected.find(node);
    if (found == expected.end()) return "tapped node " + std::to_string(node) + " does not exist";
    const std::string difference =
        CompareTensors(precision, *model.tensors[model.nodes[node]->output], values, found->second);
    if (!difference.empty()) return "node " + std::to_string(node) + ": " + difference;
  }
  return "";
}

std::string FirstDifference(const qb_plugin& plugin, const std::string& isa, const Case& test,
                            const CheckOptions& o) {
  ModelBuilder builder(o.precision, kWeightSeed);
  test.build(builder);
  const ThreadPool pool(o.threads);
  const std::vector<float> input = builder.RandomInput(o.batch_size, kInputSeed, test.input);
  const auto outputs = static_cast<size_t>(builder.output_elements() * o.batch_size);
  std::vector<float> expected(outputs), tapped(outputs), untapped(outputs);

  TappedValues expected_taps, taps;
  const qb_tap expected_tap = RecordingTap(expected_taps), tap = RecordingTap(taps);
  PluginRunner reference(ReferencePlugin(), "generic", builder.model(), o.batch_size, o.threads);
  reference.Run(o.batch_size, input.data(), expected.data(), pool, &expected_tap);

  PluginRunner runner(plugin, isa, builder.model(), o.batch_size, o.threads);
  if (runner.isa() != isa) return "took the ISA path " + runner.isa() + ", asked for " + isa;
  runner.Run(o.batch_size, input.data(), tapped.data(), pool, &tap);
  runner.Run(o.batch_size, input.data(), untapped.data(), pool);

  std::string difference = CompareTaps(o.precision, builder.model(), taps, expected_taps);
  if (!difference.empty()) return difference;
  if (!CompareFloatBits(untapped.data(), tapped.data(), outputs).empty())
    return "a run with a tap differs from one without";
  const auto compare = o.precision == Precision::kFloat32 ? CompareFloats : CompareFloatBits;
  difference = compare(untapped.data(), expected.data(), outputs);
  if (!difference.empty()) return "output: " + difference;
  return Distrust(expected);
}

}  // namespace

CheckResult Check(const qb_plugin& plugin, const std::string& isa, const Case& test,
                  const CheckOptions& options) {
  try {
    const std::string difference = FirstDifference(plugin, isa, test, options);
    return {.verdict = difference.empty() ? Verdict::kPassed : Verdict::kFailed,
            .detail = difference};
  } catch (const Unsupported& unsupported) {
    return {.verdict = Verdict::kUnsupported, .detail = unsupported.what()};
  } catch (const Error& error) {
    return {.verdict = Verdict::kFailed, .detail = error.what()};
  }
}

namespace {

CheckResult RunConcurrently(const qb_plugin& plugin, const std::string& isa, Precision precision) {
  constexpr size_t kThreads = 4;
  ModelBuilder builder(precision, kWeightSeed);
  const int32_t x = builder.Conv(builder.Input(3, 32, 32),
                                 {.channels = 24, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
  const int32_t y = builder.Conv(x, {.channels = 24,
                                     .kernel = {3, 3},
                                     .padding = {1, 1, 1, 1},
                                     .groups = 24,
                                     .activation = QB_RELU6});
  builder.Output(builder.Add(x, builder.Conv(y, {.channels = 24})));
  const auto outputs = static_cast<size_t>(builder.output_elements());
  const ThreadPool pool(1);
  const PluginRunner runner(plugin, isa, builder.model(), 1, 1);

  std::vector<std::vector<float>> alone(kThreads), together(kThreads);
  const auto run = [&](size_t i, std::vector<float>& output) {
    output.resize(outputs);
    const std::vector<float> input = builder.RandomInput(1, kInputSeed + i);
    for (int repeat = 0; repeat < 5; ++repeat)
      runner.RunOnNewContext(1, input.data(), output.data(), pool);
  };
  for (size_t i = 0; i < kThreads; ++i) run(i, alone[i]);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { run(i, together[i]); });
  }
  for (size_t i = 0; i < kThreads; ++i) {
    if (std::memcmp(alone[i].data(), together[i].data(), outputs * sizeof(float)) == 0) continue;
    return {.verdict = Verdict::kFailed, .detail = "contexts that run at once disturb each other"};
  }
  return {.verdict = Verdict::kPassed, .detail = ""};
}

}  // namespace

CheckResult CheckConcurrency(const qb_plugin& plugin, const std::string& isa, Precision precision) {
  try {
    return RunConcurrently(plugin, isa, precision);
  } catch (const Unsupported& unsupported) {
    return {.verdict = Verdict::kUnsupported, .detail = unsupported.what()};
  } catch (const Error& error) {
    return {.verdict = Verdict::kFailed, .detail = error.what()};
  }
}

}  // namespace quantbench::conformance
