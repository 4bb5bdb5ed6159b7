/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.parts/1": where the time of a run goes, as it really runs.
 *
 * qb_plugin.extension(QB_PARTS_ID) gives a const qb_parts. Taps make each value exist, so an engine
 * that computes several nodes as one runs other code under them. This is a run like any other, with
 * a word after each piece of it. `quantbench diagnose` shows these pieces; of a plugin without this
 * extension it shows what taps tell.
 */
#ifndef QUANTBENCH_EXT_PARTS_H_
#define QUANTBENCH_EXT_PARTS_H_

#include <stdint.h>

#include "quantbench/plugin.h"

#define QB_PARTS_ID "quantbench.parts/1"

/* Called on the thread that called `run`, after each piece, in order. `nodes` are those of the
 * model that it computed: several where they are one piece, none where it only moves values into
 * another layout. A node that no piece names was computed with the one that reads its result. */
typedef struct qb_part_sink {
  uint32_t struct_size;
  void* user;
  void (*part_done)(void* user, const int32_t* nodes, int32_t num_nodes, int64_t nanoseconds);
} qb_part_sink;

typedef struct qb_parts {
  uint32_t struct_size;
  /* As qb_plugin.run without a tap: the same code, the same results. [one-thread-per-context] */
  qb_status (*run)(const qb_executable* executable, qb_context* context, const qb_run* request,
                   const qb_part_sink* sink, qb_error error);
} qb_parts;

#endif /* QUANTBENCH_EXT_PARTS_H_ */
