// SPDX-License-Identifier: Apache-2.0
// Looks at the file before the loader does, whose words for a wrong one help nobody.
#include "library.h"

#include <dlfcn.h>
#include <elf.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "quantbench/plugin.hpp"

namespace quantbench::onnxruntime {
namespace {

using plugin::Failure;

constexpr char kVariable[] = "QUANTBENCH_ONNXRUNTIME";
constexpr char kWhereFrom[] =
    "; the npm package onnxruntime-node and the Python wheel onnxruntime contain one";
// As the loader looks for them: what programs link, and what packages for developers add.
constexpr const char* kNames[] = {"libonnxruntime.so.1", "libonnxruntime.so"};

[[noreturn]] void Refuse(const std::string& why) { throw Failure(QB_UNSUPPORTED, why); }

std::string MachineName(unsigned machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "32-bit x86";
    case EM_ARM:
      return "32-bit ARM";
    default:
      return "machine " + std::to_string(machine) + " of ELF's list";
  }
}

// The first fields are the same in files of 32 bits.
std::optional<Elf64_Ehdr> ElfHeaderOf(const std::string& file) {
  Elf64_Ehdr header{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(&header), sizeof(header));
  const bool is_elf = stream && std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
  return is_elf ? std::optional(header) : std::nullopt;
}

// The table of sections stands at the end of a file: half a download has none.
bool IsWhole(const Elf64_Ehdr& header, const std::string& file) {
  const uint64_t end = header.e_shoff + uint64_t{header.e_shnum} * header.e_shentsize;
  return end <= std::filesystem::file_size(file);
}

void RequireLoadable(const std::string& file) {
  std::error_code problem;
  const std::filesystem::file_status status = std::filesystem::status(file, problem);
  const std::string what = std::string(kVariable) + "='" + file + "': ";
  if (status.type() == std::filesystem::file_type::not_found)
    Refuse(what + "there is no such file" + kWhereFrom);
  if (status.type() == std::filesystem::file_type::directory)
    Refuse(what + "that is a folder; name the library in it");
  if (status.type() != std::filesystem::file_type::regular) Refuse(what + "that is no file");
  const std::optional<Elf64_Ehdr> header = ElfHeaderOf(file);
  if (!header) Refuse(what + "that is no shared library, which an ELF file would be" + kWhereFrom);
  const std::optional<Elf64_Ehdr> own = ElfHeaderOf("/proc/self/exe");
  if (own && (own->e_machine != header->e_machine ||
              own->e_ident[EI_CLASS] != header->e_ident[EI_CLASS])) {
    Refuse(what + "that library is for " + MachineName(header->e_machine) +
           ", and this program for " + MachineName(own->e_machine) +
           "; name one of the same machine" + kWhereFrom);
  }
  if (!IsWhole(*header, file)) Refuse(what + "the file ends before the library does; get it again");
}

struct Opened {
  void* handle;
  std::string name;  // for messages
};

Opened Open(const char* named) {
  if (named == nullptr || *named == '\0') {
    for (const char* const name : kNames) {
      if (void* const handle = ::dlopen(name, RTLD_NOW | RTLD_LOCAL)) return {handle, name};
    }
    Refuse(std::string("the loader finds no libonnxruntime: set ") + kVariable +
           "=/path/to/libonnxruntime.so" + kWhereFrom);
  }
  const std::string file = std::filesystem::absolute(named).string();
  RequireLoadable(file);
  ::dlerror();
  if (void* const handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) return {handle, file};
  const char* const said = ::dlerror();
  Refuse("'" + file + "' can't be loaded: " + (said != nullptr ? said : "the loader says no more"));
}

// Whether the places in api.h are those of this table: what goes in comes out.
void RequireSane(const Api& api, const std::string& name) {
  constexpr char kText[] = "quantbench looks whether this comes back";
  Status* const status = api.create_status(kInvalidArgument, kText);
  const bool sane = status != nullptr && api.get_error_code(status) == kInvalidArgument &&
                    std::strcmp(api.get_error_message(status), kText) == 0;
  if (status != nullptr) api.release_status(status);
  if (!sane)
    Refuse("'" + name + "' answers OrtGetApiBase, but not as ONNX Runtime's C interface does");
}

// "git-commit-id=9a1b2c3d4e, ..." of a text for people.
std::string BuildOf(const ApiBase& base) {
  const Table table = base.get_api(kBuildInfoApi);
  if (table == nullptr) return "";
  const char* const text = GetBuildInfoString{table}();
  const std::string info = text == nullptr ? "" : text;
  constexpr std::string_view kCommit = "git-commit-id=";
  const size_t found = info.find(kCommit);
  if (found == std::string::npos) return "";
  const size_t start = found + kCommit.size();
  const size_t end = info.find_first_not_of("0123456789abcdef", start);
  const std::string commit = info.substr(start, end == std::string::npos ? end : end - start);
  return commit.empty() ? "" : "+" + commit.substr(0, 10);
}

// "1.30.0" has the table of version 30.
unsigned MinorOf(const std::string& version) {
  const size_t dot = version.find('.');
  return dot == std::string::npos
             ? 0
             : static_cast<unsigned>(std::strtoul(version.c_str() + dot + 1, nullptr, 10));
}

}  // namespace

Library LoadLibrary(const char* named) {
  // Some builds keep a thread that reports what they run to their makers; who wants that sets 0.
  ::setenv("ORT_DISABLE_TELEMETRY", "1", /*overwrite=*/0);
  const auto [handle, name] = Open(named);
  const auto entry = reinterpret_cast<const ApiBase* (*)()>(::dlsym(handle, kEntryPoint));
  if (entry == nullptr)
    Refuse("'" + name + "' exports no " + kEntryPoint + ", so it isn't ONNX Runtime");
  const ApiBase* const base = entry();
  if (base == nullptr) Refuse("'" + name + "' gives no table of functions");
  const char* const told = base->version();
  const std::string version = told == nullptr ? "unknown" : told;
  // An old library writes to stderr what it is asked for in vain.
  const Table table = base->get_api(kLeastApi);
  if (table == nullptr) {
    Refuse("'" + name + "' is ONNX Runtime " + version + ", and 1." + std::to_string(kLeastApi) +
           " is the oldest that quantbench can use" + kWhereFrom);
  }
  const Api api(table);
  RequireSane(api, name);
  return {.api = api,
          .version = version + (MinorOf(version) >= kBuildInfoApi ? BuildOf(*base) : "")};
}

const Library& TheLibrary() {
  struct Answer {
    std::optional<Library> library;
    std::string refusal;
  };
  static const Answer& answer = *new Answer([] {
    try {
      return Answer{.library = LoadLibrary(std::getenv(kVariable)), .refusal = {}};
    } catch (const Failure& failure) {
      return Answer{.library = std::nullopt, .refusal = failure.what()};
    }
  }());
  if (!answer.library) Refuse(answer.refusal);
  return *answer.library;
}

}  // namespace quantbench::onnxruntime
