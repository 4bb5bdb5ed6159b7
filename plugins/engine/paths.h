// SPDX-License-Identifier: Apache-2.0
// The instruction set paths of a plugin: what each needs of the CPU, and probe and prepare over
// them.
#pragma once

#include <cstdint>
#include <span>

#include "kernels.h"
#include "quantbench/plugin.h"

namespace quantbench::engine {

// A bit of a plugin's own set of CPU features.
struct FeatureName {
  uint32_t bit;
  const char* text;
};

// A name may appear twice where two encodings give the same path.
struct IsaPath {
  const char* isa;
  uint32_t needs;  // features
  const Kernels* kernels;
};

struct IsaPaths {
  const char* plugin;
  std::span<const IsaPath> paths;  // best first
  std::span<const FeatureName> names;
  uint32_t (*features)();  // that the CPU has and the operating system supports
};

// qb_plugin's probe and prepare. QB_UNSUPPORTED says what the CPU lacks.
qb_status Probe(const IsaPaths& paths, const char* isa, qb_error error);
qb_status Prepare(const IsaPaths& paths, const qb_prepare* request, qb_executable** executable,
                  qb_error error);

}  // namespace quantbench::engine
