// SPDX-License-Identifier: Apache-2.0
// The matrix's dimensions in their order, once for all code that walks them.
#pragma once

#include "scenario/scenario.h"

namespace quantbench {

// Calls visit(key, member of Matrix, member of CasePattern, member of CaseKey) for each dimension,
// outermost first.
template <typename Visit>
void ForEachDimension(Visit visit) {
  using M = Matrix;
  using P = CasePattern;
  using K = CaseKey;
  visit("backend", &M::backend, &P::backend, &K::backend);
  visit("precision", &M::precision, &P::precision, &K::precision);
  visit("quantization", &M::quantization, &P::quantization, &K::quantization);
  visit("qconfig", &M::qconfig, &P::qconfig, &K::qconfig);
  visit("observer", &M::observer, &P::observer, &K::observer);
  visit("granularity", &M::granularity, &P::granularity, &K::granularity);
  visit("batch_size", &M::batch_size, &P::batch_size, &K::batch_size);
  visit("threads", &M::threads, &P::threads, &K::threads);
}

}  // namespace quantbench
