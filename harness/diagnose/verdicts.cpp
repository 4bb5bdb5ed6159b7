// SPDX-License-Identifier: Apache-2.0
// The rules, each with the figure from which it speaks.
#include "diagnose/verdicts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "support/number_text.h"

namespace quantbench {
namespace {

// Below this a layer's own noise is a tenth of its signal's amplitude.
constexpr double kNoisyDb = 20;
// A channel that uses less of the integers has fewer than five bits with its sign.
constexpr double kFewIntegersPercent = 12.5;
constexpr double kWideRatio = 8;
constexpr double kSaturatedPercent = 1;
// Seven of eight integers for nothing: three bits.
constexpr double kUnusedPercent = 87.5;
// FitScalesToBias leaves a bias one bit, at the price of the weights' scale.
constexpr double kLittleHeadroomBits = 1.5;
constexpr double kOutlierRatio = 32;
// Slower than float by more than chance, and worth a word.
constexpr double kSlowRatio = 1.15, kSlowShare = 0.02;

std::string Db(double value) { return FixedText(value, 1) + " dB"; }
std::string Times(double value) { return SignificantText(value, value < 10 ? 2 : 3) + " times"; }

// As the key `layers` of a matrix has it, where * and ? stand for other text.
std::string InFloat(std::span<const std::string> names) {
  std::string text = "layers: [{";
  for (size_t i = 0; i < names.size(); ++i) text += (i > 0 ? ", \"" : "\"") + names[i] + "\": fp32";
  return text + "}]";
}
std::string InFloat(const std::string& name) { return InFloat(std::span(&name, 1)); }

bool SharesOneScale(const QuantizedGraph& quantized, size_t n) {
  const QuantizedWeights& weights = quantized.weights[n];
  const Weighted* const layer = WeightsOf(quantized.graph->nodes[n].op);
  return layer != nullptr && weights.scales.size() == 1 && layer->weight.shape[0] > 1;
}

// Of the median channel, or of the whole where it can't be told apart.
double ChannelDb(const LayerErrors& errors) {
  return errors.local_channel_sqnr_db.value_or(errors.local_sqnr_db.value_or(200));
}

void Say(LayerDiagnosis& layer, const char* verdict, const std::string& sentence) {
  layer.verdict = verdict;
  layer.sentence = sentence;
}

bool JudgeWeights(const QuantizedGraph& quantized, size_t n, LayerDiagnosis& layer) {
  const LayerWeights& weights = layer.weights;
  if (!weights.median_channel_percent || !SharesOneScale(quantized, n)) return false;
  const double used = *weights.median_channel_percent, ratio = weights.channel_ratio.value_or(1);
  const auto integers = std::max(1, static_cast<int>(std::lround(used * 127 / 100)));
  const std::string left = "so the median channel has " + std::to_string(integers) +
                           " of 127 steps" +
                           (weights.lost_channels.value_or(0) > 0
                                ? " and " + std::to_string(*weights.lost_channels) + " are all zero"
                                : "");
  if (weights.bias_headroom_bits.value_or(31) < kLittleHeadroomBits && used < kFewIntegersPercent) {
    Say(layer, "bias",
        "its largest bias nearly fills 32 bits, which raised the one scale of all weights, " +
            left + ": granularity: [per_channel] raises that channel's alone");
    return true;
  }
  if (ratio < kWideRatio || used >= kFewIntegersPercent) return false;
  Say(layer, "channels",
      "one scale for channels whose ranges differ by " + Times(ratio) + ", " + left +
          ": techniques: [cle], or granularity: [per_channel]");
  return true;
}

bool JudgeOutput(LayerDiagnosis& layer) {
  const LayerErrors& errors = layer.errors;
  if (errors.saturated_percent.value_or(0) >= kSaturatedPercent) {
    Say(layer, "saturated",
        FixedText(*errors.saturated_percent, 1) +
            "% of its values lie beyond the integers' range, and are cut off: a wider observer "
            "(minmax), or calibration images that are like the others");
    return true;
  }
  if (ChannelDb(errors) >= kNoisyDb) return false;
  if (errors.unused_percent.value_or(0) >= kUnusedPercent) {
    Say(layer, "coarse",
        "its values use " + FixedText(100 - *errors.unused_percent, 1) +
            "% of the integers' range: calibration saw larger ones; observer: [percentile], or "
            "calibration images that are like the others");
    return true;
  }
  if (errors.output_channel_ratio >= kOutlierRatio) {
    Say(layer, "outlier",
        "one output channel reaches " + Times(errors.output_channel_ratio) +
            " as far as the median one, which leaves that " + Db(ChannelDb(errors)) +
            ": activations have one scale for all channels; techniques: [cle], or " +
            InFloat(layer.layer));
    return true;
  }
  return false;
}

void JudgeTime(double total_ms, LayerDiagnosis& layer) {
  const LayerTimes& times = layer.times;
  if (!times.fp32_ms || !times.int8_ms || times.fp32_block != times.int8_block) return;
  if (*times.int8_ms < kSlowRatio * *times.fp32_ms || *times.int8_ms < kSlowShare * total_ms)
    return;
  Say(layer, "slow",
      "int8 takes " + Times(*times.int8_ms / *times.fp32_ms) + " as long as fp32 here, and " +
          FixedText(100 * *times.int8_ms / total_ms, 1) + "% of the network's time");
}

size_t CountOf(const Diagnosis& diagnosis, std::string_view verdict) {
  return static_cast<size_t>(
      std::ranges::count(diagnosis.layers, verdict, &LayerDiagnosis::verdict));
}

std::string Layers(size_t count) {
  return std::to_string(count) + (count == 1 ? " layer" : " layers");
}

}  // namespace

void JudgeLayers(const QuantizedGraph& quantized, Diagnosis& diagnosis) {
  for (size_t n = 0; n < diagnosis.layers.size(); ++n) {
    LayerDiagnosis& layer = diagnosis.layers[n];
    if (!layer.integer) continue;
    if (JudgeWeights(quantized, n, layer) || JudgeOutput(layer)) continue;
    if (ChannelDb(layer.errors) < kNoisyDb / 2) {
      Say(layer, "noisy",
          "alone on integers it keeps " + Db(ChannelDb(layer.errors)) +
              " of its median channel, and neither its channels nor its range say why: " +
              InFloat(layer.layer) + ", if --reduce finds that it matters");
      continue;
    }
    if (diagnosis.int8_ms) JudgeTime(*diagnosis.int8_ms, layer);
  }
}

void AdviseNetwork(const QuantizedGraph& quantized, bool equalised, Diagnosis& diagnosis) {
  const auto advise = [&](const std::string& setting, const std::string& why) {
    diagnosis.advice.push_back({.setting = setting, .why = why});
  };
  const size_t channels = CountOf(diagnosis, "channels") + CountOf(diagnosis, "bias");
  const bool any_shared = [&] {
    for (size_t n = 0; n < diagnosis.layers.size(); ++n)
      if (SharesOneScale(quantized, n)) return true;
    return false;
  }();
  if (channels > 0 && any_shared)
    advise("matrix: {granularity: [per_channel]}",
           Layers(channels) + " with one scale for unequal channels");
  if (CountOf(diagnosis, "channels") > 0 && !equalised)
    advise("matrix: {techniques: [cle, [cle, bias_correction]]}",
           "where one scale per layer has to stay: channels are made equal, and errors on average "
           "taken out of biases");
  if (const size_t saturated = CountOf(diagnosis, "saturated"); saturated > 0)
    advise("matrix: {observer: [minmax]}", Layers(saturated) + " whose values are cut off");
  if (const size_t coarse = CountOf(diagnosis, "coarse"); coarse > 0)
    advise("matrix: {observer: [percentile]}",
           Layers(coarse) + " with a range far beyond its values");
}

void AdviseLayers(Diagnosis& diagnosis) {
  const std::optional<Reduction>& reduction = diagnosis.reduction;
  if (!reduction || reduction->layers.empty()) return;
  diagnosis.advice.push_back({.setting = "matrix: {" + InFloat(reduction->layers) + "}",
                              .why = "in float, " + Layers(reduction->layers.size()) + " " +
                                     (reduction->layers.size() == 1 ? "brings" : "bring") +
                                     " Top-1 from " + std::to_string(reduction->integer_correct) +
                                     " to " + std::to_string(reduction->mixed_correct) + " of " +
                                     CountText(reduction->images, "image")});
}

std::vector<size_t> WorstFirst(const Diagnosis& diagnosis) {
  std::vector<size_t> order(diagnosis.layers.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto rank = [&](size_t i) {
    const LayerDiagnosis& layer = diagnosis.layers[i];
    const int group = layer.verdict.empty() ? 2 : layer.verdict == "slow" ? 1 : 0;
    const double own = std::min(ChannelDb(layer.errors), layer.errors.local_sqnr_db.value_or(200));
    return std::pair(group, own);
  };
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return rank(a) < rank(b); });
  return order;
}

}  // namespace quantbench
