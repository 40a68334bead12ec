// Depthwise convolutions: a channel of the result is the sum over its own channel's windows. A
// thread has 16 bytes of channels of two neighbouring pixels, of f32 four, whose windows share
// their columns.
#include "runtime/cuda/kernels/Conv.h"
#include "runtime/cuda/kernels/MatmulTile.h"

namespace mdc {

// Types in memory, and as what they are multiplied.

struct Float {
  typedef float Element;
  MDC_INLINE static float widen(float value) { return value; }
};
struct HalfFloat {
  typedef _Float16 Element;
  MDC_INLINE static float widen(_Float16 value) { return value; }
};
struct BrainFloat {
  typedef uint16_t Element;
  MDC_INLINE static float widen(uint16_t bits) {
    return __builtin_bit_cast(float, (uint32_t)bits << 16);
  }
};
struct UnsignedByte {
  typedef uint8_t Element;
  MDC_INLINE static int32_t widen(uint8_t value) { return value; }
};
struct SignedByte {
  typedef int8_t Element;
  MDC_INLINE static int32_t widen(int8_t value) { return value; }
};

MDC_INLINE float multiplyAdd(float a, float b, float sum) { return __builtin_fmaf(a, b, sum); }
MDC_INLINE int32_t multiplyAdd(int32_t a, int32_t b, int32_t sum) { return sum + a * b; }

template <class Input, class Weight> struct Depthwise {
  typedef MdcConv Shape;
  typedef typename Input::Element InputElement;
  typedef typename Weight::Element WeightElement;
  typedef decltype(Input::widen(0)) Sum;
  static constexpr int threads = 64, chunk = 16 / sizeof(InputElement);
  static constexpr int pixels = chunk == 4 ? 4 : 2; // more would leave a picture few threads
  typedef InputElement InputChunk __attribute__((ext_vector_type(chunk)));
  typedef WeightElement WeightChunk __attribute__((ext_vector_type(chunk)));

  const MdcConv &shape;
  uint32_t chunkOfPixel, picture, row, column; // of the first pixel of the result
  Sum sums[pixels][chunk] = {};

  // Neighbouring threads have neighbouring channels.
  MDC_INLINE Depthwise(const MdcConv &shape) : shape(shape) {
    const uint32_t chunks = (shape.groups + chunk - 1) / chunk, height = shape.outHeight;
    const uint32_t runs = (shape.outWidth + pixels - 1) / pixels;
    const uint32_t number = mdc_block_x() * threads + mdc_thread(), run = number / chunks;
    chunkOfPixel = number % chunks;
    column = run % runs * pixels;
    row = run / runs % height;
    picture = run / runs / height;
  }

  /// Outside of the picture its first pixel is read instead of nothing, which needs no branch.
  MDC_INLINE InputChunk pixelAt(int32_t y, int32_t x) const {
    const bool inside = (uint32_t)y < (uint32_t)shape.height & (uint32_t)x < (uint32_t)shape.width;
    const int64_t pixel =
        picture * shape.height * shape.width + (inside ? (int64_t)y * shape.width + x : 0);
    const InputElement *from = (const InputElement *)shape.input + pixel * shape.pixelPitch;
    const InputChunk read = *(const InputChunk *)(from + chunkOfPixel * chunk);
    return inside ? read : (InputChunk)(InputElement)shape.padValue;
  }

  MDC_INLINE void addTap(int p, int32_t tap, InputChunk input) {
    const WeightElement *from = (const WeightElement *)shape.weights + tap * shape.channelPitch;
    const WeightChunk weight = *(const WeightChunk *)(from + chunkOfPixel * chunk);
#pragma unroll
    for (int i = 0; i < chunk; ++i)
      sums[p][i] = multiplyAdd(Input::widen(input[i]), Weight::widen(weight[i]), sums[p][i]);
  }

  /// All windows by one row of the kernel, column by column of the input: those that no window
  /// reaches fold away where the numbers are constants.
  MDC_INLINE void addRow(int32_t kernelRow) {
    const int32_t kernelWidth = shape.kernelWidth, stride = shape.strideWidth;
    const int32_t dilation = shape.dilationWidth;
    const int32_t y = row * shape.strideHeight - shape.padHeight + kernelRow * shape.dilationHeight;
    const int32_t first = column * stride - shape.padWidth;
    const int32_t columns = (pixels - 1) * stride + (kernelWidth - 1) * dilation + 1;
#pragma unroll
    for (int32_t x = 0; x < columns; ++x) {
      const InputChunk input = pixelAt(y, first + x);
#pragma unroll
      for (int p = 0; p < pixels; ++p) {
        const int32_t along = x - p * stride;
        if (along >= 0 && along % dilation == 0 && along / dilation < kernelWidth)
          addTap(p, kernelRow * kernelWidth + along / dilation, input);
      }
    }
  }

  MDC_INLINE void finish(const uint64_t *arguments) const {
    const uint32_t channel = chunkOfPixel * chunk, channels = shape.groups;
    const bool whole = chunkOfPixel < channels / chunk;
    const int64_t first = ((int64_t)picture * shape.outHeight + row) * shape.outWidth + column;
#pragma unroll
    for (int p = 0; p < pixels; ++p)
      if (column + p < shape.outWidth)
#pragma unroll
        for (int i = 0; i < chunk; i += 2) {
          if (whole || channel + i + 1 < channels)
            store(arguments, 0, first + p, channel + i, sums[p][i], sums[p][i + 1]);
          else if (channel + i < channels)
            store(arguments, 0, first + p, channel + i, sums[p][i]);
        }
  }

  MDC_INLINE static void run(const MdcConv &shape, const uint64_t *arguments) {
    Depthwise loop(shape);
    if (loop.picture >= shape.pictures)
      return;
    for (int32_t kernelRow = 0; kernelRow < shape.kernelHeight; ++kernelRow)
      loop.addRow(kernelRow);
    loop.finish(arguments);
  }
};

using DepthwiseF32 = Depthwise<Float, Float>;
using DepthwiseF16 = Depthwise<HalfFloat, HalfFloat>;
using DepthwiseBf16 = Depthwise<BrainFloat, BrainFloat>;
using DepthwiseU8S8 = Depthwise<UnsignedByte, SignedByte>;
using DepthwiseS8U8 = Depthwise<SignedByte, UnsignedByte>;

} // namespace mdc

MDC_MAIN_LOOP(mdc_depthwise_f32, mdc::DepthwiseF32)
MDC_MAIN_LOOP(mdc_depthwise_f16, mdc::DepthwiseF16)
MDC_MAIN_LOOP(mdc_depthwise_bf16, mdc::DepthwiseBf16)
MDC_MAIN_LOOP(mdc_depthwise_u8s8, mdc::DepthwiseU8S8)
MDC_MAIN_LOOP(mdc_depthwise_s8u8, mdc::DepthwiseS8U8)
