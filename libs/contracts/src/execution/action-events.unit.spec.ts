import { ACTION_EVENT_SCHEMAS, ACTION_EVENT_SUBJECT_TOKENS, type ActionEventType } from './action-events.js';

const error = { code: 'ACTION_FAILED', message: 'it broke' };
const outcome = { attempt: 1, effect: 'none', atMs: 1, windowEndsAtMs: null };

describe('the table of event types', () => {
  it('gives every event type its own token, and no other thing a token', () => {
    expect(Object.keys(ACTION_EVENT_SUBJECT_TOKENS).sort()).toStrictEqual(
      Object.keys(ACTION_EVENT_SCHEMAS).sort(),
    );
    const tokens = Object.values(ACTION_EVENT_SUBJECT_TOKENS);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it.each(Object.entries(ACTION_EVENT_SUBJECT_TOKENS))('spells %s as its token %s', (type, token) => {
    const words = type.replace(/^Action/, '').replace(/(?<!^)[A-Z]/g, '-$&');
    expect(token).toBe(words.toLowerCase());
  });
});

describe('an event that nobody can have meant', () => {
  it.each<[string, ActionEventType, unknown]>([
    ['an attempt 0', 'ActionStarted', { attempt: 0, executor: 'e', atMs: 1 }],
    ['half an attempt', 'ActionStarted', { attempt: 1.5, executor: 'e', atMs: 1 }],
    ['a time that is text', 'ActionStarted', { attempt: 1, executor: 'e', atMs: '2025-01-01' }],
    ['a time before 1970', 'ActionUndone', { atMs: -1 }],
    ['a success without a result', 'ActionSucceeded', outcome],
    ['a success with a result of undefined', 'ActionSucceeded', { ...outcome, result: undefined }],
    ['a failure without an error', 'ActionFailed', outcome],
    ['a failure with a code of its own', 'ActionFailed', { ...outcome, error: { ...error, code: 'BOOM' } }],
    ['an outcome without a window', 'ActionFailed', { ...outcome, windowEndsAtMs: undefined, error }],
    ['an outcome that does not say its effect', 'ActionFailed', { ...outcome, effect: undefined, error }],
    ['an outcome settled by a stranger', 'ActionFailed', { ...outcome, settledBy: 'me', error }],
    ['a late outcome that is none', 'ActionLateOutcome', { generation: 1, attempt: 1, outcome: {}, atMs: 1 }],
    [
      'a late failure of unknown effect',
      'ActionLateOutcome',
      { generation: 1, attempt: 1, outcome: { error }, atMs: 1 },
    ],
    ['a text instead of an event', 'ActionUndone', '{"atMs":1}'],
  ])('is refused: %s', (_what, type, data) => {
    expect(ACTION_EVENT_SCHEMAS[type].safeParse(data).success).toBe(false);
  });
});
