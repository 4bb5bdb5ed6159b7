/* SPDX-License-Identifier: Apache-2.0 */
/* The whole contract between quantbench and a backend plugin, in plain C.
 *
 * A plugin is a shared library that exports one data symbol:
 *
 *     extern "C" const qb_plugin quantbench_plugin_v1;
 *
 * The host gives it a complete model (qb_model), the plugin prepares an executable from it, and
 * runs batches. What the integer operators must compute, to the bit, is in arithmetic.md. C++
 * authors start from plugin.hpp instead.
 *
 * Rules
 *  - Every struct starts with struct_size, set by the side that fills it. Fields are only ever
 * appended, so a reader checks struct_size before it reads a field that the first version didn't
 * have. A breaking change is a new symbol.
 *  - The host owns the model (valid until destroy_executable), inputs, outputs and error buffers;
 * the plugin owns its executables and contexts. Nothing is freed across the boundary but by the
 * destroy functions.
 *  - No exception may leave a plugin. A function that fails returns a status other than QB_OK and
 * writes one sentence, NUL-terminated, into the caller's error buffer (qb_error).
 *  - A plugin starts no thread: it uses the qb_parallel that it is given.
 *  - A call leaves the process as it found it: rounding mode and treatment of denormals, locale,
 * signal handlers, working directory, umask, affinity.
 *  - The same input gives the same output, alone or in a batch of any size; only the range of a
 * dynamic operator is that of its batch. All of an output is written, and nothing beside it.
 *  - Each function says who may call it when: [any-thread] at any time; [one-thread-per-context]
 * never twice at once with the same context.
 */
#ifndef QUANTBENCH_PLUGIN_H_
#define QUANTBENCH_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QB_PLUGIN_SYMBOL "quantbench_plugin_v1"
#define QB_MAX_RANK 4

#if defined(_WIN32)
#define QB_EXPORT __declspec(dllexport)
#else
#define QB_EXPORT __attribute__((visibility("default")))
#endif

typedef int32_t qb_status; /* enum as a fixed width, so that all compilers agree on its size */
enum {
  QB_OK = 0,
  QB_FAILED = 1,      /* something went wrong; the error text says what */
  QB_UNSUPPORTED = 2, /* an operator, attribute or ISA path that this plugin or CPU does not have */
  QB_OUT_OF_MEMORY = 3, /* an allocation failed */
  QB_INVALID = 4        /* the caller broke this contract */
};

/* A text buffer that the caller owns. The callee writes at most `size` bytes, the NUL included. */
typedef struct qb_error {
  char* text;
  size_t size;
} qb_error;

typedef int32_t qb_dtype;
/* QB_U16: activations of 16 bits, given to plugins that declare quantbench/ext/u16.h alone. */
enum { QB_F32 = 0, QB_U8 = 1, QB_I8 = 2, QB_I32 = 3, QB_U16 = 4 };

