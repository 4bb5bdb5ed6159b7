// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a checkpoint are read, or refused with Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/checkpoint/state_dict.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    quantbench::ReadWeights(std::as_bytes(std::span(data, size)));
  } catch (const quantbench::Error&) {
  }
  return 0;
}
