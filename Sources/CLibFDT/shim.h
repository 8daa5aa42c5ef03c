#ifndef DMAPLAN_CLIBFDT_SHIM_H
#define DMAPLAN_CLIBFDT_SHIM_H

#include <libfdt.h>

/* The header fields are function-like macros, which Swift does not import. */
static inline uint32_t dmaplan_fdt_totalsize(const void *fdt) { return fdt_totalsize(fdt); }
static inline uint32_t dmaplan_fdt_magic(const void *fdt) { return fdt_magic(fdt); }
static inline uint32_t dmaplan_fdt_version(const void *fdt) { return fdt_version(fdt); }
static inline uint32_t dmaplan_fdt_off_dt_struct(const void *fdt) { return fdt_off_dt_struct(fdt); }
static inline uint32_t dmaplan_fdt_off_dt_strings(const void *fdt) { return fdt_off_dt_strings(fdt); }
static inline uint32_t dmaplan_fdt_size_dt_struct(const void *fdt) { return fdt_size_dt_struct(fdt); }
static inline uint32_t dmaplan_fdt_size_dt_strings(const void *fdt) { return fdt_size_dt_strings(fdt); }

#endif
