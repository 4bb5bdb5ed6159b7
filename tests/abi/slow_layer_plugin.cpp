// SPDX-License-Identifier: Apache-2.0
// The reference, but for one integer layer that it computes thirty times.
#include "quantbench/plugin.hpp"

namespace {

using quantbench::plugin::Call;
using quantbench::plugin::Operators;

class SlowLayer : public Operators {
 public:
  static constexpr char kName[] = "slow_layer";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the reference with one slow integer layer";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}
  explicit SlowLayer(std::string_view /*isa*/) {}

  void Conv(const Call& call) override {
    const bool slow = call.output.info->dtype == QB_U8 &&
                      std::string_view(call.node->name) == "features.5.conv.1.0";
    for (int i = 0; i < (slow ? 30 : 1); ++i) Operators::Conv(call);
  }
};

}  // namespace

QUANTBENCH_PLUGIN(SlowLayer)
