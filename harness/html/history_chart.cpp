// SPDX-License-Identifier: Apache-2.0
// One figure of one case over its results.
#include <algorithm>
#include <cmath>
#include <functional>

#include "chart/axis.h"
#include "html/cases.h"
#include "html/history_sections.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

constexpr double kWidth = 280, kHeight = 112;
constexpr double kLeft = 46, kRight = 10, kTop = 10, kBottom = 24;
constexpr double kInset = 8;        // from the axis to the first point
constexpr size_t kMostDots = 80;    // beyond, the line alone tells
constexpr size_t kDateLength = 10;  // "2026-11-03"

std::string Percent(double value) { return FixedText(value, 2) + "%"; }
std::string ImagesPerSecondText(double rate) { return SignificantText(rate, 4) + " images/s"; }
std::string MegabytesOf(double bytes) { return FixedText(bytes / 1e6, 2) + " MB"; }
std::string PointsChange(double before, double now) { return SignedText(now - before, 2) + " pp"; }
std::string RelativeChange(double before, double now) {
  return SignedText(100 * (now / before - 1), 1) + "%";
}

class HistoryChart {
 public:
  HistoryChart(const CaseHistory& history, const Metric& metric, const History& all, Markup& page)
      : history_(history), metric_(metric), all_(all), page_(page) {
    const auto last = static_cast<double>(history.points.size() - 1);
    x_ = {.low = 0,
          .high = last,
          .pixel_low = kLeft + kInset,
          .pixel_high = kWidth - kRight - kInset};
    SetValueAxis();
  }

  void Add() {
    page_.Open("div", {{"class", "metric"}});
    page_.Open("div", {{"class", "item"}});
    page_.Leaf("span", {}, metric_.title).Leaf("span", {{"class", "value"}}, Figures());
    page_.Close();
    page_.Open(
        "div",
        {{"class", "plot"},
         {"role", "img"},
         {"aria-label", metric_.title + (" of " + history_.case_id()) + ": " + Description()},
         {"data-title", metric_.title + (" of " + history_.case_id())},
         {"data-x", Joined([&](size_t i) { return MarkupNumber(x_.At(Place(i))); })},
         {"data-y", Joined([&](size_t i) { return YText(i); })},
         {"data-results",
          Joined([&](size_t i) { return std::to_string(history_.points[i].result); })},
         {"data-text", Joined([&](size_t i) { return PointText(i); }, "|")}});
    page_.Open("svg", {{"viewBox", "0 0 280 112"}, {"aria-hidden", "true"}});
    AddAxes();
    AddBreaks();
    AddSteps();
    AddPoints();
    AddCursor();
    page_.Close().Close().Close();
  }

 private:
  using Text = std::function<std::string(size_t)>;

  size_t count() const { return history_.points.size(); }
  static double Place(size_t i) { return static_cast<double>(i); }
  std::optional<double> Value(size_t i) const { return history_.points[i].*metric_.value; }

  std::string Joined(const Text& text, const char* separator = " ") const {
    std::string joined;
    for (size_t i = 0; i < count(); ++i) joined += (i == 0 ? "" : separator) + text(i);
    return joined;
  }

