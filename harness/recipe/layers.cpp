// SPDX-License-Identifier: Apache-2.0
// Choices for layers as text.
#include "recipe/layers.h"

namespace quantbench {
namespace {

std::string ValuesOf(const LayerChoice& choice) {
  if (choice.in_float) return std::string(ToString(Precision::kFp32));
  std::string text;
  const auto add = [&](const std::string& value) { text += (text.empty() ? "" : ",") + value; };
  if (choice.granularity) add(std::string(ToString(*choice.granularity)));
  if (choice.weight_observer) add(std::string(ToString(*choice.weight_observer)));
  if (choice.weight_bits) add(std::to_string(*choice.weight_bits));
  if (choice.activation_bits) add("a" + std::to_string(*choice.activation_bits));
  return text;
}

}  // namespace

std::string ToString(const Layers& layers) {
  std::string text;
  for (const LayerChoice& choice : layers.choices)
    text += (text.empty() ? "" : "+") + choice.names + "=" + ValuesOf(choice);
  return text;
}

}  // namespace quantbench
