// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any text as the journal of a run is read, up to what is damaged.
#include <cstddef>
#include <cstdint>

#include "input_file.h"
#include "stage/journal.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const InputFile file(data, size, "journal.jsonl");
  try {
    quantbench::ReadJournal(file.path().parent_path(), {});
  } catch (const quantbench::Error&) {
  }
  return 0;
}
