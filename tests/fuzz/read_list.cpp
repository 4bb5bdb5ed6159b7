// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any text as a list of synsets, labels or images is read, or refused with Error.
#include <cstddef>
#include <cstdint>

#include "dataset/list_file.h"
#include "input_file.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const InputFile file(data, size, "list.txt");
  try {
    quantbench::ReadListFile(file.path(), "list");
  } catch (const quantbench::Error&) {
  }
  return 0;
}
