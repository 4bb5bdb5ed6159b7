// SPDX-License-Identifier: Apache-2.0
// Fisher-Yates shuffles over draws that are the same with every standard library.
#include "latency/schedule.h"

#include <numeric>
#include <utility>

#include "dataset/random.h"

namespace quantbench {

std::vector<std::vector<size_t>> InterleavedRounds(size_t cases, int repetitions, uint64_t seed) {
  RandomGenerator random(seed);
  std::vector<std::vector<size_t>> rounds;
  for (int round = 0; round < repetitions; ++round) {
    std::vector<size_t>& order = rounds.emplace_back(cases);
    std::iota(order.begin(), order.end(), size_t{0});
    for (size_t left = cases; left > 1; --left)
      std::swap(order[left - 1], order[random.Below(left)]);
  }
  return rounds;
}

}  // namespace quantbench
