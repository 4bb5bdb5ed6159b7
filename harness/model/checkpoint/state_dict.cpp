// SPDX-License-Identifier: Apache-2.0
// From an opened file to named float tensors.
#include "model/checkpoint/state_dict.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/file_format.h"
#include "model/checkpoint/safetensors.h"
#include "model/checkpoint/tensor_pickle.h"
#include "model/checkpoint/wrappers.h"
#include "support/error.h"
#include "support/files.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using pickle::Document;
using pickle::Ref;

// Many tensors may share a storage (tied weights), but a small file must not unfold into a huge
// dict.
constexpr int64_t kMaxElementsPerFileByte = 4;

// Far above real models, so that a hostile name costs no more than its size.
constexpr size_t kLongestName = 1000;

struct NamedView {
  std::string name;
  TensorView view;
};

std::unique_ptr<Checkpoint> OpenCheckpoint(std::span<const std::byte> file) {
  switch (DetectFormat(file)) {
    case FileFormat::kZip:
      return OpenZipCheckpoint(file);
    case FileFormat::kPickle:
      return OpenLegacyCheckpoint(file);
    case FileFormat::kSafetensors:
    case FileFormat::kOnnx:
    case FileFormat::kOther:
      break;
  }
  throw Error("it " + DescribeForeignFile(file) +
              "; expected a PyTorch state dict (.pth) as torch.save writes it, or a .safetensors "
              "file");
}

// The tensors of a pickled dict. Other values are skipped: layers may save anything.
std::vector<NamedView> ParseStateDict(const Document& document, const pickle::Dict& dict) {
  std::map<std::string_view, Ref> tensors;  // where a key comes twice the last one counts
  for (const auto& [key, value] : dict.items) {
    const auto* const name = document.As<std::string>(key);
    if (name == nullptr || IsExtra(*name) || !IsTensor(document.at(value))) continue;
    if (name->size() > kLongestName)
      throw Error("a tensor's name is " + Describe(document.at(key)) + ", " +
                  std::to_string(name->size()) + " characters long");
    tensors[*name] = value;
  }
  std::vector<NamedView> views;
  for (const auto& [name, value] : tensors) {
    try {
      views.push_back({.name = std::string(name), .view = ParseTensor(document, value)});
    } catch (const Error& error) {
      throw Error(pickle::Quote(name) + " " + error.what());
    }
  }
  return views;
}

void CheckTotalSize(const std::vector<NamedView>& views, size_t file_bytes) {
  int64_t left = static_cast<int64_t>(file_bytes) * kMaxElementsPerFileByte;
  for (const NamedView& view : views) {
    left -= std::min(left + 1, NumElements(view.view.shape));
    if (left < 0)
      throw Error("its tensors claim more than " + CountText(kMaxElementsPerFileByte, "value") +
                  " for each of the file's " + std::to_string(file_bytes) +
                  " bytes; no real state dict does");
  }
}

Weights ReadPickled(std::span<const std::byte> content) {
  const std::unique_ptr<Checkpoint> checkpoint = OpenCheckpoint(content);
  const Document& document = checkpoint->document();
  const FoundDict found = FindStateDict(document);
  std::vector<NamedView> views = ParseStateDict(document, *found.dict);
  CheckTotalSize(views, content.size());
  // In the order of storages, so that each is read once.
  std::ranges::stable_sort(views, {}, [](const NamedView& view) { return view.view.storage.key; });
  Weights weights{.tensors = {}, .place = found.place, .prefix = {}};
  for (const NamedView& named : views) {
    try {
      const std::span<const std::byte> bytes = checkpoint->StorageBytes(named.view.storage);
      weights.tensors[named.name] = FloatsOf(named.view, bytes, checkpoint->big_endian());
    } catch (const Error& error) {
      throw Error(pickle::Quote(named.name) + ": " + error.what());
    }
  }
  return weights;
}

Weights ReadFlat(std::span<const std::byte> content) {
  Weights weights;
  for (const SafetensorsFile::Entry& entry : ReadSafetensors(content).entries) {
    if (!IsExtra(entry.name))
      weights.tensors[entry.name] = FloatsOf(entry.view, entry.bytes, false);
  }
  return weights;
}

void TakePrefixOff(Weights& weights) {
  std::vector<std::string_view> names;
  for (const auto& [name, tensor] : weights.tensors) names.push_back(name);
  weights.prefix = CommonPrefix(names);
  if (weights.prefix.empty()) return;
  StateDict bare;
  for (auto& [name, tensor] : weights.tensors)
    bare[name.substr(weights.prefix.size())] = std::move(tensor);
  weights.tensors = std::move(bare);
}

}  // namespace

Weights ReadWeights(std::span<const std::byte> content) {
  Weights weights =
      DetectFormat(content) == FileFormat::kSafetensors ? ReadFlat(content) : ReadPickled(content);
  TakePrefixOff(weights);
  return weights;
}

Weights ReadWeights(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  try {
    return ReadWeights(mapped.bytes());
  } catch (const Error& error) {
    throw Error("can't read '" + file.string() + "' as a state dict: " + error.what());
  }
}

}  // namespace quantbench
