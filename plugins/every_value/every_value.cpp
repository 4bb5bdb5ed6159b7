// SPDX-License-Identifier: Apache-2.0
// A table over the paths of whichever plugin is built for this architecture.
#include "every_value.h"

#include "isas.h"

namespace quantbench::engine {
namespace {

struct EveryValue : isas::Plugin {
  static constexpr char kName[] = "every_value";
  static constexpr char kDescription[] = "the engine with nothing fused, linked into the host";
};

constexpr qb_plugin kTable = MakePlugin<EveryValue, Fusion::kNone>();

}  // namespace

const qb_plugin& EveryValueTable() { return kTable; }

}  // namespace quantbench::engine
