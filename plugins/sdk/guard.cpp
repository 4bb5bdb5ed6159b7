// SPDX-License-Identifier: Apache-2.0
// Error texts, and what is refused of a host's requests.
#include "quantbench/guard.hpp"

#include <cstdio>

namespace quantbench::plugin {
namespace {

void RequireSize(uint32_t actual, size_t expected, const char* what) {
  if (actual >= expected) return;
  throw Failure(QB_INVALID, std::string(what) +
                                " is smaller than this plugin expects; the host is too old for it");
}

}  // namespace

qb_status Report(qb_error error, qb_status status, const char* text) {
  if (error.text != nullptr && error.size > 0) std::snprintf(error.text, error.size, "%s", text);
  return status;
}

void CheckPrepare(const qb_prepare& request) {
  // What is appended behind the first version is looked at where it is used.
  RequireSize(request.struct_size, offsetof(qb_prepare, model_file), "qb_prepare");
  RequireSize(request.model->struct_size, sizeof(qb_model), "qb_model");
}

void CheckContext(int32_t max_batch_size) {
  if (max_batch_size < 1) throw Failure(QB_INVALID, "a batch has at least one image");
}

void CheckRun(const qb_run& request, int32_t max_batch_size) {
  RequireSize(request.struct_size, sizeof(qb_run), "qb_run");
  if (request.batch_size >= 1 && request.batch_size <= max_batch_size) return;
  throw Failure(QB_INVALID, "batch size " + std::to_string(request.batch_size) + " is outside 1.." +
                                std::to_string(max_batch_size));
}

}  // namespace quantbench::plugin
