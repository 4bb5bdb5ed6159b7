// SPDX-License-Identifier: Apache-2.0
// Turns exceptions into the ABI's status and text, so that none crosses the boundary.
#pragma once

#include <cstdio>
#include <exception>
#include <new>

#include "quantbench/plugin.hpp"

namespace quantbench::plugin {

inline qb_status Report(qb_error error, qb_status status, const char* text) {
  if (error.text != nullptr && error.size > 0) std::snprintf(error.text, error.size, "%s", text);
  return status;
}

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

}  // namespace quantbench::plugin
