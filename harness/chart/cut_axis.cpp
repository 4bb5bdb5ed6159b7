// SPDX-License-Identifier: Apache-2.0
// Cuts at the widest gap, where that is most of the range.
#include "chart/cut_axis.h"

#include <algorithm>

namespace quantbench {
namespace {

constexpr double kGap = 0.07;        // of the axis
constexpr double kWideGap = 0.55;    // of the values' range
constexpr double kLeastPieces = 3;   // least extents that the range must have to be cut
constexpr double kAir = 0.09;        // of a piece, at each end
constexpr double kLeastShare = 0.2;  // of a piece
constexpr int kMostTicks = 8;        // of the whole axis

void SetPiece(double low, double high, double least_extent, Axis& axis) {
  const double extent = std::max(high - low, least_extent), middle = (low + high) / 2;
  axis.low = middle - (0.5 + kAir) * extent;
  axis.high = middle + (0.5 + kAir) * extent;
}

}  // namespace

CutAxis::CutAxis(std::vector<double> values, double least_extent, double pixel_low,
                 double pixel_high) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  size_t above = 0;  // the first value above the widest gap
  for (size_t i = 1; i < values.size(); ++i) {
    if (above == 0 || values[i] - values[i - 1] > values[above] - values[above - 1]) above = i;
  }
  const double range = values.back() - values.front();
  is_cut_ = above > 0 && range > kLeastPieces * least_extent &&
            values[above] - values[above - 1] > kWideGap * range;
  if (!is_cut_) {
    SetPiece(values.front(), values.back(), least_extent, lower_);
    lower_.pixel_low = pixel_low;
    lower_.pixel_high = pixel_high;
    upper_ = lower_;
    return;
  }
  const double share = std::clamp(static_cast<double>(above) / static_cast<double>(values.size()),
                                  kLeastShare, 1 - kLeastShare);
  const double length = pixel_high - pixel_low;
  SetPiece(values.front(), values[above - 1], least_extent, lower_);
  SetPiece(values[above], values.back(), least_extent, upper_);
  lower_.pixel_low = pixel_low;
  lower_.pixel_high = pixel_low + share * (1 - kGap) * length;
  upper_.pixel_low = lower_.pixel_high + kGap * length;
  upper_.pixel_high = pixel_high;
}

double CutAxis::At(double value) const { return (value < upper_.low ? lower_ : upper_).At(value); }

std::vector<double> CutAxis::Ticks(double lowest, double highest) const {
  std::vector<double> ticks;
  const auto add = [&](const Axis& piece) {
    const double share =
        (piece.pixel_high - piece.pixel_low) / (upper_.pixel_high - lower_.pixel_low);
    const int most = std::max(2, static_cast<int>(kMostTicks * share));
    for (const double tick :
         LinearTicks(std::max(piece.low, lowest), std::min(piece.high, highest), most))
      ticks.push_back(tick);
  };
  add(lower_);
  if (is_cut_) add(upper_);
  return ticks;
}

}  // namespace quantbench
