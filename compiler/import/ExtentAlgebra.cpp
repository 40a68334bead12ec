#include "compiler/import/ExtentAlgebra.h"

#include "dialects/graph/Shape.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

using namespace mlir;

namespace mdc::importer {
namespace {

constexpr int64_t kHuge = int64_t(1) << 62;

int64_t saturated(__int128 value) {
  return value > kHuge ? kHuge : value < -kHuge ? -kHuge : int64_t(value);
}

int64_t floorDivided(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

Interval product(Interval a, Interval b) {
  __int128 corners[] = {__int128(a.low) * b.low, __int128(a.low) * b.high, __int128(a.high) * b.low,
                        __int128(a.high) * b.high};
  auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners));
  return {saturated(*low), saturated(*high)};
}

Interval quotient(Interval a, Interval b, bool up) {
  if (b.low <= 0)
    return {-kHuge, kHuge};
  auto divide = [up](int64_t x, int64_t y) {
    return up ? -floorDivided(-x, y) : floorDivided(x, y);
  };
  int64_t corners[] = {divide(a.low, b.low), divide(a.low, b.high), divide(a.high, b.low),
                       divide(a.high, b.high)};
  auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners));
  return {*low, *high};
}

// A sum of products: coefficients by the sorted indices of the factors, which are symbols or
// divisions. Shorter products come first, equally long ones in dictionary order; so the last is the
// leading term.
using Factors = std::vector<unsigned>;
struct Shorter {
  bool operator()(const Factors &a, const Factors &b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};
using Polynomial = std::map<Factors, int64_t, Shorter>;

std::set<unsigned> symbolsIn(AffineExpr expr) {
  std::set<unsigned> positions;
  expr.walk([&](AffineExpr part) {
    if (auto symbol = dyn_cast<AffineSymbolExpr>(part))
      positions.insert(symbol.getPosition());
  });
  return positions;
}

class Expander {
public:
  /// The symbols of `expr` come first, in order: equal sums are collected in one order.
  explicit Expander(AffineExpr expr) {
    for (unsigned position : symbolsIn(expr))
      atoms.push_back(getAffineSymbolExpr(position, expr.getContext()));
  }
  Polynomial expand(AffineExpr expr);
  AffineExpr collect(const Polynomial &polynomial, MLIRContext *context) const;

  static Factors joined(const Factors &a, const Factors &b) {
    Factors all(a);
    all.insert(all.end(), b.begin(), b.end());
    llvm::sort(all);
    return all;
  }
  static void add(Polynomial &sum, const Factors &factors, int64_t coefficient) {
    if ((sum[factors] += coefficient) == 0)
      sum.erase(factors);
  }

  std::optional<unsigned> symbolOf(unsigned factor) const {
    auto symbol = dyn_cast<AffineSymbolExpr>(atoms[factor]);
    return symbol ? std::optional(symbol.getPosition()) : std::nullopt;
  }

private:
  AffineExpr collected(AffineExpr expr) { return collect(expand(expr), expr.getContext()); }
  std::vector<AffineExpr> atoms;
};

Polynomial Expander::expand(AffineExpr expr) {
  Polynomial result;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    add(result, {}, constant.getValue());
    return result;
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (binary && expr.getKind() == AffineExprKind::Add) {
    result = expand(binary.getLHS());
    for (auto &[factors, coefficient] : expand(binary.getRHS()))
      add(result, factors, coefficient);
    return result;
  }
  if (binary && expr.getKind() == AffineExprKind::Mul) {
    Polynomial rhs = expand(binary.getRHS());
    for (auto &[left, a] : expand(binary.getLHS()))
      for (auto &[right, b] : rhs)
        add(result, joined(left, right), a * b);
    return result;
  }
  if (binary) { // a division: its operands are collected, which may leave none
    expr = getAffineBinaryOpExpr(expr.getKind(), collected(binary.getLHS()),
                                 collected(binary.getRHS()));
    bool isDivision = isa<AffineBinaryOpExpr>(expr) && expr.getKind() != AffineExprKind::Add &&
                      expr.getKind() != AffineExprKind::Mul;
    if (!isDivision)
      return expand(expr);
  }
  auto known = llvm::find(atoms, expr);
  unsigned index = known - atoms.begin();
  if (known == atoms.end())
    atoms.push_back(expr);
  add(result, {index}, 1);
  return result;
}

AffineExpr Expander::collect(const Polynomial &polynomial, MLIRContext *context) const {
  AffineExpr sum = getAffineConstantExpr(0, context);
  for (auto &[factors, coefficient] : polynomial) {
    AffineExpr term = getAffineConstantExpr(1, context);
    for (unsigned factor : factors)
      term = term * atoms[factor];
    sum = sum + term * coefficient;
  }
  return sum;
}

// Without regard to a symbol that stands in several places.
Interval looseBoundsOf(AffineExpr expr, llvm::ArrayRef<Interval> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return {constant.getValue(), constant.getValue()};
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbol.getPosition() < symbols.size() ? symbols[symbol.getPosition()]
                                                 : Interval{0, kHuge};
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Interval a = looseBoundsOf(binary.getLHS(), symbols);
  Interval b = looseBoundsOf(binary.getRHS(), symbols);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return {saturated(__int128(a.low) + b.low), saturated(__int128(a.high) + b.high)};
  case AffineExprKind::Mul:
    return product(a, b);
  case AffineExprKind::FloorDiv:
    return quotient(a, b, /*up=*/false);
  case AffineExprKind::CeilDiv:
    return quotient(a, b, /*up=*/true);
  default:
    return {0, std::max<int64_t>(b.high - 1, 0)};
  }
}

