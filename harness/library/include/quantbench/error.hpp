// SPDX-License-Identifier: Apache-2.0
// In this tree alone: installed under this name is support/error.h itself.
#pragma once

#include "support/error.h"
