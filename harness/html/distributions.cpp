// SPDX-License-Identifier: Apache-2.0
// How the runs of each case spread around their median.
#include <algorithm>
#include <cmath>

#include "chart/axis.h"
#include "html/sections.h"
#include "html/short_names.h"

namespace quantbench::html {
namespace {

// A strip is kBins wide and so high, whatever its pixels.
constexpr double kHillHeight = 32, kStripHeight = 38;
constexpr size_t kBins = 72;

// Sorted, finite, positive samples over their median.
std::vector<double> Ratios(const Row& row) {
  std::vector<double> samples;
  for (const double sample : row.latency.samples_ms) {
    if (std::isfinite(sample) && sample > 0) samples.push_back(sample);
  }
  std::sort(samples.begin(), samples.end());
  if (samples.empty()) return samples;
  const double median = samples[samples.size() / 2];
  for (double& sample : samples) sample /= median;
  return samples;
}

double Quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1))];
}

struct Item {
  const Row* row;
  std::vector<double> ratios;
};

class DistributionChart {
 public:
  DistributionChart(const Cases& cases, std::vector<Item> items, Markup& page)
      : cases_(cases), names_(cases.rows()), items_(std::move(items)), page_(page) {
    double low = 0.95, high = 1.05;
    for (const Item& item : items_) {
      low = std::min(low, Quantile(item.ratios, 0.005));
      high = std::max(high, Quantile(item.ratios, 0.99));
    }
    x_ = {.low = std::max(low, 0.5),
          .high = std::min(high, 2.5),
          .pixel_low = 0,
          .pixel_high = static_cast<double>(kBins)};
  }

  void Add() {
    OpenFigure(
        std::string("Spread of the latencies") + cases_.timed(),
        "Timed runs over the median of their case, up to 1,000 of each repetition: a narrow peak "
        "at 1\u00D7 is a quiet "
        "machine, two peaks are two states of it. The bar below a hill holds the middle "
        "half of the runs. The slowest 1% may lie beyond the right edge.",
        page_, "wide", "latencies");
    page_.Open("ul", {{"class", "items three"}});
    for (const Item& item : items_) AddItem(item);
    page_.Close().Close();
  }

 private:
  static std::string Figures(const Row& row) {
    std::string text =
        row.summary.latency_ms_median ? MillisecondsText(*row.summary.latency_ms_median) : "";
    if (row.summary.latency_cv_percent)
      text += ", CV " + Fixed(row.summary.latency_cv_percent, 1, "%");
    return text;
  }

  void AddItem(const Item& item) {
    const auto index = static_cast<size_t>(item.row - cases_.rows().data());
    OpenItem(RunsId(index), "#case-" + std::to_string(index), names_.Case(*item.row),
             Figures(*item.row), page_);
    page_.Open("svg", {{"class", "strip hills"},
                       {"viewBox", "0 0 " + std::to_string(kBins) + " 38"},
                       {"preserveAspectRatio", "none"},
                       {"aria-hidden", "true"}});
    const std::vector<double> ticks = LinearTicks(x_.low, x_.high, 6);
    for (const double tick : ticks) Line("grid", x_.At(tick), 0, x_.At(tick), kStripHeight);
    const std::string color = cases_.ColorOf(*item.row);
    page_.Empty("path", {{"class", "hill " + color}, {"d", Hill(item.ratios)}});
    Line("axis", x_.pixel_low, kHillHeight, x_.pixel_high, kHillHeight);
    const double begin = x_.At(std::clamp(Quantile(item.ratios, 0.25), x_.low, x_.high));
    const double end = x_.At(std::clamp(Quantile(item.ratios, 0.75), x_.low, x_.high));
    page_.Empty("rect", {{"class", "quartiles " + color},
                         {"x", begin},
                         {"y", kHillHeight + 1},
                         {"width", std::max(end - begin, 0.2)},
                         {"height", 4.0}});
    page_.Close();
    AddTickLabels(ticks);
    page_.Close();
  }

  // In HTML, since a strip's own text would be stretched with it.
  void AddTickLabels(const std::vector<double>& ticks) {
    page_.Open("div", {{"class", "ticks"}, {"aria-hidden", "true"}});
    for (const double tick : ticks) {
      const double percent = 100 * x_.At(tick) / x_.pixel_high;
      if (percent < 3 || percent > 97) continue;
      page_.Leaf("span", {{"style", "left:" + MarkupNumber(percent) + "%"}},
                 TickLabel(tick) + "\u00D7");
    }
    page_.Close();
  }

  void Line(const char* classes, double x1, double y1, double x2, double y2) {
    page_.Empty("line", {{"class", classes}, {"x1", x1}, {"y1", y1}, {"x2", x2}, {"y2", y2}});
  }

  // Counts in equal bins, the highest at full height.
  std::string Hill(const std::vector<double>& ratios) const {
    std::vector<double> counts(kBins, 0);
    for (const double ratio : ratios) {
      const double place = x_.At(ratio);
      if (place >= 0 && place < x_.pixel_high) ++counts[static_cast<size_t>(place)];
    }
    const double highest = std::max(1.0, *std::max_element(counts.begin(), counts.end()));
    const std::string base = MarkupNumber(kHillHeight);
    std::string path = "M0 " + base;
    for (size_t bin = 0; bin < kBins; ++bin) {
      path += "V" + MarkupNumber((1 - counts[bin] / highest) * kHillHeight) + "H" +
              std::to_string(bin + 1);
    }
    return path + "V" + base + "z";
  }

  const Cases& cases_;
  const ShortNames names_;
  std::vector<Item> items_;
  Markup& page_;
  Axis x_;
};

}  // namespace

bool HasRuns(const Row& row) { return !Ratios(row).empty(); }

std::string RunsId(size_t row) { return "runs-" + std::to_string(row); }

void AddDistributions(const Cases& cases, Markup& page) {
  std::vector<Item> items;
  for (const Row& row : cases.rows()) {
    Item item{.row = &row, .ratios = Ratios(row)};
    if (!item.ratios.empty()) items.push_back(std::move(item));
  }
  if (!items.empty()) DistributionChart(cases, std::move(items), page).Add();
}

}  // namespace quantbench::html
