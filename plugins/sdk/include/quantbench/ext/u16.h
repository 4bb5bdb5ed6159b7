/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.u16/1": activations of 16 bits.
 *
 * qb_plugin.extension(QB_U16_ID) gives a const qb_u16 where the plugin takes integer models in
 * which activations are QB_U16: wherever QB_U8 may stand. All
 * activations of an operator have one width; between two widths stands a QB_ACTIVATION whose input
 * and output differ in it. A table then has 65,536 entries of QB_U16, and caps are QB_U16. Sums are
 * of 64 bits; formulas: arithmetic.md. A plugin without this extension never gets such a model: the
 * host says in its place that it is unsupported.
 */
#ifndef QUANTBENCH_EXT_U16_H_
#define QUANTBENCH_EXT_U16_H_

#include <stdint.h>

#define QB_U16_ID "quantbench.u16/1"

typedef struct qb_u16 {
  uint32_t struct_size;
} qb_u16;

#endif /* QUANTBENCH_EXT_U16_H_ */
