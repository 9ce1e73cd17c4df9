import * as contracts from '@action-do/contracts';
import { execution, problem } from './gateway-double.contract.js';
import { LOCAL, localProblem } from './local-problem.js';
import type { AuditEvent, ErrorCode, Execution, Problem } from './wire.js';

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
    holds<Fits<Required<Execution>, Required<contracts.Execution>>>();
    holds<Fits<ErrorCode, contracts.ErrorCode>>();
    holds<Fits<contracts.ErrorCode, ErrorCode>>();
    const failed: Execution = execution({
      status: 'failed',
      error: problem({ cause: { code: 'A', message: 'm' } }),
    });
    expect(contracts.Execution.parse(failed)).toEqual(failed);
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

  it('on the names of the headers', async () => {
    const names = ['Do-Request-Id', 'Repeatability-First-Sent', 'Idempotency-Key', 'Do-Should-Retry'];
    for (const name of names) expect(Object.values(contracts.HEADERS)).toContain(name);
  });
});
