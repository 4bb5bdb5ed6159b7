// SPDX-License-Identifier: Apache-2.0
// Every opcode of pickle protocols 0 to 5 by name, so that a refusal can say what it refused.
#pragma once

#include <cstdint>
#include <string_view>

namespace quantbench::pickle {

enum Opcode : uint8_t {
  kPop = '0',
  kPopMark = '1',
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kMark = '(',
  kStop = '.',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinString = 'T',
  kShortBinString = 'U',
  kBinUnicode = 'X',
  kEmptyList = ']',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kSetItems = 'u',
  kEmptyTuple = ')',
  kEmptyDict = '}',
  kProto = 0x80,
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8a,
  kLong4 = 0x8b,
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes8 = 0x8e,
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kFrozenSet = 0x91,
  kNewObjEx = 0x92,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95,
  kByteArray8 = 0x96,
};

struct OpcodeName {
  uint8_t code;
  std::string_view name;
};

// Those that torch.save never writes.
inline constexpr OpcodeName kRefusedOpcodes[] = {
    {'2', "DUP"},     {'F', "FLOAT"},        {'I', "INT"},
    {'L', "LONG"},    {'P', "PERSID"},       {'S', "STRING"},
    {'V', "UNICODE"}, {'d', "DICT"},         {'g', "GET"},
    {'i', "INST"},    {'l', "LIST"},         {'o', "OBJ"},
    {'p', "PUT"},     {0x82, "EXT1"},        {0x83, "EXT2"},
    {0x84, "EXT4"},   {0x97, "NEXT_BUFFER"}, {0x98, "READONLY_BUFFER"},
};

constexpr std::string_view RefusedOpcodeName(uint8_t code) {
  for (const OpcodeName& refused : kRefusedOpcodes) {
    if (refused.code == code) return refused.name;
  }
  return {};
}

}  // namespace quantbench::pickle
