#include "compiler/pipeline/LayerSearch.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace mdc::pipeline {

double LayerGroup::multiplyAdds() const {
  double sum = 0;
  for (const LayerContribution &layer : layers)
    sum += layer.multiplyAdds;
  return sum;
}

/// Of equal gains the noisier, then the one that costs less to leave as it was.
static bool isWorse(const LayerGroup &a, const LayerGroup &b) {
  auto key = [](const LayerGroup &group) {
    double noisiest = std::numeric_limits<double>::infinity(), densest = 1;
    for (const LayerContribution &layer : group.layers) {
      noisiest = std::min(noisiest, layer.sqnrDb.value_or(noisiest));
      densest = std::min(densest, layer.sparsity);
    }
    return std::tuple(-group.gain, noisiest, -densest, group.multiplyAdds(),
                      llvm::StringRef(group.layers.front().name));
  };
  return key(a) < key(b);
}

namespace {

class Search {
public:
  Search(GainOf gainOf, unsigned trials) : gainOf(gainOf), trials(trials) {}

  std::optional<std::vector<LayerGroup>> run(std::vector<LayerContribution> layers) {
    constexpr size_t firstParts = 8, parts = 4;
    auto first = cut({std::move(layers), 0}, firstParts);
    if (!first)
      return std::nullopt;
    open = std::move(*first);
    while (trials > 0) {
      auto largest = llvm::min_element(open, isWorse);
      if (largest == open.end() || largest->gain <= 0)
        break;
      LayerGroup group = std::move(*largest);
      open.erase(largest);
      if (group.layers.size() == 1) {
        done.push_back(std::move(group));
        continue;
      }
      auto pieces = cut(group, parts);
      if (!pieces)
        return std::nullopt;
      place(std::move(group), std::move(*pieces));
    }
    llvm::append_range(done, open);
    llvm::sort(done, isWorse);
    for (LayerGroup &group : done)
      if (group.layers.size() == 1)
        group.layers.front().gain = group.gain;
    return std::move(done);
  }

private:
  /// Pieces of nearly equal size, each measured.
  std::optional<std::vector<LayerGroup>> cut(const LayerGroup &group, size_t parts) {
    std::vector<LayerGroup> pieces;
    const size_t count = group.layers.size();
    parts = std::min(parts, count);
    for (size_t part = 0; part < parts; ++part) {
      LayerGroup piece;
      piece.layers.assign(group.layers.begin() + count * part / parts,
                          group.layers.begin() + count * (part + 1) / parts);
      std::vector<std::string> names;
      for (const LayerContribution &layer : piece.layers)
        names.push_back(layer.name);
      std::optional<double> gain = gainOf(names);
      if (!gain)
        return std::nullopt;
      piece.gain = *gain;
      trials -= std::min(trials, 1u);
      pieces.push_back(std::move(piece));
    }
    return pieces;
  }

  /// Pieces that gain less than half of what they do together are no better than the whole.
  void place(LayerGroup whole, std::vector<LayerGroup> pieces) {
    double sum = 0;
    for (const LayerGroup &piece : pieces)
      sum += std::max(0.0, piece.gain);
    if (2 * sum < whole.gain)
      done.push_back(std::move(whole));
    else
      llvm::append_range(open, std::move(pieces));
  }

  GainOf gainOf;
  unsigned trials;
  std::vector<LayerGroup> open, done;
};

} // namespace

std::optional<std::vector<LayerGroup>> searchLayers(std::vector<LayerContribution> layers,
                                                    GainOf gainOf, unsigned trials) {
  return Search(gainOf, trials).run(std::move(layers));
}

std::vector<LayerGroup> repairOrder(std::vector<LayerGroup> groups, double spareMultiplyAdds) {
  llvm::erase_if(groups, [&](const LayerGroup &group) {
    const double needed = group.multiplyAdds();
    const bool fits = needed <= spareMultiplyAdds;
    spareMultiplyAdds -= fits ? needed : 0;
    return !fits;
  });
  return groups;
}

} // namespace mdc::pipeline
