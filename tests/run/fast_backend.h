// SPDX-License-Identifier: Apache-2.0
// The backend for tests on many images.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "backend/discovery.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/cpu.h"
#include "support/test_data.h"

namespace quantbench::testing {

inline std::filesystem::path Plugins() { return BinaryDir() / "lib" / "quantbench"; }

// One with kernels of its own that runs on this processor; none where that is emulated, and 450
// photographs would take an hour.
inline std::optional<FoundPlugin> FastBackend() {
  if (!Emulator().empty()) return std::nullopt;
  for (const FoundPlugin& plugin : FindPlugins({Plugins()})) {
    if (!plugin.info || plugin.info->name == "reference" || plugin.info->takes_file) continue;
    for (const IsaStatus& isa : plugin.info->isas) {
      if (isa.why_not.empty()) return plugin;
    }
  }
  return std::nullopt;
}

// Leaves the test case, saying so, where there is none.
#define QUANTBENCH_REQUIRE_FAST_BACKEND(backend)                        \
  if (!(backend)) {                                                     \
    MESSAGE("SKIPPED: needs a backend that is fast here, on hardware"); \
    return;                                                             \
  }

// Top-1 of int8 recipes of MobileNetV2 on the photographs of ../shared.
inline Results RunPhotographs(const FoundPlugin& backend, const std::vector<Override>& changes) {
  const ScratchFolder scratch;
  std::vector<Override> overrides{
      {"matrix.backend", backend.info->name},
      {"matrix.precision", "int8"},
      {"dataset.root", (SharedData() / "imagenet-mini").string()},
      {"model.file", (SharedData() / "models" / "mobilenet_v2.pth").string()},
      {"expect", "off"},
      {"latency", "off"}};
  overrides.insert(overrides.end(), changes.begin(), changes.end());
  return RunScenario(LoadScenario(SourceDir() / "scenarios" / "imagenet_mini.yaml", overrides),
                     {.out = scratch.path() / "out",
                      .cache = scratch.path() / "cache",
                      .plugin_folders = {Plugins()},
                      .filter = {},
                      .jobs = 2});
}

}  // namespace quantbench::testing
