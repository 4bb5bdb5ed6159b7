// SPDX-License-Identifier: Apache-2.0
// What a neighbour on a shared machine does: arithmetic, memory streams and sweeps over the cache
// in turn, on for some seconds and off for some, at random.
//   neighbour SEED [PROCESSOR]    on that processor (default: the last one that is allowed), until
//                                 it is ended or whoever started it has ended
// The same seed is the same sequence of loads and lengths.
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLeastSeconds = 1, kMostSeconds = 5;  // of a stretch, on or off
constexpr size_t kStreamDoubles = 4 << 20;             // 32 MiB an array: beyond what a cache holds
constexpr size_t kSweptBytes = 12 << 20;               // most of a shared last level
constexpr size_t kLine = 64;

volatile double result = 0;  // so that the work can't be left out

void Arithmetic() {
  double values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int i = 0; i < 1 << 20; ++i) {
    for (double& value : values) value = value * 0.999999 + 1e-6;
  }
  for (const double value : values) result = result + value;
}

// McCalpin's triad.
void Stream() {
  static std::vector<double> a(kStreamDoubles), b(kStreamDoubles, 1.0), c(kStreamDoubles, 2.0);
  for (size_t i = 0; i < kStreamDoubles; ++i) a[i] = b[i] + 0.5 * c[i];
  result = result + a[kStreamDoubles / 2];
}

void Sweep() {
  static std::vector<uint8_t> bytes(kSweptBytes, 1);
  unsigned sum = 0;
  for (int round = 0; round < 8; ++round) {
    for (size_t i = 0; i < kSweptBytes; i += kLine) sum += ++bytes[i];
  }
  result = result + sum;
}

bool PinTo(size_t processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return ::sched_setaffinity(0, sizeof(set), &set) == 0;
}

size_t LastAllowed() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof(set), &set);
  size_t last = 0;
  for (size_t i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &set)) last = i;
  }
  return last;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: neighbour SEED [PROCESSOR]\n");
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const size_t processor = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : LastAllowed();
  if (!PinTo(processor)) {
    std::fprintf(stderr, "neighbour: processor %zu isn't there\n", processor);
    return 2;
  }
  std::mt19937_64 random(std::strtoull(argv[1], nullptr, 10));
  const auto next_seconds = [&] {
    const double share = static_cast<double>(random() >> 11) * 0x1p-53;
    return std::chrono::duration<double>(kLeastSeconds + share * (kMostSeconds - kLeastSeconds));
  };
  constexpr std::array<void (*)(), 3> kLoads = {Arithmetic, Stream, Sweep};
  for (size_t turn = random() % kLoads.size();; turn = (turn + 1) % kLoads.size()) {
    const auto end = Clock::now() + next_seconds();
    while (Clock::now() < end) kLoads[turn]();
    std::this_thread::sleep_for(next_seconds());
  }
}
