// SPDX-License-Identifier: Apache-2.0
// The layers of a diagnosed case: error and time over depth, and what is inside each of them.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "html/page.h"
#include "html/sections.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

constexpr double kFullBarDb = 60;

std::string LayerDb(const std::optional<double>& value) {
  return value ? FixedText(*value, 1) + " dB" : "\u2013";
}

class LayerList {
 public:
  LayerList(const Diagnosis& diagnosis, Markup& page) : diagnosis_(diagnosis), page_(page) {
    for (const LayerDiagnosis& layer : diagnosis.layers) {
      for (const auto& ms : {layer.times.fp32_ms, layer.times.int8_ms})
        most_ms_ = std::max(most_ms_, ms.value_or(0));
    }
  }

  void Add(const std::string& id, const std::string& row) {
    OpenFigure("Layers of " + diagnosis_.case_id, Caption(), page_, "wide layers", id);
    page_.Open("p", {{"class", "note"}});
    page_.Leaf("a", {{"class", "to"}, {"href", "#" + row}}, "Its row of the table").Close();
    AddAdvice();
    page_.Open("div", {{"class", "layer heads"}, {"aria-hidden", "true"}});
    for (const char* const head : {"Layer", "Own error", "With all before", "Time"})
      page_.Leaf("span", {}, head);
    page_.Close();
    page_.Open("ol", {{"class", "layerlist"}});
    for (const LayerDiagnosis& layer : diagnosis_.layers) AddLayer(layer);
    page_.Close().Close();
  }

 private:
  std::string Caption() const {
    const auto percent = [](const std::optional<double>& value) {
      return value ? FixedText(*value, 2) + "%" : std::string("\u2013");
    };
    std::string text =
        "Top-1 of " + std::to_string(diagnosis_.images) + " images: fp32 " +
        percent(diagnosis_.float_top1_percent) + ", int8 " +
        percent(diagnosis_.integer_top1_percent) +
        ". Own error: what is left of the signal, in dB, where this layer alone computes on "
        "integers; with all before: where all layers so far do. A short bar is a large error. ";
    if (diagnosis_.timing == "blocks")
      text += "Times are of pieces as the backend runs them; layers of one piece share its time. ";
    if (diagnosis_.timing == "taps")
      text += "This backend tells times under taps alone: nodes one by one, nothing fused. ";
    return text + "Open a layer for its ranges and histograms.";
  }

  void AddAdvice() {
    if (diagnosis_.advice.empty() && !diagnosis_.reduction) return;
    page_.Open("ul", {{"class", "advice"}});
    for (const Advice& advice : diagnosis_.advice) {
      page_.Open("li");
      page_.Leaf("code", {}, advice.setting).Text(" \u2013 " + advice.why).Close();
    }
    if (const auto& reduction = diagnosis_.reduction; reduction && !reduction->layers.empty()) {
      page_.Open("li").Text("In float, these bring Top-1 from " +
                            std::to_string(reduction->integer_correct) + " to " +
                            std::to_string(reduction->mixed_correct) + " of " +
                            std::to_string(reduction->images) + " images:");
      for (const std::string& layer : reduction->layers) page_.Text(" ").Leaf("code", {}, layer);
      page_.Close();
    }
    page_.Close();
  }

  void AddLayer(const LayerDiagnosis& layer) {
    page_.Open("li").Open("details").Open("summary", {{"class", "layer"}});
    page_.Open("span", {{"class", "name"}});
    page_.Leaf("span", {{"class", "place"}}, std::to_string(layer.place)).Text(" " + layer.layer);
    if (!layer.verdict.empty())
      page_.Text(" ").Leaf("strong", {{"class", "verdict"}}, layer.verdict);
    page_.Close();
    AddErrorBar("own error ", layer.errors.local_sqnr_db, "bar");
    AddErrorBar("with all before ", layer.errors.cumulative_sqnr_db, "bar float");
    AddTimes(layer);
    page_.Close();
    AddInside(layer);
    page_.Close().Close();
  }

  void AddErrorBar(const char* label, const std::optional<double>& db, const char* classes) {
    page_.Open("span", {{"class", "cell"}});
    page_.Leaf("span", {{"class", "hidden"}}, label).Leaf("span", {}, LayerDb(db));
    if (db) AddBars({{std::max(0.0, *db) / kFullBarDb, classes}});
    page_.Close();
  }

  struct Bar {
    double share;
    const char* classes;
  };
  void AddBars(std::initializer_list<Bar> bars) {
    page_.Open("svg", {{"class", "strip"},
                       {"viewBox", "0 0 100 12"},
                       {"preserveAspectRatio", "none"},
                       {"aria-hidden", "true"}});
    page_.Empty("rect", {{"class", "track"}, {"y", 1.0}, {"width", 100.0}, {"height", 10.0}});
    const double height = 10.0 / static_cast<double>(bars.size());
    double y = 1;
    for (const Bar& bar : bars) {
      page_.Empty("rect", {{"class", bar.classes},
                           {"y", y},
                           {"width", 100 * std::clamp(bar.share, 0.0, 1.0)},
                           {"height", height}});
      y += height;
    }
    page_.Close();
  }

  void AddTimes(const LayerDiagnosis& layer) {
    const LayerTimes& times = layer.times;
    page_.Open("span", {{"class", "cell"}});
    const bool inside = !times.int8_ms && !times.int8_block.empty();
    std::string text = times.fp32_ms ? "fp32 " + FixedText(*times.fp32_ms, 3) + ", " : "";
    text += times.int8_ms ? "int8 " + FixedText(*times.int8_ms, 3) + " ms" : "";
    if (inside) text += "in the piece of " + times.int8_block;
    page_.Leaf("span", {}, text);
    if (most_ms_ > 0 && (times.fp32_ms || times.int8_ms)) {
      AddBars({{times.fp32_ms.value_or(0) / most_ms_, "bar float"},
               {times.int8_ms.value_or(0) / most_ms_, "bar"}});
    }
    page_.Close();
  }

