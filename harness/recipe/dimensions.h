// SPDX-License-Identifier: Apache-2.0
// The one table of what cases differ by. A new dimension is a member of Dimensions, a member of
// each kind of recipe that has it, and an entry of the table: reading, expanding, naming, hashing
// and the results' columns follow.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "recipe/layers.h"
#include "recipe/observer_spec.h"
#include "recipe/techniques.h"
#include "recipe/values.h"

namespace quantbench {

// Each dimension, by Of: a value, perhaps one, a list, a text.
template <template <typename> class Of>
struct Dimensions {
  Of<std::string> network{};  // its name; empty where a scenario has only one
  Of<std::string> backend{};
  Of<Precision> precision{};
  Of<Quantization> quantization{};
  Of<QConfig> qconfig{};
  Of<ObserverSpec> observer{};
  Of<Granularity> granularity{};
  Of<WeightObserver> weight_observer{};
  Of<int> weight_bits{};
  Of<int> activation_bits{};
  Of<Techniques> techniques{};
  Of<Layers> layers{};
  Of<int> batch_size{};
  Of<int> threads{};
};

template <typename Value>
using One = Value;
template <typename Value>
using Perhaps = std::optional<Value>;
template <typename Value>
using ListOf = std::vector<Value>;
template <typename>
using AsText = std::string;

// A value for everything, whether it means something beside the others or not.
using Choice = Dimensions<One>;
// What exclude and include say: they leave open what they don't name.
using CasePattern = Dimensions<Perhaps>;
// As in the results' columns: empty where a case has no such thing.
using CaseTexts = Dimensions<AsText>;

// The kinds of recipes. What a kind hasn't can be neither matched, named, nor hashed.

struct FloatRecipe {
  static constexpr Precision precision = Precision::kFp32;
  static constexpr Quantization quantization = Quantization::kNone;
  Techniques techniques{};  // of the float graph
  auto operator<=>(const FloatRecipe&) const = default;
};

struct StaticValues {
  ObserverSpec observer;  // of activations
  Granularity granularity = Granularity::kPerChannel;
  WeightObserver weight_observer = WeightObserver::kMinmax;
  int weight_bits = kMostWeightBits;
  int activation_bits = kActivationBits;
  Techniques techniques{};
  Layers layers{};
  auto operator<=>(const StaticValues&) const = default;
};

// Activations get their qparams from calibration.
struct StaticRecipe : StaticValues {
  static constexpr Precision precision = Precision::kInt8;
  static constexpr Quantization quantization = Quantization::kStatic;
  QConfig qconfig = QConfig::kNone;  // that set the values: the same values are the same model

  friend auto operator<=>(const StaticRecipe& a, const StaticRecipe& b) {
    return static_cast<const StaticValues&>(a) <=> b;
  }
  friend bool operator==(const StaticRecipe& a, const StaticRecipe& b) {
    return static_cast<const StaticValues&>(a) == b;
  }
};

// Activations get their qparams at run time: no calibration, no observer, and what an image gives
// depends on its batch.
struct DynamicRecipe {
  static constexpr Precision precision = Precision::kInt8;
  static constexpr Quantization quantization = Quantization::kDynamic;
  Granularity granularity = Granularity::kPerChannel;
  WeightObserver weight_observer = WeightObserver::kMinmax;
  int weight_bits = kMostWeightBits;
  Techniques techniques{};  // of the float graph
  Layers layers{};
  auto operator<=>(const DynamicRecipe&) const = default;
};

// The model's file holds its integers and qparams.
struct GivenRecipe {
  static constexpr Precision precision = Precision::kInt8;
  static constexpr Quantization quantization = Quantization::kGiven;
  auto operator<=>(const GivenRecipe&) const = default;
};

struct DimensionTraits {
  int most = 0, least = 1;       // of integers
  std::string_view hint = {};    // behind them in messages
  bool set_by_qconfig = false;   // and named by it then
  bool decides_model = true;     // else it is in neither the model's name nor its key
  std::string_view before = {};  // in ids and models' names: "b" of "b4"
  std::string_view before_in_label = {};
  std::string_view unsaid = {};           // the value that no name has
  std::string_view unsaid_in_label = {};  // the value that goes without saying there
};

template <typename Member>
struct Dimension {
  using Value = std::remove_cvref_t<std::invoke_result_t<Member, Choice&>>;

