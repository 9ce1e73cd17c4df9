import { HEADERS } from '@action-do/contracts';
import { HttpCaller, resultMember } from '@action-do/test-support';

export const STORM_ACTIONS = ['note-idempotent', 'note-unsafe', 'read-only'] as const;
export type StormAction = (typeof STORM_ACTIONS)[number];

/** One piece of work that is asked for, perhaps by several callers. `id` names it in the ledger. */
export interface StormWork {
  readonly action: StormAction;
  readonly id: string;
  readonly holdMs: number;
  /** Undefined: it is named by its params. */
  readonly key: string | undefined;
}

/** One request and its answer, as whoever made it would testify. Nothing is repeated underneath. Times by performance.now(). */
export interface Heard {
  readonly work: StormWork;
  /** Which gateway was asked, from 0. */
  readonly gateway: number;
  readonly waitSeconds: number;
  readonly begunAtMs: number;
  readonly endedAtMs: number;
  /** 0: the connection gave no answer. */
  readonly status: number;
  /** What `Idempotency-Status` says. */
  readonly how: string;
  readonly shouldRetry: string;
  readonly retryAfter: string;
  /** Error code of a refusal, or why there was no answer. */
  readonly code: string;
  readonly executionId: string;
  /** The result's own bytes; undefined where the answer has none. */
  readonly result: string | undefined;
}

export interface StormCall {
  readonly gateway: number;
  readonly url: string;
  readonly apiKey: string;
  readonly work: StormWork;
  readonly waitSeconds: number;
}

/** Never rejects: no answer is a testimony too. */
export async function hear({ gateway, url, apiKey, work, waitSeconds }: StormCall): Promise<Heard> {
  const { action, id, holdMs, key } = work;
  const begunAtMs = performance.now();
  const testify = (
    told: Omit<Heard, 'work' | 'gateway' | 'waitSeconds' | 'begunAtMs' | 'endedAtMs'>,
  ): Heard => ({
    work,
    gateway,
    waitSeconds,
    begunAtMs,
    endedAtMs: performance.now(),
    ...told,
  });
  try {
    const { status, headers, text, body } = await new HttpCaller(url, apiKey).execute(
      action,
      { id, holdMs },
      { prefer: `wait=${waitSeconds}`, ...(key === undefined ? {} : { key }) },
    );
    return testify({
      status,
      how: headers.get(HEADERS.idempotencyStatus) ?? '',
      shouldRetry: headers.get(HEADERS.shouldRetry) ?? '',
      retryAfter: headers.get('retry-after') ?? '',
      code: body.code ?? '',
      executionId: body.execution?.id ?? body.executionId ?? '',
      result: status === 200 ? resultMember(text) : undefined,
    });
  } catch (error) {
    const code = error instanceof Error ? `${error.message}: ${String(error.cause ?? '')}` : String(error);
    return testify({
      status: 0,
      how: '',
      shouldRetry: '',
      retryAfter: '',
      code,
      executionId: '',
      result: undefined,
    });
  }
}
