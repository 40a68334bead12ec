#include "compiler/import/ExtentAlgebra.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <map>
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

class Expander {
public:
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

private:
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

} // namespace

Interval boundsOf(AffineExpr expr, llvm::ArrayRef<Interval> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return {constant.getValue(), constant.getValue()};
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbol.getPosition() < symbols.size() ? symbols[symbol.getPosition()]
                                                 : Interval{0, kHuge};
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Interval a = boundsOf(binary.getLHS(), symbols), b = boundsOf(binary.getRHS(), symbols);
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

AffineExpr dividedExactly(AffineExpr dividend, AffineExpr divisor) {
  Expander expander;
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
