// SPDX-License-Identifier: Apache-2.0
// Accuracy against time per image and against size, with the Pareto front.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "chart/axis.h"
#include "chart/cut_axis.h"
#include "chart/label_places.h"
#include "html/markers.h"
#include "html/sections.h"
#include "html/short_names.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

constexpr double kPlotWidth = 440, kPlotHeight = 320;
constexpr double kPlotLeft = 52, kPlotRight = 18, kPlotTop = 16, kPlotBottom = 46;
constexpr double kLogarithmicRatio = 8;  // from largest to smallest x
constexpr double kZoomedRatio = 4;       // below it an x axis needn't begin at 0
constexpr double kLeastPoints = 2;       // of Top-1 that a piece of its axis spans
constexpr size_t kMostLabels = 12;
// Of a letter of a label, as wide as usual fonts have it on phones.
constexpr double kLetterWidth = 7.2, kLabelHeight = 14, kMarkerRadius = 8;

struct Scatter {
  const char* id;
  const char* heading;
  const char* caption;
  const char* loaded_caption = nullptr;  // where throughput was measured
  const char* x_title;
  bool is_time;
  std::optional<double> (*x)(const Row& row);
  std::string (*x_text)(double x);
};

// A range with some air around it; a single value gets air of its own size.
void SetRange(double low, double high, Axis& axis) {
  const double extent = high > low ? high - low : std::max(std::abs(high) * 0.1, 1e-3);
  axis.low = low - 0.08 * extent;
  axis.high = high + 0.08 * extent;
}

class ScatterChart {
 public:
  ScatterChart(const Cases& cases, const Scatter& scatter, std::vector<Marker> markers,
               Markup& page)
      : cases_(cases),
        scatter_(scatter),
        page_(page),
        markers_(std::move(markers)),
        y_(AccuraciesOf(markers_), kLeastPoints, kPlotHeight - kPlotBottom, kPlotTop) {
    SetAxes();
  }

  void Add() {
    const std::string heading =
        scatter_.heading + std::string(scatter_.is_time ? cases_.timed() : "");
    const bool loaded = scatter_.loaded_caption != nullptr &&
                        std::ranges::any_of(cases_.rows(), [](const Row& row) {
                          return row.summary.throughput_images_per_s.has_value();
                        });
    OpenFigure(heading, loaded ? scatter_.loaded_caption : scatter_.caption, page_, "",
               scatter_.id);
    page_.Open("svg", {{"viewBox", "0 0 440 320"},
                       {"role", "group"},
                       {"aria-label", heading + ", " + std::to_string(markers_.size()) +
                                          " points; the table below holds the same figures"}});
    AddAxes();
    AddFront();
    AddLabels();
    for (const Marker& marker : markers_) AddMarker(marker);
    page_.Close();
    AddLegend();
    page_.Close();
  }

 private:
  void SetAxes() {
    const auto less_x = [](const Marker& a, const Marker& b) { return a.at.x < b.at.x; };
    const auto [left, right] = std::minmax_element(markers_.begin(), markers_.end(), less_x);
    const double low = left->at.x, high = right->at.x;
    x_.logarithmic = low > 0 && high / low > kLogarithmicRatio;
    if (x_.logarithmic) {
      const double air = std::pow(high / low, 0.06);
      x_.low = low / air;
      x_.high = high * air;
    } else if (low * kZoomedRatio < high || low <= 0) {
      x_.low = 0;
      x_.high = high > 0 ? high * 1.06 : 1;
    } else {
      SetRange(low, high, x_);
    }
    x_.pixel_low = kPlotLeft;
    x_.pixel_high = kPlotWidth - kPlotRight;
  }

