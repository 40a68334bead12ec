/* Extents and places of the hand-written model; kernels and tables share them. */
#ifndef MDC_TEST_ABI_PLACES_H
#define MDC_TEST_ABI_PLACES_H

enum { columns = 3, rowCount = 5, lengthMax = 5, batchMax = 4 };

/* Weights. */
enum { scaleOffset = 0, shiftOffset = 128, rowsOffset = 256, weightBytes = 512 };
/* Arena; 128 bytes hold the largest tensor and the slack behind it. */
enum {
  xAt = 0,
  iAt = 128,
  tAt = 256,
  sAt = 384,
  yAt = 512,
  zAt = 640,
  uAt = 768,
  totalAt = 896,
  arenaBytes = 1024
};

#endif
