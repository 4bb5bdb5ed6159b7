// SPDX-License-Identifier: Apache-2.0
// Compares a plugin with the reference.
#include "conformance/check.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "backend/guarded_run.h"
#include "conformance/compare.h"
#include "conformance/graph_of.h"
#include "support/error.h"
#include "support/glob.h"

namespace quantbench::conformance {
namespace {

constexpr uint64_t kWeightSeed = 1, kInputSeed = 2;
constexpr int32_t kToleranceImages = 12;  // whole batches of 1 and of 3

// A test whose output is nearly constant proves little, unless that is what it tests. The value
// that most outputs have, if there is one, is what is left of pairing each with a different one
// (Boyer and Moore, 1981).
std::string Distrust(const std::vector<float>& output) {
  if (output.size() < 64 || std::isnan(output[0])) return "";
  float left = output[0];
  size_t surplus = 0;
  for (const float v : output) {
    if (surplus == 0) left = v;
    v == left ? ++surplus : --surplus;
  }
  const auto most = static_cast<size_t>(std::count(output.begin(), output.end(), left));
  return most * 100 < output.size() * 95 ? "" : "mistrusted: 95% of the outputs are one value";
}

// The values that a tap saw, by node.
using TappedValues = std::map<int32_t, std::vector<std::byte>>;

qb_tap RecordingTap(TappedValues& values) {
  return {.struct_size = sizeof(qb_tap),
          .user = &values,
          .node_done = [](void* user, int32_t node, const void* data, uint64_t bytes, int64_t) {
            const auto* const first = static_cast<const std::byte*>(data);
            (*static_cast<TappedValues*>(user))[node].assign(first, first + bytes);
          }};
}

// A case's model on the reference and on a plugin.
class Trial {
 public:
  struct Values {
    std::vector<float> expected, tapped, untapped;
    TappedValues expected_taps, taps;
  };

  Trial(const Backend& backend, const std::string& isa, const Case& test, const CheckOptions& o)
      : options_(o), test_(test), builder_(o.precision, kWeightSeed), pool_(o.threads) {
    test.build(builder_);
    reference_.emplace(Backend::BuiltIn(), "generic", builder_.model(), o);
    plugin_.emplace(backend, isa, builder_.model(), o);
  }

  const qb_model& model() const { return builder_.model(); }
  size_t classes() const { return static_cast<size_t>(builder_.output_elements()); }

  Values Run(uint64_t seed) {
    const std::vector<float> values = builder_.RandomInput(options_.batch_size, seed, test_.input);
    GuardedFloats input(values.size());
    std::copy(values.begin(), values.end(), input.data());
    input.Seal();
    Values v;
    const qb_tap expected_tap = RecordingTap(v.expected_taps), tap = RecordingTap(v.taps);
    v.expected = Run(*reference_, input, &expected_tap);
    v.tapped = Run(*plugin_, input, &tap);
    v.untapped = Run(*plugin_, input, nullptr);
    return v;
  }

 private:
  // A plugin on the model of the case.
  struct Side {
    Side(const Backend& backend, const std::string& isa, const qb_model& model,
         const CheckOptions& options)
        : file(backend, model),
          executable(backend.Prepare(model, isa, file.extras())),
          context(executable.CreateContext(options.batch_size, options.threads)) {}
    CaseFile file;
    Executable executable;
    Context context;
  };
  std::vector<float> Run(Side& side, const GuardedFloats& input, const qb_tap* tap) const {
    return RunGuarded(side.executable, side.context, options_.batch_size, input.data(), pool_, tap);
  }

  const CheckOptions& options_;
  const Case& test_;
  ModelBuilder builder_;
  ThreadPool pool_;
  std::optional<Side> reference_, plugin_;
};

// What any plugin owes, whatever its numbers; empty where it keeps it.
std::string BrokenContract(const Trial::Values& v) {
  for (const auto& [node, values] : v.taps) {
    const auto found = v.expected_taps.find(node);
    if (found == v.expected_taps.end())
      return "tapped node " + std::to_string(node) + " does not exist";
    if (values.size() == found->second.size()) continue;
    return "node " + std::to_string(node) + ": " + std::to_string(values.size()) +
           " bytes, expected " + std::to_string(found->second.size());
  }
  if (!BitDifference(v.untapped, v.tapped).empty())
    return "a run with a tap differs from one without";
  return "";
}

std::string FirstDifference(Floats floats, const qb_model& model, const Trial::Values& v) {
  for (const auto& [node, values] : v.taps) {
    const std::string difference = Difference(floats, *model.tensors[model.nodes[node]->output],
                                              values, v.expected_taps.at(node));
    if (!difference.empty()) return "node " + std::to_string(node) + ": " + difference;
  }
  const std::string difference = Difference(floats, v.untapped, v.expected);
  return difference.empty() ? Distrust(v.expected) : "output: " + difference;
}

CheckResult CheckToTheBit(Trial& trial, Floats floats) {
  const Trial::Values values = trial.Run(kInputSeed);
  std::string wrong = BrokenContract(values);
  if (wrong.empty()) wrong = FirstDifference(floats, trial.model(), values);
  return {.verdict = wrong.empty() ? Verdict::kPassed : Verdict::kFailed, .detail = wrong};
}

// The limits of a case that deviates.
const Deviation* DeviationOf(const Numerics& numerics, const std::string& name) {
  const auto found =
      std::find_if(numerics.deviations.begin(), numerics.deviations.end(),
                   [&](const Deviation& one) { return MatchesGlob(one.cases, name); });
  return found == numerics.deviations.end() ? nullptr : &*found;
}

CheckResult CheckWithin(Trial& trial, const CheckOptions& options, const Numerics& numerics) {
  Numerics limits = numerics;
  const Deviation* const deviation = DeviationOf(numerics, options.name);
  if (deviation != nullptr) {
    limits.min_sqnr_db = deviation->min_sqnr_db;
    limits.min_top1_agreement_percent = deviation->min_top1_agreement_percent;
  }
  Agreement agreement(trial.classes(), limits);
  for (int32_t first = 0; first < kToleranceImages; first += options.batch_size) {
    const Trial::Values values = trial.Run(kInputSeed + static_cast<uint64_t>(first));
    std::string wrong = BrokenContract(values);
    if (wrong.empty()) wrong = Distrust(values.expected);
    if (!wrong.empty()) return {.verdict = Verdict::kFailed, .detail = wrong};
    agreement.Add(values.untapped, values.expected);
  }
  return {.verdict = agreement.Within() ? Verdict::kPassed : Verdict::kFailed,
          .detail = agreement.Describe() +
                    (deviation == nullptr ? "" : "; known deviation: " + deviation->reason)};
}

}  // namespace

CheckResult Check(const Backend& backend, const std::string& isa, const Case& test,
                  const CheckOptions& options) {
  return Guarded([&] {
    const Numerics numerics = backend.numerics();
    Trial trial(backend, isa, test, options);
    return numerics.exact ? CheckToTheBit(trial, ComparisonOf(backend, options.precision))
                          : CheckWithin(trial, options, numerics);
  });
}

}  // namespace quantbench::conformance
