// SPDX-License-Identifier: Apache-2.0
// Runs one small network in several ways.
#include "conformance/promises.h"

#include <algorithm>
#include <thread>

#include "backend/guarded_run.h"
#include "conformance/compare.h"
#include "conformance/graph_of.h"
#include "conformance/model_builder.h"
#include "support/error.h"
#include "support/process_state.h"

namespace quantbench::conformance {
namespace {

constexpr uint64_t kNetworkSeed = 1, kImageSeed = 2;

// A dense and a depthwise convolution and an addition, small enough to run often.
class SmallNetwork {
 public:
  SmallNetwork(const Backend& backend, const std::string& isa, Precision precision)
      : builder_(precision, kNetworkSeed) {
    const int32_t x = builder_.Conv(builder_.Input(3, 32, 32),
                                    {.channels = 24, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
    const int32_t y = builder_.Conv(x, {.channels = 24,
                                        .kernel = {3, 3},
                                        .padding = {1, 1, 1, 1},
                                        .groups = 24,
                                        .activation = QB_RELU6});
    builder_.Output(builder_.Add(x, builder_.Conv(y, {.channels = 24})));
    file_.emplace(backend, builder_.model());
    executable_.emplace(backend.Prepare(builder_.model(), isa, file_->extras()));
  }

  Context NewContext(int batch_size = 1) const { return executable_->CreateContext(batch_size, 1); }
  std::vector<float> Input(int batch_size, uint64_t seed) const {
    return builder_.RandomInput(batch_size, seed);
  }
  std::vector<float> Run(Context context, int batch_size, const std::vector<float>& input) const {
    return RunGuarded(*executable_, context, batch_size, input.data(), ThreadPool(1));
  }

 private:
  ModelBuilder builder_;
  std::optional<CaseFile> file_;
  std::optional<Executable> executable_;
};

CheckResult Passed(const std::string& detail = "") {
  return {.verdict = Verdict::kPassed, .detail = detail};
}
CheckResult Failed(const std::string& detail) {
  return {.verdict = Verdict::kFailed, .detail = detail};
}

// A tolerant plugin doesn't promise bits: then it is told what differs.
CheckResult Differing(const Backend& backend, const std::string& detail) {
  return backend.numerics().exact ? Failed(detail) : Passed(detail);
}

CheckResult RunConcurrently(const Backend& backend, const std::string& isa, Precision precision) {
  constexpr size_t kThreads = 4;
  const SmallNetwork network(backend, isa, precision);
  std::vector<std::vector<float>> alone(kThreads), together(kThreads);
  std::vector<std::string> problems(kThreads);
  const auto run = [&](size_t i, std::vector<float>& output) {
    try {
      const std::vector<float> input = network.Input(1, kImageSeed + i);
      for (int repeat = 0; repeat < 5; ++repeat)
        output = network.Run(network.NewContext(), 1, input);
    } catch (const Error& error) {  // must not leave a thread
      problems[i] = error.what();
    }
  };
  for (size_t i = 0; i < kThreads; ++i) run(i, alone[i]);
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { run(i, together[i]); });
  }
  for (size_t i = 0; i < kThreads; ++i) {
    if (!problems[i].empty()) return Failed(problems[i]);
    if (!BitDifference(together[i], alone[i]).empty())
      return Failed("contexts that run at once disturb each other");
  }
  return Passed();
}

CheckResult RunRepeatedly(const Backend& backend, const std::string& isa, Precision precision) {
  const SmallNetwork network(backend, isa, precision);
  Context context = network.NewContext();
  const std::vector<float> input = network.Input(1, kImageSeed);
  const std::vector<float> first = network.Run(context, 1, input);
  for (int repeat = 0; repeat < 3; ++repeat) {
    network.Run(context, 1, network.Input(1, kImageSeed + 1));  // leaves other values behind
    for (const auto& [output, where] :
         {std::pair(network.Run(context, 1, input), "the same context"),
          std::pair(network.Run(network.NewContext(), 1, input), "a new context")}) {
      const std::string difference = BitDifference(output, first);
      if (!difference.empty())
        return Differing(backend,
                         std::string("the same input again on ") + where + ": " + difference);
    }
  }
  return Passed();
}

CheckResult RunInBatches(const Backend& backend, const std::string& isa, Precision precision) {
  constexpr int kImages = 3;
  const SmallNetwork network(backend, isa, precision);
  const std::vector<float> input = network.Input(kImages, kImageSeed);
  const std::vector<float> together = network.Run(network.NewContext(kImages), kImages, input);
  const auto pixels = static_cast<std::ptrdiff_t>(input.size() / kImages);
  std::vector<float> alone;
  for (std::ptrdiff_t i = 0; i < kImages; ++i) {
    const std::vector<float> image(input.begin() + i * pixels, input.begin() + (i + 1) * pixels);
    const std::vector<float> scores = network.Run(network.NewContext(), 1, image);
    alone.insert(alone.end(), scores.begin(), scores.end());
  }
  const std::string difference = Difference(ComparisonOf(backend, precision), together, alone);
  return difference.empty()
             ? Passed()
             : Differing(backend, "in a batch of 3, against batches of 1: " + difference);
}

}  // namespace

CheckResult CheckConcurrency(const Backend& backend, const std::string& isa, Precision precision) {
  return Guarded([&] { return RunConcurrently(backend, isa, precision); });
}

CheckResult CheckRepeatedRuns(const Backend& backend, const std::string& isa, Precision precision) {
  return Guarded([&] { return RunRepeatedly(backend, isa, precision); });
}

CheckResult CheckBatchSizes(const Backend& backend, const std::string& isa, Precision precision) {
  return Guarded([&] { return RunInBatches(backend, isa, precision); });
}

CheckResult CheckProcessState(const Backend& backend, const std::string& isa,
                              const std::set<std::string>& changed_by_loading) {
  return Guarded([&] {
    const ProcessState state;
    std::set<std::string> changed;
    {
      const SmallNetwork network(backend, isa, Precision::kInt8);
      network.Run(network.NewContext(), 1, network.Input(1, kImageSeed));
      changed = state.Restore();
    }
    changed.merge(state.Restore());  // by its destroy functions
    std::string wrong = DescribeChanges(changed, "when a model was prepared and run");
    const std::string loading = DescribeChanges(changed_by_loading, "when it was loaded");
    wrong += (wrong.empty() || loading.empty() ? "" : "; ") + loading;
    return wrong.empty() ? Passed() : Failed(wrong);
  });
}

CheckResult CheckThreads(const Backend& backend, const std::string& isa,
                         const std::set<int>& before) {
  return Guarded([&] {
    const SmallNetwork network(backend, isa, Precision::kInt8);
    network.Run(network.NewContext(), 1, network.Input(1, kImageSeed));
    const std::set<int> started = ThreadsSince(before);
    return started.empty() ? Passed()
                           : Failed("there are " + DescribeThreads(started) +
                                    " after a run that weren't there before the plugin");
  });
}

}  // namespace quantbench::conformance
