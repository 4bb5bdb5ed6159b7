// SPDX-License-Identifier: Apache-2.0
// For plugins that fill in qb_plugin themselves: exceptions become the ABI's status and text, and
// what the host hands over is checked. plugin.hpp does all of it for those who derive from
// Operators.
#pragma once

#include <exception>
#include <new>

#include "quantbench/plugin.hpp"

namespace quantbench::plugin {

// Writes the text into the caller's buffer and returns the status.
qb_status Report(qb_error error, qb_status status, const char* text);

// Runs body(); whatever it throws is reported, so that nothing crosses the boundary.
template <class Body>
qb_status Guarded(qb_error error, Body&& body) noexcept {
  try {
    body();
    return QB_OK;
  } catch (const Failure& failure) {
    return Report(error, failure.status(), failure.what());
  } catch (const std::bad_alloc&) {
    return Report(error, QB_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& exception) {
    return Report(error, QB_FAILED, exception.what());
  } catch (...) {
    return Report(error, QB_FAILED, "an exception of unknown type");
  }
}

// Each throws Failure(QB_INVALID) where a request breaks the contract, or is of a host older than
// this header.
void CheckPrepare(const qb_prepare& request);
void CheckContext(int32_t max_batch_size);
void CheckRun(const qb_run& request, int32_t max_batch_size);

}  // namespace quantbench::plugin
