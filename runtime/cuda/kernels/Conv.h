/* Convolutions of pixels whose channels lie last, as products of matrices: rows are the pixels of
 * all pictures, columns a group's output channels, the depth all taps of a window, one after
 * another with channelPitch elements each. The code that a region generates fills one MdcConv,
 * calls a main loop with it, and defines the stores of Matmul.h: batch is the group, row the pixel
 * (picture * outHeight + y) * outWidth + x, column the output channel. */
#ifndef MDC_KERNELS_CONV_H
#define MDC_KERNELS_CONV_H

#include "runtime/cuda/kernels/Matmul.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every field is 8 bytes. What the compiler knows is a constant in the generated code, and then
 * the main loop has code for that alone. Pitches count elements; both operands and all pitches are
 * multiples of 16 bytes. */
typedef struct MdcConv {
  const void *input;   /* [pictures][height][width][pixelPitch] */
  const void *weights; /* [groups * outChannels][kernelHeight][kernelWidth][channelPitch], zeros
                          behind `channels`; a depthwise convolution has others, below */
  void *partials; /* [splits][groups][pixels][outChannels] of f32 or, of bytes, i32; untouched with
                     one split. mdc_matmul_sum_splits_f32 or _i32 adds them. */
  int64_t pictures, height, width, outHeight, outWidth;
  int64_t groups, channels, outChannels; /* the last two of one group. A group's first channel is
                                            at a multiple of 16 bytes. */
  int64_t pixelPitch;                    /* from a pixel to the next */
  int64_t channelPitch;                  /* from a tap of a weight to the next */
  int64_t kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth;
  int64_t padHeight, padWidth; /* before the first row and column */
  int64_t padValue;            /* what lies outside the input: bytes' zero point; 0 else */
  int64_t splits;
} MdcConv;

/* A depthwise convolution has as many groups as its input has channels, `channels` and
 * `outChannels` of 1, one split, and weights [kernelHeight][kernelWidth][channelPitch], which hold
 * anything behind the groups. Its stores have batch 0 and the channel as the column. */

#ifdef __cplusplus
}
#endif
#endif
