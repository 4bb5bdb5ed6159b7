// SPDX-License-Identifier: Apache-2.0
// What the kernel's counters say, where threads may run, and the order of repetitions.
#include "latency/machine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "latency/schedule.h"
#include "latency/yardstick.h"

namespace quantbench {
namespace {

TEST_CASE("a line of /proc/stat") {
  // user nice system idle iowait irq softirq steal guest guest_nice
  const ProcessorTicks ticks = ParseProcessorTicks("cpu  10 20 30 400 50 6 7 80 0 0");
  CHECK(ticks.busy == 73);
  CHECK(ticks.steal == 80);
  CHECK(ticks.total == 73 + 400 + 50 + 80);
  CHECK(ParseProcessorTicks("cpu0 1 0 0 0 0 0 0 0").busy == 1);
  for (const char* const bad : {"", "cpu", "cpu a b c", "intr 1 2 3 4 5 6 7 8", "cpu 1 2 3"}) {
    CAPTURE(bad);
    CHECK(ParseProcessorTicks(bad).total == 0);
  }
}

int AllowedProcessors() {
  cpu_set_t processors;
  CPU_ZERO(&processors);
  REQUIRE(::sched_getaffinity(0, sizeof(processors), &processors) == 0);
  return CPU_COUNT(&processors);
}

TEST_CASE("pinned threads get as many processors as they are, and give them back") {
  const int before = AllowedProcessors();
  {
    const PinnedThreads pinned(1);
    CHECK(AllowedProcessors() == 1);
  }
  CHECK(AllowedProcessors() == before);
  {
    const PinnedThreads pinned(before);  // nothing to choose
    CHECK(AllowedProcessors() == before);
  }
}

TEST_CASE("nothing disturbs no time at all") {
  CHECK(MachineWatch().Disturbances().size() <= 2);  // whatever this machine does, it doesn't throw
}

TEST_CASE("each round holds every case once, in an order of its own") {
  const auto rounds = InterleavedRounds(50, 4, 7);
  REQUIRE(rounds.size() == 4);
  for (const std::vector<size_t>& round : rounds) {
    CHECK(std::set<size_t>(round.begin(), round.end()).size() == 50);
    CHECK(*std::max_element(round.begin(), round.end()) == 49);
  }
  CHECK(rounds[0] != rounds[1]);
  CHECK(rounds == InterleavedRounds(50, 4, 7));
  CHECK(rounds != InterleavedRounds(50, 4, 8));
  CHECK(InterleavedRounds(0, 2, 1) == std::vector<std::vector<size_t>>(2));
}

TEST_CASE("the yardstick measures again and again") {
  Yardstick yardstick;
  for (int i = 0; i < 3; ++i) {
    yardstick.Measure();
    CHECK(yardstick.TakeMs() > 0);
  }
}

}  // namespace
}  // namespace quantbench
