// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any text as results.json is read, compared with itself and drawn, or refused
// with Error.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string_view>
#include <vector>

#include "compare/history.h"
#include "html/history.h"
#include "html/report.h"
#include "record/read_results.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const quantbench::Results results =
        quantbench::ParseResults({reinterpret_cast<const char*>(data), size}, "fuzz");
    const std::vector<quantbench::LoadedResults> twice = {{"old/results.json", results},
                                                          {"new/results.json", results}};
    const quantbench::History history = quantbench::HistoryOf(twice, {});
    std::ostringstream text;
    quantbench::WriteHistoryText(history, text, false);
    quantbench::HtmlHistory(history);
    quantbench::HtmlReport(results);
  } catch (const quantbench::Error&) {
  }
  return 0;
}
