// SPDX-License-Identifier: Apache-2.0
// Accuracy against time per image and against size, with the Pareto front.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "chart/axis.h"
#include "html/sections.h"
#include "support/number_text.h"

namespace quantbench::html {
namespace {

constexpr double kPlotWidth = 440, kPlotHeight = 320;
constexpr double kPlotLeft = 52, kPlotRight = 18, kPlotTop = 16, kPlotBottom = 46;
constexpr double kLogarithmicRatio = 8;  // from largest to smallest x

// One marker: all cases that share its place and look.
struct Marker {
  Point at;
  std::vector<size_t> rows;
  std::string name;  // for the tooltip and screen readers
};

struct Scatter {
  const char* heading;
  const char* caption;
  const char* loaded_caption = nullptr;  // where throughput was measured
  const char* x_title;
  bool is_time;
  std::optional<double> (*x)(const Row& row);
  std::string (*x_text)(double x);
};

std::string MarkerPath(Shape shape, double x, double y) {
  const auto at = [&](double dx, double dy) {
    return MarkupNumber(x + dx) + " " + MarkupNumber(y + dy);
  };
  switch (shape) {
    case Shape::kCircle:
      return "M" + at(-5, 0) + "a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z";
    case Shape::kDiamond:
      return "M" + at(0, -6.5) + "l6.5 6.5l-6.5 6.5l-6.5 -6.5z";
    case Shape::kSquare:
      return "M" + at(-5, -5) + "h10v10h-10z";
    case Shape::kTriangle:
      return "M" + at(0, -6) + "l6.5 11h-13z";
  }
  return {};
}

std::vector<Marker> MarkersOf(const Cases& cases, const Scatter& scatter) {
  std::vector<Marker> markers;
  for (size_t i = 0; i < cases.rows().size(); ++i) {
    const Row& row = cases.rows()[i];
    const std::optional<double> x = scatter.x(row);
    if (!x || !row.summary.top1_percent) continue;
    const auto same = std::find_if(markers.begin(), markers.end(), [&](const Marker& marker) {
      const Row& first = cases.rows()[marker.rows.front()];
      return marker.at.x == *x && marker.at.y == *row.summary.top1_percent &&
             RecipeLabel(first) == RecipeLabel(row);
    });
    if (same != markers.end()) {
      same->rows.push_back(i);
      continue;
    }
    markers.push_back({.at = {.x = *x, .y = *row.summary.top1_percent}, .rows = {i}, .name = {}});
  }
  for (Marker& marker : markers) {
    const Row& first = cases.rows()[marker.rows.front()];
    const size_t more = marker.rows.size() - 1;
    marker.name = (more == 0 ? CaseLabel(first)
                             : RecipeLabel(first) + ", " + std::to_string(more + 1) + " cases") +
                  ": Top-1 " + Fixed(marker.at.y, 2, "%") + ", " + scatter.x_text(marker.at.x);
  }
  return markers;
}

// A range with some air around it; a single value gets air of its own size.
void SetRange(double low, double high, Axis& axis) {
  const double extent = high > low ? high - low : std::max(std::abs(high) * 0.1, 1e-3);
  axis.low = low - 0.08 * extent;
  axis.high = high + 0.08 * extent;
}

class ScatterChart {
 public:
  ScatterChart(const Cases& cases, const Scatter& scatter, Markup& page)
      : cases_(cases), scatter_(scatter), page_(page), markers_(MarkersOf(cases, scatter)) {}

  void Add() {
    if (markers_.empty()) return;
    SetAxes();
    const std::string heading =
        scatter_.heading + std::string(scatter_.is_time ? cases_.timed() : "");
    const bool loaded = scatter_.loaded_caption != nullptr &&
                        std::ranges::any_of(cases_.rows(), [](const Row& row) {
                          return row.summary.throughput_images_per_s.has_value();
                        });
    OpenFigure(heading, loaded ? scatter_.loaded_caption : scatter_.caption, page_);
    page_.Open("svg", {{"viewBox", "0 0 440 320"},
                       {"role", "group"},
                       {"aria-label", heading + ", " + std::to_string(markers_.size()) +
                                          " points; the table below holds the same figures"}});
    AddAxes();
    AddFront();
    for (const Marker& marker : markers_) AddMarker(marker);
    page_.Close();
    AddLegend();
    page_.Close();
  }

