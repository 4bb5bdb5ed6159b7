// SPDX-License-Identifier: Apache-2.0
// Cases to markers.
#include "html/markers.h"

#include <algorithm>

#include "chart/markup.h"

namespace quantbench::html {

std::vector<Marker> MarkersOf(const Cases& cases, std::optional<double> (*x_of)(const Row& row),
                              std::string (*x_text)(double x)) {
  std::vector<Marker> markers;
  for (size_t i = 0; i < cases.rows().size(); ++i) {
    const Row& row = cases.rows()[i];
    const std::optional<double> x = x_of(row);
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
                  ": Top-1 " + Fixed(marker.at.y, 2, "%") + ", " + x_text(marker.at.x);
  }
  return markers;
}

std::vector<double> AccuraciesOf(const std::vector<Marker>& markers) {
  std::vector<double> accuracies;
  accuracies.reserve(markers.size());
  for (const Marker& marker : markers) accuracies.push_back(marker.at.y);
  return accuracies;
}

std::vector<const Marker*> ByImportance(const std::vector<Marker>& markers) {
  std::vector<Point> points;
  points.reserve(markers.size());
  for (const Marker& marker : markers) points.push_back(marker.at);
  std::vector<const Marker*> order;
  for (const size_t i : ParetoFront(points)) order.push_back(&markers[i]);
  std::vector<const Marker*> others;
  for (const Marker& marker : markers) {
    if (std::ranges::find(order, &marker) == order.end()) others.push_back(&marker);
  }
  std::ranges::stable_sort(others,
                           [](const Marker* a, const Marker* b) { return a->at.y > b->at.y; });
  order.insert(order.end(), others.begin(), others.end());
  return order;
}

std::string RowsOf(const Marker& marker) {
  std::string rows;
  for (const size_t i : marker.rows) rows += (rows.empty() ? "" : " ") + std::to_string(i);
  return rows;
}

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

}  // namespace quantbench::html
