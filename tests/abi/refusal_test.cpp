// SPDX-License-Identifier: Apache-2.0
// Libraries that are not, or not well, plugins: each has its own message, and none ends the
// process.
#include <doctest/doctest.h>

#include <fstream>
#include <optional>

#include "backend/backend.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::ErrorOf;

std::filesystem::path BadPlugin(const std::string& name) {
  return quantbench::testing::BinaryDir() / "tests" / "bad_plugins" / (name + ".so");
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A network of one linear layer, enough to prepare and run.
Graph OneLayer() {
  Graph graph{.name = "one-layer", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("x", {2});
  const Linear layer{{.weight = {.shape = {1, 2}, .values = {1.0f, 1.0f}}, .bias = {0.0f}}};
  graph.output = graph.AddNode("fc", layer, {graph.input});
  InferShapes(graph);
  return graph;
}

TEST_CASE("refused when loaded") {
  const struct {
    std::string library;
    std::string message;
  } cases[] = {
      {"no_symbol", "doesn't export 'quantbench_plugin_v1'"},
      {"short_struct", "struct_size 16"},
      {"null_run", "leaves 'run' NULL"},
      {"null_name", "leaves 'name' NULL"},
      {"bad_name", "must be of a-z, 0-9 and _"},
      {"no_isa", "names no ISA path"},
      {"there_is_no_such_library", "there is no such file"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.library);
    const std::string message = ErrorOf([&] { Backend::Load(BadPlugin(one.library)); });
    CAPTURE(message);
    CHECK(Contains(message, one.message));
    CHECK(Contains(message, one.library));
  }
}

TEST_CASE("a file that isn't a library of this machine is called what it is") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "plugin.so";
  std::string own;
  {
    std::ifstream library(BadPlugin("no_symbol"), std::ios::binary);
    own.assign(std::istreambuf_iterator<char>(library), {});
  }
  const auto with = [&](size_t at, char byte) {
    std::string changed = own;
    changed[at] = byte;
    return changed;
  };
  const struct {
    const char* name;
    std::string content;
    const char* message;
  } cases[] = {{"empty", "", "the file is empty"},
               {"source", "int main;\n", "it is a text file"},
               {"bytes", std::string("\1\2\3\0", 4), "it isn't a shared library"},
               {"Windows", std::string("MZ\0\1", 4), "it is a Windows library"},
               {"macOS", "\xcf\xfa\xed\xfe", "it is a macOS library"},
               {"archive", "!<arch>\n", "it is a static library"},
               {"another machine", with(18, char(0xf3)), "it is a library for RISC-V, and quantb"},
               {"32 bits", with(4, 1), "build it for"},
               {"object file", with(16, 1), "it is an object file"},
               {"a header alone", own.substr(0, 40), "it is cut off"},
               {"without its end", own.substr(0, 1000), "it is cut off"}};
  for (const auto& one : cases) {
    CAPTURE(one.name);
    std::ofstream(file, std::ios::binary) << one.content;
    const std::string message = ErrorOf([&] { Backend::Load(file); });
    CAPTURE(message);
    CHECK(Contains(message, one.message));
    CHECK(Contains(message, "plugin.so"));
  }
}

TEST_CASE("refused when asked for an ISA path") {
  const struct {
    std::string library;
    std::string message;
  } cases[] = {
      {"throws_in_probe", "threw an exception (probe threw this) across the plugin boundary"},
      {"cannot_run", "can't run on this machine: generic: needs an abacus"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.library);
    const std::string message =
        ErrorOf([&] { Backend::Load(BadPlugin(one.library)).ChooseIsa(std::nullopt); });
    CAPTURE(message);
    CHECK(Contains(message, one.message));
  }
}

TEST_CASE("refused when preparing or running") {
  const struct {
    std::string library;
    std::string message;
  } cases[] = {
      {"throws_in_prepare", "threw an exception (of unknown type)"},
      {"other_isa", "was asked for ISA path 'generic' and took 'another'"},
      {"fails_in_run", "failed in a run: ran out of beads"},
      {"fails_silently", "failed in a run: failed without a reason"},
      {"unterminated_error", "failed in a run: xxxx"},
  };
  const Graph graph = OneLayer();
  const AbiModel model(graph);
  for (const auto& one : cases) {
    CAPTURE(one.library);
    const std::string message = ErrorOf([&] {
      const Executable executable = Backend::Load(BadPlugin(one.library)).Prepare(model, "generic");
      const float input[2] = {};
      float output[1] = {};
      executable.CreateContext(1, 1).Run(1, input, output, ThreadPool(1));
    });
    CAPTURE(message);
    CHECK(Contains(message, one.message));
  }
}

TEST_CASE("the same library without a defect is accepted") {
  const Backend backend = Backend::Load(BadPlugin("none"));
  CHECK(backend.name() == "bad");
  CHECK(backend.ChooseIsa(std::nullopt) == "generic");
}

TEST_CASE("a forced ISA path must exist where there is a choice") {
  // One path only: there is nothing to force.
  CHECK(Backend::BuiltIn().ChooseIsa("avx2") == "generic");
}

}  // namespace
}  // namespace quantbench
