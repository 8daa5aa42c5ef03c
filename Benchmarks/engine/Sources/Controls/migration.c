// Evacuation, metadata only: a region full of movable single pages of random owners, as much memory
// again free beside it; ranges of 2048 pages are emptied one after the other.
#include <stdlib.h>
#include <string.h>

#include "controls.h"

enum { MOVABLE = 1, PINNED = 2, TAKEN = 4, RANGE = 2048 };

double evacuate(const allocator *a, uint32_t region, uint64_t seed) {
  uint64_t state = seed;
  a->reset(a->context, region);
  uint32_t *owner = malloc(8ul * region), *place = malloc(8ul * region);
  uint8_t *flags = calloc(2ul * region, 1);
  for (uint32_t i = 0; i < region; i++) owner[region + i] = i;
  for (uint32_t i = region - 1; i > 0; i--) {
    uint32_t j = random_below(&state, i + 1), t = owner[region + i];
    owner[region + i] = owner[region + j];
    owner[region + j] = t;
  }
  for (uint32_t i = 0; i < region; i++) {
    place[owner[region + i]] = region + i;
    flags[region + i] = MOVABLE;
  }
  double start = thread_nanoseconds();
  for (uint32_t first = region; first < 2 * region; first += RANGE) {
    for (uint32_t page = first; page < first + RANGE; page++) {
      if (!(flags[page] & MOVABLE)) continue;
      if (flags[page] & PINNED) abort();
      uint32_t target = a->allocate(a->context, 0);
      if (target == NO_PAGE) abort();
      owner[target] = owner[page];
      place[owner[page]] = target;
      flags[target] = MOVABLE;
      flags[page] = 0;
    }
    memset(flags + first, TAKEN, RANGE);
  }
  double end = thread_nanoseconds();
  free(owner);
  free(place);
  free(flags);
  return (end - start) / (region / RANGE);
}
