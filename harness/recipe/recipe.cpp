// SPDX-License-Identifier: Apache-2.0
// Recipes out of choices.
#include "recipe/recipe.h"

#include <algorithm>
#include <stdexcept>

namespace quantbench {
namespace {

// Observer and granularity of PyTorch's recipes. Weights are qint8, symmetric, MinMax in all of
// them. (Source: PyTorch 1.13, torch.ao.quantization.qconfig: default_qconfig, and
// get_default_qconfig for the four engines.)
void ApplyQConfig(Choice& choice) {
  const ObserverSpec histogram{.name = "histogram"};
  const ObserverSpec reduced{.name = "histogram", .reduce_range = true};
  const auto set = [&](const ObserverSpec& observer, Granularity granularity) {
    choice.observer = observer;
    choice.granularity = granularity;
  };
  switch (choice.qconfig) {
    case QConfig::kNone:
      return;
    case QConfig::kDefault:
      return set({.name = "minmax", .quant_min = 0, .quant_max = 127}, Granularity::kPerTensor);
    case QConfig::kFbgemm:
    case QConfig::kX86:
      return set(reduced, Granularity::kPerChannel);
    case QConfig::kQnnpack:
      return set(histogram, Granularity::kPerTensor);
    case QConfig::kOnednn:
      return set(histogram, Granularity::kPerChannel);
  }
}

// What this kind of recipe has of the choice.
template <typename Kind>
Kind PartOf(const Choice& choice) {
  Kind kind;
  ForEachDimension([&](const auto& dimension) {
    if constexpr (requires { dimension.of(kind) = dimension.of(choice); })
      dimension.of(kind) = dimension.of(choice);
  });
  return kind;
}

Recipe::Kind KindOf(const Choice& choice) {
  if (choice.precision == Precision::kFp32) return PartOf<FloatRecipe>(choice);
  switch (choice.quantization) {
    case Quantization::kNone:
      break;
    case Quantization::kStatic:
      return PartOf<StaticRecipe>(choice);
    case Quantization::kDynamic:
      return PartOf<DynamicRecipe>(choice);
    case Quantization::kGiven:
      return PartOf<GivenRecipe>(choice);
  }
  throw std::logic_error("int8 without a quantization");
}

}  // namespace

Recipe::Recipe() = default;
Recipe::Recipe(const Recipe&) = default;
Recipe::Recipe(Recipe&&) noexcept = default;
Recipe& Recipe::operator=(const Recipe&) = default;
Recipe& Recipe::operator=(Recipe&&) noexcept = default;
Recipe::~Recipe() = default;

Recipe::Recipe(Choice choice) {
  ApplyQConfig(choice);
  // What works on integers needs the calibration images, which static quantisation alone has.
  const bool is_static =
      choice.precision != Precision::kFp32 && choice.quantization == Quantization::kStatic;
  if (choice.weight_bits == 0) choice.weight_bits = kMostWeightBits;  // left open
  if (choice.activation_bits == 0) choice.activation_bits = kActivationBits;
  if (!is_static) choice.techniques = choice.techniques.OfFloatGraph();
  kind_ = KindOf(choice);
}

Precision Recipe::precision() const {
  return std::visit([](const auto& kind) { return kind.precision; }, kind_);
}

Quantization Recipe::quantization() const {
  return std::visit([](const auto& kind) { return kind.quantization; }, kind_);
}

Techniques Recipe::GraphTechniques() const {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.techniques; }) return kind.techniques.OfFloatGraph();
        return Techniques{};
      },
      kind_);
}

bool Recipe::Asks16Bits() const { return AsksOfLayers(kMostActivationBits); }

bool Recipe::AsksOfLayers(int activation_bits) const {
  return std::visit(
      [&](const auto& kind) {
        if constexpr (requires { kind.layers; }) {
          return std::ranges::any_of(kind.layers.choices, [&](const LayerChoice& choice) {
            return choice.activation_bits == activation_bits;
          });
        }
        return false;
      },
      kind_);
}

bool Recipe::AsksFewerBits() const {
  return AsStatic() != nullptr && AsStatic()->activation_bits < kActivationBits;
}

void Recipe::AddTo(Hasher& hasher) const {
  ForEachDimension([&](const auto& dimension) {
    const auto* const value = Find(dimension, *this);
    if (value != nullptr && dimension.traits.decides_model)
      hasher.Add(dimension.key).Add(TextOf(*value));
  });
}

}  // namespace quantbench
