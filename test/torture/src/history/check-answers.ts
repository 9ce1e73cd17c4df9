import type { Answer, Call, Fault, History, Violation } from './history.js';

/** Behind the wait that was asked for: the gateway's own 5 s, and 3 s in which processes waited for a core. */
export const HANG_MS = 5_000 + 3_000;
/** What a call is told by its own deadline, of which it knows. */
export const CALL_DEADLINE_MS = 60_000;

/** How long the answer came after the wait that was asked for; below 0 within it. */
export const behindWaitMs = ({ sentAtMs, answeredAtMs, waitSeconds }: Answer): number =>
  answeredAtMs - sentAtMs - waitSeconds * 1_000;

/** Every request is answered in time, and every call has its outcome by its deadline. */
export function checkHangs({ calls }: Pick<History, 'calls'>): Violation[] {
  return calls.flatMap(({ work, answers, begunAtMs, endedAtMs, end }) => {
    const hangs = answers
      .filter((answer) => behindWaitMs(answer) > HANG_MS)
      .map(
        (answer) => `a request that waits ${answer.waitSeconds} s took ${told(behindWaitMs(answer))} more`,
      );
    if (end === 'none') hangs.push(`a call knew nothing after ${told(endedAtMs - begunAtMs)}`);
    return hangs.map((what): Violation => ({ kind: 'hang', work: work.id, what }));
  });
}

const told = (ms: number): string => `${Math.round(ms)} ms`;

/**
 * While services are stopped in order, no request fails: each is answered with an outcome or as accepted. A connection that
 * is refused, or was closed by the server before it was used again, had no request yet: whoever calls turns to the other
 * gateway, as whatever stands before gateways does. A request that was still waiting when something else broke may have
 * failed by that. At all times: nobody is answered with an error of ours.
 */
export function checkFailed({ calls, faults }: Pick<History, 'calls' | 'faults'>): Violation[] {
  const orderly = orderlyStops(faults);
  const others = faults.filter(({ kind }) => kind !== 'term');
  const within = (answer: Answer, some: readonly Fault[]): boolean =>
    some.some((fault) => overlaps(answer, fault));
  const isWrong = (answer: Answer): boolean =>
    !isForeseen(answer) || (isFailed(answer) && within(answer, orderly) && !within(answer, others));
  return calls.flatMap(({ work, answers }) =>
    answers
      .filter(isWrong)
      .map((answer): Violation => ({ kind: 'failed', work: work.id, what: tellFailed(answer) })),
  );
}

/** What callers may be told when something is broken; of others, they have done nothing wrong. */
const FORESEEN: Readonly<Record<number, RegExp>> = {
  0: /^/,
  200: /^/,
  202: /^/,
  422: /^ACTION_FAILED$/,
  429: /^RATE_LIMITED$/,
  500: /^OUTCOME_UNKNOWN$/,
  502: /^ATTEMPTS_EXHAUSTED$/,
  503: /^(UNAVAILABLE|NO_HANDLER)$/,
};

const isForeseen = ({ status, code }: Answer): boolean => FORESEEN[status]?.test(code) ?? false;

/** What was broken by other means shortly before is of no account here. */
export const SETTLED_MS = 5_000;

/** Stops in order during which, and shortly before which, nothing else was broken: the requests in them are judged. */
export const orderlyStops = (faults: readonly Fault[]): Fault[] =>
  faults.filter(
    (fault) =>
      fault.kind === 'term' &&
      !faults.some(
        (other) =>
          other.kind !== 'term' &&
          other.fromMs < fault.healedAtMs &&
          other.healedAtMs + SETTLED_MS > fault.fromMs,
      ),
  );

const overlaps = ({ sentAtMs, answeredAtMs }: Answer, { fromMs, healedAtMs }: Fault): boolean =>
  sentAtMs < healedAtMs && answeredAtMs > fromMs;

function isFailed({ lost, status, code }: Answer): boolean {
  if (lost !== undefined) return lost === 'cut' || lost === 'silent';
  return status !== 200 && status !== 202 && !(status === 422 && code === 'ACTION_FAILED');
}

function tellFailed(answer: Answer): string {
  const { lost, status, code, detail, gateway, via, waitSeconds, sentAtMs, answeredAtMs } = answer;
  const asked = `${via} at gateway ${gateway + 1}, to wait ${waitSeconds} s, sent ${new Date(sentAtMs).toISOString()}`;
  return `${asked}: ${lost ?? `${status} ${code}`} after ${told(answeredAtMs - sentAtMs)}: ${detail}`;
}

/** Of calls that met no fault: how many there were, and how many had their outcome. */
export function untouched({ calls, faults }: Pick<History, 'calls' | 'faults'>): {
  readonly calls: number;
  readonly answered: number;
} {
  const calm = calls.filter((call) => !faults.some((fault) => met(call, fault)));
  return { calls: calm.length, answered: calm.filter(({ end }) => end !== 'none').length };
}

export const met = ({ begunAtMs, endedAtMs }: Call, { fromMs, healedAtMs }: Fault): boolean =>
  begunAtMs < healedAtMs && endedAtMs > fromMs;
