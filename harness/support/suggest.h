// SPDX-License-Identifier: Apache-2.0
// "did you mean ...?" for mistyped keys and names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace quantbench {

// The candidate that is nearest to the word (letter case and '-' for '_' count for nothing), empty
// where none is near.
std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates);
// " (did you mean 'x'?)" for that candidate, or nothing. Who writes 'int4' for 'int8' or 'fp16' for
// 'fp32' mistypes nothing: where only digits differ there is no question.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates);

// What stands in place of a word that isn't among the candidates: "allowed: a, b, c", and whether
// one of them was meant. Of many
// candidates only the nearest, or a few: "near: a, b; 44 are known".
std::string Allowed(std::string_view word, std::span<const std::string_view> candidates);

// "a, b, c".
std::string Join(std::span<const std::string_view> names);

}  // namespace quantbench
