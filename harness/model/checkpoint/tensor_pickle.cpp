// SPDX-License-Identifier: Apache-2.0
// The calls that pickled tensors are, taken apart.
#include "model/checkpoint/tensor_pickle.h"

#include <optional>

#include "model/checkpoint/checkpoint.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

using pickle::Document;
using pickle::Ref;

// Far above real models, so that a hostile tensor costs no more than its size.
constexpr size_t kMaxRank = 8;

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
                " entries, more than the " + CountText(kMaxRank, "dimension") + " that are read");
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

// What makes the tensor itself: it may be the argument of _rebuild_parameter(tensor, ...), or be
// spelt out in _rebuild_from_type_v2(function, type, arguments, state).
std::optional<pickle::Call> FindRebuild(const Document& document, Ref ref) {
  const auto* call = document.As<pickle::Call>(ref);
  if (call == nullptr) return std::nullopt;
  if (call->function.starts_with("torch._utils._rebuild_parameter")) {
    const auto& arguments = document.ArgumentsOf(*call);
    call = arguments.empty() ? nullptr : document.As<pickle::Call>(arguments[0]);
    if (call == nullptr) return std::nullopt;
  }
  if (call->function != "torch._tensor._rebuild_from_type_v2") return *call;
  const auto& arguments = document.ArgumentsOf(*call);
  if (arguments.size() < 3 || document.As<pickle::Global>(arguments[0]) == nullptr ||
      document.As<pickle::Tuple>(arguments[2]) == nullptr)
    return std::nullopt;
  return pickle::Call{.function = document.As<pickle::Global>(arguments[0])->name,
                      .arguments = arguments[2]};
}

}  // namespace

bool IsTensor(const pickle::Object& object) {
  const auto* const call = std::get_if<pickle::Call>(&object);
  return call != nullptr && (call->function.starts_with("torch._utils._rebuild_") ||
                             call->function == "torch._tensor._rebuild_from_type_v2");
}

// _rebuild_tensor_v2(storage, offset, sizes, strides, ...), perhaps inside others.
TensorView ParseTensor(const Document& document, Ref ref) {
  constexpr size_t kNeededArguments = 4;
  const std::optional<pickle::Call> call = FindRebuild(document, ref);
  if (call && call->function.find("qtensor") != std::string_view::npos)
    throw Error(
        "is quantised: the file holds a quantised PyTorch model, and quantbench quantises float "
        "models itself; save the float model's state dict, from before torch's convert()");
  if (!call || !call->function.starts_with("torch._utils._rebuild_tensor"))
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

}  // namespace quantbench