  void AddInside(const LayerDiagnosis& layer) {
    page_.Open("div", {{"class", "inside"}});
    if (!layer.sentence.empty()) page_.Leaf("p", {}, layer.sentence);
    page_.Open("div", {{"class", "columns"}});
    AddFacts(layer);
    AddOutput(layer.errors);
    AddWeights(layer.weights);
    page_.Close().Close();
  }

  void AddFacts(const LayerDiagnosis& layer) {
    const LayerErrors& errors = layer.errors;
    page_.Open("dl", {{"class", "details"}});
    const auto fact = [&](const char* name, const std::string& value) {
      if (value.empty() || value == "\u2013") return;
      page_.Open("div").Leaf("dt", {}, name).Leaf("dd", {}, value).Close();
    };
    const auto number = [](const std::optional<double>& value, const char* unit) {
      return value ? SignificantText(*value, 3) + unit : std::string();
    };
    fact("Operator", layer.op + (layer.integer ? ", int8" : ", float"));
    fact("Weights alone", LayerDb(errors.local_weights_sqnr_db));
    fact("Activations alone", LayerDb(errors.local_activations_sqnr_db));
    fact("Median channel", LayerDb(errors.local_channel_sqnr_db));
    fact("RMSE / scale", number(errors.rmse_per_scale, ""));
    fact("Cut off", number(errors.saturated_percent, "%"));
    fact("Integers unused", number(errors.unused_percent, "%"));
    fact("Zeros", number(errors.zero_percent, "%"));
    fact("Channel ratio", number(layer.weights.channel_ratio, ""));
    fact("Kurtosis", number(layer.weights.weight_kurtosis, ""));
    fact("Bias headroom", number(layer.weights.bias_headroom_bits, " bits"));
    fact("MACs", layer.macs > 0 ? std::to_string(layer.macs) : "");
    fact("Bytes", layer.bytes > 0 ? std::to_string(layer.bytes) : "");
    page_.Close();
  }

  // Columns over a width of 100, each as high as its count.
  void AddHistogram(const std::string& title, std::span<const int64_t> bins,
                    const std::string& left, const std::string& right, double zero) {
    const int64_t most = bins.empty() ? 0 : *std::ranges::max_element(bins);
    if (most == 0) return;
    page_.Open("div").Leaf("h3", {}, title);
    page_.Open("svg", {{"class", "histogram"},
                       {"viewBox", "0 0 100 40"},
                       {"preserveAspectRatio", "none"},
                       {"role", "img"},
                       {"aria-label", title + ", from " + left + " to " + right}});
    const double width = 100.0 / static_cast<double>(bins.size());
    for (size_t i = 0; i < bins.size(); ++i) {
      if (bins[i] == 0) continue;
      // By the root: rare values show beside a peak at zero.
      const double share = std::sqrt(static_cast<double>(bins[i]) / static_cast<double>(most));
      const double height = std::max(0.7, 38 * share);
      page_.Empty("rect", {{"class", "bar"},
                           {"x", static_cast<double>(i) * width},
                           {"y", 40 - height},
                           {"width", width * 0.9},
                           {"height", height}});
    }
    if (zero >= 0 && zero <= 100)
      page_.Empty("line",
                  {{"class", "whisker"}, {"x1", zero}, {"y1", 0.0}, {"x2", zero}, {"y2", 40.0}});
    page_.Close().Open("div", {{"class", "ends"}});
    page_.Leaf("span", {}, left).Leaf("span", {}, right).Close().Close();
  }

  void AddOutput(const LayerErrors& errors) {
    if (!errors.output_scale || !errors.output_zero_point) return;
    const double scale = *errors.output_scale, zero = *errors.output_zero_point;
    const int most = errors.output_most.value_or(255);  // of pages made before there were others
    AddHistogram("Output, over integers from 0 to " + std::to_string(most), errors.output_histogram,
                 SignificantText((0 - zero) * scale, 3), SignificantText((most - zero) * scale, 3),
                 100 * (zero + 0.5) / (most + 1));
  }

  void AddWeights(const LayerWeights& weights) {
    if (weights.weight_histogram.empty()) return;
    std::string title = "Weights";
    if (weights.median_channel_percent) {
      title += ", of whose steps the median channel uses " +
               FixedText(*weights.median_channel_percent * 1.27, 0) + " of 127";
    }
    AddHistogram(title, weights.weight_histogram, SignificantText(-weights.weight_limit, 3),
                 SignificantText(weights.weight_limit, 3), 50);
    AddRanges(weights);
  }

  // Ranges over four decades.
  void AddRanges(const LayerWeights& weights) {
    if (weights.channel_ranges.size() < 2 || weights.weight_limit <= 0) return;
    std::vector<int64_t> heights;
    for (const double range : weights.channel_ranges) {
      const double decades = std::log10(std::max(range / weights.weight_limit, 1e-4));
      const double height = 1 + decades / 4;
      heights.push_back(static_cast<int64_t>(1e6 * height * height));
    }
    AddHistogram("Ranges of channels, widest first (logarithmic)", heights,
                 SignificantText(weights.channel_ranges.front(), 3),
                 SignificantText(weights.channel_ranges.back(), 3), -1);
  }

  const Diagnosis& diagnosis_;
  Markup& page_;
  double most_ms_ = 0;
};

}  // namespace

void AddLayers(const Diagnosis& diagnosis, const std::string& id, const std::string& row,
               Markup& page) {
  LayerList(diagnosis, page).Add(id, row);
}

}  // namespace quantbench::html
