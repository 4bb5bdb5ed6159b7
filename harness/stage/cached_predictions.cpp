// SPDX-License-Identifier: Apache-2.0
// A line with the hash of key and content, then the content: JSON.
#include "stage/cached_predictions.h"

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

constinit const Kind kPredictions{
    .name = "predictions",
    .folder = "predictions",
    .prefix = "",
    .file_types = {{".json"}},
    .verify = [](const std::filesystem::path& file, const std::string& key, ThreadPool*) {
      ReadCachedPredictions(file, key);
    }};

std::string SerializePredictions(const std::string& key, const Predictions& predictions) {
  const std::string content = ToLine(ToJson(predictions), /*replace=*/false);
  return HashOf(key, content) + '\n' + content;
}

Predictions ReadCachedPredictions(const std::filesystem::path& file, const std::string& key) {
  const std::string text = ReadTextFile(file);
  const size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view content =
      std::string_view(text).substr(std::min(line_end + 1, text.size()));
  if (text.substr(0, line_end) != HashOf(key, content))
    throw Error("'" + file.string() + "' is damaged: its checksum doesn't match");
  try {
    return FromText<Predictions>(content, Strictness::kLines);
  } catch (const Error& error) {
    throw Error("'" + file.string() + "' is of another version: " + error.what());
  }
}

}  // namespace quantbench
