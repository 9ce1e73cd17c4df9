import type { JsonObject, JsonValue } from '@action-do/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { ofParams as breakOfParams, ofResult as breakOfResult } from './changed-contracts.contract.js';
import { chances, likelyValue } from './likely-values.contract.js';
import { schemaPair, value } from './random-schemas.contract.js';

const RUNS = 600;
const VALUES = 30;

/** As the executor has them. */
const OPTIONS = {
  allErrors: true,
  validateFormats: false,
  strict: false,
  ownProperties: true,
  addUsedSchema: false,
  inlineRefs: false,
};
const ofParams = new Ajv2020({ ...OPTIONS, useDefaults: true });
const ofResults = new Ajv2020(OPTIONS);

const matches = (pattern: string, text: string): boolean => new RegExp(pattern, 'u').test(text);

/** What becomes of a value; undefined where it is refused. A schema that goes in a circle refuses all. */
function checked(ajv: Ajv2020, schema: JsonObject): (given: JsonValue) => JsonValue | undefined {
  // The order of members is not among its words: the executor puts patterns in one of its own.
  const ordered = JSON.parse(canonicalize(schema) ?? '');
  const validate = ajv.compile(ordered);
  ajv.removeSchema(ordered);
  return (given) => {
    const holder = structuredClone(given);
    try {
      return validate(holder) ? holder : undefined;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
}

/** Whether all that was said is said still; more may be. */
function holds(all: JsonValue | undefined, part: JsonValue): boolean {
  if (typeof part !== 'object' || part === null) return all === part;
  if (typeof all !== 'object' || all === null || Array.isArray(all) !== Array.isArray(part)) return false;
  return Object.entries(part).every(([key, one]) =>
    holds(Object.getOwnPropertyDescriptor(all, key)?.value, one),
  );
}

/** Pairs that break nothing and are not the same. */
function always(
  compatible: (standing: JsonObject, given: JsonObject) => boolean,
  rule: (standing: JsonObject, given: JsonObject, values: JsonValue[]) => void,
): void {
  let told = 0;
  fc.assert(
    fc.property(
      schemaPair,
      fc.array(value, { minLength: 5, maxLength: 5 }),
      fc.nat(),
      ([standing, given], values, seed) => {
        if (JSON.stringify(standing) === JSON.stringify(given) || !compatible(standing, given)) return;
        told++;
        const chance = chances(seed);
        const likely = [standing, given].flatMap((schema) =>
          Array.from({ length: VALUES }, () => likelyValue(schema, schema, chance)),
        );
        rule(standing, given, [...likely, ...values]);
      },
    ),
    { numRuns: RUNS, unbiased: true },
  );
  expect(told).toBeGreaterThan(RUNS / 20);
}

describe('where a changed contract breaks nothing', () => {
  it('every value that was valid in params is valid still, and means the same', () => {
    always(
      (standing, given) => breakOfParams(standing, given, matches) === undefined,
      (standing, given, values) => {
        const [before, after] = [checked(ofParams, standing), checked(ofParams, given)];
        for (const one of values) {
          const meant = before(one);
          if (meant !== undefined) expect([one, holds(after(one), meant)]).toEqual([one, true]);
        }
      },
    );
  });

  it('a value may be returned now if and only if it was valid before', () => {
    always(
      (standing, given) => breakOfResult(standing, given, matches) === undefined,
      (standing, given, values) => {
        const [before, after] = [checked(ofResults, standing), checked(ofResults, given)];
        for (const one of values) expect([one, before(one)]).toEqual([one, after(one)]);
      },
    );
  });
});
