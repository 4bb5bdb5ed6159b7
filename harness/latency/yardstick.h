// SPDX-License-Identifier: Apache-2.0
// A fixed computation that tells how fast the machine is at this moment.
#pragma once

#include <vector>

namespace quantbench {

// Machines drift: clocks change, neighbours share caches and cores. What a case and the yardstick
// have in common in a repetition is the machine; dividing one by the other takes it out. The work
// (a small float matrix product over a block that fits a first-level cache, and a walk over one
// that fits the second level) must never change: results of different builds are compared by it.
class Yardstick {
 public:
  Yardstick();
  // Times it a few times, some 2 ms together.
  void Measure();
  // Its fast timings since the last call, as for runs (kFastQuantile); starts anew.
  double TakeMs();

 private:
  float Work();

  std::vector<float> a_, b_, c_, walk_;
  std::vector<double> timings_;
  float sink_ = 0;
};

}  // namespace quantbench
