import { HEADERS, problem } from '@action-do/contracts';
import { AppendUnknown, StoreUnavailable } from '@action-do/event-store';
import { PayloadTooLarge } from '@action-do/messaging';
import { AppendInDoubt } from '../execution/execution-log.js';
import { silent } from '../testing/sim-executors.contract.js';
import { errorAnswer } from './error-answer.js';
import { MessageRefused } from './read-command.js';

function answer(error: unknown) {
  const logged: object[] = [];
  const logger = { ...silent, error: (fields: object) => void logged.push(fields) };
  const { payload, headers = {} } = errorAnswer(logger)(error);
  const body: Record<string, unknown> = JSON.parse(new TextDecoder().decode(payload));
  return { body, headers, logged };
}

describe('what a command threw', () => {
  it('as a refusal is answered with its problem', () => {
    const { body, headers, logged } = answer(new MessageRefused(problem('BODY_INVALID')));
    expect([body['code'], headers[HEADERS.errorCode], headers[HEADERS.shouldRetry], logged.length]).toEqual([
      'BODY_INVALID',
      'BODY_INVALID',
      'false',
      0,
    ]);
  });

  it('because the store is away is UNAVAILABLE: this call recorded nothing', () => {
    const { body, headers } = answer(new StoreUnavailable('secret host'));
    expect(body).toMatchObject({ code: 'UNAVAILABLE', retryable: true, retryAfterMs: 1_000 });
    expect(headers[HEADERS.retryAfterMs]).toBe('1000');
    expect(JSON.stringify(body)).not.toMatch(/secret|may have been/);
  });

  it.each([new AppendUnknown('s'), new AppendInDoubt('s', () => Promise.reject(new Error()), {})])(
    'because a write is in doubt is UNAVAILABLE, effect unknown (row 16)',
    (error) => {
      expect(answer(error).body).toMatchObject({
        code: 'UNAVAILABLE',
        effect: 'unknown',
        detail: expect.stringMatching(/may have been recorded/),
      });
    },
  );

  it('because the bus does not carry the answer is PAYLOAD_TOO_LARGE, which no repeat changes', () => {
    const { body, headers, logged } = answer(new PayloadTooLarge(2_000_000, 1_048_576));
    expect(body).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', retryable: false, effect: 'unknown' });
    expect([headers[HEADERS.shouldRetry], logged.length]).toEqual(['false', 0]);
  });

  it.each<[unknown]>([[new TypeError('secret inside')], ['secret'], [undefined], [{ secret: 1 }]])(
    'otherwise is INTERNAL, logged, and tells nothing of the inside: %p',
    (error) => {
      const { body, headers, logged } = answer(error);
      expect([body['code'], headers[HEADERS.errorCode], logged.length]).toEqual(['INTERNAL', 'INTERNAL', 1]);
      expect(JSON.stringify(body)).not.toMatch(/secret|stack|TypeError/);
    },
  );
});
