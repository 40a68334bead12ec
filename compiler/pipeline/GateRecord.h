// What the accuracy gate found in earlier builds, so that nothing is measured twice.
#pragma once

#include "compiler/support/Diagnostics.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mdc::pipeline {

/// Keys are fingerprints of all that decides an entry.
class GateRecord {
public:
  /// Reads what an earlier build left; a missing or damaged file is an empty record.
  explicit GateRecord(std::string path);

  std::optional<double> value(const std::string &key) const;
  /// A value that is no number is not kept: JSON has none.
  void setValue(const std::string &key, double value);

  /// The layers that repair returned to float.
  std::optional<std::vector<std::string>> floatLayers(const std::string &key) const;
  void setFloatLayers(const std::string &key, std::vector<std::string> layers);

  /// False after one error.
  bool save(Diagnostics &diagnostics) const;

private:
  std::string path_;
  std::map<std::string, double> values_;
  std::map<std::string, std::vector<std::string>> floatLayers_;
};

} // namespace mdc::pipeline
