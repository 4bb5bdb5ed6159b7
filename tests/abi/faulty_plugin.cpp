// SPDX-License-Identifier: Apache-2.0
// A backend like the reference, but for one fault at one place, which is "<place>_<what>".
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <string_view>
#include <thread>

#include "fault.h"
#include "quantbench/plugin.hpp"

namespace {

using quantbench::plugin::Call;
using quantbench::plugin::Failure;

void Scores(const Call& call, float value) {
  float* const scores = call.output.As<float>();
  for (int64_t i = 0; i < call.output.count(); ++i) scores[i] = value;
}

[[noreturn]] void AllocateWithoutEnd() {
  while (true) {
    constexpr size_t kBytes = size_t{16} << 20;
    std::memset(std::malloc(kBytes), 1, kBytes);  // never asks whether it got any
  }
}

// Somebody tidies up: removes the folder, once.
void ClearFolder() {
  const char* const folder = std::getenv("QUANTBENCH_TEST_CLEARS");
  if (folder != nullptr && std::filesystem::exists(std::filesystem::path(folder) / "clear-me"))
    std::filesystem::remove_all(folder);
}

// What happens where `place` is the fault's.
void Misbehave(std::string_view place) {
  if (kFault.substr(0, place.size()) != place) return;
  const std::string_view what = kFault.substr(place.size() + 1);
  // By signal, since no compiler may be sure of what a write through a null pointer does.
  if (what == "segv") std::raise(SIGSEGV);
  if (what == "ill") std::raise(SIGILL);
  if (what == "abort") std::abort();
  if (what == "exit") std::exit(0);
  if (what == "hang") std::this_thread::sleep_for(std::chrono::hours(1));
  if (what == "leak") AllocateWithoutEnd();
  if (what == "error") throw Failure(QB_UNSUPPORTED, "lost the recipe");
  if (what == "clear") ClearFolder();
  if (what == "print") std::printf("{\"kind\": \"done\"}\x1b[2J\n");
}

[[maybe_unused]] const bool loaded = [] {
  Misbehave("load");
  return true;
}();

class Faulty : public quantbench::plugin::Operators {
 public:
  static constexpr const char* kName = fault_name;
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "ends badly, for tests";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view) { Misbehave("probe"); }
  explicit Faulty(std::string_view) {}

  void Prepare(const qb_model& model) override {
    Misbehave("prepare");
    Operators::Prepare(model);
  }

  // The last layer of the networks that it is tested with.
  void Linear(const Call& call) override {
    Misbehave("run");
    Operators::Linear(call);
    if (kFault == "run_nan") Scores(call, std::numeric_limits<float>::quiet_NaN());
    if (kFault == "run_wrong") Scores(call, 0.0f);
  }
};

}  // namespace

QUANTBENCH_PLUGIN(Faulty)
