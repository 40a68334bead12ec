#include "compiler/pipeline/CalibrationResults.h"

#include <cstring>

namespace mdc::pipeline {

template <typename Item> static std::vector<Item> itemsOf(const NumpyArray &array) {
  std::vector<Item> items(array.bytes.size() / sizeof(Item));
  std::memcpy(items.data(), array.bytes.data(), items.size() * sizeof(Item));
  return items;
}

static void readRange(const NumpyArray &array, compress::TensorStatistics &statistics) {
  std::vector<double> range = itemsOf<double>(array);
  if (range.size() != 5)
    return;
  statistics.min = statistics.low = range[0];
  statistics.max = statistics.high = range[1];
  statistics.count = uint64_t(range[2]);
  statistics.hasNan = range[3] > 0;
  statistics.zeros = uint64_t(range[4]);
}

compress::Calibration calibrationOf(llvm::ArrayRef<NumpyArray> results, uint64_t samples) {
  compress::Calibration calibration;
  calibration.samples = samples;
  for (const NumpyArray &array : results) {
    auto [kind, key] = llvm::StringRef(array.name).split('/');
    if (kind == "sum") {
      compress::Gram &gram = calibration.grams[key];
      gram.depth = array.extents.empty() ? 0 : array.extents.front();
      gram.values = itemsOf<float>(array);
      gram.samples = samples;
      continue;
    }
    compress::TensorStatistics &statistics = calibration.tensors[key];
    if (kind == "range")
      readRange(array, statistics);
    else if (kind == "histogram")
      statistics.histogram = itemsOf<uint64_t>(array);
    else if (kind == "mean")
      statistics.channelMeans = itemsOf<float>(array);
    else if (kind == "deviation")
      statistics.channelDeviations = itemsOf<float>(array);
    else if (kind == "peak")
      statistics.channelMaxima = itemsOf<float>(array);
  }
  return calibration;
}

} // namespace mdc::pipeline
