// SPDX-License-Identifier: Apache-2.0
// What is common to both formats of torch.save: permitted globals and references to storages.
#include "model/checkpoint/checkpoint.h"

#include <algorithm>
#include <array>

#include "support/error.h"

namespace quantbench {
namespace {

// What Python would run commands or load code with. No checkpoint that training wrote names them.
constexpr std::array<std::string_view, 18> kModules{
    "os",         "posix", "nt",     "subprocess", "sys",     "socket",
    "shutil",     "pty",   "runpy",  "importlib",  "ctypes",  "commands",
    "webbrowser", "code",  "codeop", "pickle",     "_pickle", "marshal"};
constexpr std::array<std::string_view, 8> kBuiltins{"eval", "exec",  "execfile",   "compile",
                                                    "open", "input", "__import__", "breakpoint"};

// Keys are numbers, and in older files addresses; every comparison costs their length.
constexpr size_t kLongestKey = 64;

template <size_t kCount>
bool Contains(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
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

std::optional<std::string> CheckGlobal(std::string_view name) {
  const std::string_view module = name.substr(0, name.find('.'));
  const std::string_view last = name.substr(name.rfind('.') + 1);
  const bool is_builtin = module == "builtins" || module == "__builtin__";
  const bool runs_code = Contains(kModules, module) || (is_builtin && Contains(kBuiltins, last)) ||
                         name == "torch.load" || name.starts_with("torch.hub.");
  if (!runs_code) return std::nullopt;
  return "no checkpoint needs it, and Python might run commands when it loads this file, so don't "
         "trust it; no code was run";
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
