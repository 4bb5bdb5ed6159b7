/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.limits/1": activations that use fewer integers than 0..255.
 *
 * qb_plugin.extension(QB_LIMITS_ID) gives a const qb_limits where the plugin takes integer models
 * in which qb_tensor.most of some QB_U8 activations isn't 0: at least the zero point, below 255.
 * `most` then stands in arithmetic.md's formulas where 255 would. What is copied needs no clamp,
 * since a tensor with the qparams of another one has its `most`. With 7 bits (127) no sum of two
 * products of a u8 and an i8 leaves 16 bits. A plugin without this extension never gets such a
 * model: the host says in its place that it is unsupported.
 */
#ifndef QUANTBENCH_EXT_LIMITS_H_
#define QUANTBENCH_EXT_LIMITS_H_

#include <stdint.h>

#define QB_LIMITS_ID "quantbench.limits/1"

typedef struct qb_limits {
  uint32_t struct_size;
} qb_limits;

#endif /* QUANTBENCH_EXT_LIMITS_H_ */
