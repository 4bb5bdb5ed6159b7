// SPDX-License-Identifier: Apache-2.0
// The Pareto table, then words.
#include "tune/table.h"

#include <algorithm>
#include <ostream>

#include "report/text_table.h"
#include "support/number_text.h"
#include "support/printable.h"
#include "tune/proof.h"
#include "tune/words.h"

namespace quantbench {
namespace {

constexpr size_t kTuningWidth = 100;

template <class T>
std::string CellText(const std::optional<T>& value, int decimals) {
  return value ? FixedText(static_cast<double>(*value), decimals) : std::string();
}

std::string VerdictOf(const TunedModel& model, const Tuning& tuning) {
  if (model.status != Status::kOk) return std::string(ToString(model.status));
  if (model.chosen) return "chosen";
  const auto look = std::ranges::find(tuning.looks, model.case_id, &ProofLook::case_id);
  if (look != tuning.looks.end() && look->verdict == kOutside) return "fails unseen";
  if (model.dominated) return "dominated";
  return model.origin == "fp32" || model.within ? "" : "over the limit";
}

}  // namespace

void WriteTuningTable(const Tuning& tuning, std::ostream& stream, bool color) {
  TextTable table;
  table.columns = {
      {.title = "recipe", .shortens = true},       {.title = "Top-1 %", .right_aligned = true},
      {.title = "drop", .right_aligned = true},    {.title = "ms", .right_aligned = true},
      {.title = "speedup", .right_aligned = true}, {.title = "bytes", .right_aligned = true},
      {.title = "size", .right_aligned = true},    {.title = ""}};
  for (const TunedModel& model : tuning.models) {
    const char* const ansi = model.chosen ? "\033[32m" : model.dominated ? "\033[2m" : "";
    table.rows.push_back(
        {{.text = Printable(ShortName(model.recipe)), .ansi = ansi},
         {.text = CellText(model.top1_percent, 2)},
         {.text = CellText(model.top1_drop_pp, 2)},
         {.text = model.latency_ms_median ? SignificantText(*model.latency_ms_median, 3) : ""},
         {.text = model.speedup_vs_fp32 ? FixedText(*model.speedup_vs_fp32, 2) + "x" : ""},
         {.text = CellText(model.model_bytes, 0)},
         {.text = CellText(model.size_ratio, 2)},
         {.text = VerdictOf(model, tuning), .ansi = ansi}});
  }
  table.WriteText(stream, kTuningWidth, color);
  stream << '\n';
  WriteWrapped("Top-1 of the " + CountText(tuning.search_images, "image") +
                   " of the search; dominated: another is better in Top-1, ms or bytes, and "
                   "worse in none (3% of time and 1% of size count as nothing).",
               kTuningWidth, stream);
  stream << '\n';
  WriteWrapped(Printable(tuning.words), kTuningWidth, stream);
}

}  // namespace quantbench
