// SPDX-License-Identifier: Apache-2.0
// The smallest complete plugin, to copy: it brings one operator of its own and inherits the rest.
//
// To start your own: copy this folder, rename the class and kName, and override the operators that
// you accelerate. `quantbench plugins --plugin-path DIR` shows whether the host accepts it.
#include "quantbench/plugin.hpp"

namespace {

using quantbench::plugin::Call;
using quantbench::plugin::Operators;

class Hello : public Operators {
 public:
  static constexpr char kName[] = "hello";
  static constexpr char kVersion[] = "1.0";
  static constexpr char kDescription[] =
      "template to copy: a float add of its own, the rest inherited";
  static constexpr const char* kIsas[] = {"generic", nullptr};

  // Throw Failure(QB_UNSUPPORTED, "needs ...") here where this CPU lacks what `isa` needs.
  static void Probe(std::string_view /*isa*/) {}

  explicit Hello(std::string_view /*isa*/) {}

  // A float residual addition without an activation; everything else goes to the default.
  void Add(const Call& call) override {
    if (call.output.info->dtype != QB_F32 || call.node->activation != QB_NONE) {
      Operators::Add(call);
      return;
    }
    const float* const a = call.inputs[0].As<const float>();
    const float* const b = call.inputs[1].As<const float>();
    float* const y = call.output.As<float>();
    for (int64_t i = 0; i < call.output.count(); ++i) y[i] = a[i] + b[i];
  }
};

}  // namespace

QUANTBENCH_PLUGIN(Hello)
