// SPDX-License-Identifier: Apache-2.0
// The command line by way of CLI11, and what is said of one that can't be understood: the word, and
// what was likely meant.
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
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
  const std::string what = unknown.empty() ? error.what() : OfUnknownWord(unknown.front(), command);
  const std::string name = FullName(command);
  return name + ": " + what + "\n`" + name + " --help` tells more\n";
}

std::string ReadBytesOrNone(std::string& text) {
  if (text != "none") return CLI::AsSizeValue(/*kb_is_1000=*/true)(text);
  text = "-1";
  return "";
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
  return Option(option_->check(CLI::IsMember(values)));
}
Option Option::Range(int64_t min, int64_t max) const {
  return Option(option_->check(CLI::Range(min, max).description("")));
}
Option Option::Positive() const { return Option(option_->check(CLI::PositiveNumber)); }
Option Option::NonNegative() const { return Option(option_->check(CLI::NonNegativeNumber)); }
Option Option::Bytes() const {
  return Option(option_->transform(CLI::AsSizeValue(/*kb_is_1000=*/true)));
}
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
                    ->transform(CLI::CheckedTransformer(numbers)));
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
