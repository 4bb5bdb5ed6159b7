// SPDX-License-Identifier: Apache-2.0
// The reference backend: every operator as the SDK's naive default, nothing overridden.
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
};

}  // namespace

QUANTBENCH_PLUGIN(Reference)
