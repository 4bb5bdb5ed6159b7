// SPDX-License-Identifier: Apache-2.0
// What is said of a path where nothing is.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace quantbench {

// "there is no 'nets/m.pth' (looked for '/home/me/nets/m.pth'; did you mean 'net'?)".
std::string NoSuchFile(const std::filesystem::path& path);
// The part in parentheses, with a blank before it: where a relative path leads to, and what lies
// there under nearly that name. Empty where neither is worth a word.
std::string Whereabouts(const std::filesystem::path& path);

// "a, b, c and 21 more" of a long list of names.
std::string FirstFew(std::span<const std::string> names);

}  // namespace quantbench
