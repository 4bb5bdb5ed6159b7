// SPDX-License-Identifier: Apache-2.0
// What keys of several stages are made of.
#pragma once

#include <string>

#include "dataset/dataset_spec.h"
#include "support/hash.h"

namespace quantbench {

// The hash of this very program, read once.
const std::string& ThisProgram();

// Mean, standard deviation, scale and order of channels: crops, which don't depend on them, have
// keys of their own.
void AddTo(Hasher& hasher, const Preprocess& preprocess);

}  // namespace quantbench
