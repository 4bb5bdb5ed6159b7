// SPDX-License-Identifier: Apache-2.0
// Reads chains of files and merges their trees.
#include "scenario/extends.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <vector>

#include "scenario/own_scenarios.h"
#include "scenario/parse.h"
#include "scenario/reader.h"
#include "support/files.h"

namespace quantbench::yaml {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKey = "extends";
constexpr uintmax_t kMaxBytes = 1 << 20;
constexpr size_t kMaxFiles = 16;  // a longer chain is a mistake that no reader could follow
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Throws Error.
std::string ReadText(const fs::path& file) {
  std::error_code error;
  const uintmax_t bytes = fs::file_size(file, error);
  // Where there is an error, opening the file tells it better.
  if (!error && bytes > kMaxBytes) {
    throw Error(file.string() + ": " + std::to_string(bytes) + " bytes; a scenario has at most " +
                std::to_string(kMaxBytes) + ": is this the right file?");
  }
  std::string text = ReadTextFile(file);
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  return text;
}

// The entries of `top` over those of `base`. Keys that stand twice in one file stay, to be
// reported.
void Merge(Node base, Node& top) {
  std::set<std::string> seen;
  std::vector<Entry> added;
  for (Entry& below : base.entries) {
    Node* const above = top.Find(below.key);
    if (above == nullptr || !seen.insert(below.key).second) {
      added.push_back(std::move(below));
    } else if (above->kind == Node::Kind::kMapping && below.value.kind == Node::Kind::kMapping) {
      Merge(std::move(below.value), *above);
    } else if (above->kind == Node::Kind::kNothing) {
      std::erase_if(top.entries, [&](const Entry& entry) { return entry.key == below.key; });
    }
  }
  top.entries.insert(top.entries.end(), std::make_move_iterator(added.begin()),
                     std::make_move_iterator(added.end()));
}

class TreeReader {
 public:
  TreeReader(std::deque<Source>& sources, Mistakes& mistakes)
      : sources_(sources), mistakes_(mistakes) {}

  // `text` is the content of `file`, which `chain_` holds already.
  std::optional<Node> Read(const fs::path& file, std::string text) {
    sources_.push_back({.label = file.string(),
                        .text = std::move(text),
                        .folder = file.parent_path(),
                        .order = static_cast<int>(sources_.size())});
    chain_.push_back(file);
    std::optional<Node> tree = ParseYaml(sources_.back(), mistakes_);
    if (!tree || tree->kind != Node::Kind::kMapping) return tree;
    Node* const extends = tree->Find(kKey);
    if (extends == nullptr) return tree;
    extends->path = kKey;
    std::optional<Node> base = ReadBase(*extends);
    // Without it, keys would be reported as missing that stand in it.
    if (!base) return std::nullopt;
    if (base->kind == Node::Kind::kMapping) {
      std::erase_if(base->entries, [](const Entry& entry) { return entry.key == kKey; });
      Merge(std::move(*base), *tree);
    }
    return tree;
  }

 private:
  std::optional<Node> ReadBase(const Node& extends) {
    Reader reader(mistakes_);
    fs::path file;
    if (!reader.ReadPath(&extends, file)) return std::nullopt;
    std::error_code none;
    if (!fs::exists(file, none)) file = OwnScenario(extends.text).value_or(file);
    if (const auto earlier = std::find_if(chain_.begin(), chain_.end(),
                                          [&](const fs::path& known) {
                                            std::error_code ignored;
                                            return fs::equivalent(known, file, ignored);
                                          });
        earlier != chain_.end()) {
      std::string circle;
      for (auto known = earlier; known != chain_.end(); ++known) circle += known->string() + " -> ";
      reader.Report(extends, "a circle: " + circle + file.string());
      return std::nullopt;
    }
    if (chain_.size() == kMaxFiles) {
      reader.Report(extends, "more than " + std::to_string(kMaxFiles) + " files extend each other");
      return std::nullopt;
    }
    try {
      return Read(file, ReadText(file));
    } catch (const ScenarioError&) {
      throw;
    } catch (const Error& error) {
      reader.Report(extends, error.what());
      return std::nullopt;
    }
  }

  std::deque<Source>& sources_;
  Mistakes& mistakes_;
  std::vector<fs::path> chain_;
};

}  // namespace

std::optional<Node> ReadTree(const fs::path& file, std::deque<Source>& sources,
                             Mistakes& mistakes) {
  std::string text;
  try {
    text = ReadText(file);
  } catch (const Error& reason) {
    throw ScenarioError(reason.what(), 1);
  }
  return TreeReader(sources, mistakes).Read(file, std::move(text));
}

}  // namespace quantbench::yaml
