/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin of the first days: C, the first plugin.h, and nothing else of this tree. It knows some
 * of the first operators, refuses the others, and is loaded by every later host. */
#include "plugin.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qb_executable {
  const qb_model* model;
};

struct qb_context {
  int32_t max_batch_size;
  int32_t num_tensors;
  void** tensors; /* [num_tensors] memory of activations, NULL for the rest */
};

static qb_status Say(qb_error error, qb_status status, const char* text) {
  snprintf(error.text, error.size, "%s", text);
  return status;
}

/* Elements of a tensor, with this many images where it is an activation. */
static int64_t Count(const qb_tensor* t, int64_t batch) {
  int64_t count = t->data == NULL ? batch : t->dims[0];
  for (int32_t d = 1; d < t->rank; ++d) count *= t->dims[d];
  return count;
}

typedef struct Call {
  const qb_node* node;
  const qb_tensor *x, *w, *y; /* w: the second input, whatever it is */
  const void *x_data, *w_data, *bias;
  void* y_data;
  int64_t batch;
} Call;

static float Activated(float r, qb_activation activation) {
  if (activation != QB_NONE && !(r > 0.0f)) r = 0.0f;
  return activation == QB_RELU6 && r > 6.0f ? 6.0f : r;
}

static uint8_t Emitted(float r, const Call* c) {
  const float scale = c->y->scales[0];
  const int32_t zero = c->y->zero_points[0];
  int32_t lo = 0, hi = 255;
  if (c->node->activation != QB_NONE && zero > 0) lo = zero;
  if (c->node->activation == QB_RELU6)
    hi = (int32_t)fmin(255.0, zero + nearbyint(6.0 / (double)scale));
  if (!(r > (float)(lo - zero))) r = (float)(lo - zero);
  if (r > (float)(hi - zero)) r = (float)(hi - zero);
  return (uint8_t)(zero + (int32_t)lrintf(r));
}

/* Stores sum number i of output channel o. */
static void Finish(const Call* c, int64_t i, int64_t o, int32_t integer, float real) {
  if (c->y->dtype == QB_F32) {
    ((float*)c->y_data)[i] = Activated(real, c->node->activation);
  } else {
    const float weight_scale = c->w->scales[c->w->num_qparams == 1 ? 0 : o];
    const float m = c->x->scales[0] * weight_scale / c->y->scales[0];
    ((uint8_t*)c->y_data)[i] = Emitted((float)integer * m, c);
  }
}

static void AddProduct(const Call* c, int64_t x, int64_t w, int32_t* integer, float* real) {
  if (c->y->dtype == QB_F32) {
    *real += ((const float*)c->x_data)[x] * ((const float*)c->w_data)[w];
  } else {
    *integer +=
        (((const uint8_t*)c->x_data)[x] - c->x->zero_points[0]) * ((const int8_t*)c->w_data)[w];
  }
}

static void StartSum(const Call* c, int64_t o, int32_t* integer, float* real) {
  const int is_float = c->y->dtype == QB_F32;
  *integer = is_float ? 0 : ((const int32_t*)c->bias)[o];
  *real = is_float ? ((const float*)c->bias)[o] : 0.0f;
}

/* One output of a convolution: [n][o][oy][ox]. */
static void ConvAt(const Call* c, int64_t n, int64_t o, int64_t oy, int64_t ox) {
  const qb_node* const node = c->node;
  const int64_t h = c->x->dims[2], width = c->x->dims[3];
  const int64_t channels = c->w->dims[1], kh = c->w->dims[2], kw = c->w->dims[3];
  const int64_t first = n * c->x->dims[1] + o / (c->y->dims[1] / node->groups) * channels;
  int32_t integer;
  float real;
  StartSum(c, o, &integer, &real);
  for (int64_t k = 0; k < channels * kh * kw; ++k) {
    const int64_t channel = k / (kh * kw), ky = k / kw % kh, kx = k % kw;
    const int64_t iy = oy * node->stride[0] - node->padding[0] + ky * node->dilation[0];
    const int64_t ix = ox * node->stride[1] - node->padding[1] + kx * node->dilation[1];
    if (iy < 0 || iy >= h || ix < 0 || ix >= width) continue;
    AddProduct(c, ((first + channel) * h + iy) * width + ix, o * channels * kh * kw + k, &integer,
               &real);
  }
  const int64_t i = ((n * c->y->dims[1] + o) * c->y->dims[2] + oy) * c->y->dims[3] + ox;
  Finish(c, i, o, integer, real);
}

