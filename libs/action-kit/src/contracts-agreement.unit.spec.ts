import { ActionName, ActionPolicy, WITH_LIST, WITH_MAP, WITH_SCHEMA } from '@action-do/contracts';
import { z } from 'zod';
import { isActionName } from './action-name.js';
import { defineAction } from './define-action.js';
import type { JsonObject } from './json.js';
import type { ActionPolicy as OwnPolicy } from './policy.js';
import { resolvePolicy } from './resolve-policy.js';
import { Sensitive } from './sensitive.js';

const holds = <T extends true>(value?: T) => value;
const refuse = (complaint: string): never => {
  throw new Error(complaint);
};

describe('this package, which may not import the contracts, agrees with them', () => {
  it('on the type of a policy, in both directions', () => {
    holds<OwnPolicy extends ActionPolicy ? true : false>();
    holds<ActionPolicy extends OwnPolicy ? true : false>();
    const { policy } = defineAction({
      name: 'a',
      params: z.object({}),
      result: z.null(),
      effects: 'unsafe',
      run: () => null,
    });
    expect(ActionPolicy.parse(policy)).toEqual(policy);
  });

  const policy = ActionPolicy.parse(resolvePolicy({ effects: 'idempotent' }, refuse));
  const day = 24 * 3_600_000;
  const edges = [-1, 0, 1, 1.5, 10, 11, 100, 101, 31 * day, 31 * day + 1, 36_500 * day, 36_500 * day + 1];
  const at: [string, (n: number) => OwnPolicy][] = [
    ['retry.attemptsMax', (attemptsMax) => ({ ...policy, retry: { ...policy.retry, attemptsMax } })],
    ['retry.initialDelayMs', (initialDelayMs) => ({ ...policy, retry: { ...policy.retry, initialDelayMs } })],
    ['retry.delayMsMax', (delayMsMax) => ({ ...policy, retry: { ...policy.retry, delayMsMax } })],
    ['retry.factor', (factor) => ({ ...policy, retry: { ...policy.retry, factor } })],
    ['attemptTimeoutMs', (attemptTimeoutMs) => ({ ...policy, attemptTimeoutMs })],
    ['deadlineMs', (deadlineMs) => ({ ...policy, deadlineMs })],
    ['windowMs', (windowMs) => ({ ...policy, idempotency: { ...policy.idempotency, windowMs } })],
  ];
  it.each(at)('on the bounds of %s', (_name, withNumber) => {
    const accepts = (n: number) => {
      try {
        return Boolean(resolvePolicy(withNumber(n), refuse));
      } catch {
        return false;
      }
    };
    expect(edges.map(accepts)).toEqual(edges.map((n) => ActionPolicy.safeParse(withNumber(n)).success));
  });

  it('on what an action may be called', () => {
    const names = [
      'a',
      'send-invoice',
      '2fa',
      'x'.repeat(64),
      'x'.repeat(65),
      '',
      '-a',
      'a-',
      'a--b',
      'A',
      'a_b',
    ];
    const odd = ['a b', 'ä', 'a\n', 'a.b', '*', 'a/b', 'a-1-b2'];
    for (const name of [...names, ...odd])
      expect([name, isActionName(name)]).toEqual([name, ActionName.safeParse(name).success]);
  });

  it('on where schemas stand within a schema, each of which may mark what is sensitive', () => {
    const mark = { sensitive: true };
    const heeds = (schema: JsonObject): boolean => {
      const values = ['"a secret"', { a: 'a secret' }, ['a secret']];
      return values.some((value) => Sensitive.of(schema)?.textsIn(value).includes('a secret'));
    };
    const unheeded = [
      ...[...WITH_SCHEMA].filter((keyword) => !heeds({ [keyword]: mark })),
      ...[...WITH_LIST].filter((keyword) => !heeds({ [keyword]: [mark] })),
      ...[...WITH_MAP].filter((keyword) => !heeds({ [keyword]: { a: mark } })),
    ];
    // Names are paths, which are told.
    expect(unheeded).toEqual(['propertyNames']);
  });
});
