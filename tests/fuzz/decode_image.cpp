// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as an image are decoded, or refused with Error.
#include <cstddef>
#include <cstdint>
#include <span>

#include "dataset/decode.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    quantbench::DecodeImage(std::as_bytes(std::span(data, size)), "fuzz");
  } catch (const quantbench::Error&) {
  }
  return 0;
}
