// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any text as a scenario is read and crossed to cases, or refused with Error.
#include <cstddef>
#include <cstdint>

#include "input_file.h"
#include "scenario/expand.h"
#include "scenario/parse.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const InputFile file(data, size, "scenario.yaml");
  try {
    quantbench::LoadScenario(file.path());
  } catch (const quantbench::Error&) {
  }
  return 0;
}
