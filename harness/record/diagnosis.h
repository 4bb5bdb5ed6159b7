// SPDX-License-Identifier: Apache-2.0
// What is known of each layer of a quantised network: where accuracy goes, and time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "record/field.h"

namespace quantbench {

// What one layer loses, over all images. SQNR: 10 * log10(sum of y^2 / sum of (y - y')^2) for what
// the float network computes, y, between -200 and 200 (nothing was lost). Nothing where it has no
// meaning: for layers that run in float or only move values, and weights where there are none.
struct LayerErrors {
  std::optional<double> local_sqnr_db;              // this layer alone on integers
  std::optional<double> local_weights_sqnr_db;      // its weights and bias alone
  std::optional<double> local_activations_sqnr_db;  // its input and output alone
  std::optional<double> local_channel_sqnr_db;      // both, of the median channel
  std::optional<double> cumulative_sqnr_db;         // all layers so far on integers
  std::optional<double> rmse_per_scale;             // local, over the output's scale
  std::optional<double> saturated_percent;          // float values beyond the integers' range
  std::optional<double> unused_percent;             // of the output's integers, by its range
  std::optional<double> zero_percent;               // values that become 0
  double output_min = 0, output_max = 0;            // of the float values
  std::optional<double> output_scale;
  std::optional<int> output_zero_point;
  double output_channel_ratio = 1;  // of the widest output channel to the median one
  int64_t dead_channels = 0;        // whose float output never changes
  // How many float values lie in each 64th of the integers, values beyond them at the ends.
  std::vector<int64_t> output_histogram;
  std::optional<int> output_most;  // the largest integer
};

template <>
struct Fields<LayerErrors> {
  static constexpr std::tuple kAll{
      Field("local_sqnr_db", &LayerErrors::local_sqnr_db, {.decimals = 2}),
      Field("local_weights_sqnr_db", &LayerErrors::local_weights_sqnr_db, {.decimals = 2}),
      Field("local_activations_sqnr_db", &LayerErrors::local_activations_sqnr_db, {.decimals = 2}),
      Field("local_channel_sqnr_db", &LayerErrors::local_channel_sqnr_db, {.decimals = 2}),
      Field("cumulative_sqnr_db", &LayerErrors::cumulative_sqnr_db, {.decimals = 2}),
      Field("rmse_per_scale", &LayerErrors::rmse_per_scale, {.decimals = 4}),
      Field("saturated_percent", &LayerErrors::saturated_percent, {.decimals = 4}),
      Field("unused_percent", &LayerErrors::unused_percent, {.decimals = 2}),
      Field("zero_percent", &LayerErrors::zero_percent, {.decimals = 2}),
      Field("output_min", &LayerErrors::output_min, {.decimals = 6}),
      Field("output_max", &LayerErrors::output_max, {.decimals = 6}),
      Field("output_scale", &LayerErrors::output_scale, {.decimals = 9}),
      Field("output_zero_point", &LayerErrors::output_zero_point),
      Field("output_channel_ratio", &LayerErrors::output_channel_ratio, {.decimals = 2}),
      Field("dead_channels", &LayerErrors::dead_channels),
      Field("output_histogram", &LayerErrors::output_histogram),
      Field("output_most", &LayerErrors::output_most)};
};

// What its weights alone tell. Nothing where there are none; of float weights no integers.
struct LayerWeights {
  std::optional<double> channel_ratio;           // of the widest channel's range to the median's
  std::optional<double> median_channel_percent;  // of the integers' range that the median one uses
  std::optional<double> weight_kurtosis;         // 3: like a normal distribution
  std::optional<double> bias_headroom_bits;      // between the largest bias and 31 bits
  std::optional<int64_t> lost_channels;          // whose weights all became 0
  double weight_limit = 0;                       // the largest magnitude
  std::optional<double> weight_scale;            // the largest
  std::vector<int64_t> weight_histogram;         // 64 bins from -weight_limit to weight_limit
  std::vector<double> channel_ranges;            // magnitudes, widest first; at most 256 of them
};

template <>
struct Fields<LayerWeights> {
  static constexpr std::tuple kAll{
      Field("channel_ratio", &LayerWeights::channel_ratio, {.decimals = 2}),
      Field("median_channel_percent", &LayerWeights::median_channel_percent, {.decimals = 2}),
      Field("weight_kurtosis", &LayerWeights::weight_kurtosis, {.decimals = 2}),
      Field("bias_headroom_bits", &LayerWeights::bias_headroom_bits, {.decimals = 2}),
      Field("lost_channels", &LayerWeights::lost_channels),
      Field("weight_limit", &LayerWeights::weight_limit, {.decimals = 6}),
      Field("weight_scale", &LayerWeights::weight_scale, {.decimals = 9}),
      Field("weight_histogram", &LayerWeights::weight_histogram),
      Field("channel_ranges", &LayerWeights::channel_ranges)};
};

// Median milliseconds of a batch of one image with one thread. Layers that a backend computes
// together are one block, named after its first layer, which has its time.
struct LayerTimes {
  std::optional<double> fp32_ms, int8_ms;
  std::string fp32_block, int8_block;
};

template <>
struct Fields<LayerTimes> {
  static constexpr std::tuple kAll{Field("fp32_ms", &LayerTimes::fp32_ms, {.decimals = 4}),
                                   Field("int8_ms", &LayerTimes::int8_ms, {.decimals = 4}),
                                   Field("fp32_block", &LayerTimes::fp32_block),
                                   Field("int8_block", &LayerTimes::int8_block)};
};

struct LayerDiagnosis {
  int place = 0;  // in the network's order, from 1
  std::string layer, op;
  bool integer = false;           // runs on integers
  std::string verdict, sentence;  // of a layer that deserves one
  LayerErrors errors;
  LayerWeights weights;
  int64_t macs = 0, bytes = 0;  // an image; of weights and biases as the model has them
  LayerTimes times;
};

template <>
struct Fields<LayerDiagnosis> {
  static constexpr std::tuple kAll{Field("place", &LayerDiagnosis::place),
                                   Field("layer", &LayerDiagnosis::layer),
                                   Field("op", &LayerDiagnosis::op),
                                   Field("integer", &LayerDiagnosis::integer),
                                   Field("verdict", &LayerDiagnosis::verdict),
                                   Field("sentence", &LayerDiagnosis::sentence),
                                   Embedded(&LayerDiagnosis::errors),
                                   Embedded(&LayerDiagnosis::weights),
                                   Field("macs", &LayerDiagnosis::macs),
                                   Field("bytes", &LayerDiagnosis::bytes),
                                   Embedded(&LayerDiagnosis::times)};
};

// What the layers were seen on.
struct NetworkErrors {
  int64_t images = 0;
  int64_t float_correct = 0, integer_correct = 0, agree = 0;  // Top-1
  std::vector<LayerErrors> layers;                            // [nodes]
};

template <>
struct Fields<NetworkErrors> {
  static constexpr std::tuple kAll{Field("images", &NetworkErrors::images),
                                   Field("float_correct", &NetworkErrors::float_correct),
                                   Field("integer_correct", &NetworkErrors::integer_correct),
                                   Field("agree", &NetworkErrors::agree),
                                   Field("layers", &NetworkErrors::layers)};
};

// What to change, as one line of a scenario, and why.
struct Advice {
  std::string setting;  // "matrix: {granularity: [per_channel]}"
  std::string why;
};

template <>
struct Fields<Advice> {
  static constexpr std::tuple kAll{Field("setting", &Advice::setting), Field("why", &Advice::why)};
};

// The smallest set of layers in float that was found to bring Top-1 within a limit.
struct Reduction {
  double limit_pp = 0;
  std::vector<std::string> layers;
  int64_t images = 0, float_correct = 0, integer_correct = 0, mixed_correct = 0;
  int64_t evaluations = 0;
  bool within = false;
};

template <>
struct Fields<Reduction> {
  static constexpr std::tuple kAll{Field("limit_pp", &Reduction::limit_pp),
                                   Field("layers", &Reduction::layers),
                                   Field("images", &Reduction::images),
                                   Field("float_correct", &Reduction::float_correct),
                                   Field("integer_correct", &Reduction::integer_correct),
                                   Field("mixed_correct", &Reduction::mixed_correct),
                                   Field("evaluations", &Reduction::evaluations),
                                   Field("within", &Reduction::within)};
};

struct Diagnosis {
  std::string scenario, case_id, network, model, backend, isa, recipe, split;
  std::string model_hash;  // of the model's file, as results have it
  int64_t images = 0;
  std::optional<double> float_top1_percent, integer_top1_percent;
  double agreement_percent = 0;
  std::string timing;  // "blocks", "taps", or empty: not timed
  std::optional<double> fp32_ms, int8_ms, int8_conversion_ms;
  std::vector<Advice> advice;
  std::optional<Reduction> reduction;
  std::vector<LayerDiagnosis> layers;  // in the network's order
};

template <>
struct Fields<Diagnosis> {
  static constexpr std::tuple kAll{
      Computed<Diagnosis, int>("schema", [](const Diagnosis&) { return 1; }),
      Field("scenario", &Diagnosis::scenario),
      Field("case_id", &Diagnosis::case_id),
      Field("network", &Diagnosis::network),
      Field("model", &Diagnosis::model),
      Field("model_hash", &Diagnosis::model_hash),
      Field("backend", &Diagnosis::backend),
      Field("isa", &Diagnosis::isa),
      Field("recipe", &Diagnosis::recipe),
      Field("split", &Diagnosis::split),
      Field("images", &Diagnosis::images),
      Field("float_top1_percent", &Diagnosis::float_top1_percent),
      Field("integer_top1_percent", &Diagnosis::integer_top1_percent),
      Field("agreement_percent", &Diagnosis::agreement_percent),
      Field("timing", &Diagnosis::timing),
      Field("fp32_ms", &Diagnosis::fp32_ms),
      Field("int8_ms", &Diagnosis::int8_ms),
      Field("int8_conversion_ms", &Diagnosis::int8_conversion_ms),
      Field("advice", &Diagnosis::advice),
      Field("reduction", &Diagnosis::reduction),
      Field("layers", &Diagnosis::layers, {.required = true})};
};

// One row a layer, in the network's order; lists (histograms, channels) are in the JSON alone.
void WriteLayersCsv(const Diagnosis& diagnosis, std::ostream& stream);
void WriteDiagnosisJson(const Diagnosis& diagnosis, std::ostream& stream);
// Throws Error that names the file.
Diagnosis ReadDiagnosis(const std::filesystem::path& file);

// Where a run's folder keeps them, and all that lie there, by name. Throws Error as above.
inline constexpr char kDiagnosesFolder[] = "layers";
std::vector<Diagnosis> ReadDiagnoses(const std::filesystem::path& out);

}  // namespace quantbench
