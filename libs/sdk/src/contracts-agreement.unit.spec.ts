import * as contracts from '@action-do/contracts';
import type { z } from 'zod';
import { bodyOf } from './call-body.js';
import type {
  ActionDocument,
  CatalogueAction,
  CatalogueVersion,
  Handlers,
  RegisterAnswer,
  RetireAnswer,
} from './catalogue-wire.js';
import type { WaitOptions } from './check-call.js';
import { type ControlVerb, checkControl, type ResolvedOutcome } from './check-control.js';
import { checkRetire } from './check-retire.js';
import { execution, problem } from './gateway-double.contract.js';
import type { ActionsQuery, AuditQuery, ListQuery } from './list-query.js';
import { LOCAL, localProblem } from './local-problem.js';
import type { AuditEvent, ErrorCode, Execution, ListedExecution, Problem } from './wire.js';

const holds = <T extends true>(value?: T) => value;
type Fits<A, B> = A extends B ? true : false;

describe('the wire types, which may not import the contracts, agree with them', () => {
  it('in both directions', () => {
    holds<Fits<Execution, contracts.Execution>>();
    holds<Fits<contracts.Execution, Execution>>();
    holds<Fits<Problem, contracts.Problem>>();
    holds<Fits<contracts.Problem, Problem>>();
    holds<Fits<AuditEvent, contracts.AuditEvent>>();
    holds<Fits<contracts.AuditEvent, AuditEvent>>();
    holds<Fits<ListedExecution, contracts.ListedExecution>>();
    holds<Fits<contracts.ListedExecution, ListedExecution>>();
    holds<Fits<Required<AuditEvent>, Required<contracts.AuditEvent>>>();
    holds<Fits<Required<ListedExecution>, Required<contracts.ListedExecution>>>();
    holds<Fits<Required<Execution>, Required<contracts.Execution>>>();
    holds<Fits<ErrorCode, contracts.ErrorCode>>();
    holds<Fits<contracts.ErrorCode, ErrorCode>>();
    const failed: Execution = execution({
      status: 'failed',
      error: problem({ cause: { code: 'A', message: 'm' } }),
    });
    expect(contracts.Execution.parse(failed)).toEqual(failed);
  });

  it('on actions: how they are shown, written down and retired', () => {
    holds<Fits<CatalogueVersion, z.input<typeof contracts.CatalogueVersion>>>();
    holds<Fits<contracts.CatalogueVersion, CatalogueVersion>>();
    holds<Fits<Required<CatalogueVersion>, Required<z.input<typeof contracts.CatalogueVersion>>>>();
    holds<Fits<CatalogueAction, z.input<typeof contracts.CatalogueAction>>>();
    holds<Fits<contracts.CatalogueAction, CatalogueAction>>();
    holds<Fits<Handlers, contracts.Handlers>>();
    holds<Fits<contracts.Handlers, Handlers>>();
    holds<Fits<ActionDocument, z.input<typeof contracts.ActionDocument>>>();
    holds<Fits<z.input<typeof contracts.ActionDocument>, ActionDocument>>();
    holds<Fits<Required<z.input<typeof contracts.ActionDocument>>, Required<ActionDocument>>>();
    holds<Fits<RegisterAnswer, contracts.RegisterAnswer>>();
    holds<Fits<contracts.RegisterAnswer, RegisterAnswer>>();
    holds<Fits<RetireAnswer, z.input<typeof contracts.RetireAnswer>>>();
    holds<Fits<contracts.RetireAnswer, RetireAnswer>>();
    const document: ActionDocument = { name: 'pay', params: {}, result: {}, effects: 'none' };
    expect(contracts.ActionDocument.parse(document)).toMatchObject(document);
  });

  it.each([0, 1, 1_000, 1_001])('on how long the reason to retire may be: %d', (length) => {
    const reason = 'x'.repeat(length);
    const theirs = contracts.RetireCommand.safeParse({ name: 'pay', version: 1, reason }).success;
    expect(checkRetire({ name: 'pay', version: 1, reason }).ok).toBe(theirs);
  });

  it('on what can be searched by', () => {
    type Filters<Q> = Exclude<keyof Q, keyof WaitOptions | 'minPosition'>;
    holds<Fits<Filters<ListQuery>, Exclude<keyof contracts.ExecutionsQuery, 'cursor'>>>();
    holds<Fits<Exclude<keyof contracts.ExecutionsQuery, 'cursor'>, Filters<ListQuery>>>();
    holds<Fits<Filters<AuditQuery>, Exclude<keyof contracts.AuditQuery, 'cursor'>>>();
    holds<Fits<Exclude<keyof contracts.AuditQuery, 'cursor'>, Filters<AuditQuery>>>();
    holds<Fits<Filters<ActionsQuery>, Exclude<keyof contracts.ActionsQuery, 'cursor'>>>();
    holds<Fits<Exclude<keyof contracts.ActionsQuery, 'cursor'>, Filters<ActionsQuery>>>();
    expect(contracts.HEADERS.minPosition).toBe('Do-Min-Position');
  });

  it('on the words and the consequence of each code that this package gives', () => {
    for (const code of Object.keys(LOCAL) as (keyof typeof LOCAL)[]) {
      const own = localProblem(code, { detail: 'd' });
      const theirs = contracts.problem(code, { detail: 'd', source: 'sdk' });
      // The hint alone may differ: a program is told to pass its key, not to send a header.
      expect({ ...own, hint: '' }).toEqual({ ...theirs, hint: '' });
      expect(contracts.Problem.parse(own)).toEqual(own);
    }
  });

  const labels = (count: number, name: number, label: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [`${n}`.padStart(name, 'n'), 'l'.repeat(label)]),
    );
  it.each([
    ['no labels', {}],
    ['16 labels', labels(16, 2, 1)],
    ['17 labels', labels(17, 2, 1)],
    ['a name of 64 characters', labels(1, 64, 1)],
    ['a name of 65 characters', labels(1, 65, 1)],
    ['an empty label', labels(1, 1, 0)],
    ['a label of 512 characters', labels(1, 1, 512)],
    ['a label of 513 characters', labels(1, 1, 513)],
    ['a number', { a: 1 }],
    ['null', { a: null }],
    ['a list', { a: ['b'] }],
  ])('on the labels that may be sent: %s', (_what, metadata) => {
    const theirs = contracts.ExecuteBody.safeParse({ params: {}, metadata }).success;
    expect(bodyOf({ name: 'a', params: {}, metadata: metadata as Record<string, string> }).ok).toBe(theirs);
  });

  it.each([30, 31, 32])('on how deep params may be nested: %d', (depth) => {
    const params = JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
    const body = new TextEncoder().encode(JSON.stringify({ params }));
    expect(bodyOf({ name: 'a', params }).ok).toBe(contracts.scanJson(body, contracts.INPUT_LIMITS).ok);
  });

  it('on what may be said of an execution', () => {
    holds<Fits<ControlVerb, contracts.ControlVerb>>();
    holds<Fits<contracts.ControlVerb, ControlVerb>>();
    holds<Fits<contracts.ResolvedOutcome, ResolvedOutcome>>();
  });

  it.each([0, 1, 500, 501])('on how long a reason may be: %d', (length) => {
    const reason = 'x'.repeat(length);
    const theirs = contracts.ControlBody.safeParse({ id: 'e', reason }).success;
    expect(checkControl('cancel', 'e', { reason }).ok).toBe(theirs);
  });

  it.each([0, 2_000, 2_001])('on how long evidence may be: %d', (length) => {
    const given = { reason: 'r', outcome: { result: null }, evidence: 'x'.repeat(length) };
    const checked = checkControl('resolve', 'e', given);
    expect(checked.ok).toBe(contracts.ResolveBody.safeParse({ id: 'e', ...given }).success);
  });

  it('on the names of the headers', async () => {
    const names = ['Do-Request-Id', 'Repeatability-First-Sent', 'Idempotency-Key', 'Do-Should-Retry'];
    for (const name of names) expect(Object.values(contracts.HEADERS)).toContain(name);
  });
});
