import { HEADERS } from '@action-do/contracts';
import {
  BusClosed,
  BusInterrupted,
  type BusReply,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  type RequestOptions,
} from '@action-do/messaging';
import { Asker } from './asker.js';
import { HandClock } from './hand-clock.contract.js';
import type { Question } from './question.js';

const ERRORS = {
  NO_RESPONDER: new NoResponder('s'),
  BUS_UNREACHABLE: new BusUnreachable('s'),
  BUS_TIMEOUT: new BusTimeout('s', 1),
  BUS_INTERRUPTED: new BusInterrupted('s'),
  BUS_CLOSED: new BusClosed(),
};

/** An answer that tells something, or a command that was turned away: for now, for good, or by one who does not know. */
const REPLIES = {
  answer: [{}, {}],
  refusal: [{ [HEADERS.shouldRetry]: 'true' }, { effect: 'none' }],
  'final-refusal': [{ [HEADERS.shouldRetry]: 'false' }, { effect: 'none', newKeySafe: true }],
  'unknown-refusal': [{ [HEADERS.shouldRetry]: 'true' }, { effect: 'unknown' }],
} as const;

/** What comes of a request, and after how many milliseconds; at once where it says nothing. */
export type Step =
  | keyof typeof REPLIES
  | keyof typeof ERRORS
  | { readonly is: keyof typeof REPLIES | 'BUS_CLOSED' | 'NO_RESPONDER'; readonly afterMs: number };

const isReply = (is: string): is is keyof typeof REPLIES => is in REPLIES;

/** Which try an answer is to stands in its `Number` header. */
function replyOf(is: keyof typeof REPLIES, number: number): BusReply {
  const [headers, body] = REPLIES[is];
  const how = is === 'answer' ? 'pending' : 'rejected';
  return {
    payload: new TextEncoder().encode(JSON.stringify(body)),
    headers: { ...headers, [HEADERS.idempotencyStatus]: how, Number: String(number) },
  };
}

export const question: Question = {
  subject: 'do.v1.gw.t.action.a.execute',
  payload: new Uint8Array([7]),
  headers: { 'Do-Request-Id': 'r1', 'Idempotency-Key': '"k"', 'Do-Timeout-Ms': '20000' },
  waitMs: 20_000,
  graceMs: 5_000,
  patienceMs: 2_000,
  afterLoss: 'look',
};

/** A bus that does what the script says, its last line for ever, on a clock that runs only while somebody waits. */
export function scripted(script: readonly Step[], interruptedAfterMs = 0) {
  const clock = new HandClock();
  const tries: { atMs: number; timeoutMs: number; headers: object; payload: Uint8Array }[] = [];
  const request = (
    _subject: string,
    payload: Uint8Array,
    { headers = {}, timeoutMs }: RequestOptions,
  ): Promise<BusReply> => {
    const number = tries.push({ atMs: clock.nowMs(), timeoutMs, headers, payload });
    const step = script[Math.min(number, script.length) - 1] ?? 'answer';
    const { is, afterMs } = typeof step === 'object' ? step : { is: step, afterMs: afterOf(step) };
    return new Promise((resolve, reject) => {
      const end = (): void => (isReply(is) ? resolve(replyOf(is, number)) : reject(ERRORS[is]));
      if (afterMs === 0) end();
      else if (afterMs < timeoutMs) clock.after(afterMs, end);
      else clock.after(timeoutMs, () => reject(ERRORS.BUS_TIMEOUT));
    });
  };
  const afterOf = (step: string): number => {
    if (step === 'BUS_TIMEOUT') return Number.POSITIVE_INFINITY;
    return step === 'BUS_INTERRUPTED' ? interruptedAfterMs : 0;
  };
  let endedAtMs = 0;
  /** @returns 'answered', with `answeredBy` set, or the error */
  const ask = async (given: Partial<Question> = {}): Promise<unknown> => {
    const asked = new Asker({ request }, clock).ask({ ...question, ...given }).then(
      ({ headers }) => {
        answeredBy = Number(headers['Number']);
        return 'answered' as const;
      },
      (error: unknown) => error,
    );
    const said = await clock.reach(asked);
    endedAtMs = clock.nowMs();
    return said;
  };
  let answeredBy: number | undefined;
  return { tries, ask, elapsedMs: () => endedAtMs, answeredBy: () => answeredBy, armed: () => clock.armed };
}
