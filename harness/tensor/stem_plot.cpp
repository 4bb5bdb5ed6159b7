// SPDX-License-Identifier: Apache-2.0
// Lays out and draws the stem plot.
#include "tensor/stem_plot.h"

#include <algorithm>
#include <cmath>

#include "chart/axis.h"
#include "chart/markup.h"
#include "quantize/qparams.h"
#include "support/number_text.h"
#include "tensor/stem_plot_style.h"

namespace quantbench {
namespace {

constexpr double kLeft = 64, kRight = 24;  // margins of both panels
constexpr double kValuesTop = 116, kValuesHeight = 270;
constexpr double kErrorsTop = 470, kErrorsHeight = 110;
constexpr double kHeight = 628, kLeastWidth = 760;
constexpr double kLeastStep = 4;         // pixels between levels that can be told apart
constexpr double kLabelledSpacing = 34;  // pixels an element that leave room for its labels

class StemPlotter {
 public:
  StemPlotter(const QuantizedTensor& tensor, const std::string& title)
      : tensor_(tensor), title_(title), elements_(tensor.integers.size()) {
    spacing_ = std::clamp(820.0 / static_cast<double>(elements_), 0.35, 56.0);
    if (tensor.qparams.size() == 1) {  // few elements take the width that the legend needs anyway
      const double least = (kLeastWidth - kLeft - kRight) / static_cast<double>(elements_);
      spacing_ = std::max(spacing_, std::min(least, 120.0));
    }
    gap_ = tensor.qparams.size() > 1 ? std::clamp(spacing_, 2.0, 20.0) : 0;
    PlaceElements();
    SetAxes();
  }

  std::string Draw() {
    svg_.Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                      {"viewBox", "0 0 " + MarkupNumber(width_) + " " + MarkupNumber(kHeight)},
                      {"width", width_},
                      {"height", kHeight},
                      {"role", "img"},
                      {"aria-labelledby", "title description"}});
    svg_.Leaf("title", {{"id", "title"}}, Heading());
    svg_.Leaf("desc", {{"id", "description"}}, Subheading() + "; " + ErrorText());
    svg_.Leaf("style", {}, kStemPlotStyle);
    svg_.Empty("rect", {{"class", "paper"}, {"width", width_}, {"height", kHeight}});
    DrawText(kLeft, 32, "heading", "start", Heading());
    DrawText(kLeft, 54, "note", "start", Subheading());
    DrawText(kLeft, kErrorsTop - 12, "label", "start", ErrorText());
    DrawLegend();
    DrawScale(values_, kValuesTop, kValuesHeight, "value", /*grid=*/!HasLevels());
    DrawScale(errors_, kErrorsTop, kErrorsHeight, "error", /*grid=*/true);
    for (size_t c = 0; c < tensor_.qparams.size(); ++c) DrawChannel(c);
    for (const Axis* axis : {&values_, &errors_}) {
      Line("zero", kLeft, axis->At(0), width_ - kRight, axis->At(0));
    }
    for (size_t i = 0; i < elements_; ++i) DrawElement(i);
    DrawIndexLabels();
    return svg_.Close().str();
  }

 private:
  // x of each element, and of each channel's band.
  void PlaceElements() {
    const size_t channels = tensor_.qparams.size();
    std::vector<std::vector<size_t>> members(channels);
    for (size_t i = 0; i < elements_; ++i) members[tensor_.ChannelOf(i)].push_back(i);
    x_.resize(elements_);
    double x = kLeft;
    for (size_t c = 0; c < channels; ++c) {
      const double begin = x;
      for (const size_t i : members[c]) {
        x_[i] = x + spacing_ / 2;
        x += spacing_;
        order_.push_back(i);
      }
      bands_.emplace_back(begin, x);
      if (c + 1 < channels) x += gap_;
    }
    width_ = std::max(x + kRight, kLeastWidth);
    if (channels == 1) bands_[0].second = width_ - kRight;
  }

  void SetAxes() {
    double low = 0, high = 0, error = 0;
    for (size_t i = 0; i < elements_; ++i) {
      const double before = tensor_.source.values[i], after = tensor_.dequantized[i];
      low = std::min({low, before, after});
      high = std::max({high, before, after});
      error = std::max(error, std::abs(after - before));
    }
    for (const QParams& qparams : tensor_.qparams) error = std::max(error, qparams.scale / 2.0);
    const double margin = high > low ? (high - low) * 0.08 : 1;
    values_ = {.low = low < 0 ? low - margin : 0,
               .high = high > 0 || low == high ? high + margin : 0,
               .pixel_low = kValuesTop + kValuesHeight,
               .pixel_high = kValuesTop};
    errors_ = {.low = -1.15 * error,
               .high = 1.15 * error,
               .pixel_low = kErrorsTop + kErrorsHeight,
               .pixel_high = kErrorsTop};
  }

