// SPDX-License-Identifier: Apache-2.0
// The safetensors format: 8 bytes for the length of a JSON header, the header, raw tensors.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "model/checkpoint/tensor_storage.h"

namespace quantbench {

struct SafetensorsFile {
  struct Entry {
    std::string name;
    TensorView view;                   // dense, of a storage that is this tensor alone
    std::span<const std::byte> bytes;  // part of the file
  };
  std::vector<Entry> entries;
};

// Whether the content begins like a safetensors file.
bool IsSafetensors(std::span<const std::byte> file);

// Reads the header and checks that each tensor lies inside the file and apart from the others.
// Throws Error, without the file's name.
SafetensorsFile ReadSafetensors(std::span<const std::byte> file);

}  // namespace quantbench
