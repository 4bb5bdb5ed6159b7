// SPDX-License-Identifier: Apache-2.0
// Counts, ranges, formats.
#include "worker/reply.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "backend/model_file.h"
#include "backend/plain_name.h"
#include "dataset/crops.h"
#include "evaluate/accuracy.h"
#include "latency/collect.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr int64_t kMostNodes = 10'000'000;
constexpr size_t kMostText = 4096;
constexpr size_t kMostIsas = 64, kMostOptions = 64, kMostDeviations = 256;
constexpr double kMostMb = 1e9;
constexpr double kShortestMs = 1e-6;  // a nanosecond, what the clock tells
constexpr double kEdges = 2;          // how much runs over an edge may be shorter

void Require(bool possible, const std::string& what) {
  if (!possible) throw Error(what);
}

void RequireCount(int64_t value, int64_t most, const std::string& what) {
  Require(value >= 0 && value <= most,
          what + " is " + std::to_string(value) + " of " + std::to_string(most));
}

void RequireTime(double milliseconds, const std::string& what) {
  Require(std::isfinite(milliseconds) && milliseconds >= 0,
          what + " is " + std::to_string(milliseconds) + " ms");
}

void RequireMemory(const std::optional<double>& mb, const std::string& what) {
  Require(!mb || (*mb >= 0 && *mb <= kMostMb),
          what + " is " + std::to_string(mb.value_or(0)) + " MB");  // NaN too
}

bool IsName(const std::string& name) { return name.size() <= kMostText && IsPlainName(name); }

// As many images a second as streams that never wait could do at their shortest time. The runs over
// the edges of the window aren't among the times, and some may be shorter.
void RequireThroughput(const Repetition& one, const MeasureJob& job) {
  Require(one.throughput_images_per_s.has_value() == (job.streams > 0),
          "it tells a throughput that wasn't asked for, or lacks it");
  if (job.streams == 0) return;
  const double images = *one.throughput_images_per_s;
  const double most = 1e3 * job.batch_size * job.streams / std::max(one.min_ms, kShortestMs);
  Require(std::isfinite(images) && images > 0 && images <= most * kEdges,
          "its throughput is " + std::to_string(images) + " images/s, and its shortest run gives " +
              std::to_string(most) + " at most");
}

// Classes first, each once, and nothing where the model has fewer than five.
void RequireClasses(const TopFive& best, int64_t classes, const std::string& image) {
  const auto wanted = std::min<int64_t>(static_cast<int64_t>(best.size()), classes);
  for (int64_t place = 0; place < static_cast<int64_t>(best.size()); ++place) {
    const int32_t one = best[static_cast<size_t>(place)];
    const bool possible = place < wanted ? one >= 0 && one < classes : one == -1;
    Require(possible,
            image + " has class " + std::to_string(one) + " of " + std::to_string(classes));
    Require(one == -1 || std::count(best.begin(), best.end(), one) == 1,
            image + " has class " + std::to_string(one) + " twice");
  }
}

}  // namespace

EvaluationFacts FactsOf(const EvaluateJob& job) {
  const Crops crops =
      MapCrops(job.images.crops, job.images.hash, {job.images.height, job.images.width});
  const MappedModel model(job.target.model);
  EvaluationFacts facts{.labels = {},
                        .classes = model.get().tensors[model.get().output]->dims[1],
                        .nodes = model.get().num_nodes};
  for (int64_t i = 0; i < crops.count(); ++i) facts.labels.push_back(crops.label(i));
  return facts;
}

void RequirePossible(const Predictions& predictions, const EvaluationFacts& facts) {
  const size_t images = facts.labels.size();
  Require(predictions.images == static_cast<int64_t>(images) && predictions.top5.size() == images,
          "it is of " + std::to_string(predictions.images) + " images with the classes of " +
              std::to_string(predictions.top5.size()) + ", and there are " +
              std::to_string(images));
  int64_t top1 = 0, top5 = 0;
  for (size_t i = 0; i < images; ++i) {
    const TopFive& best = predictions.top5[i];
    RequireClasses(best, facts.classes, "image " + std::to_string(i + 1));
    top1 += best[0] == facts.labels[i] ? 1 : 0;
    top5 += std::count(best.begin(), best.end(), facts.labels[i]);
  }
  Require(predictions.top1_correct == top1 && predictions.top5_correct == top5,
          "its Top-1 and Top-5 don't follow from its classes");
  Require(predictions.checksums.size() == images &&
              predictions.outputs_hash == HashOfOutputs(predictions.checksums),
          "its hash isn't that of its scores");
  const int64_t kept = KeptScores(predictions.images, facts.classes) * facts.classes;
  Require(predictions.scores.empty() || predictions.scores.size() == static_cast<size_t>(kept),
          "it holds " + std::to_string(predictions.scores.size()) + " scores in place of " +
              std::to_string(kept));
  Require(std::all_of(predictions.scores.begin(), predictions.scores.end(),
                      [](float score) { return std::isfinite(score); }),
          "its scores rank no class");
  RequireCount(predictions.preparation.fallback_nodes.value_or(0), facts.nodes, "fallback_nodes");
  if (const auto& layers = predictions.layers) {
    RequireCount(layers->layers, facts.nodes, "the number of its layers");
    RequireCount(layers->place, layers->layers, "the place of a layer");
    RequireCount(layers->images, predictions.images, "the number of images by layer");
    Require(layers->differing_percent >= 0 && layers->differing_percent <= 100 &&
                layers->first.size() <= kMostText,
            "what it says of a layer can't be");
  }
  Require(predictions.remark.value_or("").size() <= kMostText, "its remark is too long");
}