  std::string Heading() const { return title_ + ", before and after " + Dtype(); }
  std::string Dtype() const { return std::string(ToString(tensor_.dtype)); }

  std::string Subheading() const {
    std::string text = ToString(tensor_.source.shape);
    if (tensor_.axis) {
      text += ", per channel along axis " + std::to_string(*tensor_.axis);
    } else {
      text += ", " + QParamsText(tensor_.qparams[0]);
    }
    if (!tensor_.observer.empty()) text += " by " + tensor_.observer;
    return text;
  }

  std::string ErrorText() const {
    const ErrorSummary errors = SummarizeErrors(tensor_);
    std::string text = "largest error " + SignificantText(errors.largest, 3);
    if (errors.sqnr_db) text += ", SQNR " + FixedText(*errors.sqnr_db, 1) + " dB";
    return text + (errors.clamped > 0 ? ", " + std::to_string(errors.clamped) + " clamped" : "");
  }

  static std::string QParamsText(const QParams& qparams) {
    return "scale " + SignificantText(qparams.scale, 4) + ", zero point " +
           std::to_string(qparams.zero_point);
  }

  void Line(const std::string& classes, double x1, double y1, double x2, double y2) {
    svg_.Empty("line", {{"class", classes}, {"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}});
  }

  void DrawText(double x, double y, const char* classes, const char* anchor,
                const std::string& text) {
    svg_.Leaf("text", {{"class", classes}, {"x", x}, {"y", y}, {"text-anchor", anchor}}, text);
  }

  void Before(double x, double y) {
    svg_.Empty("circle", {{"class", "before"},
                          {"cx", x},
                          {"cy", y},
                          {"r", MarkerSize()},
                          {"stroke-width", MarkerSize() * 0.36}});
  }

  void After(const std::string& classes, double x, double y) {
    const double r = MarkerSize() * 1.15;
    svg_.Empty("path",
               {{"class", classes},
                {"d", "M" + MarkupNumber(x) + " " + MarkupNumber(y - r) + "l" + MarkupNumber(r) +
                          " " + MarkupNumber(r) + "l" + MarkupNumber(-r) + " " + MarkupNumber(r) +
                          "l" + MarkupNumber(-r) + " " + MarkupNumber(-r) + "z"}});
  }

  double MarkerSize() const { return std::clamp(spacing_ / 5, 1.0, 4.5); }

  // Only what the plot shows.
  void DrawLegend() {
    double x = kLeft + 6;
    const auto entry = [&](const std::string& text) {
      DrawText(x + 11, 80, "label", "start", text);
      x += 11 + 6.6 * static_cast<double>(text.size()) + 16;
    };
    const auto diamond = [&] { return "M" + MarkupNumber(x) + " 71l5 5l-5 5l-5 -5z"; };
    svg_.Empty("circle",
               {{"class", "before"}, {"cx", x}, {"cy", 76.0}, {"r", 4.5}, {"stroke-width", 1.6}});
    entry("before (float)");
    svg_.Empty("path", {{"class", "after c0"}, {"d", diamond()}});
    entry("after (dequantised)");
    if (SummarizeErrors(tensor_).clamped > 0) {
      svg_.Empty("path", {{"class", "after clamped"}, {"d", diamond()}});
      entry("clamped");
    }
    if (HasLimits()) {
      Line("limit", x - 6, 76, x + 6, 76);
      entry("end of what " + Dtype() + " represents");
    }
    if (HasLevels()) {
      Line("level", x - 6, 76, x + 6, 76);
      entry("one integer");
    }
    svg_.Empty(
        "rect",
        {{"class", "half-step"}, {"x", x - 6}, {"y", 70.0}, {"width", 12.0}, {"height", 12.0}});
    entry("half a step");
  }

  bool IsInView(double value) const { return value > values_.low && value < values_.high; }

  bool HasLimits() const {
    return std::any_of(tensor_.qparams.begin(), tensor_.qparams.end(), [&](const QParams& one) {
      const Interval interval = Represented(tensor_.dtype, one);
      return IsInView(interval.low) || IsInView(interval.high);
    });
  }

  // Pixels between two integers of a channel.
  double StepOf(const QParams& qparams) const { return values_.At(0) - values_.At(qparams.scale); }

  // Whether any channel's integers lie far enough apart to be told.
  bool HasLevels() const {
    return std::any_of(tensor_.qparams.begin(), tensor_.qparams.end(),
                       [&](const QParams& one) { return StepOf(one) >= kLeastStep; });
  }

  void DrawScale(const Axis& axis, double top, double height, const char* title, bool grid) {
    for (const double tick : LinearTicks(axis.low, axis.high, height > 200 ? 9 : 5)) {
      if (grid) Line("grid", kLeft, axis.At(tick), width_ - kRight, axis.At(tick));
      DrawText(kLeft - 8, axis.At(tick) + 4, "tick", "end", TickLabel(tick));
    }
    const double middle = top + height / 2;
    svg_.Leaf("text",
              {{"class", "label"},
               {"text-anchor", "middle"},
               {"transform", "translate(16 " + MarkupNumber(middle) + ") rotate(-90)"}},
              title);
  }

  // A channel's band: its name, its levels, the ends of its range, and the half step of rounding.
  void DrawChannel(size_t c) {
    const auto [begin, end] = bands_[c];
    const QParams& qparams = tensor_.qparams[c];
    if (tensor_.qparams.size() > 1) {
      svg_.Empty("rect", {{"class", "band"},
                          {"x", begin},
                          {"y", kValuesTop},
                          {"width", end - begin},
                          {"height", kValuesHeight}});
      const std::string name = "channel " + std::to_string(c);
      const std::string full = name + ": " + QParamsText(qparams);
      const auto fits = [width = end - begin](const std::string& text) {
        return 6.2 * static_cast<double>(text.size()) < width;
      };
      const std::string number = std::to_string(c);
      const std::string& label = fits(full) ? full : fits(name) ? name : number;
      if (fits(label)) DrawText((begin + end) / 2, kValuesTop - 8, "label", "middle", label);
    }
    DrawLevels(qparams, begin, end);
    const Interval interval = Represented(tensor_.dtype, qparams);
    for (const double limit : {interval.low, interval.high}) {
      if (IsInView(limit)) Line("limit", begin, values_.At(limit), end, values_.At(limit));
    }
    const double half = qparams.scale / 2.0;
    svg_.Empty("rect", {{"class", "half-step"},
                        {"x", begin},
                        {"y", errors_.At(half)},
                        {"width", end - begin},
                        {"height", errors_.At(-half) - errors_.At(half)}});
  }

  // A line for each integer, where they lie far enough apart to tell them.
  void DrawLevels(const QParams& qparams, double begin, double end) {
    if (StepOf(qparams) < kLeastStep) return;
    const IntegerRange range = IntegersOf(tensor_.dtype);
    for (int q = range.min; q <= range.max; ++q) {
      const double value = static_cast<double>(q - qparams.zero_point) * qparams.scale;
      if (IsInView(value)) Line("level", begin, values_.At(value), end, values_.At(value));
    }
  }

  void DrawElement(size_t i) {
    const double before = tensor_.source.values[i], after = tensor_.dequantized[i];
    const double apart = spacing_ * 0.16;  // before stands left of after
    const std::string color =
        tensor_.IsClamped(i) ? "clamped" : "c" + std::to_string(tensor_.ChannelOf(i) % kStemColors);
    Line("stem before-stem", x_[i] - apart, values_.At(0), x_[i] - apart, values_.At(before));
    Line("stem " + color, x_[i] + apart, values_.At(0), x_[i] + apart, values_.At(after));
    Before(x_[i] - apart, values_.At(before));
    After("after " + color, x_[i] + apart, values_.At(after));
    Line("stem " + color, x_[i], errors_.At(0), x_[i], errors_.At(after - before));
    svg_.Empty("circle", {{"class", "error " + color},
                          {"cx", x_[i]},
                          {"cy", errors_.At(after - before)},
                          {"r", MarkerSize() * 0.8}});
  }

  // Index and integer of each element where there is room, else some indices.
  void DrawIndexLabels() {
    const double index_y = kValuesTop + kValuesHeight + 20;
    const bool labelled = spacing_ >= kLabelledSpacing;
    if (labelled) {
      DrawText(kLeft - 8, index_y, "tick", "end", "index");
      DrawText(kLeft - 8, index_y + 19, "tick", "end", "integer");
    }
    const auto every = static_cast<size_t>(labelled ? 1 : std::max(1.0, std::ceil(60 / spacing_)));
    for (size_t slot = 0; slot < order_.size(); slot += every) {
      const size_t i = order_[slot];
      const std::string index = ToString(IndexOf(tensor_.source.shape, i));
      DrawText(x_[i], index_y, "tick", "middle", index.substr(1, index.size() - 2));
      if (labelled) {
        DrawText(x_[i], index_y + 19, "integer", "middle", std::to_string(tensor_.integers[i]));
      }
    }
    DrawText((kLeft + width_ - kRight) / 2, kHeight - 18, "label", "middle",
             tensor_.axis ? "element, channel by channel" : "element, row by row");
  }

  const QuantizedTensor& tensor_;
  const std::string& title_;
  size_t elements_;
  double spacing_ = 0, gap_ = 0, width_ = 0;  // pixels
  std::vector<double> x_;                     // of each element
  std::vector<size_t> order_;                 // elements from left to right
  std::vector<std::pair<double, double>> bands_;
  Axis values_, errors_;
  Markup svg_;
};

}  // namespace

std::string StemPlot(const QuantizedTensor& tensor, const std::string& title) {
  return StemPlotter(tensor, title).Draw();
}

}  // namespace quantbench
