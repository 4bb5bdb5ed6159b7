// SPDX-License-Identifier: Apache-2.0
// The x86 backend: which instruction set paths there are, and the plugin's table.
#include "../api/src/guard.h"
#include "../engine/engine.h"
#include "../engine/portable.h"
#include "cpu.h"
#include "isa_kernels.h"
#include "names.h"

namespace {

using quantbench::engine::Kernels;
using quantbench::plugin::Failure;
using quantbench::plugin::Guarded;
using namespace quantbench::x86;

constexpr uint32_t kAvx512 =
    kAvx2 | kFma | kAvx512F | kAvx512Bw | kAvx512Dq | kAvx512Vl | kAvx512Vnni;

// Best first. A name may appear twice where two encodings give the same path.
struct Path {
  const char* isa;
  uint32_t needs;
  const Kernels* kernels;
};
constexpr Path kPaths[] = {
    {"avx512_vnni", kAvx512, &quantbench::engine::kAvx512VnniKernels},
    {"avx_vnni", kAvx512, &quantbench::engine::kAvx512VlVnniKernels},
    {"avx_vnni", kAvx2 | kFma | kAvxVnni, &quantbench::engine::kAvxVnniKernels},
    {"avx2", kAvx2 | kFma, &quantbench::engine::kAvx2Kernels},
    {"portable", 0, &quantbench::engine::kPortableKernels},
};

const Path& FindPath(std::string_view isa) {
  const uint32_t features = CpuFeatures();
  std::string missing;
  for (const Path& path : kPaths) {
    if (isa != path.isa) continue;
    if ((path.needs & ~features) == 0) return path;
    missing += (missing.empty() ? "" : "; or ") + FeatureNames(path.needs & ~features);
  }
  if (missing.empty()) {
    throw Failure(QB_UNSUPPORTED, "'" + std::string(isa) + "' is not an ISA path of x86_vnni");
  }
  throw Failure(QB_UNSUPPORTED, "this CPU or its operating system lacks " + missing);
}

qb_status Probe(const char* isa, qb_error error) {
  return Guarded(error, [&] { FindPath(isa); });
}

qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  qb_status prepared = QB_FAILED;
  const qb_status found = Guarded(error, [&] {
    const Path& path = FindPath(request->isa);
    prepared = quantbench::engine::Prepare(*path.kernels, path.isa, request, executable, error);
  });
  return found == QB_OK ? prepared : found;
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
