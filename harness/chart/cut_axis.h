// SPDX-License-Identifier: Apache-2.0
// A linear axis that leaves out what lies between two heaps of values.
#pragma once

#include <vector>

#include "chart/axis.h"

namespace quantbench {

// Of values that lie in two heaps far apart, each heap gets a piece of the axis, with a gap between
// them; of others all have one piece. Pieces have some air around their values.
class CutAxis {
 public:
  // `values`: at least one, finite. A piece spans `least_extent` at least, so that differences that
  // mean nothing don't fill it. pixel_low > pixel_high is an axis that grows upwards.
  CutAxis(std::vector<double> values, double least_extent, double pixel_low, double pixel_high);

  bool is_cut() const { return is_cut_; }
  double low() const { return lower_.low; }
  // Where the gap begins and ends, in pixels; of an axis that is cut.
  double gap_low() const { return lower_.pixel_high; }
  double gap_high() const { return upper_.pixel_low; }

  double At(double value) const;
  // Inside the pieces, and inside [lowest, highest].
  std::vector<double> Ticks(double lowest, double highest) const;

 private:
  bool is_cut_ = false;
  Axis lower_, upper_;  // the same one where nothing is cut
};

}  // namespace quantbench
