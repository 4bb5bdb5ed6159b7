/* SPDX-License-Identifier: Apache-2.0 */
/* A libonnxruntime that says zeros of everything, with a defect by its name: what the plugin makes
 * of libraries that aren't what people think. Places in the table are ONNX Runtime's. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { kFunctions = 300 };

struct value {
  float* data;
  size_t bytes;
};

static char status[64];
static void* create_status(int code, const char* text) {
  (void)code;
  strncpy(status, text, sizeof(status) - 1);
#ifdef FAKE_ALIEN
  status[0] = '?';
#endif
  return status;
}
static int get_error_code(const void* of) {
  (void)of;
  return 2;
}
static const char* get_error_message(const void* of) { return of; }

static void* make(void** out) {
  *out = status;
  return NULL;
}
static void* create_env(int level, const char* name, void** out) {
  (void)level, (void)name;
  return make(out);
}
static void* create_session(const void* env, const char* file, const void* options, void** out) {
  (void)env, (void)options;
  if (access(file, R_OK) != 0) return create_status(3, "the model's file isn't there");
  return make(out);
}
static void* no_memory(void) { return create_status(1, "no models from memory"); }
static void* take(void) { return NULL; }
static void nothing(void) {}
static void* one(const void* session, size_t* count) {
  (void)session;
  *count = 1;
  return NULL;
}
static void* name(const void* session, size_t index, void* allocator, char** out) {
  (void)session, (void)index, (void)allocator;
  *out = status;
  return NULL;
}
static void* create_memory_info(int kind, int memory, void** out) {
  (void)kind, (void)memory;
  return make(out);
}
static void* create_tensor(const void* info, void* data, size_t bytes, const int64_t* shape,
                           size_t rank, int type, struct value** out) {
  (void)info, (void)shape, (void)rank, (void)type;
  *out = malloc(sizeof(struct value));
  (*out)->data = data;
  (*out)->bytes = bytes;
  return NULL;
}
static void* run(void* session, const void* options, const char* const* in_names,
                 const struct value* const* in, size_t ins, const char* const* out_names,
                 size_t outs, struct value** out) {
  (void)session, (void)options, (void)in_names, (void)in, (void)ins, (void)out_names, (void)outs;
#ifdef FAKE_CRASH
  abort();
#endif
#ifdef FAKE_HANG
  for (;;) pause();
#endif
#ifdef FAKE_FAILS
  return create_status(6, "a kernel\nfell over");
#endif
  memset((*out)->data, 0, (*out)->bytes);
  return NULL;
}

typedef void (*function)(void);
static function table[kFunctions];

static const void* get_api(uint32_t version) {
#ifdef FAKE_OLD
  if (version > 8) return NULL;
#endif
  (void)version;
  for (int i = 0; i < kFunctions; ++i) table[i] = (function)take;
  table[0] = (function)create_status;
  table[1] = (function)get_error_code;
  table[2] = (function)get_error_message;
  table[3] = (function)create_env;
  table[7] = (function)create_session;
  table[8] = (function)no_memory;
  table[9] = (function)run;
  table[10] = (function)make;
  table[30] = table[31] = (function)one;
  table[36] = table[37] = (function)name;
  table[49] = (function)create_tensor;
  table[69] = (function)create_memory_info;
  table[78] = (function)make;
  table[92] = table[93] = table[94] = table[95] = table[100] = (function)nothing;
  table[96] = (function)free;
  return table;
}
static const char* version(void) {
#ifdef FAKE_OLD
  return "1.8.1";
#else
  return "1.12.0";
#endif
}

struct base {
  const void* (*get_api)(uint32_t version);
  const char* (*version)(void);
};
const struct base* OrtGetApiBase(void) {
  static const struct base base = {get_api, version};
#ifdef FAKE_LOAD_CRASH
  abort();
#endif
  return &base;
}
