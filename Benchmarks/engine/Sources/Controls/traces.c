// The traces. Only the calls of the allocator and what holds the pages between them is timed.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "controls.h"

double thread_nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static inline uint32_t next(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  *state = x;
  return (uint32_t)(x >> 32);
}

static inline uint32_t below(uint64_t *state, uint32_t bound) {
  return (uint32_t)(((uint64_t)next(state) * bound) >> 32);
}

uint32_t random_below(uint64_t *state, uint32_t bound) { return below(state, bound); }

static void *large(size_t bytes) {
  size_t unit = 2 << 20;
  bytes = (bytes + unit - 1) & ~(unit - 1);
  void *memory = aligned_alloc(unit, bytes);
  madvise(memory, bytes, MADV_HUGEPAGE);
  memset(memory, 0, bytes);
  return memory;
}

static void shuffle(uint32_t *values, uint32_t count, uint64_t *state) {
  for (uint32_t i = count - 1; i > 0; i--) {
    uint32_t j = below(state, i + 1), t = values[i];
    values[i] = values[j];
    values[j] = t;
  }
}

static uint32_t fill(const allocator *a, uint32_t order, uint32_t *slots, uint32_t most) {
  uint32_t count = 0;
  while (count < most && (slots[count] = a->allocate(a->context, order)) != NO_PAGE) count++;
  return count;
}

// (i) Single pages until full, then freed in random order.
double trace_fill(const allocator *a, uint32_t pages, uint64_t seed) {
  uint32_t *slots = large(4ul * pages + 4096);
  uint64_t state = seed;
  a->reset(a->context, pages);
  double start = thread_nanoseconds();
  uint32_t count = fill(a, 0, slots, pages);
  double filled = thread_nanoseconds() - start;
  shuffle(slots, count, &state);
  start = thread_nanoseconds();
  for (uint32_t i = 0; i < count; i++) a->release(a->context, slots[i], 0);
  double freed = thread_nanoseconds() - start;
  free(slots);
  return (filled + freed) / count;
}

// (ii) Free and allocate a random page at a level. Victims are known 16 ahead, so that the misses of
// the harness itself are hidden.
double trace_churn(const allocator *a, uint32_t pages, uint32_t percent, uint32_t pairs,
                   uint64_t seed) {
  uint32_t *slots = large(4ul * pages + 4096);
  uint64_t state = seed;
  a->reset(a->context, pages);
  uint32_t count = fill(a, 0, slots, pages);
  shuffle(slots, count, &state);
  uint32_t kept = (uint32_t)((uint64_t)count * percent / 100);
  for (uint32_t i = kept; i < count; i++) a->release(a->context, slots[i], 0);
  uint32_t ring[16];
  for (int i = 0; i < 16; i++) ring[i] = below(&state, kept);
  double start = thread_nanoseconds();
  for (uint32_t i = 0; i < pairs; i++) {
    uint32_t victim = ring[i & 15], later = below(&state, kept);
    ring[i & 15] = later;
    __builtin_prefetch(&slots[later], 1);
    a->release(a->context, slots[victim], 0);
    uint32_t page = a->allocate(a->context, 0);
    if (page == NO_PAGE) abort();
    slots[victim] = page;
  }
  double end = thread_nanoseconds();
  free(slots);
  return (end - start) / pairs;
}

// (iv) Blocks of order 9 at half of memory.
double trace_large(const allocator *a, uint32_t pages, uint32_t pairs, uint64_t seed) {
  uint32_t *slots = large(4ul * (pages >> 9) + 4096);
  uint64_t state = seed;
  a->reset(a->context, pages);
  uint32_t count = fill(a, 9, slots, pages >> 9);
  shuffle(slots, count, &state);
  uint32_t kept = count / 2;
  for (uint32_t i = kept; i < count; i++) a->release(a->context, slots[i], 9);
  double start = thread_nanoseconds();
  for (uint32_t i = 0; i < pairs; i++) {
    uint32_t victim = below(&state, kept);
    a->release(a->context, slots[victim], 9);
    uint32_t page = a->allocate(a->context, 9);
    if (page == NO_PAGE) abort();
    slots[victim] = page;
  }
  double end = thread_nanoseconds();
  free(slots);
  return (end - start) / pairs;
}

// (iii) 70 % single pages, orders 1 to 10 geometric, random lives, at a level of occupation.
// An operation is the block's number << 5 | its order, or | 31 to free it.
struct mixed_trace {
  uint32_t pages, operations, warm, numbers;
  uint32_t *steps;
};

mixed_trace *mixed_trace_make(uint32_t pages, uint32_t percent, uint32_t operations,
                              uint64_t seed) {
  mixed_trace *trace = calloc(1, sizeof *trace);
  size_t most = (size_t)operations + pages;
  uint32_t *steps = large(4 * most + 256), *live = large(4ul * pages), *spare = large(4ul * pages);
  uint8_t *orders = large(pages);
  uint32_t lives = 0, spares = 0, numbers = 0, count = 0, warm = 0;
  uint64_t used = 0, target = (uint64_t)pages * percent / 100, state = seed;
  int warming = 1;
  while (warming || count - warm < operations) {
    if (used < target) {
      uint32_t order = 0;
      if (below(&state, 10) >= 7) {
        order = 1;
        for (uint32_t bits = next(&state); order < 10 && (bits & 1); bits >>= 1) order++;
      }
      uint32_t number = spares ? spare[--spares] : numbers++;
      orders[number] = (uint8_t)order;
      live[lives++] = number;
      used += 1u << order;
      steps[count++] = number << 5 | order;
    } else {
      if (warming) warm = count;
      warming = 0;
      uint32_t j = below(&state, lives), number = live[j];
      live[j] = live[--lives];
      used -= 1u << orders[number];
      spare[spares++] = number;
      steps[count++] = number << 5 | 31;
    }
  }
  free(live);
  free(spare);
  free(orders);
  *trace = (mixed_trace){pages, count, warm, numbers, steps};
  return trace;
}

void mixed_trace_free(mixed_trace *trace) {
  free(trace->steps);
  free(trace);
}

mixed_result trace_mixed(const allocator *a, const mixed_trace *trace) {
  mixed_result result = {0};
  uint32_t *slots = large(4ul * trace->numbers + 64);
  uint8_t *orders = large(trace->numbers + 64);
  const uint32_t *steps = trace->steps;
  a->reset(a->context, trace->pages);
  double start = thread_nanoseconds();
  for (uint32_t i = 0; i < trace->operations; i++) {
    if (i + 16 < trace->operations) {
      __builtin_prefetch(&slots[steps[i + 16] >> 5], 1);
      __builtin_prefetch(&orders[steps[i + 16] >> 5], 1);
    }
    if (i == trace->warm) {
      memset(&result, 0, sizeof result);
      start = thread_nanoseconds();
    }
    uint32_t number = steps[i] >> 5, order = steps[i] & 31;
    if (order != 31) {
      uint32_t page = a->allocate(a->context, order);
      slots[number] = page;
      orders[number] = (uint8_t)order;
      result.tried[order]++;
      if (page == NO_PAGE) result.failed[order]++;
    } else if (slots[number] != NO_PAGE) {
      a->release(a->context, slots[number], orders[number]);
    }
  }
  result.nanoseconds = (thread_nanoseconds() - start) / (trace->operations - trace->warm);
  free(slots);
  free(orders);
  return result;
}
