// SPDX-License-Identifier: Apache-2.0
// Another plugin, slowed down: each run takes QUANTBENCH_SLOWED_PERCENT percent more processor time
// of the calling thread, as more work would; or only a share of the runs, QUANTBENCH_SLOWED_SHARE
// (0 to 1), spread evenly. A copy named slowed-15.so takes 15 percent more, whatever the
// environment says, so that two of them can be compared in turns. QUANTBENCH_SLOWED_PLUGIN is the
// library. Its best ISA path that runs here is this one's only.
#include <dlfcn.h>
#include <time.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "quantbench/plugin.h"

namespace {

qb_status Fail(qb_error error, const char* text) {
  std::strncpy(error.text, text, error.size - 1);
  return QB_FAILED;
}

// nullptr where there is no such library or it is no plugin.
const qb_plugin* Inner() {
  static const qb_plugin* const inner = [] {
    const char* const file = std::getenv("QUANTBENCH_SLOWED_PLUGIN");
    void* const library = file == nullptr ? nullptr : ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return static_cast<const qb_plugin*>(nullptr);
    return static_cast<const qb_plugin*>(::dlsym(library, "quantbench_plugin_v1"));
  }();
  return inner;
}

const char* InnerIsa(qb_error error) {
  for (const char* const* isa = Inner()->isas; *isa != nullptr; ++isa) {
    if (Inner()->probe(*isa, error) == QB_OK) return *isa;
  }
  return nullptr;
}

double Setting(const char* name, double otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atof(text);
}

// The number behind the dash of this library's file name, else the environment's.
double SlowedPercent() {
  Dl_info self{};
  ::dladdr(reinterpret_cast<const void*>(&SlowedPercent), &self);
  const char* const name = self.dli_fname == nullptr ? nullptr : std::strrchr(self.dli_fname, '/');
  double percent = 0;
  if (name != nullptr && std::sscanf(name, "/slowed-%lf", &percent) == 1) return percent;
  return Setting("QUANTBENCH_SLOWED_PERCENT", 0);
}

// How much longer the next run takes, as a share of its time.
double NextDelay() {
  static const double delay = SlowedPercent() / 100;
  static const double share = Setting("QUANTBENCH_SLOWED_SHARE", 1);
  static std::atomic<int64_t> runs = 0;
  const auto run = static_cast<double>(runs++);
  return std::floor((run + 1) * share) > std::floor(run * share) ? delay : 0;
}

double ProcessorSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

qb_status Probe(const char*, qb_error error) {
  if (Inner() == nullptr) return Fail(error, "QUANTBENCH_SLOWED_PLUGIN names no plugin");
  return InnerIsa(error) != nullptr ? QB_OK : QB_UNSUPPORTED;
}

qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  qb_prepare forwarded = *request;
  forwarded.isa = InnerIsa(error);
  return Inner()->prepare(&forwarded, executable, error);
}

qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* run,
              qb_error error) {
  const double delay = NextDelay();
  const double start = ProcessorSeconds();
  const qb_status status = Inner()->run(executable, context, run, error);
  const double end = start + (ProcessorSeconds() - start) * (1 + delay);
  while (ProcessorSeconds() < end) {
  }
  return status;
}

constexpr const char* kIsas[] = {"generic", nullptr};

constexpr qb_plugin MakeTable() {
  qb_plugin table{};
  table.struct_size = sizeof(qb_plugin);
  table.name = "slowed";
  table.version = "1";
  table.description = "another plugin, slowed down; for tests";
  table.isas = kIsas;
  table.probe = &Probe;
  table.prepare = &Prepare;
  table.executable_isa = [](const qb_executable*) { return kIsas[0]; };
  table.create_context = [](const qb_executable* executable, int32_t max_batch_size,
                            int32_t threads, qb_context** context, qb_error error) {
    return Inner()->create_context(executable, max_batch_size, threads, context, error);
  };
  table.run = &Run;
  table.destroy_context = [](qb_context* context) { Inner()->destroy_context(context); };
  table.destroy_executable = [](qb_executable* one) { Inner()->destroy_executable(one); };
  return table;
}

}  // namespace

extern "C" QB_EXPORT const qb_plugin quantbench_plugin_v1 = MakeTable();
