#ifndef DMAPLAN_CZLIB_SHIM_H
#define DMAPLAN_CZLIB_SHIM_H

#include <zlib.h>

/* inflateInit2() is a macro with the version and the size in it, which Swift does not import.
   16 asks for a gzip header, which is checked, and for the CRC and the length at the end. */
static inline int dmaplan_inflate_gzip(z_stream *stream) { return inflateInit2(stream, 16 + MAX_WBITS); }

#endif
