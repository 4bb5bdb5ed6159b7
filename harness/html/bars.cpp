// SPDX-License-Identifier: Apache-2.0
// Top-1 of each recipe, with the interval that so few images leave it.
#include <algorithm>
#include <cmath>
#include <map>

#include "html/sections.h"

namespace quantbench::html {
namespace {

struct Interval {
  double low = 0, high = 0;  // percent
};

// Wilson's 95% score interval of a share. (Source: Wilson 1927.)
Interval WilsonInterval(double correct, double images) {
  constexpr double kZ = 1.959964;
  const double p = correct / images, z2 = kZ * kZ / images;
  const double centre = (p + z2 / 2) / (1 + z2);
  const double half = kZ / (1 + z2) * std::sqrt(p * (1 - p) / images + z2 / (4 * images));
  return {.low = 100 * std::max(0.0, centre - half), .high = 100 * std::min(1.0, centre + half)};
}

// One bar: backends that agree on every image share it.
struct Bar {
  size_t row;  // the first one
  std::vector<size_t> rows;
  std::string name;
  std::string backends;
};

int64_t Images(const Row& row) { return row.accuracy ? row.accuracy->images : 0; }

std::vector<Bar> BarsOf(const Cases& cases) {
  std::vector<Bar> bars;
  for (size_t i = 0; i < cases.rows().size(); ++i) {
    const Row& row = cases.rows()[i];
    if (!row.summary.top1_percent) continue;
    const std::string name = RecipeLabel(row);
    const auto same = std::find_if(bars.begin(), bars.end(), [&](const Bar& bar) {
      const Row& other = cases.rows()[bar.row];
      return bar.name == name && other.summary.top1_percent == row.summary.top1_percent &&
             Images(other) == Images(row);
    });
    if (same == bars.end()) {
      bars.push_back({.row = i, .rows = {i}, .name = name, .backends = row.backend});
      continue;
    }
    same->rows.push_back(i);
    if ((" " + same->backends + " ").find(" " + row.backend + " ") == std::string::npos) {
      same->backends += " " + row.backend;
    }
  }
  return bars;
}

std::string IdOf(const Bar& bar) { return "recipe-" + std::to_string(bar.row); }

class BarChart {
 public:
  BarChart(const Cases& cases, std::vector<Bar> bars, Markup& page)
      : cases_(cases), bars_(std::move(bars)), page_(page) {}

  void Add() {
    OpenFigure("Accuracy of each recipe",
               "Top-1 from 0 to 100%, and what it loses against fp32 in percentage points. The "
               "whisker is the 95% interval that this number of images leaves (Wilson); recipes "
               "on the same images differ by less chance than their whiskers suggest.",
               page_, "wide", "recipes");
    page_.Open("ul", {{"class", "items"}});
    for (const Bar& bar : bars_) AddBar(bar);
    page_.Close().Close();
  }

 private:
  std::string ValueOf(const Row& row) const {
    std::string text = Fixed(row.summary.top1_percent, 2, "%");
    if (row.summary.top1_drop_pp && !IsFloat(row.precision)) {
      text += " (" + SignedText(-*row.summary.top1_drop_pp, 2) + ")";
    }
    return text;
  }

  // Backends are named where they differ.
  std::string NameOf(const Bar& bar) const {
    const bool differs = std::count_if(bars_.begin(), bars_.end(), [&](const Bar& other) {
                           return other.name == bar.name;
                         }) > 1;
    return bar.name + (differs ? ", " + bar.backends : "");
  }

  void AddBar(const Bar& bar) {
    const Row& row = cases_.rows()[bar.row];
    OpenItem(IdOf(bar), "#case-" + std::to_string(bar.row), NameOf(bar), ValueOf(row), page_);
    page_.Open("svg", {{"class", "strip"},
                       {"viewBox", "0 0 100 12"},
                       {"preserveAspectRatio", "none"},
                       {"aria-hidden", "true"}});
    Rect("track", 100);
    Rect(IsFloat(row.precision) ? "bar float" : "bar", *row.summary.top1_percent);
    if (Images(row) > 0 && row.accuracy->top1_correct <= Images(row)) {
      const Interval interval = WilsonInterval(static_cast<double>(row.accuracy->top1_correct),
                                               static_cast<double>(Images(row)));
      Whisker(interval.low, 6, interval.high, 6);
      Whisker(interval.low, 2, interval.low, 10);
      Whisker(interval.high, 2, interval.high, 10);
    }
    page_.Close().Close();
  }

  void Whisker(double x1, double y1, double x2, double y2) {
    page_.Empty("line", {{"class", "whisker"}, {"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}});
  }

  void Rect(const char* classes, double percent) {
    page_.Empty("rect", {{"class", classes},
                         {"y", 1.0},
                         {"width", std::clamp(percent, 0.0, 100.0)},
                         {"height", 10.0}});
  }

  const Cases& cases_;
  std::vector<Bar> bars_;
  Markup& page_;
};

}  // namespace

std::map<size_t, std::string> RecipeIds(const Cases& cases) {
  std::map<size_t, std::string> ids;
  for (const Bar& bar : BarsOf(cases)) {
    for (const size_t row : bar.rows) ids.emplace(row, IdOf(bar));
  }
  return ids;
}

void AddRecipeBars(const Cases& cases, Markup& page) {
  std::vector<Bar> bars = BarsOf(cases);
  if (!bars.empty()) BarChart(cases, std::move(bars), page).Add();
}

}  // namespace quantbench::html