typedef int32_t qb_op;
enum {
  QB_CONV = 1,            /* inputs x[n,c,h,w], weight[oc,c/groups,kh,kw], bias[oc] */
  QB_LINEAR = 2,          /* inputs x[n,k], weight[oc,k], bias[oc] */
  QB_ADD = 3,             /* inputs a, b of one shape */
  QB_GLOBAL_AVG_POOL = 4, /* x[n,c,h,w] -> [n,c,1,1] */
  QB_AVG_POOL = 5,        /* kernel, stride, padding, count_include_pad */
  QB_MAX_POOL = 6,        /* kernel, stride, padding, dilation; padded positions never win */
  QB_CONCAT = 7,          /* any number of inputs, joined along channels (dimension 1) */
  QB_FLATTEN = 8,         /* x[n,...] -> [n,product] */
  QB_ACTIVATION = 9,      /* the activation alone, where it could not be fused */
  QB_QUANTIZE = 10,       /* f32 -> u8 with the output's qparams */
  QB_DEQUANTIZE = 11,     /* u8 -> f32 with the input's qparams */
  /* Dynamic quantisation: x and the result are f32, weight is i8 with qparams, bias f32; x becomes
   * u8 with qparams that its own range gives, over the whole batch, at run time. */
  QB_DYNAMIC_CONV = 12,   /* inputs and attributes of QB_CONV */
  QB_DYNAMIC_LINEAR = 13, /* inputs of QB_LINEAR */
  /* 20 to 25 are functions of one element. Float: input x. Integer: inputs x, table[256] (u8
   * constant); y = table[x], so that the function is computed once, by the host. */
  QB_CLIP = 20,         /* parameters: low, high */
  QB_HARD_SIGMOID = 21, /* parameters: alpha, beta */
  QB_HARD_SWISH = 22,   /* no parameters, nor have the next two */
  QB_SIGMOID = 23,      /* 1 / (1 + exp(-x)) */
  QB_SILU = 24,         /* x * sigmoid(x) */
  QB_LEAKY_RELU = 25,   /* parameters: slope of what is negative */
  QB_MUL = 26, /* inputs a, b of one shape, or b one factor a channel, [n,c] or [n,c,1,1] */
  QB_CHANNEL_SHUFFLE = 27, /* groups: y[i * groups + j] = x[j * (c / groups) + i] for channels */
  QB_SLICE = 28,           /* channels begin .. end - 1 */
  QB_RESHAPE = 29,         /* the same elements in the same order under the output's dims */
  QB_SOFTMAX = 30, /* f32 [n,k] -> f32 [n,k], over k; in integer models behind QB_DEQUANTIZE */
  /* 40 to 55 are functions of one element as well: inputs and tables like those of 20 to 25. */
  QB_ELU = 40,       /* parameters: alpha */
  QB_SELU = 41,      /* parameters: alpha, gamma */
  QB_CELU = 42,      /* parameters: alpha */
  QB_GELU = 43,      /* no parameters, nor have the next six */
  QB_GELU_TANH = 44, /* its approximation by a tanh */
  QB_MISH = 45,      /* x * tanh(softplus(x)) */
  QB_SOFTPLUS = 46,  /* log(1 + exp(x)) */
  QB_SOFTSIGN = 47,  /* x / (1 + |x|) */
  QB_TANH = 48,
  QB_ERF = 49,
  QB_THRESHOLDED_RELU = 50, /* parameters: what is at most this is 0 */
  QB_EXP = 51,              /* no parameters, nor have the next four */
  QB_LOG = 52,
  QB_SQRT = 53,
  QB_ABS = 54,
  QB_RECIPROCAL = 55, /* 1 / x */
  QB_GATHER = 70, /* inputs x, indices[m] (i32 constant): the output is m blocks of equal length;
                     block i is block indices[i] of x, or zeros where that is -1 */
  QB_PRELU = 71,  /* leaky_relu with a slope a channel. Float: inputs x, slopes[c]. Integer: inputs
                     x, table[c,256]; y = table[channel][x] */
  QB_LRN = 72,    /* f32 [n,c,h,w]: parameters alpha, beta; bias, size. In integer models between
                     QB_DEQUANTIZE and QB_QUANTIZE, as is the next one */
  QB_LOG_SOFTMAX = 73, /* f32 [n,k] -> f32 [n,k], over k */
  QB_CAP = 74 /* the smaller one of x and a cap a channel. Float: inputs x, caps[c]. Integer: inputs
                 x, caps[c] (u8 constant, in the output's qparams). No activation */
};

typedef int32_t qb_activation;
enum { QB_NONE = 0, QB_RELU = 1, QB_RELU6 = 2 };

/* A tensor of the model. Activations have dims[0] = 0: the batch size, known at run time. All data
 * is dense, row-major in the order of dims. Real value = (q - zero_point) * scale. */
typedef struct qb_tensor {
  uint32_t struct_size;
  qb_dtype dtype;
  const char* name;
  int32_t rank;
  int64_t dims[QB_MAX_RANK];
  int32_t num_qparams;        /* 0: not quantised; 1: per tensor; dims[axis]: per channel */
  int32_t axis;               /* channel axis of per-channel qparams */
  const float* scales;        /* [num_qparams], each > 0 */
  const int32_t* zero_points; /* [num_qparams] */
  const void* data;           /* constant data, NULL for activations */
  uint64_t data_bytes;
  /* Appended: of QB_U8 activations, the largest integer that may stand there; whoever writes the
   * tensor clamps to it. 0: that of the dtype. Given to plugins that declare
   * quantbench/ext/limits.h alone. */
  int32_t most;
  int32_t reserved; /* 0 */
} qb_tensor;

typedef struct qb_node {
  uint32_t struct_size;
  qb_op op;
  const char* name;
  const int32_t* inputs; /* [num_inputs], indices into qb_model.tensors */
  int32_t num_inputs;
  int32_t output; /* index into qb_model.tensors; the output's shape is already inferred */
  qb_activation activation; /* applied to the result, before it is quantised: see arithmetic.md */
  int32_t kernel[2];        /* height, width */
  int32_t stride[2];
  int32_t dilation[2];
  int32_t padding[4]; /* top, left, bottom, right */
  int32_t groups;
  int32_t count_include_pad; /* average pool: divide by the whole window (1) or by what lies inside
                                the image (0) */
  /* Appended: read these only where op is 20 or above (such nodes always have them). */
  float parameters[2];
  int32_t begin, end;
  /* Appended: read these only where op is QB_LRN. */
  float bias;
  int32_t size; /* channels that are summed */
} qb_node;

