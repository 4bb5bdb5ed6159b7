// SPDX-License-Identifier: Apache-2.0
// Paths for architectures that no plugin is for: plain C++.
#pragma once

#include "../../engine/paths.h"
#include "../../engine/portable.h"

namespace quantbench::isas {

struct Plugin {
  static constexpr char kVersion[] = QUANTBENCH_VERSION;
  static constexpr engine::FeatureName kFeatures[] = {{1, "nothing"}};
  static constexpr engine::IsaPath kPaths[] = {{"portable", 0, &engine::kPortableKernels}};
  static uint32_t CpuFeatures() { return 0; }
};

}  // namespace quantbench::isas
