// SPDX-License-Identifier: Apache-2.0
// A backend that computes like the reference and breaks one rule around that: its name says which.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <chrono>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

#include "fault.h"
#include "quantbench/plugin.hpp"

namespace {

constexpr int kSocket = 3;  // of a worker process

class Reference : public quantbench::plugin::Operators {
 public:
  static constexpr const char* kName = fault_name;
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "breaks a rule, for tests";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view) {}
  explicit Reference(std::string_view) {}
};

constexpr qb_plugin kReference = quantbench::plugin::MakePlugin<Reference>();

int64_t classes = 0;  // of the model that was prepared last
int runs = 0;

void SleepForever() { std::this_thread::sleep_for(std::chrono::hours(1)); }

void Say(const std::string& text) {
  if (::write(kSocket, text.data(), text.size()) < 0) SleepForever();
}
[[noreturn]] void SayForever(const std::string& text) {
  while (true) Say(text);
}

// A process of its own that hides from its parent, and holds whatever it inherited.
void StartProcess() {
  if (::fork() != 0) return;
  ::setsid();
  SleepForever();
  ::_exit(0);
}

void StartThread() {
  std::thread([] { SleepForever(); }).detach();
}

void ChangeState() {
  std::fesetround(FE_UPWARD);
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
#endif
  std::setlocale(LC_ALL, "C.UTF-8");
  std::signal(SIGUSR1, [](int) {});
  if (::chdir("/") != 0) std::abort();
  ::umask(0777);
}

void PrintMuch() {
  const std::string line(1023, 'x');
  for (int i = 0; i < 1024; ++i) std::fprintf(stderr, "%s\n", line.c_str());
}

// An evaluation's answer with good counts and the classes of no image.
constexpr char kEmptyPredictions[] =
    "{\"kind\":\"predictions\",\"result\":{\"top1_correct\":1,\"top5_correct\":1,\"images\":12,"
    "\"outputs_hash\":\"0123456789abcdef0123456789abcdef\",\"top5\":[],\"checksums\":[],"
    "\"scores\":[]}}\n";

// What happens before a run's computation. False: there is none.
bool Before(const qb_run& request) {
  if (kFault == "writes_nothing") return false;
  if (kFault == "writes_once") return runs++ == 0;
  if (kFault == "writes_input") const_cast<float*>(request.input)[0] = 1;
  if (kFault == "hangs_up") {
    ::close(kSocket);
    SleepForever();
  }
  if (kFault == "answers_empty") {
    Say(kEmptyPredictions);
    SleepForever();
  }
  if (kFault == "says_garbage") SayForever("who goes there?\n");
  if (kFault == "says_without_end") SayForever(std::string(4096, 'x'));
  if (kFault == "says_nested") SayForever(std::string(60000, '[') + "\n");
  if (kFault == "repeats_progress") {
    while (true) {
      Say("{\"kind\":\"progress\",\"done\":1,\"total\":12}\n");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  if (kFault == "floods_progress") SayForever("{\"kind\":\"progress\",\"done\":1,\"total\":12}\n");
  if (kFault == "floods_steps") SayForever("{\"kind\":\"step\",\"step\":\"dancing\"}\n");
  if (kFault == "forks_and_crashes") {
    StartProcess();
    std::raise(SIGSEGV);
  }
  if (kFault == "leaves_process") StartProcess();
  if (kFault == "leaves_thread" && runs++ == 0) StartThread();
  if (kFault == "prints_much") PrintMuch();
  if (kFault == "changes_state") ChangeState();
  return true;
}

void After(const qb_run& request, qb_error error) {
  const int64_t count = request.batch_size * classes;
  if (kFault == "writes_behind") request.output[count] = 0;
  if (kFault == "writes_before") request.output[-1] = 0;
  if (kFault == "writes_past_error") std::memset(error.text, 'x', error.size + 8);
  if (kFault == "random") request.output[0] += static_cast<float>(++runs);
  if (kFault == "depends_on_batch" && request.batch_size > 1) request.output[count - 1] += 1000;
}

qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
              qb_error error) {
  if (!Before(*request)) return QB_OK;
  const qb_status status = kReference.run(executable, context, request, error);
  if (status == QB_OK) After(*request, error);
  return status;
}

qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  classes = request->model->tensors[request->model->output]->dims[1];
  return kReference.prepare(request, executable, error);
}

qb_status Probe(const char* isa, qb_error error) {
  if (kFault == "probe_garbage") Say("who goes there?\n");
  if (kFault == "probe_impossible") Say("{\"kind\":\"probed\",\"result\":{\"refusal\":\"\"}}\n");
  if (kFault == "probe_hangs_up") {
    ::close(kSocket);
    SleepForever();
  }
  return kReference.probe(isa, error);
}

constexpr qb_plugin MakeTable() {
  qb_plugin table = kReference;
  table.run = &Run;
  table.prepare = &Prepare;
  table.probe = &Probe;
  return table;
}

}  // namespace

extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1 = MakeTable();
