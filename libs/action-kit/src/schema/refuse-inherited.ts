import type { Refuse } from '../resolve-policy.js';
import { defOf, partsWithin, placeText, type Schema } from './schema-parts.js';

/**
 * Where a member such as `constructor` is left out, zod finds the one that every object inherits, and refuses it as being of
 * another type; the executor would never fill in its default.
 */
export function refuseInherited(root: string, schema: Schema, refuse: Refuse): void {
  const parts = partsWithin(schema, ({ steps }, why) => refuse(`${placeText(root, steps)} ${why}`));
  for (const { steps, schema: part } of parts) {
    const def = defOf(part);
    const members = def.type === 'object' ? Object.entries(def.shape) : [];
    for (const [name, member] of members)
      if (Object.hasOwn(Object.prototype, name) && member._zod.optin !== undefined)
        refuse(
          `${placeText(root, [...steps, { name, into: 'member' }])} may be left out, and then what every object has of that name stands for it: give it another name`,
        );
  }
}
