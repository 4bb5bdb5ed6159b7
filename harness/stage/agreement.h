// SPDX-License-Identifier: Apache-2.0
// Two backends' predictions of one model, compared.
#pragma once

#include <optional>
#include <string>

#include "backend/backend.h"
#include "record/accuracy.h"
#include "record/agreement.h"

namespace quantbench {

// `exact` are those of the backend called `with`, on the same images.
Agreement AgreementOf(const Predictions& own, const Predictions& exact, const std::string& with);

// What an engine's scores can't be by its own promise, in a sentence for people; else empty. Errors
// of rounding grow from layer to layer where integers are rounded, so that in integer models
// classes alone are held against it, in float ones scores as well.
std::string BrokenPromise(const std::optional<Agreement>& agreement, const Numerics& promised,
                          bool in_float);

}  // namespace quantbench
