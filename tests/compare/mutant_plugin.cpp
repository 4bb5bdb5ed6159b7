// SPDX-License-Identifier: Apache-2.0
// The reference operators with one bit of one weight of the classifier flipped: the fourth, as the
// lower ones may vanish in rounding for every one of the default images.
#include <vector>

#include "quantbench/plugin.hpp"

namespace {

using quantbench::plugin::Call;
using quantbench::plugin::Operators;
using quantbench::plugin::Tensor;

class Mutant : public Operators {
 public:
  static constexpr char kName[] = "mutant";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the reference with a wrong bit; for tests";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view) {}
  explicit Mutant(std::string_view) {}

  void Linear(const Call& call) override {
    const Tensor& weights = call.inputs[1];
    if (weights.info->dtype != QB_I8) {
      Operators::Linear(call);
      return;
    }
    std::vector<int8_t> flipped(weights.As<const int8_t>(),
                                weights.As<const int8_t>() + weights.count());
    flipped.at(0) = static_cast<int8_t>(flipped.at(0) ^ 0x08);
    std::vector<Tensor> inputs(call.inputs.begin(), call.inputs.end());
    inputs[1].data = flipped.data();
    Operators::Linear(
        {.node = call.node, .inputs = inputs, .output = call.output, .parallel = call.parallel});
  }
};

}  // namespace

QUANTBENCH_PLUGIN(Mutant)
