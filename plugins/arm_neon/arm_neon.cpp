// SPDX-License-Identifier: Apache-2.0
// The ARM backend: which instruction set paths there are, and the plugin's table.
#include "../engine/engine.h"
#include "../engine/paths.h"
#include "../engine/portable.h"
#include "cpu.h"
#include "isa_kernels.h"
#include "names.h"

namespace {

using namespace quantbench::arm;

constexpr quantbench::engine::IsaPath kPaths[] = {
    {"i8mm", kAsimd | kI8mm, &quantbench::engine::kI8mmKernels},
    {"dotprod", kAsimd | kDotProd, &quantbench::engine::kDotProdKernels},
    {"neon", kAsimd, &quantbench::engine::kNeonKernels},
    {"portable", 0, &quantbench::engine::kPortableKernels},
};
constexpr quantbench::engine::IsaPaths kIsaPaths = {.plugin = quantbench::names::kPlugin,
                                                    .paths = kPaths,
                                                    .names = kFeatureNames,
                                                    .features = CpuFeatures};

qb_status Probe(const char* isa, qb_error error) {
  return quantbench::engine::Probe(kIsaPaths, isa, error);
}

qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  return quantbench::engine::Prepare(kIsaPaths, request, executable, error);
}

}  // namespace

extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1 = {
    .struct_size = sizeof(qb_plugin),
    .name = quantbench::names::kPlugin,
    .version = QUANTBENCH_VERSION,
    .description = quantbench::names::kDescription,
    .isas = quantbench::names::kIsas,
    .probe = Probe,
    .prepare = Prepare,
    .executable_isa = quantbench::engine::ExecutableIsa,
    .create_context = quantbench::engine::CreateContext,
    .run = quantbench::engine::Run,
    .destroy_context = quantbench::engine::DestroyContext,
    .destroy_executable = quantbench::engine::DestroyExecutable,
    .fallback_nodes = quantbench::engine::FallbackNodes,
};
