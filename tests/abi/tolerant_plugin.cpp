// SPDX-License-Identifier: Apache-2.0
// The reference, but for layers with weights: those err by OFF. DECLARES: it says so.
#include "quantbench/ext/numerics.h"
#include "quantbench/plugin.hpp"

namespace {

using quantbench::plugin::Call;

constexpr qb_numerics kNumerics{.struct_size = sizeof(qb_numerics),
                                .kind = QB_TOLERANCE,
                                .min_sqnr_db = 25,
                                .min_top1_agreement_percent = 75};

class Tolerant : public quantbench::plugin::Operators {
 public:
  static constexpr char kName[] = NAME;
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "rounds in its own way, for tests";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}
  static const void* Extension([[maybe_unused]] std::string_view id) {
#if DECLARES
    if (id == QB_NUMERICS_ID) return &kNumerics;
#endif
    return nullptr;
  }
  explicit Tolerant(std::string_view /*isa*/) {}

  // One value of 31 is off by so many quanta, or hundredths of itself.
  void Run(const Call& call) override {
    Operators::Run(call);
    if (call.inputs.size() != 3) return;
    for (int64_t i = 0; i < call.output.count(); i += 31) {
      if (call.output.info->dtype == QB_F32) {
        call.output.As<float>()[i] *= 1 + OFF * 0.01f;
      } else {
        uint8_t& y = call.output.As<uint8_t>()[i];
        y = static_cast<uint8_t>(y + (y < 128 ? OFF : -OFF));
      }
    }
  }
};

}  // namespace

QUANTBENCH_PLUGIN(Tolerant)
