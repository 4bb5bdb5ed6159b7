/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin header compiles as C11, and its types have the sizes that it counts on. */
#include "quantbench/plugin.h"

_Static_assert(sizeof(qb_status) == 4, "enums have a fixed width");
_Static_assert(offsetof(qb_plugin, struct_size) == 0, "struct_size comes first");
_Static_assert(offsetof(qb_model, struct_size) == 0, "struct_size comes first");

int quantbench_header_is_c(void);
int quantbench_header_is_c(void) { return QB_OK; }
