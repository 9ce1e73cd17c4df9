import { HEADERS } from '@action-do/contracts';
import { isRefusal, saysUnknown } from './refusal.js';

const reply = (text: string, how?: string) => ({
  payload: new TextEncoder().encode(text),
  headers: how === undefined ? {} : { [HEADERS.idempotencyStatus]: how },
});

it.each([
  ['{"effect":"unknown"}', true],
  ['{"effect":"none"}', false],
  ['{"code":"RATE_LIMITED"}', false],
  // Who knows what that was.
  ['busy', true],
])('a refusal %s says that something may have been done: %s', (text, is) => {
  expect(saysUnknown(reply(text, 'rejected'))).toBe(is);
});

it.each([
  ['rejected', true],
  ['pending', false],
  ['executed', false],
  [undefined, false],
])('an answer whose status is %s is a refusal: %s', (how, is) => {
  expect(isRefusal(reply('{}', how))).toBe(is);
});