// Without the factors that all terms have: extents, for which a request has at least one element.
Polynomial withoutCommonFactors(const Polynomial &terms) {
  Factors common = terms.begin()->first;
  for (auto &[factors, coefficient] : terms) {
    Factors both;
    std::set_intersection(common.begin(), common.end(), factors.begin(), factors.end(),
                          std::back_inserter(both));
    common = both;
  }
  Polynomial result;
  for (auto &[factors, coefficient] : terms) {
    Factors rest;
    std::set_difference(factors.begin(), factors.end(), common.begin(), common.end(),
                        std::back_inserter(rest));
    result[rest] = coefficient;
  }
  return result;
}

// Tries all values of the symbols `names` in `difference`.
void tryValues(AffineExpr difference, llvm::ArrayRef<Interval> symbols, Agreement &agreement) {
  constexpr int64_t kMaxTried = 1 << 22; // under a second
  constexpr size_t kMaxExamples = 4;
  __int128 count = 1;
  for (unsigned name : agreement.names)
    if (count <= kMaxTried)
      count *= std::max<int64_t>(symbols[name].high - symbols[name].low + 1, 0);
  if (count > kMaxTried)
    return;
  int64_t agreeing = 0;
  llvm::SmallVector<int64_t> values(symbols.size(), 0);
  for (int64_t i = 0; i < count; ++i) {
    llvm::SmallVector<int64_t> tried;
    int64_t rest = i;
    for (unsigned name : agreement.names) {
      int64_t extent = symbols[name].high - symbols[name].low + 1;
      tried.push_back(values[name] = symbols[name].low + rest % extent);
      rest /= extent;
    }
    if (graph::evaluate(difference, values) != 0)
      continue;
    ++agreeing;
    if (agreement.examples.size() < kMaxExamples)
      agreement.examples.push_back(tried);
  }
  agreement.moreExamples = agreeing > int64_t(agreement.examples.size());
  agreement.kind = agreeing == count ? Agreement::Kind::Always
                   : agreeing        ? Agreement::Kind::Sometimes
                                     : Agreement::Kind::Never;
}

} // namespace

Interval boundsOf(AffineExpr expr, llvm::ArrayRef<Interval> symbols) {
  Interval asWritten = looseBoundsOf(expr, symbols), sum = looseBoundsOf(collected(expr), symbols);
  return {std::max(asWritten.low, sum.low), std::min(asWritten.high, sum.high)};
}

AffineExpr collected(AffineExpr expr) {
  Expander expander(expr);
  return expander.collect(expander.expand(expr), expr.getContext());
}

AffineExpr stepsIn(AffineExpr span, int64_t step) { return (span - 1).floorDiv(step) + 1; }

Agreement agreementOf(AffineExpr a, AffineExpr b, llvm::ArrayRef<Interval> symbols) {
  Agreement agreement;
  Expander expander(a - b);
  Polynomial terms = expander.expand(a - b);
  if (terms.empty()) {
    agreement.kind = Agreement::Kind::Always;
    return agreement;
  }
  terms = withoutCommonFactors(terms);
  AffineExpr difference = expander.collect(terms, a.getContext());
  for (unsigned position : symbolsIn(difference))
    agreement.names.push_back(position);
  tryValues(difference, symbols, agreement);
  auto &[first, plus] = *terms.begin();
  auto &[last, minus] = *terms.rbegin();
  if (terms.size() == 2 && plus == -minus && first.size() == 1 && last.size() == 1) {
    auto left = expander.symbolOf(first.front()), right = expander.symbolOf(last.front());
    if (left && right)
      agreement.equalSymbols = {*left, *right};
  }
  return agreement;
}

std::string extentText(AffineExpr expr, llvm::ArrayRef<std::string> names) {
  std::string plain, text;
  llvm::raw_string_ostream(plain) << expr; // "s0 * 12"; no other word holds an s
  for (llvm::StringRef rest = plain; !rest.empty();) {
    unsigned position = 0;
    if (rest.consume_front("s") && !rest.consumeInteger(10, position)) {
      text += "'" + names[position] + "'";
      continue;
    }
    text += rest.front();
    rest = rest.drop_front();
  }
  return text;
}

AffineExpr dividedExactly(AffineExpr dividend, AffineExpr divisor) {
  Expander expander(dividend + divisor);
  Polynomial rest = expander.expand(dividend), by = expander.expand(divisor), quotient;
  if (by.empty())
    return {};
  const auto &[byFactors, byCoefficient] = *by.rbegin();
  while (!rest.empty()) { // ordinary long division, leading term by leading term
    auto [factors, coefficient] = *rest.rbegin();
    if (coefficient % byCoefficient != 0 ||
        !std::includes(factors.begin(), factors.end(), byFactors.begin(), byFactors.end()))
      return {};
    Factors remaining;
    std::set_difference(factors.begin(), factors.end(), byFactors.begin(), byFactors.end(),
                        std::back_inserter(remaining));
    int64_t times = coefficient / byCoefficient;
    Expander::add(quotient, remaining, times);
    for (auto &[other, value] : by)
      Expander::add(rest, Expander::joined(other, remaining), -times * value);
  }
  return expander.collect(quotient, dividend.getContext());
}

} // namespace mdc::importer