void RequirePossible(const RepetitionSamples& samples, const MeasureJob& job,
                     double elapsed_seconds) {
  const RepetitionSettings& settings = job.settings;
  const Repetition& one = samples.repetition;
  Require(one.samples > 0 && (settings.iterations <= 0 || one.samples == settings.iterations),
          "it is of " + std::to_string(one.samples) + " runs");
  const int64_t step = (one.samples - 1) / static_cast<int64_t>(kMaxKeptSamples) + 1;
  Require(static_cast<int64_t>(samples.milliseconds.size()) == (one.samples - 1) / step + 1,
          "it holds the times of " + std::to_string(samples.milliseconds.size()) + " of " +
              std::to_string(one.samples) + " runs");
  RequireCount(one.preempted, one.samples, "the count of disturbed runs");
  for (const double time : samples.milliseconds) {
    RequireTime(time, "a time");
    Require(time >= one.min_ms, "a time is shorter than the shortest");
  }
  for (const double time :
       {one.median_ms, one.min_ms, one.mean_ms, one.deviation_ms, one.fast_cpu_ms, one.yardstick_ms,
        one.fast_ms.value_or(0), one.slow_ms.value_or(0)})
    RequireTime(time, "a time");
  Require(one.fast_ms.has_value() == one.slow_ms.has_value() &&
              one.fast_ms.value_or(0) <= one.slow_ms.value_or(0),
          "its fast runs are slower than its slow ones");
  Require(one.min_ms <= one.median_ms && one.mean_ms >= one.min_ms * (1 - 1e-9),
          "its shortest time is longer than others");
  const double all_seconds = one.mean_ms * static_cast<double>(one.samples) / 1e3;
  Require(all_seconds <= std::max(job.streams, 1) * (elapsed_seconds * 1.01 + 0.1),
          "its runs took " + std::to_string(all_seconds) + " s, and the process was there for " +
              std::to_string(elapsed_seconds));
  RequireThroughput(one, job);
  RequireCount(samples.preparation.fallback_nodes.value_or(0), kMostNodes, "fallback_nodes");
  ForEachField<Memory>([&](const auto& field, const auto& get) {
    RequireMemory(*get(samples.memory), std::string(field.key));
  });
  Require(samples.remark.value_or("").size() <= kMostText, "its remark is too long");
}

void RequirePossible(const Profile& profile, int64_t nodes, double elapsed_seconds) {
  Require(profile.runs > 0, "it is of no run");
  RequireTime(profile.whole_ms, "the time of a run");
  double all_ms = profile.whole_ms;
  for (const PartTime& part : profile.parts) {
    RequireTime(part.ms, "a time");
    all_ms += part.ms;
    for (const int node : part.nodes) RequireCount(node, nodes - 1, "a node");
  }
  // Half of the runs take at least as long as their medians say.
  Require(all_ms * static_cast<double>(profile.runs) / 4 <= elapsed_seconds * 1e3 + 100,
          "its runs took longer than the process was there");
}

void RequirePossible(const ProbeResult& result) {
  Require(result.info.has_value() == result.refusal.empty(), "it neither describes nor refuses");
  if (!result.info) return;
  const PluginInfo& info = *result.info;
  Require(IsName(info.name), "the backend's name isn't of a-z, 0-9 and _");
  Require(info.version.size() <= kMostText && info.description.size() <= kMostText,
          "its texts are too long");
  Require(!info.isas.empty() && info.isas.size() <= kMostIsas, "it has no or too many ISA paths");
  for (const IsaStatus& isa : info.isas)
    Require(IsName(isa.name), "the name of an ISA path isn't of a-z, 0-9 and _");
  Require(info.numerics.min_top1_agreement_percent >= 0 &&
              info.numerics.min_top1_agreement_percent <= 100,
          "it promises an agreement that isn't a percentage");
  Require(info.numerics.deviations.size() <= kMostDeviations, "it has too many deviations");
  for (const Deviation& one : info.numerics.deviations) {
    Require(one.cases.size() <= kMostText && one.reason.size() <= kMostText,
            "its deviations are too long");
  }
  Require(info.options.size() <= kMostOptions, "it has too many options");
  for (const PluginOption& option : info.options) {
    Require(IsName(option.name) && option.description.size() <= kMostText &&
                !option.values.empty() && option.values.size() <= kMostOptions &&
                std::all_of(option.values.begin(), option.values.end(), IsName),
            "the name or the values of an option aren't of a-z, 0-9 and _");
  }
}

void RequirePossible(const CheckedMessage& checked) {
  RequireCount(checked.verdict, static_cast<int>(conformance::Verdict::kUnsupported),
               "the verdict");
  Require(checked.detail.size() <= kMostText * 4, "its detail is too long");
}

}  // namespace quantbench
