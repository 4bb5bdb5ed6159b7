// SPDX-License-Identifier: Apache-2.0
// The table itself; its order is the label order, so new classes go to the end.
#include "class_table.h"

namespace quantbench::default_dataset {
namespace {

constexpr ClassSpec kClasses[] = {
    {"q00000001", "mug", MakeMug},
    {"q00000002", "tumbler", MakeTumbler},
    {"q00000003", "bucket", MakeBucket},
    {"q00000004", "basket", MakeBasket},
    {"q00000005", "jar", MakeJar},
    {"q00000006", "bottle", MakeBottle},
    {"q00000007", "vase", MakeVase},
    {"q00000008", "goblet", MakeGoblet},
    {"q00000009", "chair", MakeChair},
    {"q00000010", "stool", MakeStool},
    {"q00000011", "table", MakeTable},
    {"q00000012", "table lamp", MakeLamp},
    {"q00000013", "mushroom", MakeMushroom},
    {"q00000014", "umbrella", MakeUmbrella},
    {"q00000015", "gear", MakeGear},
    {"q00000016", "daisy", MakeDaisy},
    {"q00000017", "five-pointed star", MakeFivePointedStar},
    {"q00000018", "six-pointed star", MakeSixPointedStar},
    {"q00000019", "concentric rings", MakeConcentricRings},
    {"q00000020", "spiral", MakeSpiral},
    {"q00000021", "coil spring", MakeSpring},
    {"q00000022", "chessboard", MakeChessboard},
    {"q00000023", "brick wall", MakeBrickWall},
    {"q00000024", "crate", MakeCrate},
};

}  // namespace

std::span<const ClassSpec> Classes() { return kClasses; }

}  // namespace quantbench::default_dataset
