// SPDX-License-Identifier: Apache-2.0
// Stands in for a plugin of another architecture: it is listed like any other, and refuses every
// path with the reason, so that a scenario written elsewhere fails with that reason.
#include "names.h"  // of the plugin that this one stands for

#include <string>

#include "../api/src/guard.h"

namespace {

using quantbench::plugin::Report;

#if defined(__x86_64__)
constexpr const char* kThisArchitecture = "x86-64";
#elif defined(__aarch64__)
constexpr const char* kThisArchitecture = "aarch64";
#else
constexpr const char* kThisArchitecture = "neither x86-64 nor aarch64";
#endif

qb_status Refuse(qb_error error) {
  const std::string why = std::string("this CPU is ") + kThisArchitecture + "; " +
                          quantbench::names::kPlugin + " needs " + quantbench::names::kArchitecture;
  return Report(error, QB_UNSUPPORTED, why.c_str());
}

qb_status Probe(const char* /*isa*/, qb_error error) { return Refuse(error); }

qb_status Prepare(const qb_prepare* /*request*/, qb_executable** /*executable*/, qb_error error) {
  return Refuse(error);
}

// There is never an executable to call the rest with.
const char* ExecutableIsa(const qb_executable* /*executable*/) { return nullptr; }

qb_status CreateContext(const qb_executable* /*executable*/, int32_t /*max_batch_size*/,
                        int32_t /*threads*/, qb_context** /*context*/, qb_error error) {
  return Refuse(error);
}

qb_status Run(const qb_executable* /*executable*/, qb_context* /*context*/,
              const qb_run* /*request*/, qb_error error) {
  return Refuse(error);
}

void DestroyContext(qb_context* /*context*/) {}
void DestroyExecutable(qb_executable* /*executable*/) {}

}  // namespace

extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1 = {
    .struct_size = sizeof(qb_plugin),
    .name = quantbench::names::kPlugin,
    .version = QUANTBENCH_VERSION,
    .description = quantbench::names::kDescription,
    .isas = quantbench::names::kIsas,
    .probe = Probe,
    .prepare = Prepare,
    .executable_isa = ExecutableIsa,
    .create_context = CreateContext,
    .run = Run,
    .destroy_context = DestroyContext,
    .destroy_executable = DestroyExecutable,
};
