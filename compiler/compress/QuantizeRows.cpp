#include "compiler/compress/BiasCorrection.h"
#include "compiler/compress/ByteWeights.h"
#include "compiler/compress/CalibrationFacts.h"
#include "compiler/compress/LayerCost.h"
#include "compiler/compress/Passes.h"
#include "compiler/compress/Weights.h"

#include "dialects/graph/Shape.h"

using namespace mlir;

namespace mdc::compress {
#define GEN_PASS_DEF_QUANTIZEROWS
#include "compiler/compress/Passes.h.inc"

namespace {

using graph::BinaryKind;

// Sums of depth products of a byte and a weight stay inside i32. Less the zero point's part they
// are sums of (byte - zero point) * weight, which are no larger; the difference is exact modulo
// 2^32.
constexpr int64_t kDeepest = INT32_MAX / (255 * 127);

std::string reasonForFloat(const Layer &layer) {
  if (std::string reason = reasonAgainstByteWeight(layer); !reason.empty())
    return reason;
  if (!layer.isConv() && layer.depth > kDeepest)
    return "sums of " + std::to_string(layer.depth) + " products may leave 32 bits";
  return "";
}

RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

struct QuantizeRowsPass : impl::QuantizeRowsBase<QuantizeRowsPass> {
  using QuantizeRowsBase::QuantizeRowsBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    if (failed(verifyLayerFacts(function)))
      return signalPassFailure();
    rows.clear(); // of the function before
    WeightRounding how{granularity, /*shrink=*/false, reconstruct, bits};
    auto reasonOf = [&](const Layer &layer) {
      std::string reason = reasonForFloat(layer);
      if (reason.empty() && !layer.isConv())
        reason = reasonAgainstSpeed(layer, {InputRounding::ByRow, bits},
                                    ArrayRef<std::string>(fasterOn));
      return reason;
    };
    std::vector<ByteLayer> chosen =
        chooseByteLayers(function, how, ArrayRef<std::string>(exclude), reasonOf);
    for (const ByteLayer &each : chosen) {
      if (biasCorrection)
        correctBias(each);
      if (each.layer.isConv()) {
        setFact(each.layer.op, "note", "weights alone are bytes: a convolution reads no rows");
        storeAsBytes(each);
      } else {
        multiplyRows(each);
      }
    }
    quantized = chosen.size();
  }

private:
  graph::QuantizeRowsOp rowsOf(graph::MatmulOp layer);
  void multiplyRows(const ByteLayer &each);

  llvm::DenseMap<Value, graph::QuantizeRowsOp> rows; // of values that layers read
};

// Layers come in program order: what the first reader makes, the others can read. The layer before
// may have been replaced since the layers were found, so the input is the op's.
graph::QuantizeRowsOp QuantizeRowsPass::rowsOf(graph::MatmulOp layer) {
  graph::QuantizeRowsOp &made = rows[layer.getLhs()];
  if (!made) {
    OpBuilder builder(layer);
    made = graph::QuantizeRowsOp::create(builder, layer.getLoc(), layer.getLhs(), bits);
  }
  return made;
}

std::vector<int32_t> columnSums(const ByteLayer &each) {
  std::vector<int32_t> sums(each.layer.outChannels, 0);
  for (int64_t channel = 0; channel < each.layer.outChannels; ++channel)
    for (int64_t position = 0; position < each.layer.depth; ++position)
      sums[channel] += each.weight.integers[each.layer.weightIndex(channel, position)];
  return sums;
}

// (sums - zero point of the row * sum of the column) * scale of the row * scale of the column
void QuantizeRowsPass::multiplyRows(const ByteLayer &each) {
  auto matmul = cast<graph::MatmulOp>(each.layer.op);
  graph::QuantizeRowsOp input = rowsOf(matmul);
  OpBuilder b(matmul);
  Location loc = matmul.getLoc();
  Value weight = makeConstant(b, loc, graph::withElement(typeOf(each.layer.weight), b.getI8Type()),
                              ArrayRef<int8_t>(each.weight.integers));
  auto product = graph::MatmulOp::create(b, loc, input.getIntegers(), weight,
                                         /*transposeLhs=*/false, matmul.getTransposeRhs());
  product->setDiscardableAttrs(matmul->getDiscardableAttrDictionary());
  auto binary = [&](BinaryKind kind, Value x, Value y) -> Value {
    return graph::BinaryOp::create(b, loc, kind, x, y);
  };
  auto columns = RankedTensorType::get({each.layer.outChannels}, b.getI32Type());
  Value columnSum = graph::ConstantOp::create(
      b, loc, DenseElementsAttr::get(columns, ArrayRef<int32_t>(columnSums(each))));
  Value excess = binary(BinaryKind::Mul, input.getZeroPoints(), columnSum);
  Value steps = binary(BinaryKind::Sub, product, excess);
  Value numbers =
      graph::CastOp::create(b, loc, graph::withElement(typeOf(steps), b.getF32Type()), steps);
  SmallVector<int64_t, 1> shape;
  if (each.weight.scales.size() > 1)
    shape.push_back(each.layer.outChannels);
  Value scales =
      graph::ConstantOp::create(b, loc,
                                DenseElementsAttr::get(RankedTensorType::get(shape, b.getF32Type()),
                                                       ArrayRef<float>(each.weight.scales)));
  numbers = binary(BinaryKind::Mul, numbers, input.getScales());
  matmul.replaceAllUsesWith(binary(BinaryKind::Mul, numbers, scales));
  matmul.erase();
  if (each.layer.weight.use_empty())
    each.layer.weight.getDefiningOp()->erase();
}

} // namespace
} // namespace mdc::compress
