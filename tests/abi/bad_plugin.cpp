// SPDX-License-Identifier: Apache-2.0
// A plugin with one defect, chosen by a macro; DEFECT_NONE has none but does nothing.
#include <cstring>
#include <stdexcept>

#include "quantbench/plugin.h"

namespace {

[[maybe_unused]] qb_status Say(qb_error error, qb_status status, const char* text) {
  std::strncpy(error.text, text, error.size - 1);
  return status;
}

qb_status Probe(const char*, [[maybe_unused]] qb_error error) {
#if defined(DEFECT_THROWS_IN_PROBE)
  throw std::runtime_error("probe threw this");
#elif defined(DEFECT_CANNOT_RUN)
  return Say(error, QB_UNSUPPORTED, "needs an abacus");
#else
  return QB_OK;
#endif
}

qb_status Prepare(const qb_prepare*, qb_executable** executable, qb_error) {
#if defined(DEFECT_THROWS_IN_PREPARE)
  throw 42;
#else
  static int something;
  *executable = reinterpret_cast<qb_executable*>(&something);
  return QB_OK;
#endif
}

const char* ExecutableIsa(const qb_executable*) {
#if defined(DEFECT_OTHER_ISA)
  return "another";
#else
  return "generic";
#endif
}

qb_status CreateContext(const qb_executable*, int32_t, int32_t, qb_context** context, qb_error) {
  static int something;
  *context = reinterpret_cast<qb_context*>(&something);
  return QB_OK;
}

qb_status Run(const qb_executable*, qb_context*, const qb_run* run,
              [[maybe_unused]] qb_error error) {
#if defined(DEFECT_FAILS_IN_RUN)
  return Say(error, QB_FAILED, "ran out of beads");
#elif defined(DEFECT_FAILS_SILENTLY)
  return QB_FAILED;
#elif defined(DEFECT_UNTERMINATED_ERROR)
  std::memset(error.text, 'x', error.size);
  return QB_FAILED;
#endif
  if (run->output != nullptr) run->output[0] = 1.0f;
  return QB_OK;
}

constexpr const char* kIsas[] = {"generic", nullptr};
[[maybe_unused]] constexpr const char* kNoIsas[] = {nullptr};

constexpr qb_plugin MakeTable() {
  qb_plugin table{};
  table.struct_size = sizeof(qb_plugin);
  table.name = "bad";
  table.version = "1";
  table.description = "for tests";
  table.isas = kIsas;
  table.probe = &Probe;
  table.prepare = &Prepare;
  table.executable_isa = &ExecutableIsa;
  table.create_context = &CreateContext;
  table.run = &Run;
  table.destroy_context = [](qb_context*) {};
  table.destroy_executable = [](qb_executable*) {};
#if defined(DEFECT_SHORT_STRUCT)
  table.struct_size = 16;
#elif defined(DEFECT_NULL_RUN)
  table.run = nullptr;
#elif defined(DEFECT_NULL_NAME)
  table.name = nullptr;
#elif defined(DEFECT_BAD_NAME)
  table.name = "Bad, name";
#elif defined(DEFECT_NO_ISA)
  table.isas = kNoIsas;
#endif
  return table;
}

}  // namespace

#if defined(DEFECT_NO_SYMBOL)
extern "C" QB_EXPORT const qb_plugin quantbench_plugin_v0 = MakeTable();
#else
extern "C" QB_EXPORT const qb_plugin quantbench_plugin_v1 = MakeTable();
#endif
