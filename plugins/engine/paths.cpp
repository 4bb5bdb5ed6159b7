// SPDX-License-Identifier: Apache-2.0
// Finds the path that was asked for, or says what it lacks.
#include "paths.h"

#include <string>
#include <string_view>

#include "quantbench/ext/float_order.h"
#include "quantbench/ext/limits.h"
#include "quantbench/guard.hpp"

namespace quantbench::engine {
namespace {

using plugin::Failure;
using plugin::Guarded;

// "avx2, fma" for those bits.
std::string NamesOf(const IsaPaths& paths, uint32_t features) {
  std::string text;
  for (const FeatureName& name : paths.features) {
    if ((features & name.bit) == 0) continue;
    text += text.empty() ? "" : ", ";
    text += name.text;
  }
  return text;
}

const IsaPath& FindPath(const IsaPaths& paths, std::string_view isa) {
  const uint32_t features = paths.cpu_features();
  std::string missing;
  for (const IsaPath& path : paths.paths) {
    if (isa != path.isa) continue;
    if ((path.needs & ~features) == 0) return path;
    missing += (missing.empty() ? "" : "; or ") + NamesOf(paths, path.needs & ~features);
  }
  if (missing.empty()) {
    throw Failure(QB_UNSUPPORTED,
                  "'" + std::string(isa) + "' is not an ISA path of " + paths.plugin);
  }
  throw Failure(QB_UNSUPPORTED, "this CPU or its operating system lacks " + missing);
}

}  // namespace

qb_status Probe(const IsaPaths& paths, const char* isa, qb_error error) {
  return Guarded(error, [&] { FindPath(paths, isa); });
}

qb_status Prepare(const IsaPaths& paths, Fusion fusion, const qb_prepare* request,
                  qb_executable** executable, qb_error error) {
  qb_status prepared = QB_FAILED;
  const qb_status found = Guarded(error, [&] {
    const IsaPath& path = FindPath(paths, request->isa);
    prepared = Prepare(*path.kernels, path.isa, fusion, request, executable, error);
  });
  return found == QB_OK ? prepared : found;
}

const void* Extension(const char* id) {
  static constexpr qb_float_order kFloatOrder{.struct_size = sizeof(qb_float_order)};
  static constexpr qb_limits kLimits{.struct_size = sizeof(qb_limits)};
  if (std::string_view(id) == QB_PARTS_ID) return &kParts;
  if (std::string_view(id) == QB_LIMITS_ID) return &kLimits;
  return std::string_view(id) == QB_FLOAT_ORDER_ID ? &kFloatOrder : nullptr;
}

}  // namespace quantbench::engine
