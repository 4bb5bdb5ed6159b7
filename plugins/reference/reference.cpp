// SPDX-License-Identifier: Apache-2.0
// The reference backend: every operator as the SDK's naive default, nothing overridden.
#include "quantbench/ext/limits.h"
#include "quantbench/ext/u16.h"
#include "quantbench/plugin.hpp"

namespace {

using quantbench::plugin::Operators;

class Reference : public Operators {
 public:
  static constexpr char kName[] = "reference";
  static constexpr char kVersion[] = QUANTBENCH_VERSION;
  static constexpr char kDescription[] =
      "naive portable operators; the oracle for the other backends";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}  // runs anywhere

  explicit Reference(std::string_view /*isa*/) {}

  static const void* Extension(std::string_view id) {
    static constexpr qb_u16 kU16{.struct_size = sizeof(qb_u16)};
    static constexpr qb_limits kLimits{.struct_size = sizeof(qb_limits)};
    if (id == QB_LIMITS_ID) return &kLimits;
    return id == QB_U16_ID ? &kU16 : nullptr;
  }
};

}  // namespace

QUANTBENCH_PLUGIN(Reference)
