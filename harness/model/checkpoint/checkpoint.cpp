// SPDX-License-Identifier: Apache-2.0
// What is common to both formats of torch.save: permitted globals and references to storages.
#include "model/checkpoint/checkpoint.h"

#include <algorithm>
#include <array>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr std::array<std::string_view, 5> kFunctions{
    "collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_parameter", "torch.Size"};

// Keys are numbers, and in older files addresses; every comparison costs their length.
constexpr size_t kLongestKey = 64;

bool IsQuantized(std::string_view name) {
  constexpr std::array<std::string_view, 5> kMarks{"torch._utils._rebuild_qtensor",
                                                   "torch.QInt8Storage", "torch.QUInt8Storage",
                                                   "torch.QInt32Storage", "quantized"};
  return std::ranges::any_of(
      kMarks, [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
}

int64_t Count(const pickle::Document& document, pickle::Ref ref, const char* what) {
  const auto* const count = document.As<int64_t>(ref);
  if (count == nullptr || *count < 0)
    throw Error(std::string("a storage's ") + what + " must be a number of elements, found " +
                (count == nullptr ? Describe(document.at(ref)) : std::to_string(*count)));
  return *count;
}

// Older files have storages that are views of others: (key of the view, offset, elements).
void ReadWindow(const pickle::Document& document, pickle::Ref ref, StorageRef& storage) {
  if (document.As<pickle::None>(ref) != nullptr) return;
  const auto* const view = document.As<pickle::Tuple>(ref);
  if (view == nullptr || view->items.size() != 3)
    throw Error("a storage's view must be a tuple of 3, found " + Describe(document.at(ref)));
  storage.window_begin = Count(document, view->items[1], "view offset");
  storage.window_elements = Count(document, view->items[2], "view size");
  if (storage.window_begin > storage.elements ||
      storage.window_elements > storage.elements - storage.window_begin)
    throw Error("a view of storage " + pickle::Quote(storage.key) + " reaches outside its " +
                std::to_string(storage.elements) + " elements");
}

}  // namespace

std::optional<std::string> CheckStateDictGlobal(std::string_view name) {
  if (std::ranges::find(kFunctions, name) != kFunctions.end()) return std::nullopt;
  if (FindElementType(name) != nullptr) return std::nullopt;
  if (IsQuantized(name))
    return "the file holds a quantised PyTorch model, and quantbench quantises float models "
           "itself; "
           "save the float model's state dict, from before torch's convert()";
  if (name.starts_with("torch.") && name.ends_with("Storage"))
    return "its element type can't become float32; float32, float64, float16, bfloat16, bool and "
           "integers can";
  return "a state dict doesn't need it; no code was run. If the file holds more than weights and "
         "you trust it, load it in PyTorch and save the weights alone: "
         "torch.save(model.state_dict(), 'weights.pth')";
}

StorageRef ParseStorageRef(const pickle::Document& document, const pickle::PersistentId& id) {
  const auto* const tuple = document.As<pickle::Tuple>(id.id);
  const auto* const kind = tuple == nullptr || tuple->items.empty()
                               ? nullptr
                               : document.As<std::string>(tuple->items[0]);
  if (kind != nullptr && *kind == "module")
    throw Error(
        "it is a whole pickled model, not a state dict; load it in PyTorch where you trust it and "
        "save the weights alone: torch.save(model.state_dict(), 'weights.pth')");
  if (kind == nullptr || *kind != "storage" || tuple->items.size() < 5 || tuple->items.size() > 6)
    throw Error("a persistent id must be ('storage', type, key, location, elements), found " +
                (kind == nullptr ? Describe(document.at(id.id))
                                 : "a tuple that begins with " + pickle::Quote(*kind)));
  const auto* const type = document.As<pickle::Global>(tuple->items[1]);
  const auto* const key = document.As<std::string>(tuple->items[2]);
  StorageRef storage;
  if (type != nullptr) storage.type = FindElementType(type->name);
  if (storage.type == nullptr || key == nullptr)
    throw Error("a storage needs a type and a key, found " +
                Describe(document.at(tuple->items[1])) + " and " +
                Describe(document.at(tuple->items[2])));
  if (key->size() > kLongestKey)
    throw Error("the storage key " + pickle::Quote(*key) + " has " + std::to_string(key->size()) +
                " characters; torch.save writes numbers");
  storage.key = *key;
  storage.elements = Count(document, tuple->items[4], "size");
  storage.window_elements = storage.elements;
  if (tuple->items.size() == 6) ReadWindow(document, tuple->items[5], storage);
  return storage;
}

}  // namespace quantbench
