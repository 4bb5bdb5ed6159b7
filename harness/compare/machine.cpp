// SPDX-License-Identifier: Apache-2.0
// Is it the same machine?
#include "compare/findings.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

std::string Cores(const Environment& environment) {
  return std::to_string(environment.available_cores) + " of " +
         CountText(environment.logical_cores, "core");
}

}  // namespace

std::string MachineDifference(const Environment& base, const Environment& changed) {
  const auto difference = [](const std::string& what, const std::string& a, const std::string& b) {
    return "another " + what + ": " + (a.empty() ? "unknown" : a) + ", now " +
           (b.empty() ? "unknown" : b);
  };
  if (!base.emulator.empty() || !changed.emulator.empty()) return "measured under emulation";
  if (base.cpu_model != changed.cpu_model)
    return difference("CPU", base.cpu_model, changed.cpu_model);
  if (base.architecture != changed.architecture)
    return difference("architecture", base.architecture, changed.architecture);
  if (base.cpu_flags != changed.cpu_flags) return "another CPU: its feature flags differ";
  if (Cores(base) != Cores(changed))
    return difference("number of cores", Cores(base), Cores(changed));
  if (base.build_type != changed.build_type)
    return difference("build type", base.build_type, changed.build_type);
  return {};
}

}  // namespace quantbench
