// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any lines as the journal of a run, with the checksums that they ought to have:
// no mutant would ever get past those.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "input_file.h"
#include "stage/journal.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::istringstream lines(std::string(reinterpret_cast<const char*>(data), size));
  std::string journal, check;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) journal += quantbench::WithCheck(line, check) + '\n';
  }
  const InputFile file(reinterpret_cast<const uint8_t*>(journal.data()), journal.size(),
                       "journal.jsonl");
  try {
    quantbench::ReadJournal(file.path().parent_path(), {});
  } catch (const quantbench::Error&) {
  }
  return 0;
}
