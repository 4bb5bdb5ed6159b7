// SPDX-License-Identifier: Apache-2.0
// Stands in for a plugin of another architecture: it is listed like any other, and refuses every
// path with the reason, so that a scenario written elsewhere fails with that reason.
#include <string>

#include "isas.h"  // of the plugin that this one stands for
#include "quantbench/guard.hpp"

namespace {

using quantbench::isas::Plugin;

qb_status Refuse(qb_error error) {
  const std::string why = "this CPU is " + std::string(quantbench::engine::kThisArchitecture) +
                          "; " + Plugin::kName + " needs " + Plugin::kArchitecture;
  return quantbench::plugin::Report(error, QB_UNSUPPORTED, why.c_str());
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
    .name = Plugin::kName,
    .version = Plugin::kVersion,
    .description = Plugin::kDescription,
    .isas = quantbench::engine::kIsaNames<Plugin>.data(),
    .probe = Probe,
    .prepare = Prepare,
    .executable_isa = ExecutableIsa,
    .create_context = CreateContext,
    .run = Run,
    .destroy_context = DestroyContext,
    .destroy_executable = DestroyExecutable,
};
