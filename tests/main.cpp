// SPDX-License-Identifier: Apache-2.0
// Entry point of the test program, which is also the worker process of the runs that it tests.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "worker/worker_main.h"

int main(int argc, char** argv) {
  if (quantbench::RanAsWorker(argc, argv)) return 0;
  return doctest::Context(argc, argv).run();
}
