// SPDX-License-Identifier: Apache-2.0
// The one-sided binomial test of an accuracy against the no-information rate.
#include "evaluate/chance.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <map>

namespace quantbench {

double ChanceOf(std::span<const int> labels, int64_t outputs) {
  const double drawn = 1.0 / static_cast<double>(std::max(outputs, int64_t{1}));
  std::map<int, int64_t> counts;
  for (const int label : labels) ++counts[label];
  // The commonest of a few classes says little: all images of a small subset may be of one.
  constexpr size_t kSeveral = 5;
  if (counts.size() < kSeveral) return drawn;
  int64_t most = 0;
  for (const auto& [label, count] : counts) most = std::max(most, count);
  return std::max(drawn, static_cast<double>(most) / static_cast<double>(labels.size()));
}

bool IsChance(int64_t correct, int64_t images, double chance) {
  constexpr double kAlpha = 0.01;
  if (images <= 0) return false;
  if (correct <= 0 || chance >= 1) return true;
  const boost::math::binomial distribution(static_cast<double>(images), chance);
  const auto fewer = static_cast<double>(correct - 1);
  return boost::math::cdf(boost::math::complement(distribution, fewer)) > kAlpha;
}

}  // namespace quantbench
