// SPDX-License-Identifier: Apache-2.0
// A tuning to CSV and JSON.
#include "record/tuning.h"

#include <ostream>

#include "record/csv_table.h"
#include "record/json.h"

namespace quantbench {

void WriteTuningCsv(const Tuning& tuning, std::ostream& stream) {
  WriteCsvTable(tuning.models, stream);
}

void WriteTuningJson(const Tuning& tuning, std::ostream& stream) {
  stream << ToJson(tuning).dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace quantbench
