// SPDX-License-Identifier: Apache-2.0
// The plugin header compiles as C++17 and C++20.
#include "quantbench/plugin.h"

static_assert(sizeof(qb_status) == 4);
static_assert(offsetof(qb_plugin, struct_size) == 0);
