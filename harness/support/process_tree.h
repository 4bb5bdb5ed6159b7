// SPDX-License-Identifier: Apache-2.0
// What a child's own children become: nothing of them outlives it.
#pragma once

#include <sys/types.h>

namespace quantbench {

// From here on a process whose parent ends becomes a child of this one, so that it can be found
// however it hides. What this process had for children before is left alone. Idempotent.
void AdoptOrphans();

// Ends what a child that led a session of its own left behind: its session, and whoever was adopted
// from it. Call when the child itself has been waited for, and no other child is wanted any more.
// Returns how many were ended. Without /proc those of its process group alone are found.
int EndOrphans(pid_t session);

}  // namespace quantbench
