// Functions of f64 that GPUs have no instructions for, by the names that generated code calls them.
// The bodies are libclc's, which the build links behind this file; those of f32 are generated.
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

MDC_DEVICE double powOfLibrary(double, double) __asm__("_Z3powdd");
extern "C" MDC_DEVICE double mdc_pow_f64(double x, double y) { return powOfLibrary(x, y); }
