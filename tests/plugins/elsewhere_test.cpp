// SPDX-License-Identifier: Apache-2.0
// The tables that stand in for plugins of another architecture.
#include <doctest/doctest.h>

#include "backend/backend.h"
#include "backend/discovery.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

#if defined(__x86_64__)
constexpr const char* kForeign[] = {"arm_neon"};
constexpr const char* kReason = "this CPU is x86-64; arm_neon needs aarch64";
#elif defined(__aarch64__)
constexpr const char* kForeign[] = {"x86_vnni"};
constexpr const char* kReason = "this CPU is aarch64; x86_vnni needs x86-64";
#else
constexpr const char* kForeign[] = {"arm_neon", "x86_vnni"};
constexpr const char* kReason = "this CPU is neither x86-64 nor aarch64";
#endif

Backend Foreign(const std::string& name) {
  const auto folder = quantbench::testing::BinaryDir() / "lib" / "quantbench";
  return BackendNamed(name, FindPlugins({folder}));
}

TEST_CASE("a plugin of another architecture is listed with its paths, and why none runs") {
  for (const char* const name : kForeign) {
    CAPTURE(name);
    const std::vector<IsaStatus> isas = Foreign(name).Isas();
    CHECK(isas.size() == 4);
    for (const IsaStatus& isa : isas) CHECK(isa.why_not.find(kReason) != std::string::npos);
  }
}

TEST_CASE("choosing it says why it can't run, once, forced or not") {
  for (const char* const name : kForeign) {
    CAPTURE(name);
    for (const std::optional<std::string>& forced :
         {std::optional<std::string>(), std::optional<std::string>("portable")}) {
      const std::string message = testing::ErrorOf([&] { Foreign(name).ChooseIsa(forced); });
      const size_t first = message.find(kReason);
      REQUIRE_MESSAGE(first != std::string::npos, message);
      CHECK(message.find(kReason, first + 1) == std::string::npos);
      CHECK(message.find("can't run on this machine") != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace quantbench
