// SPDX-License-Identifier: Apache-2.0
// Which layer of a quantised case loses the accuracy, which one takes the time.
#pragma once

#include <cstdint>
#include <optional>

#include "record/diagnosis.h"
#include "run/options.h"
#include "scenario/scenario.h"

namespace quantbench {

struct DiagnosisRequest {
  int64_t images = 256;              // at most, spread evenly over those of the evaluation
  bool times = true;                 // time each layer on the backend
  std::optional<double> limit_pp{};  // find the layers that, in float, bring Top-1 within that
  // The same, but until only so small a part is left of the images whose class isn't fp32's, or no
  // layer lessens it.
  std::optional<double> changed_part{};
};

// Of the first int8 case that options.filter lets through. Throws Error where there is none, and as
// RunScenario does.
Diagnosis Diagnose(const Scenario& scenario, const DiagnosisRequest& request,
                   const RunOptions& options);

}  // namespace quantbench
