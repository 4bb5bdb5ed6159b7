// SPDX-License-Identifier: Apache-2.0
// From an opened checkpoint to named float tensors.
#include "model/checkpoint/state_dict.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/file_format.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using pickle::Document;
using pickle::Ref;

constexpr std::string_view kWrappers[] = {"state_dict", "model"};
constexpr std::string_view kDataParallelPrefix = "module.";

// Many tensors may share a storage (tied weights), but a small file must not unfold into a huge
// dict.
constexpr int64_t kMaxElementsPerFileByte = 4;

// Limits far above real models, which keep hostile files from costing more than their size.
constexpr size_t kLongestName = 1000;
constexpr size_t kMaxRank = 8;

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
    case FileFormat::kOnnx:
    case FileFormat::kOther:
      break;
  }
  throw Error("it " + DescribeForeignFile(file) +
              "; expected a PyTorch state dict (.pth) as torch.save writes it");
}

std::vector<int64_t> Integers(const Document& document, Ref ref, const char* what) {
  if (const auto* const call = document.As<pickle::Call>(ref);
      call != nullptr && call->function == "torch.Size") {
    const auto& arguments = document.ArgumentsOf(*call);
    if (arguments.size() == 1) ref = arguments[0];
  }
  const auto* const tuple = document.As<pickle::Tuple>(ref);
  if (tuple == nullptr)
    throw Error(std::string("its ") + what + " must be a tuple, found " +
                Describe(document.at(ref)));
  if (tuple->items.size() > kMaxRank)
    throw Error(std::string("its ") + what + " have " + std::to_string(tuple->items.size()) +
                " entries, more than the " + std::to_string(kMaxRank) +
                " dimensions that are read");
  std::vector<int64_t> integers;
  for (const Ref item : tuple->items) {
    const auto* const integer = document.As<int64_t>(item);
    if (integer == nullptr)
      throw Error(std::string("its ") + what + " must be whole numbers, found " +
                  Describe(document.at(item)));
    integers.push_back(*integer);
  }
  return integers;
}

bool IsTensor(const pickle::Object& object) {
  const auto* const call = std::get_if<pickle::Call>(&object);
  return call != nullptr && call->function != "torch.Size";
}

// _rebuild_tensor_v2(storage, offset, sizes, strides, ...), perhaps inside
// _rebuild_parameter(tensor, ...).
TensorView ParseTensor(const Document& document, Ref ref) {
  constexpr size_t kNeededArguments = 4;
  const auto* call = document.As<pickle::Call>(ref);
  if (call != nullptr && call->function == "torch._utils._rebuild_parameter") {
    const auto& arguments = document.ArgumentsOf(*call);
    call = arguments.empty() ? nullptr : document.As<pickle::Call>(arguments[0]);
  }
  if (call == nullptr || !call->function.starts_with("torch._utils._rebuild_tensor"))
    throw Error("is " + Describe(document.at(ref)) + ", not a tensor");
  const auto& arguments = document.ArgumentsOf(*call);
  if (arguments.size() < kNeededArguments)
    throw Error("needs storage, offset, sizes and strides, found " +
                std::to_string(arguments.size()) + " arguments");
  const auto* const storage = document.As<pickle::PersistentId>(arguments[0]);
  const auto* const offset = document.As<int64_t>(arguments[1]);
  if (storage == nullptr || offset == nullptr)
    throw Error("needs a storage and an offset, found " + Describe(document.at(arguments[0])) +
                " and " + Describe(document.at(arguments[1])));
  TensorView view{.storage = ParseStorageRef(document, *storage),
                  .offset = *offset,
                  .shape = Integers(document, arguments[2], "sizes"),
                  .strides = Integers(document, arguments[3], "strides")};
  CheckBounds(view);
  return view;
}

std::string_view KeyText(const Document& document, Ref ref) {
  const auto* const key = document.As<std::string>(ref);
  if (key == nullptr || key->size() > kLongestName)
    throw Error("a dict's key is " + Describe(document.at(ref)) +
                ", but a state dict has names of tensors");
  return *key;
}

