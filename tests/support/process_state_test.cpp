// SPDX-License-Identifier: Apache-2.0
// What foreign code changes is named and put back.
#include "support/process_state.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cfenv>
#include <clocale>
#include <csignal>
#include <thread>

namespace quantbench {
namespace {

const struct {
  std::string name;
  void (*change)();
} kChanges[] = {
    {"the rounding mode", [] { std::fesetround(FE_DOWNWARD); }},
#if defined(__x86_64__)
    {"what becomes of denormals (FTZ, DAZ)",
     [] { __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u); }},
    {"the floating-point exceptions that trap", [] { ::feenableexcept(FE_DIVBYZERO); }},
#endif
    {"the locale", [] { std::setlocale(LC_NUMERIC, "C.UTF-8"); }},
    {"the handler of SIGUSR1", [] { std::signal(SIGUSR1, SIG_IGN); }},
    {"which signals are blocked",
     [] {
       sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGUSR2);
       ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
     }},
    {"the working directory", [] { REQUIRE(::chdir("/") == 0); }},
    {"the umask", [] { ::umask(0123); }},
};

TEST_CASE("each change is named and put back, and nothing else is") {
  REQUIRE(::chdir("/tmp") == 0);
  for (const auto& one : kChanges) {
    CAPTURE(one.name);
    const ProcessState state;
    CHECK(state.Restore().empty());
    one.change();
    CHECK(state.Restore() == std::set<std::string>{one.name});
    CHECK(state.Restore().empty());
  }
}

TEST_CASE("a thread is there until it has been joined") {
  const std::set<int> before = ThreadIds();
  CHECK(ThreadsSince(before).empty());
  {
    const std::jthread waits([](const std::stop_token& token) {
      while (!token.stop_requested()) ::usleep(1000);
    });
    CHECK(ThreadsSince(before).size() == 1);
    CHECK(DescribeThreads(ThreadsSince(before)).starts_with("1 thread ('"));
  }
  CHECK(ThreadsSince(before).empty());
}

TEST_CASE("changes in words") {
  CHECK(DescribeChanges({}, "when").empty());
  CHECK(DescribeChanges({"the locale", "the umask"}, "in a run") ==
        "the backend changed the locale, the umask in a run; put back");
}

}  // namespace
}  // namespace quantbench
