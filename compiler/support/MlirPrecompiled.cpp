#include "compiler/support/MlirPrecompiled.h"
