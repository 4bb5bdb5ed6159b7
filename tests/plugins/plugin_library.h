// SPDX-License-Identifier: Apache-2.0
// A plugin of the build tree, loaded for a test.
#pragma once

#include <dlfcn.h>

#include <string>

#include "quantbench/plugin.h"

namespace quantbench::testing {

// The plugin's table, or NULL where it wasn't built. The library stays loaded.
inline const qb_plugin* LoadBuiltPlugin(const std::string& name) {
  const std::string path = std::string(QUANTBENCH_BINARY_DIR) + "/lib/quantbench/" + name + ".so";
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  return static_cast<const qb_plugin*>(::dlsym(library, QB_PLUGIN_SYMBOL));
}

}  // namespace quantbench::testing
