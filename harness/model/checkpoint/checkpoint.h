// SPDX-License-Identifier: Apache-2.0
// A file of torch.save, opened: the pickled object and the storages that it refers to.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/checkpoint/pickle.h"
#include "model/checkpoint/tensor_storage.h"

namespace quantbench {

class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  virtual const pickle::Document& document() const = 0;
  // All bytes of one storage, valid until the next call. Throws Error where they are missing.
  virtual std::span<const std::byte> StorageBytes(const StorageRef& storage) = 0;
  virtual bool big_endian() const = 0;
};

// The formats; `file` must outlive the checkpoint. Throw Error, without the file's name.
std::unique_ptr<Checkpoint> OpenZipCheckpoint(std::span<const std::byte> file);
std::unique_ptr<Checkpoint> OpenLegacyCheckpoint(std::span<const std::byte> file);

// Why the name of a global is refused: what would run commands. Objects of any other class are
// described and skipped.
std::optional<std::string> CheckGlobal(std::string_view name);

// Understands a persistent id: ('storage', type, key, location, elements[, view]). Throws Error.
StorageRef ParseStorageRef(const pickle::Document& document, const pickle::PersistentId& id);

}  // namespace quantbench
