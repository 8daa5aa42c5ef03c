// First fit in a bitmap as the kernel does it, bit iterators over 64-bit words.
#include <stdlib.h>
#include <string.h>

#include "controls.h"

bitmap bitmap_make(uint32_t bits) {
  bitmap map = {aligned_alloc(4096, (bits / 8 + 4095) & ~4095ul), bits};
  memset(map.words, 0, (bits / 8 + 4095) & ~4095ul);
  return map;
}

void bitmap_free(bitmap map) { free(map.words); }

void bitmap_assign(bitmap map, uint32_t start, uint32_t count, int value) {
  for (uint32_t bit = start, end = start + count; bit < end;) {
    uint32_t offset = bit & 63, some = 64 - offset;
    if (some > end - bit) some = end - bit;
    uint64_t mask = (some == 64 ? ~0ull : ((1ull << some) - 1)) << offset;
    if (value) {
      map.words[bit >> 6] |= mask;
    } else {
      map.words[bit >> 6] &= ~mask;
    }
    bit += some;
  }
}

static uint32_t next_zero(bitmap map, uint32_t from) {
  if (from >= map.bits) return map.bits;
  uint32_t word = from >> 6;
  uint64_t bits = ~map.words[word] & (~0ull << (from & 63));
  while (!bits) {
    if (++word >= map.bits >> 6) return map.bits;
    bits = ~map.words[word];
  }
  return word << 6 | (uint32_t)__builtin_ctzll(bits);
}

static uint32_t next_set(bitmap map, uint32_t from, uint32_t end) {
  uint32_t word = from >> 6;
  uint64_t bits = map.words[word] & (~0ull << (from & 63));
  while (!bits) {
    if (((uint64_t)(++word) << 6) >= end) return end;
    bits = map.words[word];
  }
  uint32_t found = word << 6 | (uint32_t)__builtin_ctzll(bits);
  return found < end ? found : end;
}

uint32_t bitmap_scan(bitmap map, uint32_t start, uint32_t count, uint32_t align_order) {
  uint32_t mask = (1u << align_order) - 1;
  for (;;) {
    uint32_t index = (next_zero(map, start) + mask) & ~mask;
    if ((uint64_t)index + count > map.bits) return UINT32_MAX;
    uint32_t set = next_set(map, index, index + count);
    if (set == index + count) return index;
    start = set + 1;
  }
}
