// SPDX-License-Identifier: Apache-2.0
// The command line by way of CLI11, and what is said of one that can't be understood: the word, and
// what was likely meant.
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>

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

// The first word that is unknown with what is near, else the error. Ends with a newline.
std::string UsageError(const CLI::App* app, const CLI::Error& error) {
  const CLI::App& command = CalledCommand(*app);
  const std::vector<std::string> unknown = app->remaining(true);
  // A word that isn't understood is the likely cause of whatever else is missing.
  std::string what = unknown.empty() ? error.what() : OfUnknownWord(unknown.front(), command);
  if (what == "A subcommand is required") {
    const std::vector<std::string> names = Subcommands(command);
    what = "give a subcommand: " + Join(std::vector<std::string_view>(names.begin(), names.end()));
  }
  const std::string name = FullName(command);
  return name + ": " + what + "\n`" + name + " --help` tells more\n";
}

std::string ReadBytes(std::string& text) {
  const std::string given = text;
  try {
    if (CLI::AsSizeValue(/*kb_is_1000=*/true)(text).empty()) return "";
  } catch (const CLI::Error&) {
  }
  return "'" + given + "' isn't a size; write one like 500MB or 5GB";
}

std::string ReadBytesOrNone(std::string& text) {
  if (text != "none") return ReadBytes(text);
  text = "-1";
  return "";
}

// CLI11's own texts show the limits of double, and sets in braces.
CLI::Validator NumberFrom(double least, bool exclusive) {
  return {[=](std::string& text) -> std::string {
            double number = 0;
            const bool good = CLI::detail::lexical_cast(text, number) &&
                              (exclusive ? number > least : number >= least);
            return good ? ""
                        : std::string("expected a number ") +
                              (exclusive ? "above 0" : "from 0 on") + "; found '" + text + "'";
          },
          ""};
}

CLI::Validator IntegerIn(int64_t min, int64_t max) {
  return {[=](std::string& text) -> std::string {
            int64_t number = 0;
            if (CLI::detail::lexical_cast(text, number) && number >= min && number <= max)
              return "";
            return "expected an integer from " + std::to_string(min) + " to " +
                   std::to_string(max) + "; found '" + text + "'";
          },
          ""};
}

// The help shows the choices by itself; a mistake is told like those of scenarios.
std::string NotAmong(const std::string& word, const std::vector<std::string>& values) {
  return "'" + word + "' is unknown; " +
         Allowed(word, std::vector<std::string_view>(values.begin(), values.end()));
}

// IsMember's description is what the help prints.
CLI::Validator OneOfThese(const std::vector<std::string>& values) {
  return {[=](std::string& text) -> std::string {
            return std::ranges::find(values, text) != values.end() ? "" : NotAmong(text, values);
          },
          CLI::IsMember(values).get_description()};
}

}  // namespace

Option Option::TypeName(const std::string& name) const { return Option(option_->type_name(name)); }
Option Option::Text(const std::string& text) const { return Option(option_->option_text(text)); }
Option Option::DefaultText(const std::string& text) const {
  return Option(option_->default_str(text));
}
Option Option::ShowDefault() const { return Option(option_->capture_default_str()); }
Option Option::Group(const std::string& heading) const { return Option(option_->group(heading)); }
Option Option::Variable(const std::string& name) const { return Option(option_->envname(name)); }
Option Option::Required() const { return Option(option_->required()); }
Option Option::Excludes(Option other) const { return Option(option_->excludes(other.option_)); }
Option Option::OneValue() const { return Option(option_->allow_extra_args(false)); }
Option Option::Delimiter(char delimiter) const { return Option(option_->delimiter(delimiter)); }
Option Option::OneOf(const std::vector<std::string>& values) const {
  return Option(option_->check(OneOfThese(values)));
}
Option Option::Range(int64_t min, int64_t max) const {
  return Option(option_->check(IntegerIn(min, max)));
}
Option Option::Positive() const {
  return Option(option_->check(NumberFrom(0, /*exclusive=*/true)));
}
Option Option::NonNegative() const {
  return Option(option_->check(NumberFrom(0, /*exclusive=*/false)));
}
Option Option::Bytes() const { return Option(option_->transform(CLI::Validator(ReadBytes, ""))); }
Option Option::BytesOrNone() const {
  return Option(option_->transform(CLI::Validator(ReadBytesOrNone, "")));
}
bool Option::given() const { return option_->count() > 0; }

Command Command::AddSubcommand(const std::string& name, const std::string& description) {
  return Command(app_->add_subcommand(name, description));
}
void Command::RequireSubcommand() { app_->require_subcommand(1); }
void Command::Footer(const std::string& text) { app_->footer(text); }
void Command::OnCall(std::function<void()> work) { app_->callback(std::move(work)); }

template <class T>
Option Command::AddOption(const std::string& name, T& value, const std::string& description) {
  return Option(app_->add_option(name, value, description));
}
template Option Command::AddOption(const std::string&, std::string&, const std::string&);
template Option Command::AddOption(const std::string&, std::filesystem::path&, const std::string&);
template Option Command::AddOption(const std::string&, std::vector<std::string>&,
                                   const std::string&);
template Option Command::AddOption(const std::string&, std::vector<std::filesystem::path>&,
                                   const std::string&);
template Option Command::AddOption(const std::string&, std::optional<int64_t>&, const std::string&);
template Option Command::AddOption(const std::string&, int&, const std::string&);
template Option Command::AddOption(const std::string&, int64_t&, const std::string&);
template Option Command::AddOption(const std::string&, size_t&, const std::string&);
template Option Command::AddOption(const std::string&, double&, const std::string&);
template Option Command::AddOption(const std::string&, std::optional<double>&, const std::string&);

Option Command::AddFlag(const std::string& name, bool& value, const std::string& description) {
  return Option(app_->add_flag(name, value, description));
}

Option Command::AddNumbered(const std::string& name, const std::function<void(int)>& set,
                            const std::string& description,
                            const std::map<std::string, int>& numbers) {
  return Option(app_->add_option_function<int>(name, set, description)
                    ->transform(CLI::Validator(
                        [=](std::string& word) -> std::string {
                          const auto found = numbers.find(word);
                          if (found != numbers.end()) {
                            word = std::to_string(found->second);
                            return "";
                          }
                          std::vector<std::string> words;
                          for (const auto& [name_of, number] : numbers) words.push_back(name_of);
                          return NotAmong(word, words);
                        },
                        "")));
}

void ThrowRequired(const std::string& what) { throw CLI::RequiredError(what); }

CommandLine::CommandLine(const std::string& name, const std::string& description,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, name)) {
  app_->set_version_flag("--version", version);
  app_->failure_message(UsageError);
}

CommandLine::~CommandLine() = default;

bool CommandLine::Run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0;
  }
  return true;
}

}  // namespace quantbench
