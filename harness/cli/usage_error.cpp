// SPDX-License-Identifier: Apache-2.0
// What is said of a command line that can't be understood: the word, and what was likely meant.
#include "cli/commands.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

// The innermost subcommand that was recognised.
const CLI::App& CalledCommand(const CLI::App& app) {
  const CLI::App* called = &app;
  while (!called->get_subcommands().empty()) called = called->get_subcommands().front();
  return *called;
}

// "quantbench cache list"
std::string FullName(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return FullName(*command.get_parent()) + " " + command.get_name();
}

std::vector<std::string> Subcommands(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : command.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(subcommand->get_name());
  }
  return names;
}

std::vector<std::string> LongOptions(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string OfUnknownWord(const std::string& word, const CLI::App& command) {
  const bool is_option = word.starts_with("-");
  const std::vector<std::string> names = is_option ? LongOptions(command) : Subcommands(command);
  if (names.empty()) return "unexpected argument '" + word + "'";
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string hint = DidYouMean(word.substr(0, word.find('=')), candidates);
  if (is_option) return "unknown option '" + word + "'" + hint;
  return "unknown subcommand '" + word + "'; allowed: " + Join(candidates) + hint;
}

}  // namespace

std::string UsageError(const CLI::App* app, const CLI::Error& error) {
  const CLI::App& command = CalledCommand(*app);
  const std::vector<std::string> unknown = app->remaining(true);
  // A word that isn't understood is the likely cause of whatever else is missing.
  const std::string what = unknown.empty() ? error.what() : OfUnknownWord(unknown.front(), command);
  const std::string name = FullName(command);
  return name + ": " + what + "\n`" + name + " --help` tells more\n";
}

}  // namespace quantbench
