// SPDX-License-Identifier: Apache-2.0
// What becomes of a model: the part of a case that decides its accuracy, backend aside.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "recipe/dimensions.h"
#include "support/hash.h"

namespace quantbench {

// Equal where the model is the same.
class Recipe {
 public:
  using Kind = std::variant<FloatRecipe, StaticRecipe, DynamicRecipe, GivenRecipe>;

  Recipe();  // float
  // What the choice comes to: fp32 has no quantization, dynamic quantization calibrates nothing, a
  // given model is quantised already, a qconfig sets what it stands for.
  explicit Recipe(Choice choice);
  // A kind is a recipe. NOLINTBEGIN(google-explicit-constructor)
  template <typename K>
  requires(!std::is_same_v<K, Recipe>) && std::is_constructible_v<Kind, K> Recipe(K kind)
      : kind_(std::move(kind)) {}
  // NOLINTEND(google-explicit-constructor)

  // Not inline: GCC 12 sees null pointers and uninitialised members in copies of the variant.
  Recipe(const Recipe&);
  Recipe(Recipe&&) noexcept;
  Recipe& operator=(const Recipe&);
  Recipe& operator=(Recipe&&) noexcept;
  ~Recipe();

  const Kind& kind() const { return kind_; }
  // Those that rewrite the float network which it starts from.
  Techniques GraphTechniques() const;
  Precision precision() const;
  Quantization quantization() const;

  bool IsFloat() const { return std::holds_alternative<FloatRecipe>(kind_); }
  bool IsDynamic() const { return std::holds_alternative<DynamicRecipe>(kind_); }
  bool IsGiven() const { return std::holds_alternative<GivenRecipe>(kind_); }
  const StaticRecipe* AsStatic() const { return std::get_if<StaticRecipe>(&kind_); }
  const DynamicRecipe* AsDynamic() const { return std::get_if<DynamicRecipe>(&kind_); }
  bool NeedsCalibration() const { return AsStatic() != nullptr; }
  // Whether single layers are to have activations of 16 bits.
  bool Asks16Bits() const;
  bool AsksOfLayers(int activation_bits) const;
  // Whether all activations are to have fewer than 8.
  bool AsksFewerBits() const;

  // "fp32", "int8-static-minmax-per_channel", "int8-dynamic-per_channel" or "int8-given": also the
  // name of the model's file.
  std::string Name() const;
  // Feeds all that decides the model.
  void AddTo(Hasher& hasher) const;

  auto operator<=>(const Recipe&) const = default;

 private:
  Kind kind_;
};

// The value that a recipe has in a dimension; null where it has none.
template <typename OneDimension>
const typename OneDimension::Value* Find(const OneDimension& dimension, const Recipe& recipe) {
  const auto find = [&](const auto& kind) -> const typename OneDimension::Value* {
    if constexpr (requires { dimension.of(kind); }) {
      return &dimension.of(kind);
    } else {
      return nullptr;
    }
  };
  return std::visit(find, recipe.kind());
}

}  // namespace quantbench