  void Line(const char* classes, double x1, double y1, double x2, double y2) {
    page_.Empty("line", {{"class", classes}, {"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}});
  }

  void Text(double x, double y, const char* anchor, const std::string& text) {
    page_.Leaf("text", {{"x", x}, {"y", y}, {"text-anchor", anchor}}, text);
  }

  // The tables say the same: screen readers skip what only orients the eye.
  void AddAxes() {
    page_.Open("g", {{"aria-hidden", "true"}});
    for (const double tick : y_.Ticks(0, 100)) {
      Line("grid", kPlotLeft, y_.At(tick), kPlotWidth - kPlotRight, y_.At(tick));
      Text(kPlotLeft - 7, y_.At(tick) + 4, "end", TickLabel(tick));
    }
    const std::vector<double> ticks =
        x_.logarithmic ? LogarithmicTicks(x_.low, x_.high, 8) : LinearTicks(x_.low, x_.high, 7);
    for (const double tick : ticks) {
      Line("grid", x_.At(tick), kPlotTop, x_.At(tick), kPlotHeight - kPlotBottom);
      Text(x_.At(tick), kPlotHeight - kPlotBottom + 17, "middle", TickLabel(tick));
    }
    AddAxisLines();
    Text((kPlotLeft + kPlotWidth - kPlotRight) / 2, kPlotHeight - 8, "middle",
         std::string(scatter_.x_title) + (x_.logarithmic ? " (logarithmic)" : ""));
    page_.Leaf(
        "text",
        {{"text-anchor", "middle"},
         {"transform", "translate(13 " + MarkupNumber((kPlotTop + kPlotHeight - kPlotBottom) / 2) +
                           ") rotate(-90)"}},
        "Top-1, %");
    page_.Close();
  }

  // A zigzag is where an axis leaves something out: before its first value, or between two heaps.
  void AddAxisLines() {
    const double floor = kPlotHeight - kPlotBottom, end = kPlotWidth - kPlotRight;
    const std::string left = MarkupNumber(kPlotLeft), bottom = MarkupNumber(floor);
    std::string path = "M" + left + " " + bottom;
    if (y_.low() > 0) path += "v-4l-4 -2l8 -4l-4 -2";
    if (y_.is_cut()) {
      const double high = std::min(y_.gap_low(), y_.gap_high());
      const double height = std::abs(y_.gap_low() - y_.gap_high());
      page_.Empty("rect", {{"class", "gap"},
                           {"x", kPlotLeft},
                           {"y", high},
                           {"width", end - kPlotLeft},
                           {"height", height}});
      path += "V" + MarkupNumber(high + height / 2 + 4) + "l-4 -2l8 -4l-4 -2";
    }
    path += "V" + MarkupNumber(kPlotTop) + "M" + left + " " + bottom;
    if (!x_.logarithmic && x_.low > 0) path += "h6l2 -4l4 8l2 -4";
    page_.Empty("path", {{"class", "axis"}, {"d", path + "H" + MarkupNumber(end)}});
  }
  bool LeavesOut() const { return y_.low() > 0 || y_.is_cut() || (!x_.logarithmic && x_.low > 0); }

  // Of points on the front, then of the most accurate ones, as far as there is room. Markers say
  // the same to screen readers.
  void AddLabels() {
    LabelPlaces places({.left = kPlotLeft + 4,
                        .top = 0,
                        .right = kPlotWidth,
                        .bottom = kPlotHeight - kPlotBottom - 2});
    for (const Marker& marker : markers_) {
      const double x = x_.At(marker.at.x), y = y_.At(marker.at.y);
      places.Block({.left = x - 6, .top = y - 6, .right = x + 6, .bottom = y + 6});
    }
    AvoidFront(places);
    const ShortNames names(cases_.rows());
    std::vector<std::pair<std::string, Box>> shown;
    for (const Marker* const marker : ByImportance(markers_)) {
      if (shown.size() == kMostLabels) return;
      const std::string text = names.Recipe(cases_.rows()[marker->rows.front()]);
      const double x = x_.At(marker->at.x), y = y_.At(marker->at.y);
      const auto says_it = [&](const auto& one) {
        return one.first == text && std::hypot(one.second.left - x, one.second.top - y) < 20;
      };
      if (std::ranges::any_of(shown, says_it)) continue;  // another batch size, say
      const double width = kLetterWidth * static_cast<double>(text.size());
      const std::optional<Box> box = places.Put(x, y, kMarkerRadius, width, kLabelHeight);
      if (!box) continue;
      shown.push_back({text, {.left = x, .top = y}});
      AddLabel(*marker, *box, text);
    }
  }

  void AddLabel(const Marker& marker, const Box& box, const std::string& text) {
    const double x = x_.At(marker.at.x);
    const bool right = box.left > x, left = box.right < x;
    page_.Leaf("text",
               {{"class", "label"},
                {"data-rows", RowsOf(marker)},
                {"x", right  ? box.left
                      : left ? box.right
                             : (box.left + box.right) / 2},
                {"y", box.bottom - 3.5},
                {"text-anchor", right  ? "start"
                                : left ? "end"
                                       : "middle"},
                {"aria-hidden", "true"}},
               text);
  }

  // A staircase: between two points of the front nothing better than the left one is known. Its
  // corners, from the floor to the right edge.
  std::vector<Point> Staircase() const {
    std::vector<Point> points, corners;
    for (const Marker& marker : markers_) points.push_back(marker.at);
    for (const size_t i : ParetoFront(points)) {
      const double x = x_.At(points[i].x), y = y_.At(points[i].y);
      corners.push_back(
          {.x = x, .y = corners.empty() ? kPlotHeight - kPlotBottom : corners.back().y});
      corners.push_back({.x = x, .y = y});
    }
    corners.push_back({.x = kPlotWidth - kPlotRight, .y = corners.back().y});
    return corners;
  }

  void AddFront() {
    std::string path;
    for (const Point& corner : Staircase())
      path += (path.empty() ? "M" : "L") + MarkupNumber(corner.x) + " " + MarkupNumber(corner.y);
    page_.Empty("path", {{"class", "front"}, {"d", path}, {"aria-hidden", "true"}});
  }

  void AvoidFront(LabelPlaces& places) const {
    const std::vector<Point> corners = Staircase();
    for (size_t i = 1; i < corners.size(); ++i) {
      const Point &a = corners[i - 1], &b = corners[i];
      places.Avoid({.left = std::min(a.x, b.x) - 1,
                    .top = std::min(a.y, b.y) - 1,
                    .right = std::max(a.x, b.x) + 1,
                    .bottom = std::max(a.y, b.y) + 1});
    }
  }

  void AddMarker(const Marker& marker) {
    const Row& first = cases_.rows()[marker.rows.front()];
    page_.Open("a", {{"class", "point"},
                     {"href", "#case-" + std::to_string(marker.rows.front())},
                     {"data-rows", RowsOf(marker)},
                     {"aria-label", marker.name}});
    const double x = x_.At(marker.at.x), y = y_.At(marker.at.y);
    page_.Empty("circle", {{"class", "target"}, {"cx", x}, {"cy", y}, {"r", 12.0}});
    page_.Empty("path",
                {{"class", "marker " + ColorOf(marker)}, {"d", MarkerPath(ShapeOf(first), x, y)}});
    page_.Close();
  }

  // Several groups in one place have no colour of their own.
  std::string ColorOf(const Marker& marker) const {
    const Row& first = cases_.rows()[marker.rows.front()];
    const bool one_group = std::all_of(marker.rows.begin(), marker.rows.end(), [&](size_t i) {
      return cases_.GroupOf(cases_.rows()[i]) == cases_.GroupOf(first);
    });
    return one_group ? cases_.ColorOf(first) : "several";
  }

  void AddLegend() {
    page_.Open("ul", {{"class", "legend"}});
    const auto entry = [&](const std::string& color, Shape shape, const std::string& text) {
      page_.Open("li");
      page_.Open("svg", {{"viewBox", "0 0 16 16"}, {"aria-hidden", "true"}});
      page_.Empty("path", {{"class", "marker " + color}, {"d", MarkerPath(shape, 8, 8)}});
      page_.Close().Text(text).Close();
    };
    std::set<std::string> colors;
    std::set<Shape> shapes;
    for (const Marker& marker : markers_) {
      colors.insert(ColorOf(marker));
      shapes.insert(ShapeOf(cases_.rows()[marker.rows.front()]));
    }
    for (const std::string& group : cases_.groups()) {
      const std::string color = cases_.ColorOf(group);
      if (colors.contains(color)) entry(color, Shape::kCircle, group);
    }
    if (colors.contains("several")) entry("several", Shape::kCircle, "several backends");
    constexpr std::pair<Shape, const char*> kShapes[] = {{Shape::kCircle, "fp32"},
                                                         {Shape::kDiamond, "per channel"},
                                                         {Shape::kSquare, "per tensor"},
                                                         {Shape::kTriangle, "other"}};
    for (const auto& [shape, text] : kShapes) {
      if (shapes.contains(shape)) entry("shape", shape, text);
    }
    page_.Open("li");
    page_.Open("svg", {{"viewBox", "0 0 16 16"}, {"aria-hidden", "true"}});
    page_.Empty("path", {{"class", "front"}, {"d", "M1 12H8V4H15"}});
    page_.Close().Text("Pareto front").Close();
    if (LeavesOut()) {
      page_.Open("li");
      page_.Open("svg", {{"viewBox", "0 0 16 16"}, {"aria-hidden", "true"}});
      page_.Empty("path", {{"class", "axis"}, {"d", "M0 8h4l2 -4l4 8l2 -4h4"}});
      page_.Close().Text("an axis leaves something out").Close();
    }
    page_.Close();
  }

  const Cases& cases_;
  const Scatter& scatter_;
  Markup& page_;
  std::vector<Marker> markers_;
  CutAxis y_;
  Axis x_;
};

std::string MegabytesText(double megabytes) { return SignificantText(megabytes, 3) + " MB"; }
std::string PerImageText(double milliseconds) {
  return MillisecondsText(milliseconds) + " per image";
}

constexpr Scatter kScatters[] = {
    {.id = "accuracy",
     .heading = "Accuracy against time",
     .caption =
         "Up and to the left is better. Time is the median latency of a batch over its size.",
     .loaded_caption =
         "Up and to the left is better. Time is a second over the images of all streams in it.",
     .x_title = "milliseconds per image",
     .is_time = true,
     .x = MillisecondsPerImage,
     .x_text = PerImageText},
    {.id = "size",
     .heading = "Accuracy against size",
     .caption = "Up and to the left is better. Size is that of the model's file.",
     .x_title = "megabytes",
     .is_time = false,
     .x = Megabytes,
     .x_text = MegabytesText},
};

}  // namespace

void AddScatters(const Cases& cases, Markup& page) {
  for (const Scatter& scatter : kScatters) {
    std::vector<Marker> markers = MarkersOf(cases, scatter.x, scatter.x_text);
    if (!markers.empty()) ScatterChart(cases, scatter, std::move(markers), page).Add();
  }
}

}  // namespace quantbench::html
