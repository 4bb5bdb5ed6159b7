/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.float_order/1": float results to the bit.
 *
 * qb_plugin.extension(QB_FLOAT_ORDER_ID) gives a const qb_float_order where the plugin's float
 * operators sum and round as arithmetic.md says under "Float operators". `quantbench check` then
 * compares float models bit by bit as well. A plugin without this extension may differ by 1e-4 of a
 * tensor's largest magnitude.
 */
#ifndef QUANTBENCH_EXT_FLOAT_ORDER_H_
#define QUANTBENCH_EXT_FLOAT_ORDER_H_

#include <stdint.h>

#define QB_FLOAT_ORDER_ID "quantbench.float_order/1"

typedef struct qb_float_order {
  uint32_t struct_size;
} qb_float_order;

#endif /* QUANTBENCH_EXT_FLOAT_ORDER_H_ */
