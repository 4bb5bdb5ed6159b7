// SPDX-License-Identifier: Apache-2.0
// A line with the hash of key and content, then the content.
#include "pipeline/predictions_cache.h"

#include "record/json.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

std::string HashOf(const std::string& key, std::string_view content) {
  return Hasher().Add("predictions").Add(key).Add(content).Hex();
}

}  // namespace

std::optional<Predictions> PredictionsCache::Find(const std::string& key,
                                                  std::string& problem) const {
  const std::filesystem::path file = PathOf(key);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  try {
    const std::string text = ReadTextFile(file);
    const size_t line_end = std::min(text.find('\n'), text.size());
    const std::string_view content =
        std::string_view(text).substr(std::min(line_end + 1, text.size()));
    problem = "'" + file.string() + "' is ";
    if (text.substr(0, line_end) == HashOf(key, content)) {
      problem += "of another version: ";
      const auto predictions = FromText<Predictions>(content, Strictness::kLines);
      problem.clear();
      return predictions;
    }
    problem += "damaged: its checksum doesn't match";
  } catch (const Error& error) {
    problem += error.what();
  }
  return std::nullopt;
}

void PredictionsCache::Store(const std::string& key, const Predictions& predictions) const {
  const std::string content = ToLine(ToJson(predictions), /*replace=*/false);
  WriteFileAtomically(PathOf(key), HashOf(key, content) + '\n' + content);
}

}  // namespace quantbench
