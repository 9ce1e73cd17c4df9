import type { ActionEvent, EffectState, Effects } from '@action-do/contracts';
import {
  attemptFailed,
  error,
  failed,
  given,
  NOW,
  parked,
  request,
  requested,
  started,
  succeeded,
  undone,
  undoRequested,
  undoStarted,
} from './execution-story.contract.js';

const CLASSES: readonly Effects[] = ['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'];
const EFFECTS: readonly EffectState[] = ['none', 'applied', 'unknown'];
const REPEATABLE: readonly Effects[] = ['none', 'idempotent', 'transactional'];

const next = (epoch: number, effects?: Effects): ActionEvent[] => [
  requested({
    generation: 2,
    epoch,
    requestId: 'call-2',
    atMs: NOW,
    ...(effects ? { policy: { effects } } : {}),
  }),
  started(1, { atMs: NOW }),
];

describe('a new call after a failure (row 6)', () => {
  it.each(CLASSES)('does %s work again under a new effect key where nothing had happened', (effects) => {
    given(requested({ policy: { effects } }), started(), failed(1, { effect: 'none' }))
      .when(request({ policy: { effects } }))
      .thenAppends(...next(2, effects));
  });

  it.each(
    REPEATABLE.flatMap((effects) => (['applied', 'unknown'] as const).map((effect) => ({ effects, effect }))),
  )(
    'does $effects work again under the same effect key where the effect was $effect',
    ({ effects, effect }) => {
      given(requested({ policy: { effects } }), started(), failed(1, { effect }))
        .when(request({ policy: { effects } }))
        .thenAppends(...next(1, effects));
    },
  );

  it.each(['verifiable', 'unsafe'] as const)(
    'is answered with the failure of %s work of which something is, or may be, left (row 5)',
    (effects) => {
      for (const effect of ['applied', 'unknown'] as const)
        given(requested({ policy: { effects } }), started(), failed(1, { effect }))
          .when(request({ policy: { effects } }))
          .thenSays('replay');
    },
  );

  it.each(['verifiable', 'unsafe'] as const)(
    'is answered with the failure where the present version is %s and cannot be trusted with the old effect key',
    (effects) => {
      const history = [requested(), started(), failed(1, { effect: 'unknown' })];
      given(...history)
        .when(request({ policy: { effects } }))
        .thenSays('replay');
    },
  );

  it('is answered with the failure where the failed version was unsafe, however harmless the present one is', () => {
    given(requested({ policy: { effects: 'unsafe' } }), started(), failed(1, { effect: 'unknown' }))
      .when(request({ policy: { effects: 'idempotent' } }))
      .thenSays('replay');
  });

  it("is answered with the failure where the policy it failed under says reopen 'never'", () => {
    for (const effect of EFFECTS)
      given(requested({ policy: { reopen: 'never' } }), started(), failed(1, { effect }))
        .when(request())
        .thenSays('replay');
  });

  it('treats a cancelled execution as a failed one', () => {
    const cancelled = failed(0, { error: error('CANCELLED') });
    given(requested(), cancelled)
      .when(request())
      .thenAppends(...next(2));
    given(requested(), cancelled)
      .when(request({ requestId: 'call-1' }))
      .thenSays('replay');
  });
});

describe('the effect key', () => {
  const doubtful = [requested(), started(), failed(1, { effect: 'unknown' })];
  const again = requested({ generation: 2, epoch: 1, requestId: 'call-1b' });

  it('stays when a reopened work fails before anything happened: the first doing is still in doubt', () => {
    const state = given(...doubtful, again).state;
    expect(state.generation).toMatchObject({ effect: 'unknown', effectBefore: 'unknown' });
    given(
      ...doubtful,
      again,
      started(),
      attemptFailed(1, { effect: 'none' }),
      failed(1, { effect: 'unknown' }),
    )
      .when(request())
      .thenAppends(
        requested({ generation: 3, epoch: 1, requestId: 'call-2', atMs: NOW }),
        started(1, { atMs: NOW }),
      );
  });

  it('leaves the doubt behind when it is raised', () => {
    const raised = requested({ generation: 2, epoch: 2 });
    expect(given(...doubtful, raised).state.generation).toMatchObject({
      effect: 'none',
      effectBefore: 'none',
    });
  });
});

describe('a call after an undo (row 25)', () => {
  const undoing = [requested(), started(), succeeded(), undoRequested];

  it('is refused as IN_PROGRESS while the undo runs', () => {
    for (const requestId of ['call-1', 'call-2'])
      given(...undoing)
        .when(request({ requestId }))
        .thenSays('IN_PROGRESS');
  });

  it('is refused as IN_PROGRESS while the undo runs, even if the window ended meanwhile', () => {
    const windowed = [requested(), started(), succeeded(1, { windowEndsAtMs: NOW }), undoRequested];
    given(...windowed)
      .when(request())
      .thenSays('IN_PROGRESS');
  });

  it('does the work again under a new effect key, whatever its class', () => {
    for (const effects of CLASSES)
      given(requested({ policy: { effects } }), started(), succeeded(), undoRequested, undoStarted(), undone)
        .when(request({ policy: { effects } }))
        .thenAppends(...next(2, effects));
  });

  it('does nothing where it is the undone call itself, delivered once more', () => {
    given(...undoing, undoStarted(), undone)
      .when(request({ requestId: 'call-1' }))
      .thenSays('replay');
  });

  it('with other params is refused as IDEMPOTENCY_KEY_REUSED', () => {
    given(...undoing, undoStarted(), undone)
      .when(request({ paramsDigest: 'digest-b' }))
      .thenSays('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('what is parked as unknown', () => {
  it.each(CLASSES)('is never reopened by a call: %s work attaches', (effects) => {
    given(requested({ policy: { effects } }), started(), parked())
      .when(request({ policy: { effects } }))
      .thenSays('attach');
  });
});
