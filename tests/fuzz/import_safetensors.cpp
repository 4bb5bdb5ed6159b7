// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as a safetensors file are read, or refused with Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/checkpoint/safetensors.h"
#include "model/checkpoint/state_dict.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const std::byte> file = std::as_bytes(std::span(data, size));
  try {
    quantbench::ReadSafetensors(file);
    quantbench::ReadWeights(file);
  } catch (const quantbench::Error&) {
  }
  return 0;
}
