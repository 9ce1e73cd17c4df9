import {
  attemptFailed,
  DEADLINE_MS,
  failed,
  given,
  NOW,
  parked,
  request,
  requestCommand,
  requested,
  started,
  succeeded,
} from './execution-story.contract.js';
import { decideRequest } from './request.decider.js';

const claimed = { requestId: 'call-2', atMs: NOW };

describe('a request for work that nobody asked for before', () => {
  it('claims generation 1 with effect key 1 and begins at once (row 1)', () => {
    given()
      .when(request())
      .thenAppends(requested(claimed), started(1, { atMs: NOW }));
  });

  it('claims without beginning where no slot is free', () => {
    given()
      .when(request({ executor: null }))
      .thenAppends(requested(claimed));
  });

  it('records the policy as it is now, its deadline counted from now', () => {
    const policy = { effects: 'unsafe', attemptsMax: 1, deadlineMs: 500 } as const;
    given()
      .when(request({ executor: null, policy }))
      .thenAppends(requested({ ...claimed, policy, deadlineAtMs: NOW + 500 }));
  });

  it('records labels where there are any, and no empty member where there are none', () => {
    const metadata = { order: '17' };
    given()
      .when(request({ executor: null, metadata }))
      .thenAppends(requested({ ...claimed, metadata }));
    const decision = decideRequest(given().state, requestCommand({ executor: null }));
    expect(decision.kind === 'claim' && decision.events.map(({ data }) => 'metadata' in data)).toEqual([
      false,
    ]);
  });

  it('hands on key, version, params and digest as they came', () => {
    const given7 = { key: 'k"7', keyDerived: true, version: 7, params: { n: 7 }, paramsDigest: 'digest-7' };
    given()
      .when(request({ executor: null, ...given7 }))
      .thenAppends(requested({ ...claimed, ...given7, deadlineAtMs: NOW + DEADLINE_MS }));
  });
});

describe('a repeat of work that is known', () => {
  it.each([
    ['queued', [requested()]],
    ['running (row 3)', [requested(), started()]],
    ['in backoff (row 7)', [requested(), started(), attemptFailed()]],
    ['parked as unknown (row 19)', [requested(), started(), parked()]],
  ])('attaches while it is %s', (_name, history) => {
    given(...history)
      .when(request())
      .thenSays('attach');
    given(...history)
      .when(request({ requestId: 'call-1' }))
      .thenSays('attach');
  });

  it('is answered with the recorded result after success (row 4)', () => {
    given(requested(), started(), succeeded()).when(request()).thenSays('replay');
  });

  it('is answered with the recorded failure where it is the same call again (row 5)', () => {
    given(requested(), started(), failed())
      .when(request({ requestId: 'call-1' }))
      .thenSays('replay');
  });

  it('appends nothing and asks for no new attempt, whoever else is running it', () => {
    given(requested(), started(1, { executor: 'exec-z' }))
      .when(request({ executor: null }))
      .thenSays('attach');
  });

  it.each([
    ['queued', [requested()]],
    ['running', [requested(), started()]],
    ['in backoff', [requested(), started(), attemptFailed()]],
    ['parked as unknown', [requested(), started(), parked()]],
    ['done', [requested(), started(), succeeded()]],
    ['failed with effect none', [requested(), started(), failed()]],
  ])(
    'with other params is refused as IDEMPOTENCY_KEY_REUSED while the first is %s (row 8)',
    (_name, history) => {
      for (const requestId of ['call-1', 'call-2'])
        given(...history)
          .when(request({ paramsDigest: 'digest-b', requestId }))
          .thenSays('IDEMPOTENCY_KEY_REUSED');
    },
  );

  it('counts as the same params by digest alone: defaults and versions may have changed', () => {
    given(requested(), started(), succeeded())
      .when(request({ version: 2, params: { to: 'ada', copy: false }, policy: { effects: 'unsafe' } }))
      .thenSays('replay');
  });
});
