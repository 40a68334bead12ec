// Functions that GPUs have no instructions for, by the names that generated code calls them. The
// bodies are libclc's, which the build links behind this file; other functions of f32 are
// generated.
#include "runtime/cuda/kernels/Primitives.h"

#define MDC_FUNCTION(NAME, SYMBOL)                                                                 \
  MDC_DEVICE double NAME##OfLibrary(double) __asm__(SYMBOL);                                       \
  extern "C" MDC_DEVICE double mdc_##NAME##_f64(double x) { return NAME##OfLibrary(x); }

MDC_FUNCTION(exp, "_Z3expd")
MDC_FUNCTION(log, "_Z3logd")
MDC_FUNCTION(sin, "_Z3sind")
MDC_FUNCTION(cos, "_Z3cosd")
MDC_FUNCTION(tanh, "_Z4tanhd")
MDC_FUNCTION(asin, "_Z4asind")
MDC_FUNCTION(acos, "_Z4acosd")
MDC_FUNCTION(atan, "_Z4atand")
MDC_FUNCTION(erf, "_Z3erfd")

#define MDC_FUNCTION_OF_TWO(NAME, FLOAT, SUFFIX, SYMBOL)                                           \
  MDC_DEVICE FLOAT NAME##OfLibrary(FLOAT, FLOAT) __asm__(SYMBOL);                                  \
  extern "C" MDC_DEVICE FLOAT mdc_##NAME##_##SUFFIX(FLOAT x, FLOAT y) {                            \
    return NAME##OfLibrary(x, y);                                                                  \
  }

MDC_FUNCTION_OF_TWO(pow, double, f64, "_Z3powdd")
MDC_FUNCTION_OF_TWO(fmod, double, f64, "_Z4fmoddd")
MDC_FUNCTION_OF_TWO(fmod, float, f32, "_Z4fmodff")
