// SPDX-License-Identifier: Apache-2.0
// Replaces environment variables.
#include "scenario/expand.h"

#include <algorithm>
#include <cstdlib>

namespace quantbench::yaml {
namespace {

bool IsVariableName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
  });
}

// Appends the value of what stands between ${ and }; returns the mistake, empty if there is none.
std::string Replace(std::string_view inside, Expansion& expansion) {
  const size_t colon = inside.find(":-");
  const std::string name(inside.substr(0, colon));
  if (!IsVariableName(name)) {
    return "'" + name +
           "' isn't the name of an environment variable; expected ${NAME} or "
           "${NAME:-default}";
  }
  if (inside.find('$') != std::string_view::npos) {
    return "the default of " + name + " holds a '$'; expected plain text";
  }
  const char* value = std::getenv(name.c_str());
  if (value != nullptr && *value != '\0') {
    if (expansion.text.empty()) expansion.begins_with_environment = true;
    expansion.text += value;
    return "";
  }
  if (colon == std::string_view::npos) {
    return "the environment variable " + name + " is not set; set it, or write ${" + name +
           ":-default}";
  }
  expansion.text += inside.substr(colon + 2);
  return "";
}

}  // namespace

Expansion ExpandVariables(std::string_view text) {
  Expansion expansion;
  size_t position = 0;
  while (position < text.size()) {
    const size_t dollar = std::min(text.find('$', position), text.size());
    expansion.text += text.substr(position, dollar - position);
    if (dollar == text.size()) break;
    const std::string_view rest = text.substr(dollar + 1);
    if (rest.starts_with('$')) {
      expansion.text += '$';
      position = dollar + 2;
    } else if (!rest.starts_with('{')) {
      expansion.mistakes.push_back(
          {.offset = dollar,
           .message = "a lone '$'; write ${NAME} for an environment variable, $$ for the sign"});
      position = dollar + 1;
    } else if (const size_t end = rest.find('}'); end == std::string_view::npos) {
      expansion.mistakes.push_back({.offset = dollar, .message = "'${' without its '}'"});
      break;
    } else {
      expansion.has_variable = true;
      std::string mistake = Replace(rest.substr(1, end - 1), expansion);
      if (!mistake.empty()) {
        expansion.mistakes.push_back({.offset = dollar, .message = std::move(mistake)});
      }
      position = dollar + end + 2;
    }
  }
  return expansion;
}

}  // namespace quantbench::yaml
