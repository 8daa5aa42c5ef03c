// What the benchmark needs of its C half: allocators behind one table of functions, the traces that
// drive them, and the controls for evacuation and bitmap search.
#pragma once
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define NO_PAGE UINT32_MAX
#define ORDERS 11

// An allocator of 2^order pages. The harness calls every allocator through such a table.
typedef struct {
  void *_Nonnull context;
  void (* reset)(void *_Nonnull context, uint32_t pages);  // all free again
  uint32_t (* allocate)(void *_Nonnull context, uint32_t order);
  void (* release)(void *_Nonnull context, uint32_t page, uint32_t order);
} allocator;

// Buddy with last-in-first-out lists: links in two 32-bit arrays, one tag byte a page, no types.
extern const allocator list_buddy;
size_t list_buddy_metadata(void);

// Each returns processor time in nanoseconds a pair or, for `trace_mixed`, an operation.
double trace_fill(const allocator *allocator, uint32_t pages, uint64_t seed);
double trace_churn(const allocator *allocator, uint32_t pages, uint32_t percent, uint32_t pairs,
                   uint64_t seed);
double trace_large(const allocator *allocator, uint32_t pages, uint32_t pairs, uint64_t seed);

// A trace of orders 0 to 10, built once so that every allocator gets the same.
typedef struct mixed_trace mixed_trace;
mixed_trace *mixed_trace_make(uint32_t pages, uint32_t percent, uint32_t operations, uint64_t seed);
void mixed_trace_free(mixed_trace *trace);

typedef struct {
  double nanoseconds;
  uint64_t tried[ORDERS];
  uint64_t failed[ORDERS];
} mixed_result;
mixed_result trace_mixed(const allocator *allocator, const mixed_trace *trace);

// Evacuates ranges of 2048 pages in a region full of movable single pages; nanoseconds a range.
double evacuate(const allocator *allocator, uint32_t region_pages, uint64_t seed);

// A bitmap, 1 = in use, and the kernel's way to search it: the next zero bit, aligned, then the next
// set bit below the end of the window.
typedef struct {
  uint64_t *words;
  uint32_t bits;
} bitmap;
bitmap bitmap_make(uint32_t bits);
void bitmap_free(bitmap map);
void bitmap_assign(bitmap map, uint32_t start, uint32_t count, int value);
uint32_t bitmap_scan(bitmap map, uint32_t start, uint32_t count, uint32_t align_order);

// Processor time of this thread, and xorshift64 from a seed.
double thread_nanoseconds(void);
uint32_t random_below(uint64_t *state, uint32_t bound);

#pragma clang assume_nonnull end
