// SPDX-License-Identifier: Apache-2.0
// What any plugin owes beside its numbers: the same again, whatever runs beside it or with it in a
// batch, and a process that is left as it was.
#pragma once

#include <set>
#include <string>

#include "backend/backend.h"
#include "conformance/check.h"

namespace quantbench::conformance {

// The same model on several contexts at once must give the bits of a run alone.
CheckResult CheckConcurrency(const Backend& backend, const std::string& isa, Precision precision);

// The same input on one context and on a new one must give the same bits. Of a plugin that declares
// a tolerance what differs is told, and passes.
CheckResult CheckRepeatedRuns(const Backend& backend, const std::string& isa, Precision precision);

// Images alone and together must give the same scores: floats within the tolerance that they have
// against the reference.
CheckResult CheckBatchSizes(const Backend& backend, const std::string& isa, Precision precision);

// A model that is prepared and run leaves rounding mode, locale, signal handlers and the rest as
// they were (support/process_state.h), and so does loading the library.
CheckResult CheckProcessState(const Backend& backend, const std::string& isa,
                              const std::set<std::string>& changed_by_loading);

// No thread is there after a run but those before. Call where nothing else starts any.
CheckResult CheckThreads(const Backend& backend, const std::string& isa,
                         const std::set<int>& before);

}  // namespace quantbench::conformance
