// Sums of products of bytes, four at a time: the innermost step of every integer kernel.
//
// All levels yield the same integers: vpdpbusd where the machine has it, else products of 16-bit
// numbers (vpmaddwd), or of bytes in 16 bits (vpmaddubsw) where those hold every sum: it saturates.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

// Products that one lane adds up in a step: the bytes of an i32.
inline constexpr int64_t kGroupBytes = 4;

// Lane l of `sums` (vector<kLanes x i32>) gains the sum over j < 4 of u8(group)[j] *
// weights[4 * l + j]. `group` is an i32 of four unsigned bytes, the same for all lanes; `weights`
// is vector<4 * kLanes x i8>, signed.
mlir::Value dotGroups(RegionEmitter &emitter, mlir::Value sums, mlir::Value group,
                      mlir::Value weights);
// The same with another group for each lane, as vector<4 * kLanes x i8> of unsigned bytes.
mlir::Value dotLanes(RegionEmitter &emitter, mlir::Value sums, mlir::Value bytes,
                     mlir::Value weights);

// The same for one group or two whose products 16 bits hold the sums of two of, and with two groups
// of four (graph.short_sums), for machines without byteDots.
mlir::Value dotShort(RegionEmitter &emitter, mlir::Value sums, mlir::ValueRange groups,
                     mlir::ValueRange weights);

// Groups that dotShort multiplies at once, 1 or 2, of a product with this graph.short_sums (0: it
// has none); 0 where vpdpbusd needs no such sums.
int64_t groupsOfShortSums(const Machine &machine, int64_t shortSums);

// Lane l gains the sum over j < 2 of i16(pair)[j] * weights[2 * l + j]. `pair` is an i32 of two
// 16-bit numbers, the same for all lanes; `weights` is vector<2 * kLanes x i16>.
mlir::Value dotPairs(RegionEmitter &emitter, mlir::Value sums, mlir::Value pair,
                     mlir::Value weights);
// The same with another pair for each lane, as vector<2 * kLanes x i16>.
mlir::Value dotPairLanes(RegionEmitter &emitter, mlir::Value sums, mlir::Value pairs,
                         mlir::Value weights);

// The group of bytes at `at` of flat i8 memory, which need not be aligned.
mlir::Value loadGroup(RegionEmitter &emitter, mlir::Value flat, mlir::Value at);
// 4 * kLanes bytes from `at` of flat i8 memory on.
mlir::Value loadGroupLanes(RegionEmitter &emitter, mlir::Value flat, mlir::Value at);

} // namespace mdc::lower
