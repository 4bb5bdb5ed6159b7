// SPDX-License-Identifier: Apache-2.0
// Looking networks up.
#include "scenario/scenario.h"

#include <algorithm>
#include <stdexcept>

namespace quantbench {

const Network& Scenario::NetworkOf(const std::string& id) const {
  const auto found = std::ranges::find(networks, id, &Network::id);
  if (found == networks.end()) throw std::logic_error("no network '" + id + "'");
  return *found;
}

void Scenario::ForgetExpectations() {
  for (Network& network : networks) network.expect.reset();
}

}  // namespace quantbench
