/* Prints the f32 multiply-add peak of one core in GFLOP/s: independent chains of vector FMAs that
 * never leave the registers. Built by run.py with -O2 -march=native. */
#include <stdio.h>
#include <time.h>

#ifdef __AVX512F__
typedef float Vector __attribute__((vector_size(64)));
#else
typedef float Vector __attribute__((vector_size(32)));
#endif

enum { CHAINS = 12, STEPS = 1 << 20, ROUNDS = 12 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

__attribute__((noinline)) static void run(Vector *sums, Vector factor, Vector term) {
  Vector chain[CHAINS];
  for (int i = 0; i < CHAINS; ++i)
    chain[i] = sums[i];
  for (int step = 0; step < STEPS; ++step) {
#pragma clang loop unroll(full)
    for (int i = 0; i < CHAINS; ++i)
      chain[i] = chain[i] * factor + term;
  }
  for (int i = 0; i < CHAINS; ++i)
    sums[i] = chain[i];
}

int main(int argc, char **argv) {
  (void)argv;
  /* start values that the compiler cannot know to be equal */
  Vector sums[CHAINS];
  for (int i = 0; i < CHAINS; ++i)
    sums[i] = (Vector){0} + (float)(i * argc);
  const Vector factor = {0}, term = {0};
  double best = 1e9;
  for (int round = 0; round < ROUNDS; ++round) {
    const double begin = seconds();
    run(sums, factor + 0.5f, term + 1.0f);
    const double took = seconds() - begin;
    best = took < best ? took : best;
  }
  const double flops = 2.0 * CHAINS * STEPS * (double)(sizeof(Vector) / sizeof(float));
  printf("%.1f\n", flops / best / 1e9 + 0.0 * (double)sums[0][0]);
  return 0;
}