/* Nodes are in execution order, every tensor is written once. Integer models take and give float as
 * well: QB_QUANTIZE and QB_DEQUANTIZE stand wherever values change sides, in most models first and
 * last. Nodes of both sides may stand in one model. */
typedef struct qb_model {
  uint32_t struct_size;
  const char* name;
  const qb_tensor* const* tensors; /* [num_tensors], pointers so that qb_tensor can grow */
  int32_t num_tensors;
  const qb_node* const* nodes; /* [num_nodes] */
  int32_t num_nodes;
  int32_t input;  /* float32 [n,c,h,w], normalised */
  int32_t output; /* float32 [n,classes] */
} qb_model;

/* The host's thread pool. for_each calls body(body_data, i, worker) once for each i in [0, count)
 * and returns when all are done; worker is in [0, threads) and no two calls with one worker number
 * overlap. With threads == 1 it is a plain loop on the calling thread, in order. */
typedef struct qb_parallel {
  uint32_t struct_size;
  int32_t threads;
  void* pool;
  void (*for_each)(void* pool, int64_t count,
                   void (*body)(void* body_data, int64_t i, int32_t worker), void* body_data);
} qb_parallel;

/* Called after each executed node with its output as the model's dtype and layout say, and the time
 * it took. A fused node that never exists in memory is left out. Taps must not change results. */
typedef struct qb_tap {
  uint32_t struct_size;
  void* user;
  void (*node_done)(void* user, int32_t node, const void* values, uint64_t bytes,
                    int64_t nanoseconds);
} qb_tap;

typedef struct qb_run {
  uint32_t struct_size;
  int32_t batch_size; /* 1 .. the context's max_batch_size */
  const float* input; /* [batch_size,c,h,w] */
  float* output;      /* [batch_size,classes] */
  const qb_parallel* parallel;
  const qb_tap* tap; /* NULL: none */
} qb_run;

typedef struct qb_prepare {
  uint32_t struct_size;
  const qb_model* model;
  const char* isa; /* one of qb_plugin.isas, already probed: use exactly this path */
  /* Appended, and NULL but for plugins with the extension that tells of it. */
  const char* model_file;     /* the same model as a file: quantbench/ext/model_file.h */
  const char* const* options; /* name, value, name, value, ..., NULL: quantbench/ext/options.h */
} qb_prepare;

typedef struct qb_executable qb_executable; /* a prepared model: immutable once made */
typedef struct qb_context qb_context;       /* scratch memory for one run at a time */

typedef struct qb_plugin {
  uint32_t struct_size;
  const char* name;        /* what scenarios call it: [a-z0-9_]+ */
  const char* version;     /* of the plugin */
  const char* description; /* one line */
  const char* const*
      isas; /* NULL-terminated, best first; {"generic", NULL} where there is nothing to choose */

  /* Can this CPU run that ISA path? QB_OK or QB_UNSUPPORTED with the reason. Must not execute what
   * it asks about. [any-thread] */
  qb_status (*probe)(const char* isa, qb_error error);

  /* Packs weights and plans memory. [any-thread] */
  qb_status (*prepare)(const qb_prepare* request, qb_executable** executable, qb_error error);

  /* The ISA path that the executable really takes, a string that lives as long as the library.
   * [any-thread] */
  const char* (*executable_isa)(const qb_executable* executable);

  /* Memory for one run at a time of up to max_batch_size images; run may not allocate. [any-thread]
   */
  qb_status (*create_context)(const qb_executable* executable, int32_t max_batch_size,
                              int32_t threads, qb_context** context, qb_error error);

  /* [one-thread-per-context]; several contexts of one executable may run at once. */
  qb_status (*run)(const qb_executable* executable, qb_context* context, const qb_run* request,
                   qb_error error);

  void (*destroy_context)(qb_context* context);          /* NULL is allowed */
  void (*destroy_executable)(qb_executable* executable); /* NULL is allowed; after its contexts */

  /* Appended; may be left out or NULL: how many nodes of the model run as somebody else's naive
   * default rather than as code of this plugin. [any-thread] */
  int32_t (*fallback_nodes)(const qb_executable* executable);

  /* Appended; may be left out or NULL: an optional ability by its id. The struct behind it is that
   * of the header quantbench/ext/<name>.h and lives as long as the library; NULL: the plugin
   * doesn't have it. [any-thread] */
  const void* (*extension)(const char* id);
} qb_plugin;

extern QB_EXPORT const qb_plugin quantbench_plugin_v1;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif /* QUANTBENCH_PLUGIN_H_ */
