// SPDX-License-Identifier: Apache-2.0
// All kinds of entries that a cache holds.
#pragma once

#include "store/kind.h"

namespace quantbench {

Kinds AllKinds();

}  // namespace quantbench
