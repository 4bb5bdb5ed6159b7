// SPDX-License-Identifier: Apache-2.0
// The Kullback-Leibler search, with prefix sums in place of loops over bins.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "quantize/range_search.h"

namespace quantbench {
namespace {

constexpr int kMagnitudes = 128;

double TimesLog(double x) { return x > 0.0 ? x * std::log(x) : 0.0; }

// Sums over bins up to each bin, and the divergence of a range from them.
class Divergence {
 public:
  Divergence(const ValueHistogram& histogram, int groups) : histogram_(histogram), groups_(groups) {
    for (int bin = histogram.first(); bin <= histogram.last(); ++bin) {
      const double n = CountOf(bin);
      counts_.push_back(counts_.back() + n);
      filled_.push_back(filled_.back() + (n > 0.0 ? 1.0 : 0.0));
      logs_.push_back(logs_.back() + TimesLog(n));
    }
  }

  // Whether nothing but zeros was seen.
  bool empty() const { return counts_.back() == 0.0; }

  // KL(P || Q) for bins first..last, in nats.
  double Of(int first, int last) const {
    const double total = counts_.back();
    const double inside = Sum(counts_, first, last);
    if (inside == 0.0) return std::numeric_limits<double>::infinity();
    const double below = Sum(counts_, histogram_.first(), first - 1);
    const double above = Sum(counts_, last + 1, histogram_.last());
    double p_log_p = Sum(logs_, first, last);
    if (below > 0.0) p_log_p += Moved(first, below, first == last ? above : 0.0);
    if (above > 0.0 && !(first == last && below > 0.0)) p_log_p += Moved(last, above, 0.0);
    const double p_log_q = PLogQ(first, last, below, above);
    return (p_log_p - p_log_q) / total - std::log(total) + std::log(inside);
  }

 private:
  // Zero is an integer of its own whatever the range, so the zeros of ReLU lose nothing. Counted,
  // they would: half of all values in one bin of a group look as if they were spread over it, and
  // the search would clip nearly everything to make groups of one bin.
  double CountOf(int bin) const {
    return bin == 0 ? 0.0 : static_cast<double>(histogram_.CountOf(bin));
  }

  double Sum(const std::vector<double>& upto, int first, int last) const {
    if (last < first) return 0.0;
    return upto[static_cast<size_t>(last + 1 - histogram_.first())] -
           upto[static_cast<size_t>(first - histogram_.first())];
  }

  // How p log p of a bin changes with the clipped values that are moved to it.
  double Moved(int bin, double some, double more) const {
    const double own = CountOf(bin);
    return TimesLog(own + some + more) - TimesLog(own);
  }

  double PLogQ(int first, int last, double below, double above) const {
    const int bins = last - first + 1, groups = std::min(groups_, bins);
    double sum = 0.0;
    for (int g = 0; g < groups; ++g) {
      const int begin = first + static_cast<int>(int64_t{g} * bins / groups);
      const int end = first + static_cast<int>(int64_t{g + 1} * bins / groups) - 1;
      const double own = Sum(counts_, begin, end);
      double p = own, filled = Sum(filled_, begin, end);
      if (begin == first && below > 0.0) {
        p += below;
        if (CountOf(first) == 0.0) filled += 1.0;
      }
      if (end == last && above > 0.0) {
        p += above;
        if (CountOf(last) == 0.0 && !(first == last && below > 0.0)) filled += 1.0;
      }
      // A group with clipped values alone has nothing in Q: half a value keeps the sum finite.
      if (p > 0.0) sum += p * std::log(std::max(own, 0.5) / filled);
    }
    return sum;
  }

  const ValueHistogram& histogram_;
  int groups_;
  std::vector<double> counts_{0.0}, filled_{0.0}, logs_{0.0};
};

}  // namespace

Range EntropyRange(const ValueHistogram& histogram, const ObserverSpec& spec) {
  const Range& seen = histogram.range();
  const IntegerRange integers = IntegersOf(spec);
  const int levels = integers.max - integers.min + 1;
  const Divergence divergence(histogram, levels);
  if (divergence.empty()) return seen;
  // Bins that hold values or zero, and the largest magnitude among them in bins.
  const auto bin_of = [&](float value) {
    return static_cast<int>(std::floor(static_cast<double>(value) / histogram.width()));
  };
  const int lowest = bin_of(std::min(seen.min, 0.0f)), highest = bin_of(std::max(seen.max, 0.0f));
  const int magnitude = std::max(-lowest, highest + 1);
  const int step = std::max(1, magnitude / kMagnitudes);
  Range best = seen;
  double least = std::numeric_limits<double>::infinity();
  for (int m = magnitude; m > 0; m -= step) {
    const int first = std::max(lowest, -m), last = std::min(highest, m - 1);
    if (m != magnitude && last - first + 1 < levels) break;  // finer than the histogram can tell
    const double loss = divergence.Of(first, last);
    // The widest of equals, whatever the last bit of a logarithm is on this machine.
    if (!(loss < least - 1e-9)) continue;
    least = loss;
    best = {.min = std::max(static_cast<float>(histogram.LowerEdge(first)), seen.min),
            .max = std::min(static_cast<float>(histogram.LowerEdge(last + 1)), seen.max)};
  }
  return best;
}

}  // namespace quantbench
