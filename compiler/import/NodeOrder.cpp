#include "compiler/import/NodeOrder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>
#include <queue>
#include <set>

namespace mdc::importer {
namespace {

void collectReads(const Node &node, llvm::StringSet<> &names);

// Names that the graph takes from outside.
void collectReads(const Graph &graph, llvm::StringSet<> &names) {
  llvm::StringSet<> all;
  for (const ValueInfo &output : graph.outputs)
    all.insert(output.name);
  for (const Node &node : graph.nodes)
    collectReads(node, all);
  for (const Node &node : graph.nodes)
    for (llvm::StringRef output : node.outputs)
      all.erase(output);
  for (const Tensor &initializer : graph.initializers)
    all.erase(initializer.name);
  for (const auto &name : all)
    names.insert(name.getKey());
}

void collectReads(const Node &node, llvm::StringSet<> &names) {
  for (llvm::StringRef input : node.inputs)
    if (!input.empty())
      names.insert(input);
  for (const Attribute &attribute : node.attributes)
    if (attribute.graph)
      collectReads(*attribute.graph, names);
}

// For each node those whose results it reads.
std::vector<std::set<unsigned>> sourcesOf(llvm::ArrayRef<Node> nodes) {
  llvm::StringMap<unsigned> makers;
  for (auto [index, node] : llvm::enumerate(nodes))
    for (llvm::StringRef output : node.outputs)
      if (!output.empty())
        makers.try_emplace(output, index);
  std::vector<std::set<unsigned>> sources(nodes.size());
  for (auto [index, node] : llvm::enumerate(nodes)) {
    llvm::StringSet<> names;
    collectReads(node, names);
    for (const auto &name : names)
      if (auto maker = makers.find(name.getKey()); maker != makers.end())
        sources[index].insert(maker->second);
  }
  return sources;
}

// Goes back from a node that is stuck, from source to source that is, until one comes again.
std::vector<unsigned> cycleAmong(llvm::ArrayRef<unsigned> stuck,
                                 llvm::ArrayRef<std::set<unsigned>> sources) {
  std::vector<unsigned> path{stuck.front()};
  while (true) {
    unsigned next = *llvm::find_if(
        sources[path.back()], [&](unsigned source) { return llvm::is_contained(stuck, source); });
    auto seen = llvm::find(path, next);
    if (seen == path.end()) {
      path.push_back(next);
      continue;
    }
    path.erase(path.begin(), seen);
    std::reverse(path.begin(), path.end());
    std::rotate(path.begin(), llvm::min_element(path), path.end());
    return path;
  }
}

} // namespace

NodeOrder orderOf(llvm::ArrayRef<Node> nodes) {
  std::vector<std::set<unsigned>> sources = sourcesOf(nodes);
  std::vector<std::vector<unsigned>> readers(nodes.size());
  std::vector<size_t> missing(nodes.size());
  std::priority_queue<unsigned, std::vector<unsigned>, std::greater<unsigned>> ready;
  for (unsigned index = 0; index < nodes.size(); ++index) {
    missing[index] = sources[index].size();
    if (sources[index].empty())
      ready.push(index);
    for (unsigned source : sources[index])
      readers[source].push_back(index);
  }
  NodeOrder result;
  while (!ready.empty()) { // the first of the file that can come next
    unsigned index = ready.top();
    ready.pop();
    result.order.push_back(index);
    for (unsigned reader : readers[index])
      if (--missing[reader] == 0)
        ready.push(reader);
  }
  for (unsigned index = 0; index < nodes.size(); ++index)
    if (missing[index] != 0)
      result.stuck.push_back(index);
  if (!result.stuck.empty())
    result.cycle = cycleAmong(result.stuck, sources);
  return result;
}

} // namespace mdc::importer
