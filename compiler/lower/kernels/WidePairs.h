// Bytes as pairs of 16-bit numbers on a thread's stack, for machines without byteDots: vpmaddwd
// multiplies pairs, and what many tiles read is widened once.
//
// A group of four bytes is two pairs, its first and its last two. A pair is an i32 in memory.
#pragma once

#include "compiler/lower/RegionEmitter.h"

namespace mdc::lower {

inline constexpr int64_t kPairBytes = 2;

// Memory for `count` pairs in the running body, aligned for vectors.
mlir::Value stackPairs(RegionEmitter &emitter, int64_t count);

// `groups` groups of a packed panel (Packing::Kind::Groups), of signed bytes, from element `first`
// of flat memory on, of which only `vectors` of `panelVectors` are used. Pairs become strips:
// [vector][stripRounds][kLanes], of which the first 2 * groups rounds are written.
struct WideStrips {
  int64_t panelVectors, vectors, groups, stripRounds;
};
void widenStrips(RegionEmitter &emitter, mlir::Value bytes, mlir::Value first,
                 const WideStrips &strips, mlir::Value pairs);

// `count` unsigned bytes from each of `firsts` on, and up to three behind them: row n from pair
// `to` + n * rowPairs on.
void widenRows(RegionEmitter &emitter, mlir::Value bytes, mlir::ArrayRef<mlir::Value> firsts,
               int64_t count, mlir::Value pairs, mlir::Value to, int64_t rowPairs);

// The pair at a place, i32, and kLanes of them, vector<2 * kLanes x i16>.
mlir::Value loadPair(RegionEmitter &emitter, mlir::Value pairs, mlir::Value at);
mlir::Value loadPairLanes(RegionEmitter &emitter, mlir::Value pairs, mlir::Value at);
void storePairLanes(RegionEmitter &emitter, mlir::Value lanes, mlir::Value pairs, mlir::Value at);
// Lane by lane the unsigned bytes of two vector<kLanes x i8>, as vector<2 * kLanes x i16>.
mlir::Value pairLanes(RegionEmitter &emitter, mlir::Value first, mlir::Value second);

} // namespace mdc::lower
