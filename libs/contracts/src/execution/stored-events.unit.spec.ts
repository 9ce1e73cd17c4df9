import { ACTION_EVENT_SCHEMAS, type ActionEventType } from './action-events.js';

/**
 * What stands in logs already: these texts must be read for ever, each as it was meant. Add an example beside an old
 * one, never change it: whoever has to is about to make an old log unreadable, and wants a new event type instead.
 */
const STORED: readonly [ActionEventType, text: string][] = [
  [
    'ActionRequested',
    '{"generation":1,"epoch":1,"effectKey":"0123456789abcdef0123456789abcdef-1","action":"send-invoice","version":1,"params":{"to":"ada@example.com","lines":[{"sku":"a-1","count":2}],"note":null},"paramsDigest":"5f0c","key":"order-17","keyDerived":false,"requestId":"0190b6f2-7d3b-7cc1-8f4e-0d9f2f1c3a55","policy":{"effects":"idempotent","retry":{"attemptsMax":3,"initialDelayMs":200,"delayMsMax":30000,"factor":2},"attemptTimeoutMs":30000,"deadlineMs":300000,"idempotency":{"mode":"params","windowMs":"forever","perVersion":false,"reopen":"when-safe"}},"metadata":{"order":"17"},"deadlineAtMs":1735689900000,"atMs":1735689600000}',
  ],
  [
    'ActionRequested',
    '{"generation":12,"epoch":4,"effectKey":"0123456789abcdef0123456789abcdef-4","action":"a","version":9,"params":{},"paramsDigest":"","key":"req:r","keyDerived":true,"requestId":"r","policy":{"effects":"unsafe","retry":{"attemptsMax":100,"initialDelayMs":0,"delayMsMax":2678400000,"factor":1.5},"attemptTimeoutMs":1,"deadlineMs":2678400000,"idempotency":{"mode":"none","windowMs":3153600000000,"perVersion":true,"reopen":"never"}},"deadlineAtMs":0,"atMs":0}',
  ],
  [
    'ActionRequested',
    '{"generation":1,"epoch":1,"effectKey":"k-1","action":"a","version":1,"params":{},"paramsDigest":"d","key":"k","keyDerived":false,"requestId":"r","policy":{"effects":"transactional","retry":{"attemptsMax":1,"initialDelayMs":0,"delayMsMax":0,"factor":1},"attemptTimeoutMs":1,"deadlineMs":1,"idempotency":{"mode":"key-required","windowMs":1,"perVersion":false,"reopen":"when-safe"}},"deadlineAtMs":1,"atMs":0}',
  ],
  [
    'ActionRequested',
    '{"generation":2,"epoch":1,"effectKey":"k-1","action":"a","version":1,"params":{},"paramsDigest":"d","key":"k","keyDerived":false,"requestId":"r","policy":{"effects":"unsafe","retry":{"attemptsMax":1,"initialDelayMs":0,"delayMsMax":0,"factor":1},"attemptTimeoutMs":1,"deadlineMs":1,"idempotency":{"mode":"params","windowMs":"forever","perVersion":false,"reopen":"never"}},"reason":"billing has no invoice","deadlineAtMs":2,"atMs":1}',
  ],
  ['ActionStarted', '{"attempt":1,"executor":"exec-7f3a","atMs":1735689600001}'],
  [
    'ActionAttemptFailed',
    '{"attempt":1,"error":{"code":"ACTION_FAILED","message":"no route","cause":{"code":"SMTP_DOWN","message":"no route","details":{"host":"mx1"}}},"effect":"none","nextAttemptAtMs":1735689600200,"atMs":1735689600100}',
  ],
  [
    'ActionAttemptFailed',
    '{"attempt":2,"error":{"code":"LEASE_LOST","message":"the executor died or lost its lease during the attempt"},"effect":"unknown","nextAttemptAtMs":1735689600300,"atMs":1735689600300}',
  ],
  [
    'ActionOutcomeUnknown',
    '{"attempt":2,"error":{"code":"TIMED_OUT","message":"the attempt did not end within 30000 ms"},"atMs":1735689630000}',
  ],
  [
    'ActionOutcomeUnknown',
    '{"attempt":0,"error":{"code":"INTERNAL","message":"restored"},"atMs":1735689630000}',
  ],
  [
    'ActionSucceeded',
    '{"attempt":1,"effect":"applied","atMs":1735689600500,"windowEndsAtMs":null,"result":{"messageId":"m-1"}}',
  ],
  [
    'ActionSucceeded',
    '{"attempt":1,"effect":"none","settledBy":"late-worker","atMs":1735689600500,"windowEndsAtMs":1735689700500,"result":null}',
  ],
  [
    'ActionSucceeded',
    '{"attempt":1,"effect":"applied","settledBy":"probe","atMs":1,"windowEndsAtMs":null,"result":[1,"b",false]}',
  ],
  [
    'ActionFailed',
    '{"attempt":0,"effect":"none","atMs":1735689600500,"windowEndsAtMs":null,"error":{"code":"TIMED_OUT","message":"the deadline passed before a first attempt"}}',
  ],
  [
    'ActionFailed',
    '{"attempt":1,"effect":"none","settledBy":"worker","atMs":1,"windowEndsAtMs":2,"error":{"code":"PARAMS_INVALID","message":"the action refuses the params","issues":[{"path":"params.to","code":"invalid_format","message":"no address"}]}}',
  ],
  [
    'ActionFailed',
    '{"attempt":3,"effect":"unknown","settledBy":"operator","atMs":1,"windowEndsAtMs":null,"error":{"code":"ATTEMPTS_EXHAUSTED","message":"failed in all 3 attempts","cause":{"code":"Error","message":"boom"}}}',
  ],
  [
    'ActionSucceeded',
    '{"attempt":1,"effect":"applied","settledBy":"operator","reason":"found the invoice","evidence":"billing shows invoice 17 of 12:01","atMs":1,"windowEndsAtMs":null,"result":{"invoiceId":"17"}}',
  ],
  [
    'ActionFailed',
    '{"attempt":1,"effect":"none","settledBy":"operator","reason":"not there","evidence":"no invoice in billing","atMs":1,"windowEndsAtMs":null,"error":{"code":"ACTION_FAILED","message":"not sent"}}',
  ],
  [
    'ActionFailed',
    '{"attempt":2,"effect":"unknown","reason":"ordered twice","atMs":1,"windowEndsAtMs":null,"error":{"code":"CANCELLED","message":"cancelled between two attempts"}}',
  ],
  [
    'ActionLateOutcome',
    '{"generation":1,"attempt":1,"outcome":{"result":{"messageId":"m-1"}},"atMs":1735689700000}',
  ],
  ['ActionLateOutcome', '{"generation":1,"attempt":1,"outcome":{"result":null},"atMs":1735689700000}'],
  [
    'ActionLateOutcome',
    '{"generation":2,"attempt":3,"outcome":{"error":{"code":"ACTION_FAILED","message":"boom"},"effect":"unknown"},"atMs":1735689700000}',
  ],
  ['ActionCancelRequested', '{"reason":"ordered twice","atMs":1735689600050}'],
  ['ActionUndoRequested', '{"reason":"customer withdrew","atMs":1735689900000}'],
  [
    'ActionUndoRequested',
    '{"reason":"customer withdrew","requestId":"0190b6f2-7d3b-7cc1-8f4e-0d9f2f1c3a55","atMs":1735689900000}',
  ],
  ['ActionUndoStarted', '{"attempt":1,"executor":"exec-7f3a","atMs":1735689900001}'],
  [
    'ActionUndoFailed',
    '{"attempt":1,"error":{"code":"ACTION_FAILED","message":"billing is down"},"effect":"none","nextAttemptAtMs":1735689900300,"atMs":1735689900100}',
  ],
  [
    'ActionUndoFailed',
    '{"attempt":2,"error":{"code":"LEASE_LOST","message":"the executor died"},"effect":"unknown","nextAttemptAtMs":1735689900400,"atMs":1735689900400}',
  ],
  [
    'ActionUndoFailed',
    '{"attempt":3,"error":{"code":"TIMED_OUT","message":"the attempt did not end within 30000 ms"},"effect":"unknown","nextAttemptAtMs":null,"atMs":1735689900900}',
  ],
  [
    'ActionUndoFailed',
    '{"attempt":0,"error":{"code":"TIMED_OUT","message":"the deadline passed before the next attempt to undo it"},"effect":"none","nextAttemptAtMs":null,"atMs":1735689900900}',
  ],
  ['ActionUndone', '{"atMs":1735689900500}'],
];

describe('an event that was stored', () => {
  it.each(STORED)('%s is read as it was written: %s', (type, text) => {
    const data: unknown = JSON.parse(text);
    expect(ACTION_EVENT_SCHEMAS[type].parse(data)).toStrictEqual(data);
  });

  it('is here for every type', () => {
    expect(new Set(STORED.map(([type]) => type))).toStrictEqual(new Set(Object.keys(ACTION_EVENT_SCHEMAS)));
  });

  it.each(STORED)('%s is still read when a newer version has added to it: %s', (type, text) => {
    const data = JSON.parse(text);
    expect(
      ACTION_EVENT_SCHEMAS[type].parse({ ...data, addedLater: { by: 'a newer version' } }),
    ).toStrictEqual(data);
  });
});