  std::string_view key;              // of a scenario's matrix, and the results' column
  Member of;                         // of(x) is x's member; no expression where x has none
  std::vector<Value> (*standard)();  // the list of a matrix that doesn't name the dimension
  DimensionTraits traits;
};

template <typename Member>
constexpr Dimension<Member> MakeDimension(
    std::string_view key, Member of, std::vector<typename Dimension<Member>::Value> (*standard)(),
    DimensionTraits traits = {}) {
  return {key, of, standard, traits};
}

// In the order of case ids, which is that of the matrix's loops, outermost first.
inline constexpr std::tuple kDimensions{
    MakeDimension(
        "network", [](auto& x) -> decltype((x.network)) { return x.network; },
        [] { return std::vector<std::string>(1); }),
    MakeDimension(
        "backend", [](auto& x) -> decltype((x.backend)) { return x.backend; },
        [] { return std::vector<std::string>{}; }),
    MakeDimension(
        "precision", [](auto& x) -> decltype((x.precision)) { return x.precision; },
        [] {
          return std::vector{Precision::kFp32, Precision::kInt8};
        }),
    MakeDimension(
        "quantization", [](auto& x) -> decltype((x.quantization)) { return x.quantization; },
        [] { return std::vector{Quantization::kStatic}; },
        {.unsaid = ToString(Quantization::kNone),
         .unsaid_in_label = ToString(Quantization::kStatic)}),
    MakeDimension(
        "qconfig", [](auto& x) -> decltype((x.qconfig)) { return x.qconfig; },
        [] { return std::vector{QConfig::kNone}; },
        {.decides_model = false, .before_in_label = "qconfig "}),
    MakeDimension(
        "observer", [](auto& x) -> decltype((x.observer)) { return x.observer; },
        [] { return std::vector<ObserverSpec>(1); }, {.set_by_qconfig = true}),
    MakeDimension(
        "granularity", [](auto& x) -> decltype((x.granularity)) { return x.granularity; },
        [] { return std::vector{Granularity::kPerChannel}; }, {.set_by_qconfig = true}),
    MakeDimension(
        "weight_observer",
        [](auto& x) -> decltype((x.weight_observer)) { return x.weight_observer; },
        [] { return std::vector{WeightObserver::kMinmax}; },
        {.before = "weights_",
         .before_in_label = "weights ",
         .unsaid = ToString(WeightObserver::kMinmax),
         .unsaid_in_label = ToString(WeightObserver::kMinmax)}),
    MakeDimension(
        "weight_bits", [](auto& x) -> decltype((x.weight_bits)) { return x.weight_bits; },
        [] { return std::vector{kMostWeightBits}; },
        {.most = kMostWeightBits,
         .least = kLeastWeightBits,
         .before = "w",
         .before_in_label = "weight bits ",
         .unsaid = "8",
         .unsaid_in_label = "8"}),
    MakeDimension(
        "activation_bits",
        [](auto& x) -> decltype((x.activation_bits)) { return x.activation_bits; },
        [] { return std::vector{kActivationBits}; },
        {.most = kActivationBits,
         .least = kLeastActivationBits,
         .hint = "16 are for single layers: layers: {NAME: {activation_bits: 16}}",
         .before = "a",
         .before_in_label = "activation bits ",
         .unsaid = "8",
         .unsaid_in_label = "8"}),
    MakeDimension(
        "techniques", [](auto& x) -> decltype((x.techniques)) { return x.techniques; },
        [] { return std::vector<Techniques>(1); },
        {.unsaid = kNoTechnique, .unsaid_in_label = kNoTechnique}),
    MakeDimension(
        "layers", [](auto& x) -> decltype((x.layers)) { return x.layers; },
        [] { return std::vector<Layers>(1); }),
    MakeDimension(
        "batch_size", [](auto& x) -> decltype((x.batch_size)) { return x.batch_size; },
        [] { return std::vector{1}; }, {.most = 4096, .before = "b"}),
    MakeDimension(
        "threads", [](auto& x) -> decltype((x.threads)) { return x.threads; },
        [] { return std::vector{1}; }, {.most = 1024, .before = "t"}),
};

inline constexpr std::array kDimensionKeys =
    std::apply([](const auto&... dimension) { return std::array{dimension.key...}; }, kDimensions);

// As ids, columns and keys have it.
template <typename Value>
std::string TextOf(const Value& value) {
  if constexpr (std::is_same_v<Value, int>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return value;
  } else {
    return std::string(ToString(value));
  }
}

template <typename Visit>
constexpr void ForEachDimension(Visit visit) {
  std::apply([&](const auto&... dimension) { (visit(dimension), ...); }, kDimensions);
}

}  // namespace quantbench
