// SPDX-License-Identifier: Apache-2.0
// Names of states.
#include "stage/stage.h"

namespace quantbench {

std::string_view ToString(ArtefactState state) {
  switch (state) {
    case ArtefactState::kNotNeeded:
      return "-";
    case ArtefactState::kToDo:
      return "to do";
    case ArtefactState::kCached:
      return "cached";
    case ArtefactState::kFinished:
      return "finished";
    case ArtefactState::kUnknown:
      return "unknown";
    case ArtefactState::kUnsupported:
      return "unsupported";
  }
  return "";
}

}  // namespace quantbench
