// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any text as the CSV of predictions is read, or refused with Error.
#include <cstddef>
#include <cstdint>

#include "compare/predictions.h"
#include "input_file.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const InputFile file(data, size, "predictions.csv");
  try {
    quantbench::ReadPredictions(file.path());
  } catch (const quantbench::Error&) {
  }
  return 0;
}
