// One Open Inference Protocol request, JSON with or without Triton's binary tensor extension. Knows
// bytes and the model's signature, no sockets. Reused for many requests: after the first ones
// parsing allocates nothing.
#pragma once

#include "runtime/exec/Context.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mdc::serve {

// Readable bytes that must follow every body that is parsed; their values do not matter.
inline constexpr size_t bodyPaddingBytes = simdjson::SIMDJSON_PADDING;
// Deepest nesting of a JSON body.
inline constexpr size_t jsonDepthMax = 64;
// Text of a JSON body whose parser memory may stay for the next one; it is several times the text.
inline constexpr size_t keptTextBytes = 4 << 20;

// Parses `text` (padded) into `parser`; false and a sentence where the body is not one JSON value.
bool parseJson(simdjson::dom::parser &parser, std::string_view text,
               simdjson::dom::element &document, std::string &error);

// Gives the memory of `parser` back unless the document of `textBytes` that it has just read needed
// much of it: a stream of large requests pays for it once, and one large request is not paid for
// ever.
void shrink(simdjson::dom::parser &parser, size_t textBytes);

struct RequestedOutput {
  uint32_t index; // into MdcModel.outputs
  bool binary;
};

class OipRequest {
public:
  explicit OipRequest(const MdcModel &model) : model_(model) {}

  // `headerBytes` is the value of Inference-Header-Content-Length: the JSON's share of `body`; 0
  // means the body is the only input's bytes. `body` must outlive the request. False and one
  // sentence if it does not fit.
  bool parse(std::span<const std::byte> body, std::optional<uint64_t> headerBytes,
             std::string &error);

  // One shape per model input, in the model's order.
  std::span<const exec::Shape> shapes() const { return shapes_; }

  // Writes input `index` to `bytes`, which holds exactly its shape; false and one sentence if data
  // do not fit.
  bool decode(size_t index, std::span<std::byte> bytes, std::string &error) const;

  std::span<const RequestedOutput> outputs() const { return outputs_; }
  std::optional<std::string_view> id() const { return id_; }

  // Drops what refers to the body, and memory that the next request is not likely to need.
  void clear();

private:
  struct Source { // where an input's elements come from
    bool present = false;
    bool hasData = false;
    bool isBinary = false;
    simdjson::dom::element data;      // if hasData
    std::span<const std::byte> bytes; // if isBinary
    uint64_t binaryBytes = 0;
  };

  bool parseRaw(std::span<const std::byte> body, std::string &error);
  bool parseDocument(simdjson::dom::element document, std::string &error);
  bool parseInputs(simdjson::dom::element inputs, std::string &error);
  bool parseInput(simdjson::dom::object input, std::string &error);
  bool checkInput(size_t index, std::string_view datatype, std::string &error);
  bool parseOutputs(simdjson::dom::element outputs, std::string &error);
  bool parseOutput(simdjson::dom::object output, std::string &error);
  bool takeBinary(std::span<const std::byte> tail, std::string &error);

  const MdcModel &model_;
  simdjson::dom::parser parser_;
  size_t textBytes_ = 0;
  std::vector<exec::Shape> shapes_;
  std::vector<Source> sources_;
  std::vector<uint32_t> binaryOrder_; // inputs with binary data, in the order of their bytes
  std::vector<RequestedOutput> outputs_;
  std::optional<std::string_view> id_;
  bool binaryByDefault_ = false;
};

} // namespace mdc::serve
