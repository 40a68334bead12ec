/* The hand-written model behind mdc/cuda.h: the tables of test/abi, and launches instead of
 * entries. image.py writes images.h from the PTX of kernels.cu. */
#include "../../abi/places.h"
#include "images.h"
#include "mdc/cuda.h"

#include <stddef.h>

static const MdcRegion regions[] = {
    {"scale", {NULL}},
    {"look_up", {NULL}},
    {"twice", {NULL}},
    {"sum", {NULL}},
};

#include "../../abi/tables.h"

/* A cubin that no driver takes comes first: without it the test of the second choice would need
 * ptxas. */
static const MdcCudaImage images[] = {
    {MDC_CUDA_CUBIN, 90, 1, 0, emptyElf, sizeof(emptyElf), emptyElfBytes},
    {MDC_CUDA_PTX, 80, 0, 0, ptx, sizeof(ptx), ptxBytes},
};

static const MdcCudaModule modules[] = {{images, 2, 0}};

static const MdcCudaKernel kernels[] = {
    {"mdc_scale", 0, 32, 0, 0},      {"mdc_look_up", 0, 32, 0, 0}, {"mdc_twice", 0, 1, 0, 0},
    {"mdc_twice_again", 0, 1, 0, 0}, {"mdc_sum", 0, 1, 65536, 0},
};

/* -1 is the batch, -2 the length. */
static const MdcCudaLaunch launches[] = {
    {0, 0, {-1, 1, 1}}, {1, 1, {1, 1, 1}}, {2, 2, {-1, 1, 1}},
    {2, 3, {-1, 1, 1}}, {3, 4, {1, 1, 1}},
};

static const MdcCudaVariant cudaVariants[] = {{launches, 5, 0}, {launches, 5, 0}};

const MdcCuda mdc_cuda = {
    .moduleCount = 1,
    .kernelCount = 5,
    .modules = modules,
    .kernels = kernels,
    .variants = cudaVariants,
};
