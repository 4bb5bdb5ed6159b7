// SPDX-License-Identifier: Apache-2.0
// The pickle machine: a stack, a memo, and no way to call anything.
#include "model/checkpoint/pickle.h"

#include <array>
#include <bit>
#include <cstdio>
#include <unordered_map>

#include "model/checkpoint/byte_reader.h"
#include "model/checkpoint/pickle_opcodes.h"
#include "support/error.h"

namespace quantbench::pickle {
namespace {

// A state dict needs about 25 objects a tensor; this is room for 40,000 tensors, and it bounds what
// a file of one-byte opcodes can make us allocate.
constexpr size_t kMaxObjects = size_t{1} << 20;
constexpr uint8_t kHighestProtocol = 5;
constexpr std::string_view kResult = "a call's result";
constexpr std::string_view kOrderedDict = "collections.OrderedDict";

class Machine {
 public:
  Machine(std::span<const std::byte> file, size_t begin, GlobalPolicy policy)
      : in_(file, begin), policy_(policy) {}

  Document Run() {
    while (true) {
      opcode_offset_ = in_.offset();
      const uint8_t opcode = in_.Byte();
      if (opcode == kStop) break;
      if (!Scalar(opcode) && !Text(opcode) && !Container(opcode) && !Memo(opcode) && !Code(opcode))
        RefuseOpcode(opcode);
    }
    document_.root = Pop();
    document_.end = in_.offset();
    return std::move(document_);
  }

 private:
  // Each of the following handles the opcodes of one kind; false: not one of mine.
  bool Scalar(uint8_t opcode) {
    switch (opcode) {
      case kNone:
        return Push(None{});
      case kNewTrue:
        return Push(true);
      case kNewFalse:
        return Push(false);
      case kBinInt:
        return Push(int64_t{static_cast<int32_t>(in_.LittleEndian(4))});
      case kBinInt1:
        return Push(static_cast<int64_t>(in_.LittleEndian(1)));
      case kBinInt2:
        return Push(static_cast<int64_t>(in_.LittleEndian(2)));
      case kLong1:
        return PushLong(in_.LittleEndian(1));
      case kLong4:
        return PushLong(in_.LittleEndian(4));
      case kBinFloat:
        return Push(std::bit_cast<double>(in_.BigEndian(8)));
      default:
        return false;
    }
  }

  bool Text(uint8_t opcode) {
    switch (opcode) {
      case kShortBinString:  // Python 2's str
      case kShortBinUnicode:
        return Push(std::string(in_.Text(in_.LittleEndian(1))));
      case kBinString:
      case kBinUnicode:
        return Push(std::string(in_.Text(in_.LittleEndian(4))));
      case kBinUnicode8:
        return Push(std::string(in_.Text(in_.LittleEndian(8))));
      case kShortBinBytes:
        return SkipBytes(1);
      case kBinBytes:
        return SkipBytes(4);
      case kBinBytes8:
      case kByteArray8:
        return SkipBytes(8);
      default:
        return false;
    }
  }

  bool Container(uint8_t opcode) {
    switch (opcode) {
      case kMark:
        marks_.push_back(stack_.size());
        return true;
      case kEmptyTuple:
        return Push(Tuple{});
      case kEmptyList:
      case kEmptySet:
        return Push(List{});
      case kEmptyDict:
        return Push(Dict{});
      case kTuple:
      case kFrozenSet:
        return Push(Tuple{PopToMark()});
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return Push(Tuple{PopLast(size_t{opcode} - kTuple1 + 1)});
      case kAppend:
        return Extend(PopLast(1));
      case kAppends:
      case kAddItems:
        return Extend(PopToMark());
      case kSetItem:
        return SetItems(PopLast(2));
      case kSetItems:
        return SetItems(PopToMark());
      case kPop:
        return Drop();
      case kPopMark:
        PopToMark();
        return true;
      default:
        return false;
    }
  }

  bool Memo(uint8_t opcode) {
    switch (opcode) {
      case kBinPut:
        return Put(in_.LittleEndian(1));
      case kLongBinPut:
        return Put(in_.LittleEndian(4));
      case kMemoize:
        return Put(memo_.size());
      case kBinGet:
        return Get(in_.LittleEndian(1));
      case kLongBinGet:
        return Get(in_.LittleEndian(4));
      default:
        return false;
    }
  }

