// SPDX-License-Identifier: Apache-2.0
// The functions of qb_plugin, given the kernels to use.
#pragma once

#include "kernels.h"
#include "quantbench/ext/parts.h"
#include "quantbench/plugin.h"
#include "step.h"

namespace quantbench::engine {

// `isa` names the path and lives as long as the library.
qb_status Prepare(const Kernels& kernels, const char* isa, Fusion fusion, const qb_prepare* request,
                  qb_executable** executable, qb_error error);
const char* ExecutableIsa(const qb_executable* executable);
qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size, int32_t threads,
                        qb_context** context, qb_error error);
qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
              qb_error error);
extern const qb_parts kParts;
int32_t FallbackNodes(const qb_executable* executable);
void DestroyContext(qb_context* context);
void DestroyExecutable(qb_executable* executable);

}  // namespace quantbench::engine
