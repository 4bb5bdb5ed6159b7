// SPDX-License-Identifier: Apache-2.0
// Opens a plugin library and checks its table before any of its functions is called.
#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <deque>

#include "backend/backend.h"
#include "backend/library_file.h"
#include "backend/plain_name.h"
#include "support/error.h"
#include "support/no_such_file.h"
#include "support/system_error.h"

namespace quantbench {
namespace {

Error Refuse(const std::filesystem::path& library, const std::string& why) {
  return Error("plugin '" + library.string() + "': " + why);
}

// Which of the required entries is missing, or nullptr.
const char* MissingEntry(const qb_plugin& table) {
  const struct {
    bool present;
    const char* name;
  } entries[] = {{table.name != nullptr, "name"},
                 {table.version != nullptr, "version"},
                 {table.description != nullptr, "description"},
                 {table.isas != nullptr, "isas"},
                 {table.probe != nullptr, "probe"},
                 {table.prepare != nullptr, "prepare"},
                 {table.executable_isa != nullptr, "executable_isa"},
                 {table.create_context != nullptr, "create_context"},
                 {table.run != nullptr, "run"},
                 {table.destroy_context != nullptr, "destroy_context"},
                 {table.destroy_executable != nullptr, "destroy_executable"}};
  for (const auto& entry : entries) {
    if (!entry.present) return entry.name;
  }
  return nullptr;
}

// A list without its end would be read through all of memory.
constexpr int kMostIsas = 64;

void CheckIsas(const std::filesystem::path& library, const char* const* isas) {
  if (isas[0] == nullptr)
    throw Refuse(library, "it names no ISA path; a portable plugin names \"generic\"");
  for (int i = 0; isas[i] != nullptr; ++i) {
    if (i == kMostIsas) {
      throw Refuse(library, "it names more than " + std::to_string(kMostIsas) +
                                " ISA paths; is the NULL at the end of its list missing?");
    }
    if (!IsPlainName(isas[i])) {
      throw Refuse(library, std::string("its ISA path '") + isas[i] +
                                "' must have a name of a-z, 0-9 and _");
    }
  }
}

// What the first version's table had; everything behind it is optional.
constexpr size_t kFirstTableBytes = offsetof(qb_plugin, fallback_nodes);

void CheckTable(const std::filesystem::path& library, const qb_plugin& table) {
  if (table.struct_size < kFirstTableBytes) {
    throw Refuse(library, "its table says struct_size " + std::to_string(table.struct_size) +
                              ", version 1 needs " + std::to_string(kFirstTableBytes) +
                              "; build it with this quantbench's plugin.h");
  }
  if (const char* missing = MissingEntry(table)) {
    throw Refuse(library,
                 std::string("its table leaves '") + missing + "' NULL, which version 1 requires");
  }
  if (!IsPlainName(table.name)) {
    throw Refuse(library, std::string("its name '") + table.name + "' must be of a-z, 0-9 and _");
  }
  CheckIsas(library, table.isas);
}

// The loader would wait for ever in a FIFO.
void RequireRegularFile(const std::filesystem::path& library) {
  std::error_code problem;
  const std::filesystem::file_status status = std::filesystem::status(library, problem);
  if (status.type() == std::filesystem::file_type::not_found)
    throw Refuse(library, "there is no such file" + Whereabouts(library));
  if (status.type() == std::filesystem::file_type::none)
    throw Refuse(library, "it can't be opened: " + SystemReason(problem.value()));
  if (status.type() == std::filesystem::file_type::directory)
    throw Refuse(library, "it is a folder, not a library");
  if (status.type() != std::filesystem::file_type::regular)
    throw Refuse(library, "it isn't a regular file");
  std::string why;
  try {
    why = WhyNotALibrary(library);
  } catch (const Error& error) {
    throw Refuse(library, error.what());
  }
  if (!why.empty()) throw Refuse(library, why);
}

// The system's own words, without the file's name in front and without Boost's.
std::string WhyNotLoaded(const std::filesystem::path& library) {
  ::dlerror();
  if (::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return "";
  const char* const said = ::dlerror();
  std::string why = said == nullptr ? "" : said;
  if (const std::string name = library.string() + ": "; why.starts_with(name))
    why.erase(0, name.size());
  return why.empty() ? "" : ": " + why;
}

}  // namespace

Backend Backend::Load(const std::filesystem::path& library) {
  RequireRegularFile(library);
  // Never unloaded, not even at exit: executables, threads and error texts may still point into a
  // library.
  static auto& loaded = *new std::deque<boost::dll::shared_library>;
  boost::dll::shared_library opened;
  try {
    opened.load(boost::filesystem::path(library.string()), boost::dll::load_mode::rtld_now);
  } catch (const std::exception&) {
    throw Refuse(library, "it can't be loaded" + WhyNotLoaded(library));
  }
  if (!opened.has(QB_PLUGIN_SYMBOL)) {
    throw Refuse(library, "it doesn't export '" QB_PLUGIN_SYMBOL
                          "', so it isn't a quantbench plugin; docs/guide_plugin.md shows one");
  }
  const auto* const table = &opened.get<const qb_plugin>(QB_PLUGIN_SYMBOL);
  loaded.push_back(std::move(opened));
  CheckTable(library, *table);
  return {table, library};
}

}  // namespace quantbench
