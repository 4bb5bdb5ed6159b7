/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.options/1": what scenarios may choose about a plugin.
 *
 * qb_plugin.extension(QB_OPTIONS_ID) gives a const qb_options: a closed list of options with all of
 * their values, so that the host refuses a mistyped one where it stands. What a scenario chose,
 *
 *     backend: [{name: engine, options: {precision: exact}}]
 *
 * comes in qb_prepare.options as name, value, name, value, ..., NULL; options that aren't there
 * have their default. A plugin may rely on names and values being its own.
 */
#ifndef QUANTBENCH_EXT_OPTIONS_H_
#define QUANTBENCH_EXT_OPTIONS_H_

#include <stdint.h>

#define QB_OPTIONS_ID "quantbench.options/1"

typedef struct qb_option {
  uint32_t struct_size;
  const char* name;          /* [a-z0-9_]+ */
  const char* description;   /* one line */
  const char* const* values; /* each [a-z0-9_]+, NULL-terminated; the first is the default */
} qb_option;

typedef struct qb_options {
  uint32_t struct_size;
  const qb_option* const* options; /* NULL-terminated */
} qb_options;

#endif /* QUANTBENCH_EXT_OPTIONS_H_ */