  void SetValueAxis() {
    std::vector<double> values;
    for (const HistoryPoint& point : history_.points) {
      for (const auto member : {metric_.value, metric_.low, metric_.high}) {
        if (member != nullptr && point.*metric_.value && point.*member)
          values.push_back(*(point.*member));
      }
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double centre = (*low + *high) / 2;
    const double extent = std::max(*high - *low, metric_.least_extent(*high)) * 1.1;
    y_ = {.low = centre - extent / 2,
          .high = centre + extent / 2,
          .pixel_low = kHeight - kBottom,
          .pixel_high = kTop};
  }

  // "84.79%, -0.29 pp since 2026-11-03": of the stretch that can be compared.
  std::string Figures() const {
    const std::optional<Stretch> stretch = ComparableStretch(history_, metric_);
    const double now = *Value(stretch->last);
    std::string text = metric_.text(now);
    if (stretch->first == stretch->last) return text;
    text += ", " + metric_.change(*Value(stretch->first), now);
    return stretch->first == 0 ? text : text + " since " + DateOf(stretch->first);
  }

  std::string Description() const {
    std::vector<double> values;
    for (size_t i = 0; i < count(); ++i) {
      if (Value(i)) values.push_back(*Value(i));
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return std::to_string(count()) + (count() == 1 ? " result" : " results") + ", last " +
           metric_.text(values.back()) + ", least " + metric_.text(*low) + ", greatest " +
           metric_.text(*high);
  }

  std::string YText(size_t i) const {
    const std::optional<double> value = Value(i);
    return value ? MarkupNumber(y_.At(*value)) : "-";
  }

  std::string PointText(size_t i) const {
    const HistoryPoint& point = history_.points[i];
    if (!point.status) return "no such case";
    if (point.IsFailure()) return std::string(ToString(*point.status));
    if (!Value(i)) return "not measured";
    std::string text = metric_.text(*Value(i));
    const std::optional<Verdict> verdict = point.*metric_.verdict;
    if (verdict == Verdict::kWorse || verdict == Verdict::kBetter || verdict == Verdict::kUnclear)
      text += ", " + std::string(ToString(*verdict));
    for (const HistoryStep& step : history_.steps) {
      if (metric_.has_steps && step.point == i) text += ", " + std::string(StepWord(step));
    }
    return text;
  }

  std::string DateOf(size_t i) const {
    const std::string& time = all_.results[history_.points[i].result].started_at;
    return time.substr(0, kDateLength);
  }

  void Line(const char* classes, double x1, double y1, double x2, double y2) {
    page_.Empty("line", {{"class", classes}, {"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}});
  }
  void Label(double x, double y, const char* anchor, const std::string& text) {
    page_.Leaf("text", {{"x", x}, {"y", y}, {"text-anchor", anchor}}, text);
  }
  void Path(const char* classes, const std::string& d) {
    if (!d.empty()) page_.Empty("path", {{"class", classes}, {"d", d}});
  }

  void AddAxes() {
    for (const double tick : LinearTicks(y_.low, y_.high, 4)) {
      if (tick < 0) continue;
      Line("grid", kLeft, y_.At(tick), kWidth - kRight, y_.At(tick));
      const double shown = metric_.value == &HistoryPoint::model_bytes ? tick / 1e6 : tick;
      Label(kLeft - 6, y_.At(tick) + 4, "end", TickLabel(shown));
    }
    Line("axis", kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
    Label(kLeft, kHeight - 8, "start", DateOf(0));
    if (count() > 1 && DateOf(0) != DateOf(count() - 1))
      Label(kWidth - kRight, kHeight - 8, "end", DateOf(count() - 1));
  }

  bool IsBroken(size_t i) const {
    return metric_.broken_by != nullptr && !(history_.points[i].*metric_.broken_by).empty();
  }

  void AddBreaks() {
    for (size_t i = 1; i < count(); ++i) {
      if (!IsBroken(i)) continue;
      const double x = x_.At(Place(i) - 0.5);
      Line("break", x, kTop, x, kHeight - kBottom);
    }
  }

  void AddSteps() {
    if (!metric_.has_steps) return;
    for (const HistoryStep& step : history_.steps) {
      const double x = x_.At(Place(step.point) - 0.5);
      Line(step.IsSlower() ? "step slower" : "step", x, kTop, x, kHeight - kBottom);
    }
  }

  // A line through neighbours that can be compared; a dot, a bar and marks for each.
  void AddPoints() {
    std::string bars, line, dots, worse, better, failed;
    bool connected = false;
    for (size_t i = 0; i < count(); ++i) {
      const HistoryPoint& point = history_.points[i];
      const std::string x = MarkupNumber(x_.At(Place(i)));
      if (point.IsFailure())
        failed += "M" + MarkupNumber(x_.At(Place(i)) - 4) + " " +
                  MarkupNumber(kHeight - kBottom - 10) + "l8 8m-8 0l8 -8";
      if (!Value(i)) {
        connected = false;
        continue;
      }
      const std::string at = x + " " + YText(i);
      line += (connected && !IsBroken(i) ? "L" : "M") + at;
      connected = true;
      const bool alone = i + 1 == count() || !Value(i + 1) || IsBroken(i + 1);
      if (count() <= kMostDots || alone) dots += "M" + at + "h0";
      bars += Bar(point, x);
      if (point.*metric_.verdict == Verdict::kWorse) worse += "M" + at + "m0 -7l7 12h-14z";
      if (point.*metric_.verdict == Verdict::kBetter)
        better += "M" + at + "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0z";
    }
    Path("range", bars);
    Path("trend", line);
    Path("dots", dots);
    Path("better", better);
    Path("worse", worse);
    Path("failed", failed);
  }

  std::string Bar(const HistoryPoint& point, const std::string& x) const {
    if (metric_.low == nullptr || !(point.*metric_.low) || !(point.*metric_.high)) return {};
    return "M" + x + " " + MarkupNumber(y_.At(*(point.*metric_.low))) + "V" +
           MarkupNumber(y_.At(*(point.*metric_.high)));
  }

  // Moved by history.js to the result that is looked at.
  void AddCursor() {
    page_.Open("g", {{"class", "cursor"}, {"hidden", ""}});
    Line("axis", 0, kTop, 0, kHeight - kBottom);
    page_.Empty("circle", {{"class", "cursor-dot"}, {"r", 5.0}});
    page_.Close();
  }

  const CaseHistory& history_;
  const Metric& metric_;
  const History& all_;
  Markup& page_;
  Axis x_, y_;
};

}  // namespace

const Metric kTop1Metric = {
    .title = "Top-1, %",
    .value = &HistoryPoint::top1_percent,
    .low = nullptr,
    .high = nullptr,
    .verdict = &HistoryPoint::accuracy_verdict,
    .broken_by = &HistoryPoint::accuracy_break,
    .least_extent = [](double) { return 0.5; },
    .text = Percent,
    .change = PointsChange,
};
const Metric kLatencyMetric = {
    .title = "Median latency, ms",
    .has_steps = true,
    .value = &HistoryPoint::latency_ms,
    .low = &HistoryPoint::latency_low_ms,
    .high = &HistoryPoint::latency_high_ms,
    .verdict = &HistoryPoint::latency_verdict,
    .broken_by = &HistoryPoint::latency_break,
    .least_extent = [](double value) { return 0.1 * value; },
    .text = MillisecondsText,
    .change = RelativeChange,
};
const Metric kThroughputMetric = {
    .title = "Throughput, images/s",
    .has_steps = true,
    .value = &HistoryPoint::images_per_s,
    .low = &HistoryPoint::images_per_s_low,
    .high = &HistoryPoint::images_per_s_high,
    .verdict = &HistoryPoint::latency_verdict,
    .broken_by = &HistoryPoint::latency_break,
    .least_extent = [](double value) { return 0.1 * value; },
    .text = ImagesPerSecondText,
    .change = RelativeChange,
};
const Metric kSizeMetric = {
    .title = "Size, MB",
    .value = &HistoryPoint::model_bytes,
    .low = nullptr,
    .high = nullptr,
    .verdict = &HistoryPoint::size_verdict,
    .broken_by = nullptr,
    .least_extent = [](double value) { return 0.1 * value; },
    .text = MegabytesOf,
    .change = RelativeChange,
};

std::optional<Stretch> ComparableStretch(const CaseHistory& history, const Metric& metric) {
  std::optional<Stretch> stretch;
  for (size_t i = 0; i < history.points.size(); ++i) {
    const HistoryPoint& point = history.points[i];
    if (!(point.*metric.value)) continue;
    const bool broken = metric.broken_by != nullptr && !(point.*metric.broken_by).empty();
    if (!stretch || broken) stretch = Stretch{.first = i, .last = i};
    stretch->last = i;
  }
  return stretch;
}

void AddHistoryChart(const CaseHistory& history, const Metric& metric, const History& all,
                     Markup& page) {
  if (ComparableStretch(history, metric)) HistoryChart(history, metric, all, page).Add();
}

}  // namespace quantbench::html
