// SPDX-License-Identifier: Apache-2.0
// The command line as the subcommands describe it. CLI11 is behind it, in one source: compiling its
// headers takes longer than all of a subcommand.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace quantbench {

// A handle on an option, whose description goes on in a chain.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option TypeName(const std::string& name) const;  // what help calls the value
  Option Text(const std::string& text) const;      // what help says in place of type and default
  Option DefaultText(const std::string& text) const;
  Option ShowDefault() const;
  Option Group(const std::string& heading) const;
  Option Variable(const std::string& name) const;  // of the environment, where it isn't given

  Option Required() const;
  Option Excludes(Option other) const;
  Option OneValue() const;  // a list grows by repeating the option
  Option Delimiter(char delimiter) const;
  Option OneOf(const std::vector<std::string>& values) const;
  Option Range(int64_t min, int64_t max) const;
  Option Positive() const;
  Option NonNegative() const;
  Option Bytes() const;        // "5GB"
  Option BytesOrNone() const;  // none: -1

  bool given() const;

 private:
  CLI::Option* option_;
};

class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command AddSubcommand(const std::string& name, const std::string& description);
  void RequireSubcommand();
  void Footer(const std::string& text);
  void OnCall(std::function<void()> work);

  // A value, a list, or a number; the types are those that command_line.cpp names.
  template <class T>
  Option AddOption(const std::string& name, T& value, const std::string& description);
  Option AddFlag(const std::string& name, bool& value, const std::string& description);

  // One of some words, each of which stands for a value of an enumeration.
  template <class E>
  Option AddChoice(const std::string& name, E& value, const std::string& description,
                   const std::map<std::string, E>& choices) {
    std::map<std::string, int> numbers;
    for (const auto& [word, choice] : choices) numbers[word] = static_cast<int>(choice);
    return AddNumbered(
        name, [&value](int number) { value = static_cast<E>(number); }, description, numbers);
  }

 private:
  Option AddNumbered(const std::string& name, const std::function<void(int)>& set,
                     const std::string& description, const std::map<std::string, int>& numbers);

  CLI::App* app_;
};

// Thrown by a command's work like a required option that is missing.
[[noreturn]] void ThrowRequired(const std::string& what);

class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& description, const std::string& version);
  ~CommandLine();

  Command root() { return Command(app_.get()); }
  // Does the work of the command that is called. False where the words can't be understood, which
  // is then said on stderr; help and version count as understood.
  bool Run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace quantbench
