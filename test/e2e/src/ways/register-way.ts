import type { ActionDocument } from '@action-do/contracts';
import { type HttpCaller, type WayName, wayActions } from '@action-do/test-support';

/** Registers the actions of a service that is not ours, as a person does who wrote them down. */
export async function registerWay(
  caller: HttpCaller,
  way: WayName,
  target: ActionDocument['target'],
): Promise<void> {
  for (const definition of wayActions(way, { ADO_WAYS: 'nowhere' })) {
    const { name, version, policy, paramsJsonSchema, resultJsonSchema, probe, undo } = definition;
    const { effects, retry, attemptTimeoutMs, deadlineMs, idempotency } = policy;
    const document = {
      name,
      version,
      params: paramsJsonSchema,
      result: resultJsonSchema,
      effects,
      retry,
      attemptTimeoutMs,
      deadlineMs,
      idempotency,
      probe: probe !== undefined,
      undo: undo !== undefined,
      target,
    };
    const { status, text } = await caller.send('/v1/actions', {
      method: 'POST',
      body: JSON.stringify(document),
      headers: { ...caller.authorization, 'content-type': 'application/json' },
    });
    if (status !== 200) throw new Error(`${name} was not registered: ${status} ${text}`);
  }
}
