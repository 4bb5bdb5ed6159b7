// SPDX-License-Identifier: Apache-2.0
// The identity of a model before it is imported, for caches.
#pragma once

#include <string>

#include "model/import.h"

namespace quantbench {

// 32 hexadecimal digits of all that decides what ImportModel makes of a source: the bytes of its
// files, external data of ONNX included, and how they are read. Imports nothing. Throws Error where
// a file can't be read.
std::string HashModel(const ModelSource& source);

}  // namespace quantbench
