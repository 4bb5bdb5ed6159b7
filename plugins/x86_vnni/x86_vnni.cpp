// SPDX-License-Identifier: Apache-2.0
// The x86 backend's table.
#include "isas.h"

extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1 =
    quantbench::engine::MakePlugin<quantbench::isas::Plugin>();