bool HoldsTensors(const Document& document, const pickle::Dict& dict) {
  return std::ranges::any_of(dict.items,
                             [&](const auto& item) { return IsTensor(document.at(item.second)); });
}

// The dict of tensors itself, or the one that a training script wrapped into another.
const pickle::Dict& FindStateDict(const Document& document) {
  const auto* const top = document.As<pickle::Dict>(document.root);
  if (top == nullptr)
    throw Error("it holds " + Describe(document.at(document.root)) +
                ", not a state dict; save one with torch.save(model.state_dict(), 'weights.pth')");
  for (const std::string_view wrapper : kWrappers) {
    for (const auto& [key, value] : top->items) {
      const auto* const inner = document.As<pickle::Dict>(value);
      if (inner != nullptr && KeyText(document, key) == wrapper && HoldsTensors(document, *inner))
        return *inner;
    }
  }
  if (HoldsTensors(document, *top)) return *top;
  std::string keys;
  for (size_t i = 0; i < std::min<size_t>(top->items.size(), 10); ++i)
    keys += (i == 0 ? "" : ", ") + pickle::Quote(KeyText(document, top->items[i].first));
  throw Error("it is a dict without tensors (keys: " + (keys.empty() ? "none" : keys) +
              "); expected a state dict, by itself or under 'state_dict' or 'model'");
}

std::vector<NamedView> ParseStateDict(const Document& document) {
  std::map<std::string_view, Ref> tensors;  // where a key comes twice the last one counts
  for (const auto& [key, value] : FindStateDict(document).items)
    tensors[KeyText(document, key)] = value;
  std::vector<NamedView> views;
  for (const auto& [name, value] : tensors) {
    try {
      views.push_back({.name = std::string(name), .view = ParseTensor(document, value)});
    } catch (const Error& error) {
      throw Error(pickle::Quote(name) + " " + error.what());
    }
  }
  const auto is_prefixed = [](const NamedView& view) {
    return view.name.starts_with(kDataParallelPrefix);
  };
  if (std::ranges::all_of(views, is_prefixed)) {
    for (NamedView& view : views) view.name.erase(0, kDataParallelPrefix.size());
  }
  return views;
}

void CheckTotalSize(const std::vector<NamedView>& views, size_t file_bytes) {
  int64_t left = static_cast<int64_t>(file_bytes) * kMaxElementsPerFileByte;
  for (const NamedView& view : views) {
    left -= std::min(left + 1, NumElements(view.view.shape));
    if (left < 0)
      throw Error("its tensors claim more than " + std::to_string(kMaxElementsPerFileByte) +
                  " values for each of the file's " + std::to_string(file_bytes) +
                  " bytes; no real state dict does");
  }
}

}  // namespace

StateDict ReadStateDict(std::span<const std::byte> content) {
  const std::unique_ptr<Checkpoint> checkpoint = OpenCheckpoint(content);
  std::vector<NamedView> views = ParseStateDict(checkpoint->document());
  CheckTotalSize(views, content.size());
  // In the order of storages, so that each is read once.
  std::ranges::stable_sort(views, {}, [](const NamedView& view) { return view.view.storage.key; });
  StateDict tensors;
  for (const NamedView& named : views) {
    try {
      const std::span<const std::byte> bytes = checkpoint->StorageBytes(named.view.storage);
      tensors[named.name] = Gather(named.view, bytes, checkpoint->big_endian());
    } catch (const Error& error) {
      throw Error(pickle::Quote(named.name) + ": " + error.what());
    }
  }
  return tensors;
}

StateDict ReadStateDict(const std::filesystem::path& file) {
  const MappedFile mapped(file);
  try {
    return ReadStateDict(mapped.bytes());
  } catch (const Error& error) {
    throw Error("can't read '" + file.string() + "' as a state dict: " + error.what());
  }
}

}  // namespace quantbench
