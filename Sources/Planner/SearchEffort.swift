/// What the search may still do: the steps left of a budget, and the techniques it may use.
struct SearchEffort {
  let techniques: SearchTechniques
  private(set) var remaining: Int
  private(set) var used = 0

  init(_ budget: StepBudget, _ techniques: SearchTechniques) {
    remaining = budget.steps
    self.techniques = techniques
  }

  var isEmpty: Bool { remaining <= 0 }

  mutating func spend(_ steps: Int) {
    remaining -= steps
    used += steps
  }

  /// At most `steps` of what is left, as an effort of its own.
  func part(of steps: Int) -> SearchEffort {
    SearchEffort(StepBudget(steps: max(0, min(steps, remaining))), techniques)
  }
}