  bool Code(uint8_t opcode) {
    switch (opcode) {
      case kProto:
        return CheckProtocol(in_.Byte());
      case kFrame:  // a hint for readers from a stream
        in_.LittleEndian(8);
        return true;
      case kGlobal: {
        const std::string module = in_.Line();
        return PushGlobal(module + "." + in_.Line());
      }
      case kStackGlobal: {
        const Ref name = Pop();
        const Ref module = Pop();
        return PushGlobal(TextAt(module) + "." + TextAt(name));
      }
      case kBinPersId:
        return Push(PersistentId{Pop()});
      case kReduce:
        return Reduce();
      case kNewObj:
        return Make(Pop());
      case kNewObjEx:
        Pop();  // named arguments
        return Make(Pop());
      case kBuild:
        return Build();
      default:
        return false;
    }
  }

  [[noreturn]] void Fail(const std::string& what) const {
    throw Error("the pickle is damaged at byte " + std::to_string(opcode_offset_) + ": " + what);
  }

  [[noreturn]] void RefuseOpcode(uint8_t opcode) const {
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "0x%02x", unsigned{opcode});
    const std::string_view name = RefusedOpcodeName(opcode);
    if (!name.empty())
      throw Error("refuses opcode " + std::string(name) + " (" + hex.data() + ") at byte " +
                  std::to_string(opcode_offset_) + ": torch.save never writes it; no code was run");
    Fail(std::string(hex.data()) + " isn't a pickle opcode");
  }

  bool Push(Object object) {
    if (document_.objects.size() == kMaxObjects)
      throw Error("the pickle has more than " + std::to_string(kMaxObjects) +
                  " objects, too many for a state dict");
    stack_.push_back(static_cast<Ref>(document_.objects.size()));
    document_.objects.push_back(std::move(object));
    return true;
  }

  bool PushLong(uint64_t width) {
    if (width > 8) return Push(BigInteger{std::string(in_.Text(width))});
    const uint64_t value = in_.LittleEndian(width);
    const unsigned unused_bits = 64 - 8 * static_cast<unsigned>(width);
    if (unused_bits == 64) return Push(int64_t{0});
    return Push(static_cast<int64_t>(value << unused_bits) >> unused_bits);  // extends the sign
  }

  bool PushGlobal(std::string name) {
    if (const std::optional<std::string> reason = policy_(name))
      throw Error("refuses GLOBAL " + Quote(name) + " at byte " + std::to_string(opcode_offset_) +
                  ": " + *reason);
    return Push(Global{*document_.names.insert(std::move(name)).first});
  }

  bool SkipBytes(uint64_t length_bytes) {
    in_.Text(in_.LittleEndian(length_bytes));
    return Push(Bytes{});
  }

  // POP, which pickles of tuples that hold themselves have: an item, or the mark above it.
  bool Drop() {
    if (!marks_.empty() && marks_.back() == stack_.size())
      marks_.pop_back();
    else
      Pop();
    return true;
  }

  // Items can't be taken from below the last mark, as in Python.
  std::vector<Ref> PopLast(size_t count) {
    const size_t floor = marks_.empty() ? 0 : marks_.back();
    if (stack_.size() - floor < count) Fail("the stack is empty");
    const auto first = stack_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Ref> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    return items;
  }

  Ref Peek() const {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) Fail("the stack is empty");
    return stack_.back();
  }

  Ref Pop() {
    const Ref top = Peek();
    stack_.pop_back();
    return top;
  }

  std::vector<Ref> PopToMark() {
    if (marks_.empty()) Fail("there is no mark on the stack");
    std::vector<Ref> items = PopLast(stack_.size() - marks_.back());
    marks_.pop_back();
    return items;
  }

  // The container on top of the stack; nullptr: an object of some class, whose items are dropped.
  template <typename T>
  T* Top(const char* expected) {
    Object& top = document_.objects[Peek()];
    T* const object = std::get_if<T>(&top);
    if (object == nullptr && !std::holds_alternative<Call>(top))
      Fail("found " + Describe(top) + " where " + expected + " is needed");
    return object;
  }

