// SPDX-License-Identifier: Apache-2.0
// Rows of layers, then sentences.
#include "report/layers_table.h"

#include <algorithm>
#include <ostream>

#include "report/text_table.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

constexpr size_t kTableWidth = 100;

template <class T>
std::string Shown(const std::optional<T>& value, int decimals) {
  return value ? FixedText(static_cast<double>(*value), decimals) : std::string();
}

std::string ShownMs(const std::optional<double>& ms, const std::string& block,
                    const std::string& layer) {
  if (ms) return FixedText(*ms, 3);
  return block.empty() || block == layer ? "" : "\"";  // counted at the block's first layer
}

TextTable TableOf(const Diagnosis& diagnosis, std::span<const size_t> order) {
  TextTable table;
  const bool timed = !diagnosis.timing.empty();
  table.columns = {{.title = "#", .right_aligned = true},
                   {.title = "layer", .shortens = true},
                   {.title = "verdict"},
                   {.title = "own", .right_aligned = true},
                   {.title = "wgts", .right_aligned = true},
                   {.title = "acts", .right_aligned = true},
                   {.title = "chan", .right_aligned = true},
                   {.title = "so far", .right_aligned = true},
                   {.title = "ratio", .right_aligned = true},
                   {.title = "cut%", .right_aligned = true}};
  if (timed) {
    table.columns.push_back({.title = "fp32", .right_aligned = true});
    table.columns.push_back({.title = "int8", .right_aligned = true});
  }
  for (const size_t i : order) {
    const LayerDiagnosis& layer = diagnosis.layers[i];
    const LayerErrors& errors = layer.errors;
    std::vector<TableCell> row{
        {.text = std::to_string(layer.place)},
        {.text = layer.layer},
        {.text = layer.verdict, .ansi = "\033[33m"},
        {.text = Shown(errors.local_sqnr_db, 1)},
        {.text = Shown(errors.local_weights_sqnr_db, 1)},
        {.text = Shown(errors.local_activations_sqnr_db, 1)},
        {.text = Shown(errors.local_channel_sqnr_db, 1)},
        {.text = Shown(errors.cumulative_sqnr_db, 1)},
        {.text = layer.weights.channel_ratio ? SignificantText(*layer.weights.channel_ratio, 3)
                                             : std::string()},
        {.text = Shown(errors.saturated_percent, 2)}};
    if (timed) {
      const LayerTimes& times = layer.times;
      row.push_back({.text = ShownMs(times.fp32_ms, times.fp32_block, layer.layer)});
      row.push_back({.text = ShownMs(times.int8_ms, times.int8_block, layer.layer)});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

void WriteHead(const Diagnosis& diagnosis, std::ostream& stream) {
  const auto percent = [](const std::optional<double>& value) {
    return value ? FixedText(*value, 2) + "%" : std::string("-");
  };
  WriteWrapped(Printable(diagnosis.case_id) + ": " + CountText(diagnosis.layers.size(), "layer") +
                   " of " + Printable(diagnosis.model) + " on " +
                   CountText(diagnosis.images, "image") + " of '" + Printable(diagnosis.split) +
                   "'",
               kTableWidth, stream);
  WriteWrapped("Top-1: fp32 " + percent(diagnosis.float_top1_percent) + ", int8 " +
                   percent(diagnosis.integer_top1_percent) + "; the same class in " +
                   percent(diagnosis.agreement_percent) + " of the images",
               kTableWidth, stream);
  if (!diagnosis.timing.empty()) {
    WriteWrapped("time on " + Printable(diagnosis.backend) + " (" + Printable(diagnosis.isa) +
                     "): fp32 " + Shown(diagnosis.fp32_ms, 3) + " ms, int8 " +
                     Shown(diagnosis.int8_ms, 3) + " ms, of it conversions " +
                     Shown(diagnosis.int8_conversion_ms, 3) + " ms",
                 kTableWidth, stream);
  }
  WriteWrapped(std::string("dB of signal to noise: own, of it weights and activations alone, the "
                           "median channel, all so far") +
                   (diagnosis.timing.empty()     ? ""
                    : diagnosis.timing == "taps" ? "; ms under taps, nothing fused"
                                                 : "; ms as it runs, \" with the piece above"),
               kTableWidth, stream);
  stream << '\n';
}

void WriteAdvice(const Diagnosis& diagnosis, std::ostream& stream) {
  if (diagnosis.advice.empty()) {
    stream << "no alarm: nothing stands out that a setting would mend\n";
    return;
  }
  stream << "what to try first:\n";
  for (const Advice& advice : diagnosis.advice)
    WriteWrapped("  " + advice.setting + "   (" + Printable(advice.why) + ")", kTableWidth, stream);
}

void WriteReduction(const Reduction& reduction, std::ostream& stream) {
  const auto percent = [&](int64_t correct) {
    return FixedText(100.0 * static_cast<double>(correct) /
                         static_cast<double>(std::max<int64_t>(reduction.images, 1)),
                     2) +
           "%";
  };
  stream << '\n';
  std::string text =
      reduction.within
          ? "in float, these bring Top-1 from " + percent(reduction.integer_correct) + " to " +
                percent(reduction.mixed_correct)
          : "no set of layers that was tried brings Top-1 within the limit; the best "
            "goes from " +
                percent(reduction.integer_correct) + " to " + percent(reduction.mixed_correct);
  text += ", fp32 has " + percent(reduction.float_correct) + " (" +
          CountText(reduction.images, "image") + ", " + CountText(reduction.evaluations, "model") +
          " tried):";
  WriteWrapped(text, kTableWidth, stream);
  for (const std::string& layer : reduction.layers) stream << "  " << Printable(layer) << '\n';
  if (reduction.layers.empty()) stream << "  none: int8 as it is stays within the limit\n";
}

}  // namespace

void WriteLayersTable(const Diagnosis& diagnosis, std::span<const size_t> order,
                      std::ostream& stream, bool color) {
  WriteHead(diagnosis, stream);
  TableOf(diagnosis, order).WriteText(stream, kTableWidth, color);
  stream << '\n';
  for (const size_t i : order) {
    const LayerDiagnosis& layer = diagnosis.layers[i];
    if (!layer.sentence.empty())
      WriteWrapped(Printable(layer.layer + ": " + layer.sentence), kTableWidth, stream);
  }
  WriteAdvice(diagnosis, stream);
  if (diagnosis.reduction) WriteReduction(*diagnosis.reduction, stream);
}

}  // namespace quantbench
