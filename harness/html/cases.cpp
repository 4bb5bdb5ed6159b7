// SPDX-License-Identifier: Apache-2.0
// Figures of cases.
#include "html/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "support/number_text.h"

namespace quantbench::html {
namespace {

Row WithoutNonsense(Row row) {
  ForEachField<Summary>([&](const auto& field, const auto&) {
    auto& figure = row.summary.*field.member;
    if constexpr (std::is_same_v<decltype(figure), std::optional<double>&>)
      DropOutside(field.traits.least, field.traits.most, figure);
  });
  return row;
}

}  // namespace

void DropOutside(double low, double high, std::optional<double>& value) {
  if (value && !(*value >= low && *value <= high)) value.reset();  // NaN is outside as well
}

std::optional<double> MillisecondsPerImage(const Row& row) {
  if (row.summary.throughput_images_per_s) return 1e3 / *row.summary.throughput_images_per_s;
  if (!row.summary.latency_ms_median || row.batch_size < 1) return std::nullopt;
  return *row.summary.latency_ms_median / row.batch_size;
}

std::optional<double> Megabytes(const Row& row) {
  if (!row.model_bytes) return std::nullopt;
  return static_cast<double>(*row.model_bytes) / 1e6;
}

std::vector<size_t> ParetoFront(const std::vector<Point>& points) {
  std::vector<size_t> order(points.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    if (points[a].x != points[b].x) return points[a].x < points[b].x;
    return points[a].y > points[b].y;
  });
  std::vector<size_t> front;
  for (const size_t i : order) {
    const bool better = front.empty() || points[i].y > points[front.back()].y;
    const bool equal = !front.empty() && points[i].y == points[front.back()].y &&
                       points[i].x == points[front.back()].x;
    if (better || equal) front.push_back(i);
  }
  return front;
}

Cases::Cases(const Results& results) : results_(results) {
  std::vector<Point> points;
  std::vector<size_t> index;
  for (const Row& row : results.rows) {
    rows_.push_back(WithoutNonsense(row));
    several_networks_ = several_networks_ || row.network != results.rows.front().network;
    several_backends_ = several_backends_ || row.backend != results.rows.front().backend;
  }
  for (size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const std::string group = GroupOf(row);
    if (std::find(groups_.begin(), groups_.end(), group) == groups_.end()) groups_.push_back(group);
    const std::optional<double> time = MillisecondsPerImage(row);
    if (!time || !row.summary.top1_percent) continue;
    points.push_back({.x = *time, .y = *row.summary.top1_percent});
    index.push_back(i);
  }
  for (const size_t i : ParetoFront(points)) front_.insert(index[i]);
}

// A backend with its ISA path, where all its rows took one.
std::string Cases::GroupOf(const Row& row) const {
  if (several_networks_ && !several_backends_) return row.network;
  const bool one_isa = std::ranges::all_of(rows_, [&](const Row& other) {
    return other.backend != row.backend || other.isa == row.isa;
  });
  const std::string backend = one_isa ? BackendLabel(row.backend, row.isa) : row.backend;
  return several_networks_ ? row.network + " on " + backend : backend;
}

std::string Cases::ColorOf(const std::string& group) const {
  const auto found = std::find(groups_.begin(), groups_.end(), group);
  return "s" + std::to_string((found - groups_.begin()) % 8);
}

Shape ShapeOf(const Row& row) {
  if (IsFloat(row.precision)) return Shape::kCircle;
  if (Is(row.quantization, Quantization::kDynamic)) return Shape::kTriangle;
  if (Is(row.granularity, Granularity::kPerChannel)) return Shape::kDiamond;
  return Is(row.granularity, Granularity::kPerTensor) ? Shape::kSquare : Shape::kTriangle;
}

std::string Fixed(std::optional<double> value, int decimals, const char* suffix) {
  return value ? FixedText(*value, decimals) + suffix : "";
}

std::string MillisecondsText(double milliseconds) {
  const int magnitude =
      milliseconds > 0 ? static_cast<int>(std::floor(std::log10(milliseconds))) : 0;
  return FixedText(milliseconds, std::clamp(2 - magnitude, 0, 6)) + " ms";
}

std::string SignedText(double value, int decimals) {
  const std::string digits = FixedText(std::abs(value), decimals);
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  if (is_zero) return "\u00B1" + digits;
  return (value < 0 ? "\u2212" : "+") + digits;
}

}  // namespace quantbench::html
