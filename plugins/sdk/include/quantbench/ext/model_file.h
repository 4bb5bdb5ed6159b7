/* SPDX-License-Identifier: Apache-2.0 */
/* Extension "quantbench.model_file/1": the plugin is an engine that imports models by itself.
 *
 * Where qb_plugin.extension(QB_MODEL_FILE_ID) gives a const qb_model_file, qb_prepare.model_file
 * is the path of an ONNX file that holds qb_prepare.model: the one whose size the results tell. Its
 * one input is float32 [batch,c,h,w], its one output float32 [batch,classes], the batch is free.
 * The engine runs what the file says; the structs tell shapes without importing anything.
 *
 * What a node computes has a name in the file: its output tensor's, with "_relu" or "_relu6" behind
 * it where the node has that activation, then with "_quantized" where it is of integers. So an
 * engine that can make such values outputs of a model can call taps, with -1 nanoseconds where it
 * can't tell times; scores must be those of a run without a tap. QB_DEQUANTIZE has no such name,
 * nor has a QB_ACTIVATION between two widths.
 *
 * Such engines have threads of their own. In place of the rule that a plugin starts none: a context
 * for n threads starts at most n - 1, and none of them takes processor time between runs.
 */
#ifndef QUANTBENCH_EXT_MODEL_FILE_H_
#define QUANTBENCH_EXT_MODEL_FILE_H_

#include <stdint.h>

#define QB_MODEL_FILE_ID "quantbench.model_file/1"

typedef struct qb_model_file {
  uint32_t struct_size;
} qb_model_file;

#endif /* QUANTBENCH_EXT_MODEL_FILE_H_ */
