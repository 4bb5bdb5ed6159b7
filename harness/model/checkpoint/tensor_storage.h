// SPDX-License-Identifier: Apache-2.0
// PyTorch's storages: flat runs of one element type, of which tensors are strided views.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "graph/graph.h"

namespace quantbench {

struct ElementType {
  std::string_view storage;  // "torch.FloatStorage"
  std::string_view dtype;    // what safetensors files call it: "F32"
  size_t bytes;
  float (*load)(const std::byte* element);  // in the machine's byte order; nullptr: no float
};

// The element type of a storage class, or of a safetensors dtype; nullptr where it is unknown.
const ElementType* FindElementType(std::string_view storage);
const ElementType* FindSafetensorsType(std::string_view dtype);

// A storage as a pickle refers to it.
struct StorageRef {
  const ElementType* type = nullptr;
  std::string_view key;         // names the storage inside the file; lives in the pickle
  int64_t elements = 0;         // as the pickle claims
  int64_t window_begin = 0;     // the part that tensors see; files of PyTorch before 0.4 have
  int64_t window_elements = 0;  // storages that are views of others
};

// A tensor: a strided view of a storage's window. Sizes in elements.
struct TensorView {
  StorageRef storage;
  int64_t offset = 0;
  Shape shape;
  std::vector<int64_t> strides;
};

// Throws Error where the view leaves its storage, or has more elements than it (an expanded
// tensor).
void CheckBounds(const TensorView& view);

// The view's elements in row-major order. `bytes` is the whole storage; swap_bytes: it was written
// by a machine of the other byte order. Throws Error where the storage is too short.
FloatTensor FloatsOf(const TensorView& view, std::span<const std::byte> bytes, bool swap_bytes);

}  // namespace quantbench