  bool Extend(const std::vector<Ref>& items) {
    if (List* const list = Top<List>("a list"))
      list->items.insert(list->items.end(), items.begin(), items.end());
    return true;
  }

  bool SetItems(const std::vector<Ref>& keys_and_values) {
    Dict* const dict = Top<Dict>("a dict");
    if (keys_and_values.size() % 2 != 0) Fail("a key has no value");
    for (size_t i = 0; dict != nullptr && i < keys_and_values.size(); i += 2)
      dict->items.emplace_back(keys_and_values[i], keys_and_values[i + 1]);
    return true;
  }

  bool Put(uint64_t key) {
    memo_[key] = Peek();
    return true;
  }

  bool Get(uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) Fail("the memo has no entry " + std::to_string(key));
    stack_.push_back(found->second);
    return true;
  }

  bool CheckProtocol(uint8_t protocol) const {
    if (protocol > kHighestProtocol)
      Fail("pickle protocol " + std::to_string(protocol) + " is unknown (the highest is 5)");
    return true;
  }

  const std::string& TextAt(Ref ref) const {
    const auto* const text = document_.As<std::string>(ref);
    if (text == nullptr) Fail("a global's name is not text");
    return *text;
  }

  bool Reduce() {
    const Ref arguments = Pop();
    const auto* const global = document_.As<Global>(Peek());
    const auto* const tuple = document_.As<Tuple>(arguments);
    if (global == nullptr || global->name != kOrderedDict || tuple == nullptr)
      return Make(arguments);
    Pop();
    return PushOrderedDict(*tuple);
  }

  // Describes what the function, or class, on top of the stack would make.
  bool Make(Ref arguments) {
    const Object& callee = document_.at(Pop());
    const auto* const global = std::get_if<Global>(&callee);
    const auto* const made = std::get_if<Call>(&callee);  // a function that another one returned
    if ((global == nullptr && made == nullptr) || document_.As<Tuple>(arguments) == nullptr)
      Fail("a call needs a global and a tuple, found " + Describe(callee) + " and " +
           Describe(document_.at(arguments)));
    return Push(
        Call{.function = global != nullptr ? global->name : kResult, .arguments = arguments});
  }

  // OrderedDict() is filled by SETITEMS later; Python 2 writes OrderedDict([[key, value], ...]).
  bool PushOrderedDict(const Tuple& arguments) {
    Dict dict{.items = {}, .ordered = true};
    if (arguments.items.size() > 1) Fail("OrderedDict takes at most one argument");
    if (arguments.items.size() == 1) {
      const auto* const pairs = document_.As<List>(arguments.items[0]);
      if (pairs == nullptr) Fail("OrderedDict's argument is not a list");
      copied_pairs_ += pairs->items.size();  // one list may be the argument of many calls
      if (copied_pairs_ > kMaxObjects) Fail("its OrderedDicts are too large for a state dict");
      for (const Ref ref : pairs->items) {
        const auto* const pair = document_.As<List>(ref);
        if (pair == nullptr || pair->items.size() != 2)
          Fail("OrderedDict needs [key, value] pairs");
        dict.items.emplace_back(pair->items[0], pair->items[1]);
      }
    }
    return Push(std::move(dict));
  }

  // State that an object gets: of an OrderedDict it is _metadata (layer versions), of no use here.
  bool Build() {
    Pop();
    const Dict* const dict = Top<Dict>("an object");
    if (dict != nullptr && !dict->ordered) Fail("a dict has no state");
    return true;
  }

  ByteReader in_;
  GlobalPolicy policy_;
  size_t opcode_offset_ = 0;
  Document document_;
  std::vector<Ref> stack_;
  size_t copied_pairs_ = 0;
  std::vector<size_t> marks_;  // heights of the stack
  std::unordered_map<uint64_t, Ref> memo_;
};

}  // namespace

Document Parse(std::span<const std::byte> file, size_t begin, GlobalPolicy policy) {
  return Machine(file, begin, policy).Run();
}

}  // namespace quantbench::pickle
