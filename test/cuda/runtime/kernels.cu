// The kernels of the hand-written CUDA model. Compiled twice: to the PTX that the binary holds, and
// as C++ to a shared object that the stand-in driver runs.
#include "mdc/cuda.h"
#include "simt.h"

// addresses: x, scale, shift, y; extent: rows. A block for each row.
MDC_KERNEL(mdc_scale, 6) {
  const float *x = (const float *)words[0], *scale = (const float *)words[1];
  const float *shift = (const float *)words[2];
  float *y = (float *)words[3];
  unsigned column = threadNumber(), at = blockNumber() * 3 + column;
  if (column < 3 && blockNumber() < words[4])
    y[at] = x[at] * scale[column] + shift[column];
}

// addresses: i, rows, z; extent: rows. A thread for each row.
MDC_KERNEL(mdc_look_up, 5) {
  const long long *indices = (const long long *)words[0];
  const float *rows = (const float *)words[1];
  float *z = (float *)words[2];
  unsigned row = threadNumber();
  if (row >= words[3])
    return;
  long long index = indices[row];
  if (index < -5 || index >= 5) {
    MdcCudaStatus *status = (MdcCudaStatus *)words[4];
    if (exchangeIfZero(&status->failed)) {
      status->index = index;
      status->extent = 5;
    }
    index = 0;
  }
  index += index < 0 ? 5 : 0;
  for (int column = 0; column < 3; ++column)
    z[row * 3 + column] = rows[index * 3 + column];
}

// addresses: t, u; extent: columns of both. The step has two launches, one for each row.
MDC_KERNEL(mdc_twice, 4) {
  const float *t = (const float *)words[0];
  float *u = (float *)words[1];
  if (blockNumber() < words[2])
    u[blockNumber()] = 2 * t[blockNumber()];
}

MDC_KERNEL(mdc_twice_again, 4) {
  const float *t = (const float *)words[0] + words[2];
  float *u = (float *)words[1] + words[2];
  if (blockNumber() < words[2])
    u[blockNumber()] = 2 * t[blockNumber()];
}

// addresses: s, total; extent: length.
MDC_KERNEL(mdc_sum, 4) {
  const float *s = (const float *)words[0];
  float total = 0;
  for (unsigned long long at = 0; at < words[2]; ++at)
    total += s[at];
  *(float *)words[1] = total;
}
