/** It cannot be told: what was not looked at counts as broken. */
export class Untold extends Error {}

/** The comparison came to its bound. */
export class BudgetSpent extends Untold {}

/** Schemas within schemas, references followed. JSON that is taken in is 32 deep; the rest are references. */
const DEPTH_MAX = 200;

/** Steps that one comparison may take, and how deep. Whoever walks a schema takes one for each thing that it looks at. */
export class Budget {
  private depth = 0;

  constructor(private left: number) {}

  /** @throws BudgetSpent */
  take(steps = 1): void {
    this.left -= steps;
    if (this.left < 0) throw new BudgetSpent();
  }

  /** One step further down. @throws BudgetSpent after which the budget is of no more use */
  within<T>(work: () => T): T {
    this.take();
    if (++this.depth > DEPTH_MAX) throw new BudgetSpent();
    const done = work();
    this.depth--;
    return done;
  }
}
