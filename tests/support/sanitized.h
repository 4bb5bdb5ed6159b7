// SPDX-License-Identifier: Apache-2.0
// Whether a sanitizer runs along, which ends processes by itself and keeps memory that is freed.
#pragma once

namespace quantbench::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace quantbench::testing
