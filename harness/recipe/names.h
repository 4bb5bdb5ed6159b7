// SPDX-License-Identifier: Apache-2.0
// What cases and recipes are called: in ids, in files, on pages, and in the results' columns.
#pragma once

#include <string>
#include <type_traits>

#include "recipe/case.h"

namespace quantbench {

// Stable and readable: "reference/fp32/b1/t1", "reference/int8/static/minmax/per_channel/b1/t1",
// "reference/int8/static/fbgemm/b1/t1", "reference/int8/dynamic/per_channel/b1/t1".
std::string CaseId(const CaseKey& key);

CaseTexts TextsOf(const CaseKey& key);

// For people: "int8 minmax per_channel", "int8 dynamic per_tensor", "int8 qconfig x86", "fp32"; of
// several networks "resnet18 fp32".
// Rows may have been read from anywhere: any text is taken as it is.
std::string RecipeLabel(const CaseTexts& texts);
// The same with backend, batch size and threads: one name a case.
std::string CaseLabel(const CaseTexts& texts);

// The backend and the ISA path that it took: "x86_vnni (avx2)", but just "x86_vnni" where the path
// is what the name promises (avx512_vnni, avx_vnni) or nothing special (generic, or not told).
std::string BackendLabel(const std::string& backend, const std::string& isa);

// Fills in the members of a row that are named like dimensions: empty where the case has none.
template <typename Row>
void SetColumns(const CaseKey& key, Row& row) {
  ForEachDimension([&](const auto& dimension) {
    auto& column = dimension.of(row);
    const auto* const value = Find(dimension, key);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(column)>, std::string>) {
      column = value == nullptr ? "" : TextOf(*value);
    } else if (value != nullptr) {
      column = *value;
    }
  });
}

// The way back, as far as names need it.
template <typename Row>
requires requires(const Row& row) { row.case_id; }
CaseTexts TextsOf(const Row& row) {
  CaseTexts texts;
  ForEachDimension([&](const auto& dimension) { dimension.of(texts) = TextOf(dimension.of(row)); });
  return texts;
}
template <typename Row>
std::string RecipeLabel(const Row& row) {
  return RecipeLabel(TextsOf(row));
}
template <typename Row>
std::string CaseLabel(const Row& row) {
  return CaseLabel(TextsOf(row));
}

}  // namespace quantbench
