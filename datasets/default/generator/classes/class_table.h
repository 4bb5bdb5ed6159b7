// SPDX-License-Identifier: Apache-2.0
// The classes of the default dataset: id, name, and the function that makes a new specimen.
#pragma once

#include <span>

#include "../object.h"
#include "../rng.h"

namespace quantbench::default_dataset {

struct ClassSpec {
  const char* id;  // shaped like a WordNet id, but q instead of n: not one of ImageNet's
  const char* name;
  Object (*make)(Rng& rng);
};

// In label order.
std::span<const ClassSpec> Classes();

// Vessels
Object MakeMug(Rng& rng);
Object MakeTumbler(Rng& rng);
Object MakeBucket(Rng& rng);
Object MakeBasket(Rng& rng);
Object MakeJar(Rng& rng);
Object MakeBottle(Rng& rng);
Object MakeVase(Rng& rng);
Object MakeGoblet(Rng& rng);

// Furniture and other things on a stem or on legs
Object MakeChair(Rng& rng);
Object MakeStool(Rng& rng);
Object MakeTable(Rng& rng);
Object MakeLamp(Rng& rng);
Object MakeMushroom(Rng& rng);
Object MakeUmbrella(Rng& rng);

// Flat round things
Object MakeGear(Rng& rng);
Object MakeDaisy(Rng& rng);
Object MakeFivePointedStar(Rng& rng);
Object MakeSixPointedStar(Rng& rng);
Object MakeConcentricRings(Rng& rng);
Object MakeSpiral(Rng& rng);
Object MakeSpring(Rng& rng);

// Patterned slabs and boxes
Object MakeChessboard(Rng& rng);
Object MakeBrickWall(Rng& rng);
Object MakeCrate(Rng& rng);

// Not a class: clutter beside, behind and in front of the object.
Object MakeProp(Rng& rng);

}  // namespace quantbench::default_dataset
