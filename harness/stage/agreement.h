// SPDX-License-Identifier: Apache-2.0
// Two backends' predictions of one model, compared.
#pragma once

#include <string>

#include "record/accuracy.h"
#include "record/agreement.h"

namespace quantbench {

// `exact` are those of the backend called `with`, on the same images.
Agreement AgreementOf(const Predictions& own, const Predictions& exact, const std::string& with);

}  // namespace quantbench
