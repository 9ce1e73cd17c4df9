import type { Do, JsonValue } from '@do-sdk/core';

export const KILL_ACTIONS = ['note-idempotent', 'note-unsafe', 'send-welcome-email'] as const;
export type KillAction = (typeof KILL_ACTIONS)[number];

/** One piece of work that is asked for, perhaps by several callers. `id` names it in every ledger. */
export interface Work {
  readonly action: KillAction;
  readonly id: string;
  readonly holdMs: number;
}

/** What a caller was told in the end. A result is kept as text, to be compared without looking into it. */
export type Told =
  | {
      readonly kind: 'result';
      readonly result: string;
      readonly executionId: string;
      readonly replayed: boolean;
    }
  | { readonly kind: 'accepted'; readonly executionId: string }
  | { readonly kind: 'error'; readonly code: string; readonly final: boolean; readonly executionId: string };

/** One call, as whoever made it would testify. Times by performance.now(). */
export interface Testimony {
  readonly work: Work;
  readonly begunAtMs: number;
  readonly toldAtMs: number;
  readonly told: Told;
}

/** Calls once, by the SDK as its users do, which repeats by itself what the kill cut off. */
export async function witness(
  client: Do,
  work: Work,
  how: 'execute' | 'start',
  timeoutMs: number,
): Promise<Testimony> {
  const begunAtMs = performance.now();
  const call = { name: work.action, params: paramsOf(work), timeoutMs };
  const told = how === 'execute' ? await execute(client, call) : await start(client, call);
  return { work, begunAtMs, toldAtMs: performance.now(), told };
}

interface Call {
  readonly name: string;
  readonly params: Record<string, JsonValue>;
  readonly timeoutMs: number;
}

const paramsOf = ({ action, id, holdMs }: Work): Record<string, JsonValue> =>
  action === 'send-welcome-email' ? { userId: id, template: 'v2' } : { id, holdMs };

async function execute(client: Do, call: Call): Promise<Told> {
  const { result, error, execution } = await client.action.execute(call);
  if (error) return failed(error);
  return {
    kind: 'result',
    result: JSON.stringify(result),
    executionId: execution.id,
    replayed: execution.replayed,
  };
}

async function start(client: Do, call: Call): Promise<Told> {
  const { result, error } = await client.action.start(call);
  return error ? failed(error) : { kind: 'accepted', executionId: result.id };
}

const failed = (error: {
  readonly code: string;
  readonly retryable: boolean;
  readonly newKeySafe?: boolean | undefined;
  readonly executionId?: string | undefined;
}): Told => ({
  kind: 'error',
  code: error.code,
  final: !error.retryable && error.newKeySafe === false,
  executionId: error.executionId ?? '',
});
