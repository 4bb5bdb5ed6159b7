// SPDX-License-Identifier: Apache-2.0
// How calls cross the plugin boundary, and which fields a plugin's table has.
#pragma once

#include <cstddef>
#include <exception>
#include <string>

#include "quantbench/plugin.h"
#include "support/error.h"

namespace quantbench {

inline std::string Named(const qb_plugin& table) {
  return std::string("backend '") + table.name + "'";
}

// Makes one call into a plugin. The contract forbids exceptions; one that comes all the same is
// named rather than left to end the process.
template <class Function>
qb_status Cross(const qb_plugin& table, const Function& function) {
  std::string what = "of unknown type";
  try {
    return function();
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {
  }
  throw Error(Named(table) + " threw an exception (" + what +
              ") across the plugin boundary; a plugin must return a status instead");
}

// Whether the plugin's table is long enough to hold a field that was appended to it.
inline bool Holds(const qb_plugin& table, size_t offset, size_t bytes) {
  return table.struct_size >= offset + bytes;
}

// The struct behind an extension's id; NULL where the plugin doesn't have it.
const void* ExtensionOf(const qb_plugin& table, const char* id);

}  // namespace quantbench