static void Conv(const Call* c) {
  for (int64_t n = 0; n < c->batch; ++n)
    for (int64_t o = 0; o < c->y->dims[1]; ++o)
      for (int64_t oy = 0; oy < c->y->dims[2]; ++oy)
        for (int64_t ox = 0; ox < c->y->dims[3]; ++ox) ConvAt(c, n, o, oy, ox);
}

static void Linear(const Call* c) {
  const int64_t outputs = c->w->dims[0], inputs = c->w->dims[1];
  for (int64_t i = 0; i < c->batch * outputs; ++i) {
    int32_t integer;
    float real;
    StartSum(c, i % outputs, &integer, &real);
    for (int64_t k = 0; k < inputs; ++k)
      AddProduct(c, i / outputs * inputs + k, i % outputs * inputs + k, &integer, &real);
    Finish(c, i, i % outputs, integer, real);
  }
}

static void Add(const Call* c) {
  for (int64_t i = 0; i < Count(c->y, c->batch); ++i) {
    if (c->y->dtype == QB_F32) {
      const float sum = ((const float*)c->x_data)[i] + ((const float*)c->w_data)[i];
      ((float*)c->y_data)[i] = Activated(sum, c->node->activation);
    } else {
      const float m_a = c->x->scales[0] / c->y->scales[0];
      const float m_b = c->w->scales[0] / c->y->scales[0];
      const float a = (float)(((const uint8_t*)c->x_data)[i] - c->x->zero_points[0]) * m_a;
      const float b = (float)(((const uint8_t*)c->w_data)[i] - c->w->zero_points[0]) * m_b;
      ((uint8_t*)c->y_data)[i] = Emitted(a + b, c);
    }
  }
}

static void Flatten(const Call* c) {
  const size_t element = c->y->dtype == QB_F32 ? sizeof(float) : 1;
  memcpy(c->y_data, c->x_data, (size_t)Count(c->y, c->batch) * element);
}

static void Quantize(const Call* c) {
  for (int64_t i = 0; i < Count(c->y, c->batch); ++i)
    ((uint8_t*)c->y_data)[i] = Emitted(((const float*)c->x_data)[i] / c->y->scales[0], c);
}

static void Dequantize(const Call* c) {
  for (int64_t i = 0; i < Count(c->y, c->batch); ++i) {
    const int32_t centred = ((const uint8_t*)c->x_data)[i] - c->x->zero_points[0];
    ((float*)c->y_data)[i] = (float)centred * c->x->scales[0];
  }
}

static void (*FunctionOf(qb_op op))(const Call*) {
  switch (op) {
    case QB_CONV:
      return Conv;
    case QB_LINEAR:
      return Linear;
    case QB_ADD:
      return Add;
    case QB_FLATTEN:
      return Flatten;
    case QB_QUANTIZE:
      return Quantize;
    case QB_DEQUANTIZE:
      return Dequantize;
    default:
      return NULL;
  }
}

static const char* const kIsas[] = {"generic", NULL};

static qb_status Probe(const char* isa, qb_error error) {
  return strcmp(isa, kIsas[0]) == 0 ? QB_OK : Say(error, QB_UNSUPPORTED, "there is one path");
}

static qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  if (Probe(request->isa, error) != QB_OK) return QB_UNSUPPORTED;
  for (int32_t n = 0; n < request->model->num_nodes; ++n) {
    const qb_node* const node = request->model->nodes[n];
    if (FunctionOf(node->op) == NULL)
      return Say(error, QB_UNSUPPORTED, "an operator of later days");
    if (node->activation < QB_NONE || node->activation > QB_RELU6)
      return Say(error, QB_UNSUPPORTED, "an activation of later days");
  }
  *executable = malloc(sizeof(qb_executable));
  if (*executable == NULL) return Say(error, QB_OUT_OF_MEMORY, "out of memory");
  (*executable)->model = request->model;
  return QB_OK;
}

