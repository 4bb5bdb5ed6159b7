// SPDX-License-Identifier: Apache-2.0
// Sums of a tile where an instruction multiplies by four bytes of a vector that it selects itself:
// one load of activations then serves four steps, with no broadcasts.
//
// Included inside the anonymous namespace of a file built with ISA flags, before its policy.
#pragma once

#include "unroll.h"

// Adds all products to the sums of a tile; every run is whole groups of four steps.
template <class P, int kColumns, int kRows>
QB_INLINE void SumLanes(const GemmU8& g, const uint8_t* x,
                        typename P::Ints (&acc)[kRows][kColumns]) {
  const ptrdiff_t step = g.x_step;
  const uint8_t* w = static_cast<const uint8_t*>(g.weights);
  for (int run = 0; run < g.runs; ++run) {
    const uint8_t* p[(kRows + 2) / 3];  // three rows share a pointer, as in SumSteps
    Repeat<(kRows + 2) / 3>([&](auto i)
                                QB_LAMBDA { p[i] = x + g.run_offsets[run] + 3 * i * step; });
    for (int s = 0; s < g.steps; s += 4) {
      typename P::Group group[kRows];
      Repeat<kRows>([&](auto r) QB_LAMBDA { group[r] = P::LoadGroup(p[r / 3] + (r % 3) * step); });
      Repeat<4>([&](auto k) QB_LAMBDA {
        Repeat<kColumns>([&](auto v) QB_LAMBDA {
          const typename P::Weights weights =
              P::LoadWeights(w + (k * kColumns + v) * P::kWeightBytes);
          Repeat<kRows>([&](auto r) QB_LAMBDA {
            acc[r][v] = P::template DotLane<k>(acc[r][v], group[r], weights);
          });
        });
      });
      w += 4 * kColumns * P::kWeightBytes;
      Repeat<(kRows + 2) / 3>([&](auto i) QB_LAMBDA { p[i] += 16; });
    }
  }
}
