// SPDX-License-Identifier: Apache-2.0
// Edit distance between short words.
#include "support/suggest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace quantbench {
namespace {

constexpr size_t kLongestWord = 64;  // longer ones are no typing errors, and cost time
constexpr size_t kShortestPart = 4;  // of a candidate, as 'warmup' is of 'warmup_seconds'
constexpr size_t kMostListed = 20;   // candidates that a message names all of
constexpr size_t kNearListed = 5;    // of more of them

std::string Folded(std::string_view word) {
  std::string folded(word);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return folded;
}

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::string WithoutDigits(std::string_view word) {
  std::string rest = Folded(word);
  std::erase_if(rest, [](char c) { return c >= '0' && c <= '9'; });
  return rest;
}

std::vector<std::string_view> NearestFew(std::string_view word,
                                         std::span<const std::string_view> candidates) {
  std::vector<std::pair<size_t, std::string_view>> ranked;
  const std::string folded = Folded(word.substr(0, kLongestWord));
  for (const std::string_view candidate : candidates) {
    const size_t distance = EditDistance(folded, Folded(candidate));
    if (distance <= folded.size() / 2) ranked.emplace_back(distance, candidate);
  }
  std::ranges::stable_sort(ranked, {}, &std::pair<size_t, std::string_view>::first);
  std::vector<std::string_view> few;
  for (size_t i = 0; i < std::min(kNearListed, ranked.size()); ++i) few.push_back(ranked[i].second);
  return few;
}

}  // namespace

std::string_view Nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const std::string folded = Folded(word);
  std::string_view nearest;
  size_t nearest_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const size_t distance = EditDistance(folded, Folded(candidate));
    // A word that is all edits has nothing in common with the candidate.
    if (distance < nearest_distance && distance < candidate.size()) {
      nearest = candidate;
      nearest_distance = distance;
    }
  }
  for (const std::string_view candidate : candidates) {
    const bool is_part = candidate.starts_with(folded) || candidate.ends_with(folded);
    if (nearest.empty() && is_part && folded.size() >= kShortestPart) nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view nearest = Nearest(word, candidates);
  const bool other_digits =
      WithoutDigits(nearest) == WithoutDigits(word) && Folded(nearest) != Folded(word);
  if (nearest.empty() || other_digits) return "";
  return " (did you mean '" + std::string(nearest) + "'?)";
}

std::string Allowed(std::string_view word, std::span<const std::string_view> candidates) {
  if (candidates.size() <= kMostListed)
    return "allowed: " + Join(candidates) + DidYouMean(word, candidates);
  const std::vector<std::string_view> near = NearestFew(word, candidates);
  return (near.empty() ? "for instance: " + Join(candidates.first(kNearListed))
                       : "near: " + Join(near)) +
         "; " + std::to_string(candidates.size()) + " are known";
}

std::string Join(std::span<const std::string_view> names) {
  std::string joined;
  for (const std::string_view name : names) {
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

}  // namespace quantbench
