import type { JsonValue } from '@action-do/contracts';
import { accepts, acceptsConstraint } from './accepts.js';
import type { Budget } from './budget.js';
import { type Defaults, fillsIn, isShared } from './defaults.js';
import { differing } from './differing.js';
import { disjoint } from './disjoint.js';

import { type Facts, factsKey, factsOf, type Union, withBranch } from './facts.js';
import { ITEM_RULES } from './item-rules.js';
import { own, type Path } from './keywords.js';
import { MEMBER_RULES } from './member-rules.js';
import { type Owed, owedBy, unpaid } from './owed.js';
import type { Given, Parts, Rule, Wanted } from './rule.js';
import type { Constraint } from './schema-document.js';
import { VALUE_RULES } from './value-rules.js';
import { listedValues } from './value-types.js';

const RULES = [...VALUE_RULES, ...ITEM_RULES, ...MEMBER_RULES];

/**
 * Whether every value that is valid under one schema is valid under another, and means the same: the product's only place
 * where that is decided. Both are taken for conjunctions, `from` of all that is said on the way down, and each thing that
 * `to` says has to follow from something of `from`. "Broken" is also said of what is not understood.
 *
 * (I1) Two things are taken for compatible on the way only where this was asked further up about a value that holds this
 *      one: values end somewhere.  (I2) What was found by such an assumption is not remembered.
 */
export class Comparison {
  private readonly known = new Map<string, Path | undefined>();
  /** Asked and not answered, and at which depth within the value. */
  private readonly open = new Map<string, number>();
  private depth = 0;
  private assumptions = 0;

  constructor(private readonly budget: Budget) {}

  /** @throws BudgetSpent */
  firstBreak([document, schemas]: Given, [other, schema]: Wanted, defaults: Defaults): Path | undefined {
    const facts = factsOf(document, schemas);
    return this.follows(facts, factsOf(other, [schema]), defaults, owedBy(facts, defaults));
  }

  private follows(from: Facts, to: Facts, defaults: Defaults, owed: Owed): Path | undefined {
    this.budget.take(1 + from.constraints.length);
    if (from.never) return undefined;
    const key = [from.document.name, factsKey(from), factsKey(to), defaults, ...owed.keys()].join('|');
    if (this.known.has(key)) return this.known.get(key);
    const opened = this.open.get(key);
    if (opened !== undefined) {
      this.assumptions++;
      return opened < this.depth ? undefined : [];
    }
    this.open.set(key, this.depth);
    const before = this.assumptions;
    const path = this.budget.within(() => this.compare(from, to, defaults, owed));
    this.open.delete(key);
    if (path !== undefined || this.assumptions === before) this.known.set(key, path);
    return path;
  }

  private compare(from: Facts, to: Facts, given: Defaults, owed: Owed): Path | undefined {
    if (to.never) return [];
    if (to.opaque) return ['$ref'];
    let defaults = given;
    if (given === 'filled' && (isShared(from) || isShared(to))) {
      if (fillsIn(from) || fillsIn(to)) return firstDifference(from, to);
      defaults = 'said';
    }
    // Where nothing is said any more nothing is filled in.
    if (defaults === 'filled' && to.constraints.length === 0 && fillsIn(from)) return [];
    const rest = unpaid(owed, to);
    const [debt] = to.unions.length === 0 ? rest.values() : [];
    const broken =
      this.firstOfRules(from, to, defaults) ?? this.firstOfUnions(from, to, defaults, rest) ?? debt;
    return broken && this.byBranch(from, to, defaults, owed, broken);
  }

  private firstOfRules(from: Facts, to: Facts, defaults: Defaults): Path | undefined {
    const parts: Parts = {
      defaults,
      firstBreak: (given, wanted) => {
        this.depth++;
        const path = this.firstBreak(given, wanted, defaults);
        this.depth--;
        return path;
      },
      follows: (given, wanted) => this.firstBreak(given, wanted, 'ignored') === undefined,
    };
    for (const constraint of to.constraints) {
      // Each rule looks at all that is said.
      this.budget.take(from.constraints.length);
      for (const rule of RULES) {
        const path = rule.firstBreak(from, constraint, parts);
        if (path !== undefined && !holdsForEach(from, constraint, rule)) return path;
      }
    }
    return undefined;
  }

