import { arrayAt, numberAt, own } from './keywords.js';
import { ofItem } from './members.js';
import type { Rule } from './rule.js';
import { listedValues, typesOfAll } from './value-types.js';

const items: Rule = {
  keywords: ['prefixItems', 'items'],
  firstBreak(from, to, parts) {
    const wanted = arrayAt(to.schema, 'prefixItems') ?? [];
    const all = own(to.schema, 'items') ?? true;
    if (!typesOfAll(from).has('array')) return undefined;
    if (listedValues(from) !== undefined)
      return this.keywords.some((keyword) => Object.hasOwn(to.schema, keyword)) ? ['items'] : undefined;
    const given = from.constraints.map(({ schema }) => arrayAt(schema, 'prefixItems')?.length ?? 0);
    const first = Math.max(wanted.length, ...given);
    const limits = from.constraints.map(({ schema }) => numberAt(schema, 'maxItems') ?? Infinity);
    const limit = Math.min(...limits);
    // One more stands for all that come behind.
    for (let at = 0; at <= first && at < limit; at++) {
      from.document.budget.take();
      const path = parts.firstBreak([from.document, ofItem(from, at)], [to.document, wanted[at] ?? all]);
      if (path !== undefined) return at < wanted.length ? ['prefixItems', at, ...path] : ['items', ...path];
    }
    return undefined;
  },
};

const uniqueItems: Rule = {
  keywords: ['uniqueItems'],
  firstBreak: (from, to) =>
    own(to.schema, 'uniqueItems') !== true ||
    !typesOfAll(from).has('array') ||
    from.constraints.some(({ schema }) => own(schema, 'uniqueItems') === true)
      ? undefined
      : ['uniqueItems'],
};

export const ITEM_RULES: readonly Rule[] = [items, uniqueItems];