 private:
  void SetAxes() {
    const auto less_x = [](const Marker& a, const Marker& b) { return a.at.x < b.at.x; };
    const auto less_y = [](const Marker& a, const Marker& b) { return a.at.y < b.at.y; };
    const auto [left, right] = std::minmax_element(markers_.begin(), markers_.end(), less_x);
    const auto [bottom, top] = std::minmax_element(markers_.begin(), markers_.end(), less_y);
    SetRange(bottom->at.y, top->at.y, y_);
    y_.pixel_low = kPlotHeight - kPlotBottom;
    y_.pixel_high = kPlotTop;
    const double low = left->at.x, high = right->at.x;
    x_.logarithmic = low > 0 && high / low > kLogarithmicRatio;
    if (x_.logarithmic) {
      const double air = std::pow(high / low, 0.06);
      x_.low = low / air;
      x_.high = high * air;
    } else if (!scatter_.is_time || low < (high - low)) {
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
    for (const double tick : LinearTicks(y_.low, y_.high, 7)) {
      if (tick > 100 || tick < 0) continue;
      Line("grid", kPlotLeft, y_.At(tick), kPlotWidth - kPlotRight, y_.At(tick));
      Text(kPlotLeft - 7, y_.At(tick) + 4, "end", TickLabel(tick));
    }
    const std::vector<double> ticks =
        x_.logarithmic ? LogarithmicTicks(x_.low, x_.high, 8) : LinearTicks(x_.low, x_.high, 7);
    for (const double tick : ticks) {
      Line("grid", x_.At(tick), kPlotTop, x_.At(tick), kPlotHeight - kPlotBottom);
      Text(x_.At(tick), kPlotHeight - kPlotBottom + 17, "middle", TickLabel(tick));
    }
    Line("axis", kPlotLeft, kPlotHeight - kPlotBottom, kPlotWidth - kPlotRight,
         kPlotHeight - kPlotBottom);
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

  // A staircase: between two points of the front nothing better than the left one is known.
  void AddFront() {
    std::vector<Point> points;
    for (const Marker& marker : markers_) points.push_back(marker.at);
    std::string path;
    for (const size_t i : ParetoFront(points)) {
      const std::string x = MarkupNumber(x_.At(points[i].x));
      const std::string y = MarkupNumber(y_.At(points[i].y));
      path += path.empty() ? "M" + x + " " + MarkupNumber(kPlotHeight - kPlotBottom) + "V" + y
                           : "H" + x + "V" + y;
    }
    path += "H" + MarkupNumber(kPlotWidth - kPlotRight);
    page_.Empty("path", {{"class", "front"}, {"d", path}, {"aria-hidden", "true"}});
  }

  void AddMarker(const Marker& marker) {
    const Row& first = cases_.rows()[marker.rows.front()];
    std::string rows;
    for (const size_t i : marker.rows) rows += (rows.empty() ? "" : " ") + std::to_string(i);
    page_.Open("a", {{"class", "point"},
                     {"href", "#case-" + std::to_string(marker.rows.front())},
                     {"data-rows", rows},
                     {"aria-label", marker.name}});
    const double x = x_.At(marker.at.x), y = y_.At(marker.at.y);
    page_.Empty("circle", {{"class", "target"}, {"cx", x}, {"cy", y}, {"r", 12.0}});
    page_.Empty("path",
                {{"class", "marker " + ColorOf(marker)}, {"d", MarkerPath(ShapeOf(first), x, y)}});
    page_.Close();
  }

  // Several backends in one place have no colour of their own.
  std::string ColorOf(const Marker& marker) const {
    const Row& first = cases_.rows()[marker.rows.front()];
    const bool one_backend = std::all_of(marker.rows.begin(), marker.rows.end(), [&](size_t i) {
      return cases_.rows()[i].backend == first.backend;
    });
    return one_backend ? cases_.ColorOf(first) : "several";
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
    for (const std::string& backend : cases_.backends()) {
      const std::string color = cases_.ColorOf(Row{{.backend = backend}});
      if (colors.contains(color)) entry(color, Shape::kCircle, cases_.LabelOf(backend));
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
    page_.Close();
  }

  const Cases& cases_;
  const Scatter& scatter_;
  Markup& page_;
  std::vector<Marker> markers_;
  Axis x_, y_;
};

std::string MegabytesText(double megabytes) { return SignificantText(megabytes, 3) + " MB"; }
std::string PerImageText(double milliseconds) {
  return MillisecondsText(milliseconds) + " an image";
}

constexpr Scatter kScatters[] = {
    {.heading = "Accuracy against time",
     .caption =
         "Up and to the left is better. Time is the median latency of a batch over its size.",
     .loaded_caption =
         "Up and to the left is better. Time is a second over the images of all streams in it.",
     .x_title = "milliseconds an image",
     .is_time = true,
     .x = MillisecondsPerImage,
     .x_text = PerImageText},
    {.heading = "Accuracy against size",
     .caption = "Up and to the left is better. Size is that of the model's file.",
     .x_title = "megabytes",
     .is_time = false,
     .x = Megabytes,
     .x_text = MegabytesText},
};

}  // namespace

void AddScatters(const Cases& cases, Markup& page) {
  for (const Scatter& scatter : kScatters) ScatterChart(cases, scatter, page).Add();
}

}  // namespace quantbench::html