  private firstOfUnions(from: Facts, to: Facts, defaults: Defaults, owed: Owed): Path | undefined {
    for (const union of to.unions) {
      const { branches, owner, keyword } = union;
      const paths: Path[] = [];
      let overlap: number | undefined;
      const fits = branches.some((branch, at) => {
        const path = this.follows(from, factsOf(owner.document, [branch]), defaults, owed);
        if (path !== undefined) paths.push([at, ...path]);
        if (path !== undefined || keyword === 'anyOf') return path === undefined;
        const also = this.another(from, union, at);
        overlap ??= also;
        return also === undefined;
      });
      if (!fits && !eachFits(from, union, owed))
        return [keyword, ...(overlap === undefined ? longest(paths) : [overlap])];
    }
    return undefined;
  }

  /** A branch beside the one that fits which may fit, too: then none of `oneOf` would. */
  private another(from: Facts, { branches, owner }: Union, fitting: number): number | undefined {
    const at = branches.findIndex((other, i) => i !== fitting && !disjoint(from, owner.document, other));
    return at === -1 ? undefined : at;
  }

  /** What does not follow as it stands may follow from each branch of a union. */
  private byBranch(from: Facts, to: Facts, defaults: Defaults, owed: Owed, broken: Path): Path | undefined {
    const paths: Path[] = [];
    for (const union of from.unions) {
      let path: Path | undefined;
      for (const branch of union.branches) path ??= this.fromBranch(from, union, branch, to, defaults, owed);
      if (path === undefined) return undefined;
      paths.push(path);
    }
    return paths.length === 0 ? broken : longest(paths);
  }

  private fromBranch(
    from: Facts,
    union: Union,
    branch: JsonValue,
    to: Facts,
    defaults: Defaults,
    owed: Owed,
  ): Path | undefined {
    const facts = withBranch(from, union, branch);
    const more = owedBy(factsOf(from.document, [branch]), defaults);
    return this.follows(facts, to, defaults, new Map([...owed, ...more]));
  }
}

/** The one that went furthest tells most. */
const longest = (paths: readonly Path[]): Path =>
  paths.reduce((best, path) => (path.length > best.length ? path : best), []);

/** Whether each of the few values that there can be fits, and be it by a branch of its own. */
function eachFits(from: Facts, { keyword, branches, owner: { document } }: Union, owed: Owed): boolean {
  const values = owed.size === 0 ? listedValues(from) : undefined;
  const union = { [keyword]: [...branches] };
  return (
    values?.every(
      (value) =>
        // What has members may have some filled in.
        (typeof value !== 'object' || value === null) &&
        (accepts(document, union, value) === 'yes' || isRefused(from, value)),
    ) === true
  );
}

const isRefused = ({ constraints }: Facts, value: JsonValue): boolean =>
  constraints.some((constraint) => acceptsConstraint(constraint, value) === 'no');

/** Whether each of the few values that there can be is to the taste of what a rule found broken. */
function holdsForEach(from: Facts, { schema, document }: Constraint, { keywords }: Rule): boolean {
  const values = keywords.length === 0 ? undefined : listedValues(from);
  if (values === undefined) return false;
  const said = keywords.filter((keyword) => Object.hasOwn(schema, keyword));
  const part = document.constraint(
    Object.fromEntries(said.map((keyword) => [keyword, own(schema, keyword) ?? null])),
  );
  return values.every((value) => acceptsConstraint(part, value) === 'yes' || isRefused(from, value));
}

/** Where one fills in what others see, nothing may change. */
function firstDifference(from: Facts, to: Facts): Path | undefined {
  if (from.unions.length !== to.unions.length) {
    const [union] = [...to.unions, ...from.unions];
    return union && [union.keyword];
  }
  const objects = ({ constraints, unions }: Facts) => [...constraints, ...unions.map(({ owner }) => owner)];
  const [standing, given] = [objects(from), objects(to)];
  if (standing.length !== given.length) return [];
  for (const [at, { schema }] of given.entries()) {
    const path = differing([from.document, standing[at]?.schema ?? true], [to.document, schema]);
    if (path !== undefined) return path;
  }
  return undefined;
}
