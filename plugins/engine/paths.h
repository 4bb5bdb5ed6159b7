// SPDX-License-Identifier: Apache-2.0
// The instruction set paths of a plugin, and the plugin's table over them.
//
// A plugin of the engine describes itself by a struct (x86_vnni/isas.h is one) with
//   static constexpr char kName[], kVersion[], kDescription[], kArchitecture[];
//   static constexpr FeatureName kFeatures[];  bits of the plugin's own, and their names
//   static constexpr IsaPath kPaths[];         best first
//   static uint32_t CpuFeatures();             what the CPU has and the operating system supports
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine.h"
#include "kernels.h"

namespace quantbench::engine {

// Of the machine that this is built for.
#if defined(__x86_64__)
inline constexpr std::string_view kThisArchitecture = "x86-64";
#elif defined(__aarch64__)
inline constexpr std::string_view kThisArchitecture = "aarch64";
#else
inline constexpr std::string_view kThisArchitecture = "neither x86-64 nor aarch64";
#endif

struct FeatureName {
  uint32_t bit;
  const char* text;
};

// A name may stand twice in a row where two encodings give the same path.
struct IsaPath {
  const char* isa;
  uint32_t needs;          // features
  const Kernels* kernels;  // NULL where this isn't built for the plugin's architecture
};

// The paths' names, each once and then NULL, as qb_plugin.isas.
template <class Plugin>
inline constexpr auto kIsaNames = [] {
  std::array<const char*, std::size(Plugin::kPaths) + 1> names{};
  size_t count = 0;
  for (const IsaPath& path : Plugin::kPaths) {
    if (count == 0 || std::string_view(names[count - 1]) != path.isa) names[count++] = path.isa;
  }
  return names;
}();

struct IsaPaths {
  const char* plugin;
  std::span<const IsaPath> paths;
  std::span<const FeatureName> features;
  uint32_t (*cpu_features)();
};

// qb_plugin's probe and prepare. QB_UNSUPPORTED says what the CPU lacks.
qb_status Probe(const IsaPaths& paths, const char* isa, qb_error error);
qb_status Prepare(const IsaPaths& paths, Fusion fusion, const qb_prepare* request,
                  qb_executable** executable, qb_error error);

// qb_plugin's extension: parts of a run, the order of float sums, narrower activations.
const void* Extension(const char* id);

template <class Plugin>
inline constexpr IsaPaths kIsaPaths{.plugin = Plugin::kName,
                                    .paths = Plugin::kPaths,
                                    .features = Plugin::kFeatures,
                                    .cpu_features = Plugin::CpuFeatures};

template <class Plugin, Fusion kFusion = Fusion::kAllowed>
constexpr qb_plugin MakePlugin() {
  return {
      .struct_size = sizeof(qb_plugin),
      .name = Plugin::kName,
      .version = Plugin::kVersion,
      .description = Plugin::kDescription,
      .isas = kIsaNames<Plugin>.data(),
      .probe = [](const char* isa, qb_error error) { return Probe(kIsaPaths<Plugin>, isa, error); },
      .prepare =
          [](const qb_prepare* request, qb_executable** executable, qb_error error) {
            return Prepare(kIsaPaths<Plugin>, kFusion, request, executable, error);
          },
      .executable_isa = ExecutableIsa,
      .create_context = CreateContext,
      .run = Run,
      .destroy_context = DestroyContext,
      .destroy_executable = DestroyExecutable,
      .fallback_nodes = FallbackNodes,
      .extension = Extension};
}

}  // namespace quantbench::engine
