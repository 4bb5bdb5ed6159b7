// SPDX-License-Identifier: Apache-2.0
// How long each piece of a run takes.
#pragma once

#include <span>

#include "backend/backend.h"
#include "record/profile.h"
#include "support/thread_pool.h"

namespace quantbench {

// Runs of one image on one thread for about so many seconds, at least 15 of each kind: by turns
// whole, and in the pieces that the backend tells of (quantbench/ext/parts.h), or, where it
// doesn't, node by node with a tap. Throws Error with the backend's text, or where its pieces
// change from run to run.
Profile MeasureProfile(const Executable& executable, std::span<const float> input, double seconds,
                       const ThreadPool& pool);

}  // namespace quantbench