static const char* ExecutableIsa(const qb_executable* executable) {
  (void)executable;
  return kIsas[0];
}

static void DestroyContext(qb_context* context) {
  if (context == NULL) return;
  for (int32_t t = 0; context->tensors != NULL && t < context->num_tensors; ++t)
    free(context->tensors[t]);
  free(context->tensors);
  free(context);
}

static qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size,
                               int32_t threads, qb_context** context, qb_error error) {
  (void)threads;
  if (max_batch_size < 1) return Say(error, QB_INVALID, "a batch of nothing");
  const qb_model* const model = executable->model;
  qb_context* const made = calloc(1, sizeof(qb_context));
  if (made == NULL) return Say(error, QB_OUT_OF_MEMORY, "out of memory");
  made->max_batch_size = max_batch_size;
  made->num_tensors = model->num_tensors;
  made->tensors = calloc((size_t)model->num_tensors, sizeof(void*));
  for (int32_t t = 0; made->tensors != NULL && t < model->num_tensors; ++t) {
    if (model->tensors[t]->data != NULL || t == model->input || t == model->output) continue;
    made->tensors[t] = malloc((size_t)Count(model->tensors[t], max_batch_size) * sizeof(float));
    if (made->tensors[t] != NULL) continue;
    DestroyContext(made);
    return Say(error, QB_OUT_OF_MEMORY, "out of memory");
  }
  *context = made;
  return QB_OK;
}

static void* DataOf(const qb_executable* executable, const qb_context* context,
                    const qb_run* request, int32_t t) {
  const qb_tensor* const tensor = executable->model->tensors[t];
  if (tensor->data != NULL) return (void*)tensor->data;
  if (t == executable->model->input) return (void*)request->input;
  return t == executable->model->output ? (void*)request->output : context->tensors[t];
}

static qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
                     qb_error error) {
  if (request->struct_size < sizeof(qb_run)) return Say(error, QB_INVALID, "a short qb_run");
  if (request->batch_size < 1 || request->batch_size > context->max_batch_size)
    return Say(error, QB_INVALID, "a batch beyond the context");
  for (int32_t n = 0; n < executable->model->num_nodes; ++n) {
    const qb_node* const node = executable->model->nodes[n];
    const qb_tensor* const* const tensors = executable->model->tensors;
    const int32_t second = node->num_inputs > 1 ? node->inputs[1] : node->inputs[0];
    const int32_t third = node->num_inputs > 2 ? node->inputs[2] : node->inputs[0];
    const Call call = {.node = node,
                       .x = tensors[node->inputs[0]],
                       .w = tensors[second],
                       .y = tensors[node->output],
                       .x_data = DataOf(executable, context, request, node->inputs[0]),
                       .w_data = DataOf(executable, context, request, second),
                       .bias = DataOf(executable, context, request, third),
                       .y_data = DataOf(executable, context, request, node->output),
                       .batch = request->batch_size};
    FunctionOf(node->op)(&call);
    if (request->tap == NULL) continue;
    const int64_t count = Count(call.y, call.batch);
    request->tap->node_done(request->tap->user, n, call.y_data,
                            (uint64_t)count * (call.y->dtype == QB_F32 ? sizeof(float) : 1), 0);
  }
  return QB_OK;
}

static void DestroyExecutable(qb_executable* executable) { free(executable); }

QB_EXPORT const qb_plugin quantbench_plugin_v1 = {.struct_size = sizeof(qb_plugin),
                                                  .name = "first",
                                                  .version = "1",
                                                  .description = "a plugin of the first days",
                                                  .isas = kIsas,
                                                  .probe = Probe,
                                                  .prepare = Prepare,
                                                  .executable_isa = ExecutableIsa,
                                                  .create_context = CreateContext,
                                                  .run = Run,
                                                  .destroy_context = DestroyContext,
                                                  .destroy_executable = DestroyExecutable};
