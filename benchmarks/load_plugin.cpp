// SPDX-License-Identifier: Apache-2.0
// Loads a plugin library for a benchmark.
#include "load_plugin.h"

#include <dlfcn.h>

#include "support/error.h"

namespace quantbench::benchmarks {

const qb_plugin& LoadPlugin(const std::string& path) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw Error("cannot load the plugin: " + std::string(::dlerror()));
  const void* const table = ::dlsym(library, QB_PLUGIN_SYMBOL);
  if (table == nullptr) throw Error(path + " exports no " QB_PLUGIN_SYMBOL);
  return *static_cast<const qb_plugin*>(table);
}

std::string ChooseIsa(const qb_plugin& plugin, const std::string& isa) {
  char text[256] = "";
  for (const char* const* path = plugin.isas; *path != nullptr; ++path) {
    if (!isa.empty() && isa != *path) continue;
    if (plugin.probe(*path, {text, sizeof(text)}) == QB_OK) return *path;
  }
  throw Error("no ISA path " + isa + " of " + plugin.name + " runs here: " + text);
}

}  // namespace quantbench::benchmarks
