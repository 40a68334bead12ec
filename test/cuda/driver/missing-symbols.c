/* A libcuda.so.1 of a time before graphs: it starts, and lacks most functions. */
int cuInit(unsigned flags) { return flags ? 1 : 0; }
int cuDriverGetVersion(int *version) {
  *version = 9000;
  return 0;
}
