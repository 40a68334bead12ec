#include "runtime/tool/Tool.h"

int main(int argc, char **argv) { return mdc::tool::main(mdc_model, argc, argv); }
