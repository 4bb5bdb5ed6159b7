// SPDX-License-Identifier: Apache-2.0
// What a recipe chooses among, and the names that scenarios and results have for it. No other place
// compares these names.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace quantbench {

enum class Precision { kFp32, kInt8 };
inline constexpr std::string_view kPrecisionNames[] = {"fp32", "int8"};
constexpr std::span<const std::string_view> NamesOf(Precision) { return kPrecisionNames; }

// How activations get their qparams: from calibration, at run time, or from the model's file.
enum class Quantization { kNone, kStatic, kDynamic, kGiven };
inline constexpr std::string_view kQuantizationNames[] = {"none", "static", "dynamic", "given"};
constexpr std::span<const std::string_view> NamesOf(Quantization) { return kQuantizationNames; }

// PyTorch's named recipes, which stand for an observer and a granularity.
enum class QConfig { kNone, kDefault, kFbgemm, kX86, kQnnpack, kOnednn };
inline constexpr std::string_view kQConfigNames[] = {"",    "default", "fbgemm",
                                                     "x86", "qnnpack", "onednn"};
constexpr std::span<const std::string_view> NamesOf(QConfig) { return kQConfigNames; }

// Of the weights' scales.
enum class Granularity { kPerTensor, kPerChannel };
inline constexpr std::string_view kGranularityNames[] = {"per_tensor", "per_channel"};
constexpr std::span<const std::string_view> NamesOf(Granularity) { return kGranularityNames; }

// How weights get their range.
enum class WeightObserver { kMinmax, kMse };
inline constexpr std::string_view kWeightObserverNames[] = {"minmax", "mse"};
constexpr std::span<const std::string_view> NamesOf(WeightObserver) { return kWeightObserverNames; }

inline constexpr int kLeastWeightBits = 2, kMostWeightBits = 8;
// Of all activations of a static model 2 to 8 bits; of single layers 16 as well.
inline constexpr int kLeastActivationBits = 2, kActivationBits = 8, kMostActivationBits = 16;

// What is done to a network beside quantising it: docs/techniques.md describes each.
enum class Technique { kCle, kBiasCorrection, kAdaround };
inline constexpr std::string_view kTechniqueNames[] = {"cle", "bias_correction", "adaround"};
constexpr std::span<const std::string_view> NamesOf(Technique) { return kTechniqueNames; }
// Whether it rewrites the float network, before anything is calibrated.
constexpr bool IsOfFloatGraph(Technique technique) { return technique == Technique::kCle; }

template <typename Value>
concept NamedValue = std::is_enum_v<Value> && requires(Value value) {
  NamesOf(value);
};

template <NamedValue Value>
constexpr std::string_view ToString(Value value) {
  return NamesOf(value)[static_cast<size_t>(value)];
}

// The names that a scenario can choose: nobody asks for kNone, it is what is left.
template <NamedValue Value>
constexpr std::span<const std::string_view> ChoicesOf() {
  if constexpr (requires { Value::kNone; }) return NamesOf(Value{}).subspan(1);
  return NamesOf(Value{});
}

template <NamedValue Value>
constexpr std::optional<Value> ValueNamed(std::string_view name) {
  const std::span<const std::string_view> names = NamesOf(Value{});
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Value>(found - names.begin());
}

// Whether a text, of a column of results say, means this value.
template <NamedValue Value>
constexpr bool Is(std::string_view text, Value value) {
  return text == ToString(value);
}
constexpr bool IsFloat(std::string_view precision) { return Is(precision, Precision::kFp32); }

}  // namespace quantbench
