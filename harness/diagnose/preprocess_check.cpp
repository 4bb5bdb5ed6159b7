// SPDX-License-Identifier: Apache-2.0
// The float network once for each way.
#include "diagnose/preprocess_check.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "diagnose/node_model.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using ThreeFloats = std::array<float, 3>;

constexpr size_t kMostTrialImages = 48;
// Both: Top-1, since less contrast alone may lower the loss of a network that is too sure, and the
// loss, since Top-1 of so few images may be luck.
constexpr int64_t kLeastGain = 2;
constexpr double kLeastShare = 0.03, kSure = 3.5;

struct PreprocessTrial {
  std::string setting;
  Preprocess preprocess;
};

std::string ListOf(const ThreeFloats& values) {
  std::string text = "[";
  for (size_t c = 0; c < 3; ++c) text += (c > 0 ? ", " : "") + ShortestText(values[c]);
  return text + "]";
}

std::vector<PreprocessTrial> TrialsOf(const Preprocess& given) {
  std::vector<PreprocessTrial> trials;
  const auto add_mean = [&](const ThreeFloats& mean, const ThreeFloats& std) {
    const bool same = mean == given.mean && std == given.std;
    if (same || std::ranges::any_of(std, [](float value) { return value <= 0; })) return;
    Preprocess other = given;
    other.mean = mean;
    other.std = std;
    trials.push_back({"preprocess: {mean: " + ListOf(mean) + ", std: " + ListOf(std) + "}", other});
  };
  add_mean(given.std, given.mean);
  add_mean({0.5f, 0.5f, 0.5f}, {0.5f, 0.5f, 0.5f});
  add_mean({0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f});
  add_mean({0, 0, 0}, {1, 1, 1});
  Preprocess order = given, scale = given;
  const bool bgr = given.channel_order == ChannelOrder::kBgr;
  order.channel_order = bgr ? ChannelOrder::kRgb : ChannelOrder::kBgr;
  trials.push_back({std::string("preprocess: {channel_order: ") + (bgr ? "rgb}" : "bgr}"), order});
  const bool bytes = given.scale == PixelScale::kBytes;
  scale.scale = bytes ? PixelScale::kUnit : PixelScale::kBytes;
  trials.push_back({std::string("preprocess: {scale: ") + (bytes ? "0..1}" : "0..255}"), scale});
  return trials;
}

// How the network does on each image: the cross-entropy of its label, and whether that is the best.
struct Judged {
  std::vector<double> losses;
  int64_t correct = 0;
};

// log(sum of exp(scores)) - scores[label]: far finer than Top-1.
double LossOf(std::span<const float> scores, int label) {
  const auto most = static_cast<double>(*std::ranges::max_element(scores));
  double sum = 0;
  for (const float score : scores) sum += std::exp(static_cast<double>(score) - most);
  return most + std::log(sum) - static_cast<double>(scores[static_cast<size_t>(label)]);
}

// Student's t of paired differences: how surely `other` has less loss.
double PairedT(const Judged& given, const Judged& other) {
  const auto count = static_cast<double>(given.losses.size());
  double mean = 0, square = 0;
  for (size_t i = 0; i < given.losses.size(); ++i)
    mean += (given.losses[i] - other.losses[i]) / count;
  for (size_t i = 0; i < given.losses.size(); ++i) {
    const double difference = given.losses[i] - other.losses[i] - mean;
    square += difference * difference;
  }
  return square > 0 ? mean / std::sqrt(square / (count - 1) / count) : 0;
}

}  // namespace

std::optional<Advice> CheckPreprocess(const Graph& graph, const Crops& crops,
                                      std::span<const int64_t> images, const Preprocess& given,
                                      const ThreadPool& pool) {
  const size_t count = std::min(images.size(), kMostTrialImages);
  const HostModel model(graph);
  const auto outputs =
      static_cast<size_t>(NumElements(graph.values[static_cast<size_t>(graph.output)].shape));
  const auto judge = [&](const Preprocess& preprocess) {
    const Normalizer normalize(preprocess);
    Judged judged{.losses = std::vector<double>(count)};
    std::atomic<int64_t> correct = 0;
    pool.ForEach(static_cast<int64_t>(count), [&](int64_t i, int) {
      const auto place = static_cast<size_t>(i);
      const int64_t image = images[place * images.size() / count];
      const std::span<const uint8_t> pixels = crops.pixels(image);
      std::vector<float> input(pixels.size()), scores(outputs);
      normalize(pixels, input);
      model.Run(input, scores);
      judged.losses[place] = LossOf(scores, crops.label(image));
      const auto best = std::ranges::max_element(scores) - scores.begin();
      correct += best == crops.label(image) ? 1 : 0;
    });
    judged.correct = correct;
    return judged;
  };
  if (count < 2) return std::nullopt;
  const Judged now = judge(given);
  const auto least =
      std::max(kLeastGain, static_cast<int64_t>(kLeastShare * static_cast<double>(count)));
  std::optional<Advice> advice;
  int64_t best = now.correct + least - 1;
  for (const PreprocessTrial& trial : TrialsOf(given)) {
    if (best >= static_cast<int64_t>(count)) break;
    const Judged judged = judge(trial.preprocess);
    if (judged.correct <= best || PairedT(now, judged) < kSure) continue;
    best = judged.correct;
    advice = {.setting = "dataset: {" + trial.setting + "}",
              .why = "the float network is right on " + std::to_string(judged.correct) + " of " +
                     CountText(count, "image") + " so, on " + std::to_string(now.correct) +
                     " as the scenario has it"};
  }
  return advice;
}

}  // namespace quantbench
