/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.numerics/1": how near to the formulas of arithmetic.md a plugin computes.
 *
 * qb_plugin.extension(QB_NUMERICS_ID) gives a const qb_numerics. A plugin without this extension is
 * exact, and `quantbench check` compares it bit by bit; an engine that rounds or accumulates in its
 * own way promises limits instead, and is judged by them in each case.
 */
#ifndef QUANTBENCH_EXT_NUMERICS_H_
#define QUANTBENCH_EXT_NUMERICS_H_

#include <stdint.h>

#define QB_NUMERICS_ID "quantbench.numerics/1"

typedef int32_t qb_numerics_kind;
enum {
  QB_EXACT = 0,    /* integer results to the bit; the limits don't count */
  QB_TOLERANCE = 1 /* results within the limits, against the reference on the same model */
};

/* As a deviation's min_sqnr_db: whatever comes out, NaN and infinity as well. */
#define QB_ANY_VALUES (-1000.0)

/* Cases of `quantbench check` that are known to lie outside of the limits, and why. They are judged
 * by limits of their own, and shown as deviations. */
typedef struct qb_deviation {
  uint32_t struct_size;
  const char* cases;  /* names, with * for any text and ? for any character */
  const char* reason; /* one sentence */
  double min_sqnr_db;
  double min_top1_agreement_percent;
} qb_deviation;

typedef struct qb_numerics {
  uint32_t struct_size;
  qb_numerics_kind kind;
  double min_sqnr_db; /* 10 log10(sum of y^2 / sum of (y - x)^2) over a model's outputs */
  /* Images whose best class is the reference's, 0 to 100; scores nearer to each other than the
   * noise that min_sqnr_db allows are a tie, and any of them the best. */
  double min_top1_agreement_percent;
  /* Appended, read where struct_size holds it: NULL-terminated; or NULL: none. */
  const qb_deviation* const* deviations;
} qb_numerics;

#endif /* QUANTBENCH_EXT_NUMERICS_H_ */
